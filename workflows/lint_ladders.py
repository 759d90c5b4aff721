"""Checks a declaration's ladders: their units, their ids, how often they come due, who hears
first and how soon, whether their channels are there, and whether mail leaves at their hours."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.errors import Problem, Severity
from config.i18n import _
from config.settings import Settings
from workflows.dates import DateRuleError, moved_due, nominal_dates
from workflows.declaration import Declaration, Milestone
from workflows.ladder import Role, Rung, late_after, occurrences
from workflows.lint_size import MAX_OCCURRENCES
from workflows.linted import Linted
from workflows.organisation import Organisation
from workflows.phrases import PhraseError
from workflows.selectors import Selector
from workflows.working_days import working_days

_Path = tuple[str | int, ...]
_AT_UNIT = frozenset({Role.CONTACT, Role.DEPUTY})
_OFFICES = frozenset({Role.DEPARTMENT, Role.OWNER})


def lint_ladders(
    linted: Linted,
    selection: Callable[[_Path, Selector], Iterable[Problem]],
    organisation: Organisation,
    settings: Settings | None,
) -> Iterator[Problem]:
    """Every problem of the campaign's and the milestones' ladders. `selection` gives those of who
    is selected at a path; `settings` are None where they are not known."""
    yield from _no_sooner_than_late(linted)
    declaration = linted.declaration
    through = any(one.reminded_through == "departments" for one in organisation.units)
    own_roles = _AT_UNIT | _OFFICES if through else _AT_UNIT  # what an office may owe itself
    own: list[tuple[_Path, Declaration | Milestone]] = [((), declaration)]
    own += [(linted.path(n), one) for n, one in enumerate(declaration.milestones)]
    for path, part in own:
        for n, one in enumerate(part.ladder_for):
            yield from selection((*path, "ladder_for", n, "who"), one.who)
            place = (*path, "ladder_for", n, "ladder")
            yield from _rungs(linted, place, one.ladder)
            yield from _each(linted, place, one.ladder, settings)
        yield from _rungs(linted, (*path, "correction_ladder"), part.correction_ladder or ())
        for name in ("ladder", "correction_ladder"):
            yield from _each(linted, (*path, name), getattr(part, name) or (), settings)
        for rung in part.ladder or ():
            if rung.above and not _has_own(part.ladder or (), own_roles):
                yield linted.source.problem(
                    (*path, "ladder"),
                    _("“{rung}” goes above the contact, who has no rung here").format(rung=rung.id),
                    _("the unit will be told with it; add a rung for the contact before it"),
                    Severity.WARNING,
                )
                break


def _no_sooner_than_late(linted: Linted) -> Iterator[Problem]:
    """Who is above the unit is to hear some days after the due date, which is a day off: that may
    be the first day on which it is late. Said once of each rung."""
    declaration, calendar = linted.declaration, working_days()
    said: set[_Path] = set()
    for n, milestone in enumerate(declaration.milestones):
        if not declaration.holiday_grace:
            return
        for due in _days_off(declaration, milestone):
            late = late_after(due, calendar, grace=True)
            first = calendar.shift(late, 1)
            for path, rung in _rungs_of(linted, n, milestone):
                if path in said or not rung.above or rung.offset.days < 2:
                    continue
                if occurrences([rung], due, late, calendar)[0].on == first:
                    said.add(path)
                    yield linted.source.problem(
                        path,
                        _(
                            "“{rung}” comes on {first}: “{milestone}”, due on the day off {due}, "
                            "is late only from then on"
                        ).format(rung=rung.id, first=first, milestone=milestone.id, due=due),
                        _("its days count from the due date, as in overdue lists; write more"),
                        Severity.WARNING,
                    )


def _days_off(declaration: Declaration, milestone: Milestone) -> list[date]:
    """The milestone's due dates that are days off; none where they cannot be told."""
    calendar, rule = working_days(), declaration.holiday_rule(milestone)
    try:
        dates = nominal_dates(declaration, milestone)
    except (DateRuleError, PhraseError, KeyError, RecursionError):
        return []  # reported by lint_dates, by the model, as a reference or as a circle
    found = [moved_due(one.due, rule, calendar) for one in dates]
    return [due for due in found if not calendar.is_working_day(due)]


def _rungs_of(linted: Linted, n: int, milestone: Milestone) -> Iterator[tuple[_Path, Rung]]:
    """The rungs that are declared for a milestone, each with its place."""
    declaration = linted.declaration
    for path, part in ((linted.path(n), milestone), ((), declaration)):
        for k, own in enumerate(part.ladder_for):
            for m, rung in enumerate(own.ladder):
                yield (*path, "ladder_for", k, "ladder", m, "when"), rung
    path = linted.path(n) if milestone.ladder else ()
    for m, rung in enumerate(milestone.ladder or declaration.ladder or ()):
        yield (*path, "ladder", m, "when"), rung


def _has_own(rungs: Iterable[Rung], own_roles: frozenset[Role]) -> bool:
    return any(not own_roles.isdisjoint(rung.to) for rung in rungs)


def _each(
    linted: Linted, path: _Path, rungs: Iterable[Rung], settings: Settings | None
) -> Iterator[Problem]:
    """What is wrong with single rungs: an interval that is never reached, a channel that the
    settings lack, an hour at which no mail leaves."""
    for n, rung in enumerate(rungs):
        if rung.then is not None and rung.then.after >= rung.times:
            yield linted.source.problem(
                (*path, n, "then", "after"),
                _("“then” never comes: the rung ends after {times} times").format(times=rung.times),
                _("write less than “times” here, or raise “times”"),
                Severity.WARNING,
            )
        if settings is None:
            continue
        known = settings.channels
        if rung.channel is not None and rung.channel not in known:
            yield linted.source.problem(
                (*path, n, "channel"),
                _("no channel is called “{name}”").format(name=rung.channel),
                _(
                    "the setting “channels” has: {names}; add it there, or leave it away for mail"
                ).format(names=_(", ").join(known) or _("none")),
            )
        yield from _hour(linted, (*path, n, "when"), rung, settings)


def _hour(linted: Linted, path: _Path, rung: Rung, settings: Settings) -> Iterator[Problem]:
    """Mail of an hour outside the sending window leaves when it opens next."""
    declaration, hour = linted.declaration, rung.offset.at
    try:
        zone = ZoneInfo(declaration.time_zone)
        day = date(declaration.year, 6, 1)
    except (ValueError, OSError, KeyError):
        return  # reported by the campaign
    if hour is None:
        return
    local = datetime.combine(day, hour, zone).astimezone(settings.zone)
    if local.date() == day and settings.window_start <= local.time() < settings.window_end:
        return
    opens, closes = f"{settings.window_start:%H:%M}", f"{settings.window_end:%H:%M}"
    early = local < datetime.combine(day, settings.window_start, settings.zone)
    said = (
        _("at {hour} no mail leaves: it goes on that day at {opens}")
        if early
        else _("at {hour} no mail leaves: it goes on the next working day at {opens}, too late")
    )
    yield linted.source.problem(
        path,
        said.format(hour=f"{hour:%H:%M}", opens=opens),
        _(
            "write an hour from {opens} to before {closes}, or widen window_start and window_end "
            "in the settings"
        ).format(opens=opens, closes=closes),
        Severity.WARNING,
    )


def _rungs(linted: Linted, path: _Path, rungs: Iterable[Rung]) -> Iterator[Problem]:
    rungs = list(rungs)
    seen = Counter(rung.id for rung in rungs)
    for name, count in seen.items():
        if count > 1:
            yield linted.source.problem(
                path,
                _("the {sort} id “{id}” stands twice").format(sort=_("rung"), id=name),
                _("give one of them another id"),
            )
    if sum(rung.times if rung.every else 1 for rung in rungs) > MAX_OCCURRENCES:
        yield linted.source.problem(
            path,
            _("the rungs come due more than {count} times in all").format(count=MAX_OCCURRENCES),
            _("take rungs away, or lower “times”"),
        )
