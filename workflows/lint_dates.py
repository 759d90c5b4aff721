"""Checks a declaration's dates: kinds, due before start, days off, circles, order."""

from collections.abc import Iterator, Mapping
from datetime import date

from config.errors import Problem, Severity
from config.i18n import _
from workflows.dates import DateRuleError, nominal_dates, single_date
from workflows.declaration import Kind
from workflows.linted import Linted, parsed_due
from workflows.phrases import (
    After,
    EachMonth,
    EachQuarter,
    PhraseError,
    SinceIssued,
    Span,
    covered_by,
)
from workflows.working_days import working_days

_RECURRING = (Kind.MONTHLY, Kind.QUARTERLY)


def lint_kinds(linted: Linted) -> Iterator[Problem]:
    """The kind, the due phrase and the fields of recurring duties must agree."""
    declaration = linted.declaration
    for n, milestone in enumerate(declaration.milestones):
        due = parsed_due(milestone, declaration.year)
        if due is None:
            continue
        expected = (
            Kind.MONTHLY
            if isinstance(due, EachMonth)
            else Kind.QUARTERLY
            if isinstance(due, EachQuarter)
            else Kind.PHASE
            if isinstance(due, Span) or (milestone.start and milestone.kind is Kind.PHASE)
            else Kind.ONCE
        )
        if milestone.kind is not expected:
            yield linted.source.problem(
                linted.path(n, "kind"),
                _("“{due}” is not the due date of a {kind} milestone").format(
                    due=milestone.due, kind=milestone.kind.value
                ),
                _("write kind: {kind}, or another due date").format(kind=expected.value),
            )
        for key in ("first", "last", "covers"):
            given = getattr(milestone, key) is not None
            if expected in _RECURRING and not given:
                yield linted.source.problem(
                    linted.path(n),
                    _("a recurring milestone needs “{key}”").format(key=key),
                    _("write e.g. first: 2022-06, last: 2022-11, covers: previous"),
                )
            if expected not in _RECURRING and given:
                yield linted.source.problem(
                    linted.path(n, key),
                    _("“{key}” is for monthly and quarterly milestones").format(key=key),
                    _("take it away"),
                )
        said = covered_by(milestone.due)
        if milestone.covers and said and milestone.covers.value != said:
            yield linted.source.problem(
                linted.path(n, "covers"),
                _("“{due}” says covers: {covers}").format(due=milestone.due, covers=said),
                _("write that, or another due date"),
                Severity.WARNING,
            )
        if isinstance(due, SinceIssued) and "issued" in {one.id for one in declaration.milestones}:
            yield linted.source.problem(
                linted.path(n, "due"),
                _("“issued” is the day of issue, and a milestone of that id, too"),
                _("give the milestone another id"),
            )
        if milestone.first and milestone.last and milestone.last < milestone.first:
            yield linted.source.problem(
                linted.path(n, "last"),
                _("the last month {last} is before the first {first}").format(
                    last=milestone.last, first=milestone.first
                ),
                _("turn them round"),
            )
        if isinstance(due, Span) and milestone.start:
            yield linted.source.problem(
                linted.path(n, "start"),
                _("“{due}” already gives the start").format(due=milestone.due),
                _("take “start” away"),
            )


def lint_dates(linted: Linted) -> Iterator[Problem]:
    """Due before start, outside the year, on a day off, before a predecessor."""
    declaration, source = linted.declaration, linted.source
    calendar = working_days()
    dated: dict[str, list[tuple[date | None, date]]] = {}
    for n, milestone in enumerate(declaration.milestones):
        try:
            dates = nominal_dates(declaration, milestone)
        except DateRuleError as error:
            yield source.problem(linted.path(n, error.field), str(error), error.mend)
            continue
        except (PhraseError, KeyError, RecursionError):
            continue  # reported by the model, as a reference or as a circle
        dated[milestone.id] = [(nominal.start, nominal.due) for nominal in dates]
        for nominal in dates:
            if nominal.start is not None and nominal.due < nominal.start:
                yield source.problem(
                    linted.path(n, "due"),
                    _("it is due on {due}, before it starts on {start}").format(
                        due=nominal.due, start=nominal.start
                    ),
                    _("mend the start or the due date"),
                )
            if nominal.due.year != declaration.year:
                yield source.problem(
                    linted.path(n, "due"),
                    _("{due} is outside the campaign's year {year}").format(
                        due=nominal.due, year=declaration.year
                    ),
                    _("is the year right?"),
                    Severity.WARNING,
                )
        off = [nominal.due for nominal in dates if not calendar.is_working_day(nominal.due)]
        if off:
            yield source.problem(
                linted.path(n, "due"),
                _("due on a day off: {days}").format(
                    days=_(", ").join(f"{day} {calendar.day_name(day)}".strip() for day in off)
                ),
                _("reminders go out on the working day before; if_holiday can move the date"),
                Severity.WARNING,
            )
    yield from _order(linted, dated)
    yield from _points(linted, dated)


def _order(
    linted: Linted, dated: Mapping[str, list[tuple[date | None, date]]]
) -> Iterator[Problem]:
    for n, milestone in enumerate(linted.declaration.milestones):
        for k, before in enumerate(milestone.after):
            if dated.get(milestone.id) and dated.get(before):
                own, earlier = dated[milestone.id][-1][1], dated[before][-1][1]
                if own < earlier:
                    yield linted.source.problem(
                        linted.path(n, "after", k),
                        _("due on {own}, before its predecessor “{before}” on {earlier}").format(
                            own=own, before=before, earlier=earlier
                        ),
                        _("is the order meant so? It is kept as written"),
                        Severity.WARNING,
                    )


def _points(
    linted: Linted, dated: Mapping[str, list[tuple[date | None, date]]]
) -> Iterator[Problem]:
    """Numbers to have reached after their milestone is due."""
    for n, milestone in enumerate(linted.declaration.milestones):
        if not dated.get(milestone.id):
            continue
        due = dated[milestone.id][-1][1]
        for k, target in enumerate(milestone.targets):
            for i, point in enumerate(target.points):
                by = _single(point.by, linted.declaration.year)
                if by is not None and by > due:
                    yield linted.source.problem(
                        linted.path(n, "targets", k, "points", i, "by"),
                        _("{by} is after the milestone's due date {due}").format(by=by, due=due),
                        _("mend the date, or put the target on a later milestone"),
                        Severity.WARNING,
                    )


def _single(phrase: str, year: int) -> date | None:
    try:
        return single_date(phrase, year)
    except PhraseError:
        return None


def lint_circles(linted: Linted) -> Iterator[Problem]:
    """Circles among predecessors and relative due dates."""
    declaration = linted.declaration
    edges: dict[str, tuple[str, ...]] = {}
    for milestone in declaration.milestones:
        due = parsed_due(milestone, declaration.year)
        relative = (due.milestone,) if isinstance(due, After) else ()
        edges[milestone.id] = (*milestone.after, *relative)
    reported: set[frozenset[str]] = set()
    for n, milestone in enumerate(declaration.milestones):
        circle = _circle_from(milestone.id, edges)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            place: tuple[str | int, ...] = ("due",)
            if circle[1] in milestone.after:
                place = ("after", milestone.after.index(circle[1]))
            yield linted.source.problem(
                linted.path(n, *place),
                _("milestones wait for each other in a circle: {circle}").format(
                    circle=" → ".join(circle)
                ),
                _("take one of these references away"),
            )


def _circle_from(start: str, edges: Mapping[str, tuple[str, ...]]) -> list[str]:
    stack: list[tuple[str, list[str]]] = [(start, [start])]
    visited: set[str] = set()
    while stack:
        here, way = stack.pop()
        for before in edges.get(here, ()):
            if before == start:
                return [*way, start]
            if before not in visited:
                visited.add(before)
                stack.append((before, [*way, before]))
    return []
