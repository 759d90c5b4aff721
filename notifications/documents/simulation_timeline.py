"""A campaign's time line as it is drawn: where months, stages, marks and weekly bars lie.

Positions along it are percentages, so that it fits a sheet as well as a screen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from config.i18n import _
from notifications.documents.simulation_words import between, month_name
from notifications.simulated import FutureMail, Simulation
from notifications.wording import short_day
from workflows.simulating.model import NO_LOAD, Bar, Load, StageBar, Timeline, monday
from workflows.working_days import working_days

CHART = 40  # pixels: how high a week's bar may be
_WEEK = timedelta(days=7)
_NARROW = 3.5  # per cent of a time line: a narrower month has no room for its name
_LONG = 640  # days: on a longer line only every third month is named
_LABELLED = 45  # weeks: on a longer line the numbers above the bars would touch


class _Scale:
    """Where days lie on a time line, in per cent of it."""

    def __init__(self, first: date, last: date) -> None:
        self._first, self._last = first, last
        self._days = (last - first).days + 1

    def at(self, day: date) -> float:
        """Where a day begins."""
        return round((day - self._first).days * 100 / self._days, 3)

    def middle(self, day: date) -> float:
        """Its noon."""
        return round(((day - self._first).days + 0.5) * 100 / self._days, 3)

    def part(self, start: date, end: date) -> tuple[float, float] | None:
        """Where a span of whole days begins and how wide it is; None where none of it is seen."""
        start, end = max(start, self._first), min(end, self._last)
        if end < start:
            return None
        left = self.at(start)
        return left, round(self.at(end + timedelta(days=1)) - left, 3)


def drawn_timeline(
    simulation: Simulation, line: Timeline, mails: Sequence[FutureMail]
) -> dict[str, Any]:
    """What the page's template draws of a time line."""
    scale = _Scale(line.first, line.last)
    today = simulation.first
    return {
        "title": line.title,
        "months": list(_months(line, scale)),
        "off": [scale.part(start, end) for start, end, _name in line.days_off],
        "holidays": _holidays(line, today),
        "issued": _issued(line, scale, today),
        "stages": [_stage(stage, scale, today) for stage in line.stages],
        "count": sum(len(stage.bars) for stage in line.stages),
        "loads": _weekly(line, scale, _loads(simulation, line.campaign)),
        "mails": _weekly(line, scale, _mails_of(line.campaign, mails)),
        "beside": len(simulation.titles) > 1,
        "labelled": line.days <= _LABELLED * 7,
    }


def _months(line: Timeline, scale: _Scale) -> Iterator[tuple[float, float, str]]:
    """Where each month begins, how wide it is, and its name where there is room for it."""
    day, year = line.first, 0
    while day <= line.last:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        part = scale.part(day, following - timedelta(days=1))
        if part is not None:
            name = ""
            if part[1] >= _NARROW and (line.days <= _LONG or day.month % 3 == 1):
                roomy = part[1] >= 2 * _NARROW
                dated = day.year != year and (roomy or day.month == 1)
                name = month_name(day, with_year=dated)
                name = str(day.year) if dated and not roomy else name
                year = day.year if dated else year
            yield *part, name
        day = following


def _holidays(line: Timeline, today: date) -> str:
    """The holidays of the line with their days; those of a year without a notice may move."""
    calendar = working_days()
    named = []
    for start, end, name in line.days_off:
        if name:
            text = f"{name} {short_day(start, today)}"
            if end > start:
                text = _("{name} {first} to {last}").format(
                    name=name, first=short_day(start, today), last=short_day(end, start)
                )
            if not calendar.is_published(start.year):
                text = _("{day} (provisional)").format(day=text)
            named.append(text)
    return _("; ").join(named)


def _issued(line: Timeline, scale: _Scale, today: date) -> tuple[float, str] | None:
    if line.issued is None:
        return None
    return scale.at(line.issued), short_day(line.issued, today)


def _stage(stage: StageBar, scale: _Scale, today: date) -> dict[str, Any]:
    dues = [due for bar in stage.bars for due in bar.dues]
    starts = [start for bar in stage.bars for start, _due in bar.spans]
    start = stage.start or min((*starts, *dues), default=None)
    end = stage.end or max(dues, default=None)
    part = scale.part(start, end) if start is not None and end is not None else None
    return {
        "title": stage.title,
        "part": part if stage.title else None,
        "days": between(stage.start, stage.end, today),
        "bars": [_bar(bar, scale, today) for bar in stage.bars],
    }


def _bar(bar: Bar, scale: _Scale, today: date) -> dict[str, Any]:
    calendar = working_days()
    last = bar.dues[-1]
    return {
        "number": bar.number,
        "title": bar.title,
        "units": bar.units,
        "due": _dues(bar, today),
        "after": _(", ").join(str(number) for number, _day in bar.after),
        "spans": [part for span in bar.spans if (part := scale.part(*span))],
        "marks": [(scale.middle(due), calendar.is_working_day(due)) for due in bar.dues],
        "lines": [
            (*sorted((scale.middle(day), scale.middle(last))), scale.middle(day), day > last)
            for _number, day in bar.after
        ],
    }


def _dues(bar: Bar, today: date) -> str:
    first, last = bar.dues[0], bar.dues[-1]
    if first == last:
        return short_day(first, today)
    return _("{first} to {last}, {count} times").format(
        first=short_day(first, today), last=short_day(last, first), count=len(bar.dues)
    )


def _loads(simulation: Simulation, campaign: str) -> dict[date, Load]:
    """What falls due in each week: by this campaign, and by all others."""
    found: dict[date, Load] = {}
    for one in simulation.falling:
        week = monday(one.due)
        found[week] = found.get(week, NO_LOAD).with_one(drafted=one.campaign == campaign)
    return found


def _mails_of(campaign: str, mails: Iterable[FutureMail]) -> dict[date, Load]:
    """Mails in each week that speak of this campaign: those that only chase stand as the others."""
    found: dict[date, Load] = {}
    for one in mails:
        if any(line.campaign == campaign for line in one.lines):
            week = monday(one.day)
            found[week] = found.get(week, NO_LOAD).with_one(drafted=not one.chases)
    return found


def _weekly(line: Timeline, scale: _Scale, loads: Mapping[date, Load]) -> dict[str, Any]:
    """The bars of a chart by weeks, in pixels of height."""
    seen = {
        week: load
        for week, load in loads.items()
        if week + _WEEK > line.first and week <= line.last
    }
    most = max((load.total for load in seen.values()), default=0)
    bars = []
    for week, load in sorted(seen.items()):
        part = scale.part(week, week + timedelta(days=5))
        if part is not None:
            ours = round(load.drafted * CHART / most, 1)
            whole = round(load.total * CHART / most, 1)
            bars.append((*part, ours, round(whole - ours, 1), load.total))
    return {"bars": bars, "most": most}
