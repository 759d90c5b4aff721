"""What a simulation found, in sentences: for the terminal and for the page."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from config.day_words import day_by
from config.i18n import N_, _, language
from config.plain_text import inner_quotes
from notifications.simulated import DayAhead, FutureMail, Simulation
from notifications.wording import long_day, short_day
from workflows.simulating.loads import by_day, total
from workflows.simulating.model import Clash, Collision
from workflows.working_days import working_days

_NAMED = 4  # duties in a line
_UNITS = 6  # units in a line

CLASH_WORDS: Mapping[Clash, str] = MappingProxyType(
    {
        Clash.PAST: N_("past already"),
        Clash.START: N_("due before it begins"),
        Clash.ORDER: N_("due before its predecessor"),
        Clash.DAY_OFF: N_("due on a day off"),
        Clash.PROVISIONAL: N_("provisional year"),
        Clash.CROWDED: N_("crowded day"),
        Clash.OTHER: N_("another campaign's day"),
    }
)


def title_of(simulation: Simulation) -> str:
    """What the simulation is of."""
    first, *others = (simulation.titles[one] for one in simulation.drafted)
    if not others:
        return _("Simulation: {title}").format(title=first)
    return _("Simulation: {title} and {count} more").format(title=first, count=len(others))


def span_of(simulation: Simulation) -> str:
    """From when to when, and beside what."""
    others = len(simulation.titles) - len(simulation.drafted)
    span = _("from {first} to {last}").format(
        first=simulation.first.isoformat(), last=simulation.last.isoformat()
    )
    if not others:
        return _("{span}, by itself: no other campaign is running").format(span=span)
    return _("{span}; other running campaigns: {count}").format(span=span, count=others)


def sentences(
    simulation: Simulation, mails: Sequence[FutureMail], days: Sequence[DayAhead]
) -> list[str]:
    """The whole of it in a few sentences."""
    today = simulation.first
    found = [_due(simulation)]
    if simulation.looks_back:
        found.insert(
            0, _("all of it is past: played as if it were applied on {day}").format(
                day=today.isoformat()
            ),
        )  # fmt: skip
    if past := sum(one.count for one in simulation.collisions if one.kind is Clash.PAST):
        found.append(_("late before the draft is applied: {count}").format(count=past))
    if mails:
        chasing = sum(one.chases for one in mails)
        people = len({one.address for one in mails})
        found.append(
            _(
                "mails, were nothing handed in: {mails} (addresses: {people}); "
                "those that only chase what is overdue: {chasing}"
            ).format(mails=len(mails), people=people, chasing=chasing)
        )
        peak = max(days, key=lambda one: one.mails)
        found.append(
            _("most mails on a day: {day}, {mails} (addresses: {people})").format(
                day=long_day(peak.day, today), mails=peak.mails, people=peak.people
            )
        )
    else:
        found.append(_("no mail would go out"))
    busy = max(days, key=lambda one: one.due.total, default=None)
    if busy is not None and busy.due.total:
        words = _("most duties due on a day: {day}, {count}")
        if busy.due.others:
            words = _("most duties due on a day: {day}, {count} ({drafted} by this draft)")
        found.append(
            words.format(
                day=long_day(busy.day, today), count=busy.due.total, drafted=busy.due.drafted
            )
        )
    if simulation.waits_for_lights:
        found.append(
            _("rungs that wait for a light to turn are on no day ahead: they are left out")
        )
    return found


def _due(simulation: Simulation) -> str:
    due = total(by_day(simulation.falling))
    units = len({one.unit for one in simulation.falling if one.drafted})
    if due.others:
        return _(
            "duties due by this draft: {drafted} (units: {units}); due already: {others}"
        ).format(drafted=due.drafted, units=units, others=due.others)
    if due.drafted:
        return _("duties due: {drafted} (units: {units})").format(drafted=due.drafted, units=units)
    return _("nothing falls due")


def told(one: Collision, today: date) -> str:
    """One collision, as written on `today`."""
    day = long_day(one.day, today) if one.day else ""
    what = _titles(one.titles)
    match one.kind:
        case Clash.PAST:
            return _(
                "{what} was due on {day} and is late from the start ({count}): here it is "
                "chased, and “duban apply” asks what becomes of it (--past)"
            ).format(what=what, day=day, count=one.count)
        case Clash.START:
            return _start(one, what, day, today)
        case Clash.ORDER:
            return _(
                "{what} is due on {day}, before its predecessor “{other}” on {other_day}"
            ).format(
                what=what,
                day=day,
                other=inner_quotes(one.other),
                other_day=_long(one.other_day, today),
            )
        case Clash.DAY_OFF:
            return _day_off(one, what, day, today)
        case Clash.PROVISIONAL:
            return _(
                "the holidays of {year} are not announced yet: what is due in it ({count}) is "
                "provisional, and so are the days of its reminders"
            ).format(year=one.year, count=one.count)
        case Clash.CROWDED:
            return _crowded(one, day)
        case Clash.OTHER:
            return _whole(one, day)


def _start(one: Collision, what: str, day: str, today: date) -> str:
    start = _long(one.other_day, today)
    if one.other:
        return _("{what} is due on {day}, before its stage “{stage}” begins on {start}").format(
            what=what, day=day, stage=inner_quotes(one.other), start=start
        )
    return _(
        "{what} is due on {day}, before the plan is issued on {start}: "
        "nothing is sent before that day"
    ).format(what=what, day=day, start=start)


def _day_off(one: Collision, what: str, day: str, today: date) -> str:
    if one.day is None:
        return what
    if one.other_day is not None:
        return _("{what} would be due on {nominal}, a day off: it is moved to {day}").format(
            what=what, nominal=_long(one.other_day, today), day=day
        )
    before = short_day(working_days().on_or_before(one.day), one.day)
    if one.late_after is not None and one.late_after > one.day:
        return _(
            "{what} is due on {day}, a day off: late only after {late}; "
            "the reminder for the day goes out on {before}"
        ).format(what=what, day=day, late=short_day(one.late_after, one.day), before=before)
    return _(
        "{what} is due on {day}, a day off, without grace; "
        "the reminder for the day goes out on {before}"
    ).format(what=what, day=day, before=before)


def _crowded(one: Collision, day: str) -> str:
    counts = [count for _unit, count in one.units]
    least, most = min(counts), max(counts)
    names = _(", ").join(unit for unit, _count in one.units[:_UNITS])
    if len(one.units) > _UNITS:
        names = _("{names} and {count} more").format(names=names, count=len(one.units) - _UNITS)
    span = f"{least}" if least == most else f"{least}–{most}"
    return _(
        "{day}: {span} duties of one unit due at once (units: {units}; {names}): {what}"
    ).format(day=day, units=len(one.units), span=span, names=names, what=_titles(one.titles))


def _whole(one: Collision, day: str) -> str:
    whole = _(", ").join(
        _("“{title}” ({count} units)").format(title=inner_quotes(title), count=count)
        for title, count in one.units
    )
    if not one.titles:
        return _("{day}: every unit of these has something due: {whole}").format(
            day=day, whole=whole
        )
    return _("{day}: every unit of {whole} has something due, on a day of {what}").format(
        day=day, whole=whole, what=_titles(one.titles)
    )


def _titles(titles: Sequence[str]) -> str:
    named = _(", ").join(_("“{title}”").format(title=inner_quotes(one)) for one in titles[:_NAMED])
    if len(titles) > _NAMED:
        return _("{names} and {count} more").format(names=named, count=len(titles) - _NAMED)
    return named


def _long(day: date | None, today: date) -> str:
    return long_day(day, today) if day else ""


def month_name(day: date, *, with_year: bool) -> str:
    """A month at the head of a time line: `5月`, `May`; with its year where that begins."""
    return day_by(day, language(), "M月", "MMM", other_year=with_year)


def between(start: date | None, end: date | None, today: date) -> str:
    """A span of days as written on `today`; one end may be open."""
    if start is None and end is None:
        return ""
    if start is None or end is None:
        day = start or end or today
        words = _("from {day}") if start else _("up to {day}")
        return words.format(day=short_day(day, today))
    return _("{first} to {last}").format(first=short_day(start, today), last=short_day(end, start))
