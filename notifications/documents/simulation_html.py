"""A simulation as one self-contained page: time lines, loads, heat map, collisions, mails by day.

The time lines are laid out in simulation_timeline.py.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from math import ceil
from typing import Any

from config.i18n import _, language
from notifications.documents.html_pages import page_templates
from notifications.documents.simulation_timeline import CHART, drawn_timeline
from notifications.documents.simulation_words import (
    CLASH_WORDS,
    between,
    month_name,
    sentences,
    span_of,
    title_of,
    told,
)
from notifications.simulated import (
    DayAhead,
    FutureMail,
    Simulation,
    days_ahead,
    future_mails,
    people_ahead,
    units_ahead,
)
from notifications.wording import long_day
from workflows.simulating.loads import by_unit_and_week, by_week, total, weeks
from workflows.simulating.model import NO_LOAD, Load

_WEEKS = 40  # in one heat map: more would not be legible on a sheet
_FEW = 12  # rows: a section of so many may share its page
_PEAKS = 12
_NAMED = 5  # duties in a day's line
_LEVELS = (1, 2, 4, 6)  # duties in a week, from which a cell is darker


def write_page(simulation: Simulation) -> bytes:
    """The page as UTF-8, in the language in force."""
    mails = future_mails(simulation.lines)
    days = days_ahead(simulation, mails)
    today = simulation.first
    text = page_templates().get_template("simulation.html").render(
        code="zh-CN" if language() == "zh" else "en",
        title=title_of(simulation),
        span=span_of(simulation),
        sentences=sentences(simulation, mails, days),
        words=_words(),
        timelines=[drawn_timeline(simulation, one, mails) for one in simulation.timelines],
        chart=CHART,
        heat=_heat(simulation),
        peaks=_peaks(simulation, mails, days),
        collisions=[
            (_(CLASH_WORDS[one.kind]), one.day.isoformat() if one.day else "", told(one, today))
            for one in simulation.collisions
        ],
        days=list(_days(simulation, mails)),
        few=_FEW,
    )  # fmt: skip
    return text.encode()


def _words() -> dict[str, str]:
    return {
        "timeline": _("Time line"), "number": _("No."), "milestone": _("milestone"),
        "units": _("units"), "due": _("due"), "stage": _("stage"), "no_stage": _("no stage"),
        "due_mark": _("due"), "off_mark": _("due on a day off"), "span_mark": _("to be done in"),
        "stage_mark": _("stage"), "before_mark": _("waits for its predecessor"),
        "wrong_mark": _("due before its predecessor"), "holiday_mark": _("days off"),
        "issued": _("issued"), "after": _("after"),
        "week_due": _("duties due in a week"), "week_mails": _("mails in a week"),
        "ours": _("by this plan"), "others": _("by other campaigns"),
        "told": _("before or on the due date"), "chasing": _("chasing only"),
        "most": _("(most {count})"), "heat": _("Units and weeks"),
        "unit": _("unit"), "sum": _("sum"),
        "plus": _("2+1: two are due already, one by the draft; a week is named by its Monday"),
        "plain": _("duties due; a week is named by its Monday"),
        "peaks": _("Busiest days, people and units"), "collisions": _("Collisions ({count})"),
        "none": _("none"),
        "kind": _("kind"), "day": _("day"), "what": _("what happens"),
        "by_day": _("Mails by day"), "mails": _("mails"), "addresses": _("addresses"),
        "held": _("of these held"), "duties": _("duties"), "new": _("new"),
        "about": _("of the draft, with how many units"),
    }  # fmt: skip


def _heat(simulation: Simulation) -> dict[str, Any]:
    """The loads of units by weeks, in parts that a sheet is wide enough for."""
    units = by_unit_and_week(simulation.falling)
    every = weeks(week for own in units.values() for week in own)
    parts = max(1, ceil(len(every) / _WEEKS))
    size = ceil(len(every) / parts)
    names = [unit for unit in simulation.units if unit in units]
    whole = by_week(simulation.falling)
    beside = any(load.others for load in whole.values())
    return {
        "beside": beside,
        "rows": len(names),
        "parts": [
            _heat_part(every[n : n + size], names, units, whole, beside=beside)
            for n in range(0, len(every), size or 1)
        ],
    }


def _heat_part(
    here: Sequence[date],
    names: Sequence[str],
    units: Mapping[str, Mapping[date, Load]],
    whole: Mapping[date, Load],
    *,
    beside: bool,
) -> dict[str, Any]:
    months = Counter((week.year, week.month) for week in here)
    shown = set(here)
    first = next((month for (_year, month), count in months.items() if count > 2), 0)

    def cells(own: Mapping[date, Load]) -> list[tuple[str, int]]:
        loads = [own.get(week, NO_LOAD) for week in here]
        return [(_shown(one, beside=beside), _level(one)) for one in loads]

    def total_of(own: Mapping[date, Load]) -> int:
        return total({week: load for week, load in own.items() if week in shown}).total

    return {
        "months": [
            (month_name(date(year, month, 1), with_year=count > 2 and month in {1, first}), count)
            for (year, month), count in months.items()
        ],
        "weeks": [week.day for week in here],
        "width": min(100, 12 + len(here) * 3.4),
        "lines": [(name, cells(units[name]), total_of(units[name])) for name in names],
        "sums": [str(whole[week].total) if week in whole else "" for week in here],
        "sum": total_of(whole),
    }


def _shown(load: Load, *, beside: bool) -> str:
    if not load.total:
        return ""
    if not beside:
        return str(load.total)
    return f"{load.others or ''}{f'+{load.drafted}' if load.drafted else ''}"


def _level(load: Load) -> int:
    return sum(load.total >= least for least in _LEVELS)


def _peaks(
    simulation: Simulation, mails: Sequence[FutureMail], days: Sequence[DayAhead]
) -> list[dict[str, Any]]:
    """The busiest days, people and units: a title, headings and rows each."""
    today = simulation.first
    top = sorted(days, key=lambda one: (-one.mails, -one.due.total, one.day))[:_PEAKS]
    due = sorted(days, key=lambda one: (-one.due.total, -one.mails, one.day))[:_PEAKS]
    return [
        {
            "title": _("Most mails"),
            "heads": [_("day"), _("mails"), _("chasing")],
            "rows": [(long_day(x.day, today), x.mails, x.chasing) for x in top if x.mails],
        },
        {
            "title": _("Most duties due"),
            "heads": [_("day"), _("duties"), _("new")],
            "rows": [(long_day(x.day, today), x.due.total, x.due.drafted)
                     for x in due if x.due.total],
        },
        {
            "title": _("Who gets most"),
            "heads": [_("name"), _("mails"), _("chasing")],
            "rows": [(x.name or x.address, x.mails, x.chasing)
                     for x in people_ahead(mails)[:_PEAKS]],
        },
        {
            "title": _("Who owes most"),
            "heads": [_("unit"), _("duties"), _("new")],
            "rows": [(x.unit, x.due.total, x.due.drafted)
                     for x in units_ahead(simulation)[:_PEAKS]],
        },
    ]  # fmt: skip


def _days(simulation: Simulation, mails: Sequence[FutureMail]) -> Iterator[tuple[Any, ...]]:
    """Each day with mails: how many, and which duties of the draft they speak of. Days on which
    all only chase stand together."""
    at: dict[date, list[FutureMail]] = defaultdict(list)
    for one in mails:
        at[one.day].append(one)
    days = [(day, at[day]) for day in sorted(at)]
    for chasing, run in groupby(days, key=lambda item: all(one.chases for one in item[1])):
        if not chasing:
            for day, own in run:
                yield _day_row(long_day(day, simulation.first), own, _about(simulation, own))
            continue
        several = list(run)
        first, last = several[0][0], several[-1][0]
        name, said = long_day(first, simulation.first), _("chasing only")
        if first != last:
            name = between(first, last, simulation.first)
            said = _("{count} days of chasing alone").format(count=len(several))
        yield _day_row(name, [one for _day, own in several for one in own], said)


def _day_row(name: str, mails: Sequence[FutureMail], said: str) -> tuple[Any, ...]:
    return (
        name, len(mails), sum(one.chases for one in mails), len({one.address for one in mails}),
        sum(one.held for one in mails), said,
    )  # fmt: skip


def _about(simulation: Simulation, mails: Iterable[FutureMail]) -> str:
    """The duties of the draft that these mails tell of before they are overdue."""
    about: dict[str, set[str]] = defaultdict(set)
    for one in mails:
        for line in one.lines:
            if line.campaign in simulation.drafted and line.day <= line.due:
                about[line.title].add(line.unit)
    titles = sorted(about.items(), key=lambda item: -len(item[1]))
    said = _("; ").join(
        _("{title} ({count})").format(title=title, count=len(units))
        for title, units in titles[:_NAMED]
    )
    if len(titles) > _NAMED:
        return _("{names} and {count} more").format(names=said, count=len(titles) - _NAMED)
    return said
