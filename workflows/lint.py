"""Checks a declaration against itself, the organisation and the calendar.

Errors: names that do not exist, empty selections, impossible or contradictory dates, circles,
and a plan that would compile into more than an office could ever follow.
Warnings: dates outside the campaign's year or on a day off, unpublished holidays, an order that
contradicts the predecessors.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from zoneinfo import ZoneInfo

from config.errors import SHOWN, Problem, Severity
from config.i18n import _
from config.settings import Settings
from workflows.dates import single_date
from workflows.lint_dates import lint_circles, lint_dates, lint_kinds
from workflows.lint_forms import lint_forms
from workflows.lint_ladders import lint_ladders
from workflows.lint_size import lint_size
from workflows.lint_targets import lint_targets
from workflows.linted import Linted, parsed_due
from workflows.organisation import Organisation, did_you_mean
from workflows.phrases import After, PhraseError, phrase_mend
from workflows.selectors import Selector, SelectorError, select
from workflows.working_days import working_days


def lint(
    linted: Linted, organisation: Organisation, settings: Settings | None = None
) -> list[Problem]:
    """Every problem found, errors and warnings. The `settings` have the channels and the sending
    window; None where they are not known."""
    found = chain(
        _campaign(linted, organisation),
        _duplicates(linted),
        _references(linted, organisation),
        lint_circles(linted),
        _selections(linted, organisation),
        lint_ladders(
            linted,
            lambda path, who: _selection(linted, path, who, organisation),
            organisation,
            settings,
        ),
        lint_kinds(linted),
        lint_targets(
            linted, lambda path, who: _selection(linted, path, who, organisation), _readable
        ),
        _reports(linted),
        _ranking(linted, organisation),
        lint_forms(linted, lambda path, who: _selection(linted, path, who, organisation)),
        lint_size(linted, organisation),
        lint_dates(linted),
    )
    return list(_until_enough(found))


def _until_enough(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Stops where more errors have been found than are shown: looking for what each wrong name
    may mean takes its time."""
    errors = 0
    for problem in problems:
        yield problem
        errors += problem.severity is Severity.ERROR
        if errors > SHOWN:
            return


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
            _(
                "dates around holidays are provisional until they are; "
                "then: “duban holidays update {year}”"
            ).format(year=declaration.year),
            Severity.WARNING,
        )


def _reports(linted: Linted) -> Iterator[Problem]:
    forms = {form.id for form in linted.declaration.forms}
    for n, report in enumerate(linted.declaration.reports):
        if report.form is not None and report.form not in forms:
            yield _unknown(linted, ("reports", n, "form"), _("form"), report.form, forms)


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
        (_("report"), [(("reports", n, "id"), r.id) for n, r in enumerate(declaration.reports)]),
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
        due = parsed_due(milestone, declaration.year)
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


def _selections(linted: Linted, organisation: Organisation) -> Iterator[Problem]:
    for n, milestone in enumerate(linted.declaration.milestones):
        yield from _selection(linted, linted.path(n, "who"), milestone.who, organisation)


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


def _ranking(linted: Linted, organisation: Organisation) -> Iterator[Problem]:
    rule = linted.declaration.ranking
    if rule.of is not None:
        yield from _selection(linted, ("ranking", "of"), rule.of, organisation)
    seen: set[str] = set()
    for n, levels in enumerate(rule.together):
        for k, level in enumerate(levels):
            path = ("ranking", "together", n, k)
            if level not in organisation.levels:
                yield _unknown(linted, path, _("level"), level, organisation.levels)
            elif level in seen:
                yield linted.source.problem(
                    path,
                    _("the level “{level}” stands twice").format(level=level),
                    _("each level is ranked in one group"),
                )
            seen.add(level)


def _readable(linted: Linted, path: tuple[str | int, ...], phrase: str) -> Iterator[Problem]:
    try:
        single_date(phrase, linted.declaration.year)
    except PhraseError as error:
        yield linted.source.problem(path, str(error), phrase_mend())


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
