"""Checks a declaration against itself, the organisation and the calendar.

Errors: names that do not exist, empty selections, impossible or contradictory dates, circles.
Warnings: dates outside the campaign's year or on a day off, unpublished holidays, an order that
contradicts the predecessors.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from config.errors import Problem, Severity
from config.i18n import _
from workflows.dates import DateRuleError, nominal_dates, single_date
from workflows.declaration import Declaration, Kind, Milestone, Scope
from workflows.organisation import Organisation, did_you_mean
from workflows.phrases import After, EachMonth, PhraseError, Span, parse_due, phrase_mend
from workflows.selectors import Selector, SelectorError, select
from workflows.working_days import working_days
from workflows.yaml_source import YamlSource


@dataclass(frozen=True, slots=True)
class Linted:
    """A declaration with its source.

    Where broken milestones were left out, `kept` gives each remaining one's index in the file,
    and `milestone_ids` and `stage_ids` still name them all.
    """

    declaration: Declaration
    source: YamlSource
    kept: tuple[int, ...] = ()
    milestone_ids: set[str] = field(default_factory=set)
    stage_ids: set[str] = field(default_factory=set)

    def path(self, index: int, *rest: str | int) -> tuple[str | int, ...]:
        """The place of milestone number `index`."""
        return ("milestones", self.kept[index] if self.kept else index, *rest)


def lint(linted: Linted, organisation: Organisation) -> list[Problem]:
    """Every problem found, errors and warnings."""
    problems = [
        *_campaign(linted, organisation),
        *_duplicates(linted),
        *_references(linted, organisation),
        *_circles(linted),
        *_selections(linted, organisation),
        *_kinds(linted),
    ]
    return [*problems, *_dates(linted)]


def _campaign(linted: Linted, organisation: Organisation) -> Iterator[Problem]:
    declaration, source = linted.declaration, linted.source
    try:
        ZoneInfo(declaration.time_zone)
    except (ValueError, OSError, KeyError):
        yield source.problem(
            ("time_zone",),
            _("unknown time zone “{zone}”").format(zone=declaration.time_zone),
            _("write e.g. Asia/Shanghai"),
        )
    if organisation.department(declaration.owner) is None:
        yield _unknown_department(linted, ("owner",), declaration.owner, organisation)
    for name, selector in declaration.groups.items():
        unit = organisation.unit(name)
        if unit is not None:
            yield source.problem(
                ("groups", name),
                _("group “{name}” bears the name of the unit {unit}").format(
                    name=name, unit=unit.name
                ),
                _("give the group another name"),
                at_key=True,
            )
        yield from _selection(linted, ("groups", name), selector, organisation)
    for number, stage in enumerate(declaration.stages):
        for key, value in (("start", stage.start), ("end", stage.end)):
            if value is not None:
                yield from _readable(linted, ("stages", number, key), value)
    if not working_days().is_published(declaration.year):
        yield source.problem(
            ("year",),
            _("the public holidays of {year} are not published yet, or not known here").format(
                year=declaration.year
            ),
            _("dates around holidays are provisional until they are"),
            Severity.WARNING,
        )


def _duplicates(linted: Linted) -> Iterator[Problem]:
    declaration = linted.declaration
    listed: list[tuple[str, list[tuple[tuple[str | int, ...], str]]]] = [
        (
            _("milestone"),
            [(linted.path(n, "id"), m.id) for n, m in enumerate(declaration.milestones)],
        ),
        (_("stage"), [(("stages", n, "id"), s.id) for n, s in enumerate(declaration.stages)]),
        (
            _("target"),
            [
                (linted.path(n, "targets", k, "id"), target.id)
                for n, m in enumerate(declaration.milestones)
                for k, target in enumerate(m.targets)
            ],
        ),
        (_("rung"), [(("ladder", n, "id"), r.id) for n, r in enumerate(declaration.ladder or ())]),
    ]
    for n, m in enumerate(declaration.milestones):
        rungs = [(linted.path(n, "ladder", k, "id"), r.id) for k, r in enumerate(m.ladder or ())]
        listed.append((_("rung"), rungs))
    for sort, ids in listed:
        counts = Counter(id_ for _path, id_ in ids)
        seen: set[str] = set()
        for path, id_ in ids:
            if counts[id_] > 1 and id_ in seen:
                yield linted.source.problem(
                    path,
                    _("the {sort} id “{id}” stands twice").format(sort=sort, id=id_),
                    _("give one of them another id"),
                )
            seen.add(id_)


def _references(linted: Linted, organisation: Organisation) -> Iterator[Problem]:
    declaration = linted.declaration
    ids = linted.milestone_ids or {m.id for m in declaration.milestones}
    stages = linted.stage_ids or {s.id for s in declaration.stages}
    for n, milestone in enumerate(declaration.milestones):
        for k, before in enumerate(milestone.after):
            if before not in ids:
                yield _unknown(linted, linted.path(n, "after", k), _("milestone"), before, ids)
        due = _parsed(milestone, declaration.year)
        if isinstance(due, After) and due.milestone not in ids:
            yield _unknown(linted, linted.path(n, "due"), _("milestone"), due.milestone, ids)
        if milestone.stage is not None and milestone.stage not in stages:
            yield _unknown(linted, linted.path(n, "stage"), _("stage"), milestone.stage, stages)
        if milestone.track is not None and milestone.track not in declaration.tracks:
            yield _unknown(
                linted, linted.path(n, "track"), _("track"), milestone.track, declaration.tracks
            )
        for k, office in enumerate(milestone.departments):
            if organisation.department(office) is None:
                yield _unknown_department(
                    linted, linted.path(n, "departments", k), office, organisation
                )
    for k, enquiry in enumerate(declaration.enquiries):
        if enquiry.track is not None and enquiry.track not in declaration.tracks:
            yield _unknown(
                linted, ("enquiries", k, "track"), _("track"), enquiry.track, declaration.tracks
            )


def _circles(linted: Linted) -> Iterator[Problem]:
    """Circles among predecessors and relative due dates."""
    declaration = linted.declaration
    edges: dict[str, tuple[str, ...]] = {}
    for milestone in declaration.milestones:
        due = _parsed(milestone, declaration.year)
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


def _selections(linted: Linted, organisation: Organisation) -> Iterator[Problem]:
    for n, milestone in enumerate(linted.declaration.milestones):
        yield from _selection(linted, linted.path(n, "who"), milestone.who, organisation)
        for k, target in enumerate(milestone.targets):
            path = linted.path(n, "targets", k)
            if target.who is not None:
                yield from _selection(linted, (*path, "who"), target.who, organisation)
            if target.scope is Scope.PROVINCE and target.who is not None:
                yield linted.source.problem(
                    (*path, "who"),
                    _("a province target binds no single units"),
                    _("take “who” away, or set scope: unit"),
                )
            if (target.value is None) == (not target.points):
                yield linted.source.problem(
                    path,
                    _("a target needs either a value or points"),
                    _("write value: 12, or points: [{by: 8月底前, value: 12}]"),
                )
            for i, point in enumerate(target.points):
                yield from _readable(linted, (*path, "points", i, "by"), point.by)


def _selection(
    linted: Linted, path: tuple[str | int, ...], selector: Selector, organisation: Organisation
) -> Iterator[Problem]:
    try:
        picked = select(selector, organisation, linted.declaration.groups)
    except SelectorError as error:
        if not error.group or path == ("groups", error.group):  # else reported at the group
            yield linted.source.problem(path, str(error), error.mend)
        return
    if not picked:
        yield linted.source.problem(
            path, _("this selects no unit"), _("widen the selector, or take the milestone away")
        )


def _kinds(linted: Linted) -> Iterator[Problem]:
    """The kind, the due phrase and the monthly fields must agree."""
    declaration = linted.declaration
    for n, milestone in enumerate(declaration.milestones):
        due = _parsed(milestone, declaration.year)
        if due is None:
            continue
        expected = (
            Kind.MONTHLY
            if isinstance(due, EachMonth)
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
            if expected is Kind.MONTHLY and not given:
                yield linted.source.problem(
                    linted.path(n),
                    _("a monthly milestone needs “{key}”").format(key=key),
                    _("write e.g. first: 2022-06, last: 2022-11, covers: previous"),
                )
            if expected is not Kind.MONTHLY and given:
                yield linted.source.problem(
                    linted.path(n, key),
                    _("“{key}” is for monthly milestones").format(key=key),
                    _("take it away"),
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


def _dates(linted: Linted) -> Iterator[Problem]:
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
            if milestone.id in dated and before in dated:
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


def _readable(linted: Linted, path: tuple[str | int, ...], phrase: str) -> Iterator[Problem]:
    try:
        single_date(phrase, linted.declaration.year)
    except PhraseError as error:
        yield linted.source.problem(path, str(error), phrase_mend())


def _parsed(milestone: Milestone, year: int) -> object:
    try:
        return parse_due(milestone.due, year)
    except PhraseError:
        return None


def _unknown(
    linted: Linted, path: tuple[str | int, ...], sort: str, name: str, known: Iterable[str]
) -> Problem:
    names = sorted(known)
    return linted.source.problem(
        path,
        _("unknown {sort} “{name}”").format(sort=sort, name=name),
        did_you_mean(name, names)
        or _("known are: {names}").format(names=_(", ").join(names) or _("none")),
    )


def _unknown_department(
    linted: Linted, path: tuple[str | int, ...], name: str, organisation: Organisation
) -> Problem:
    return _unknown(linted, path, _("department"), name, [d.name for d in organisation.departments])
