"""A declaration as a time line: stages, milestones with their days, and what is in between."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from workflows.compile import CompiledAssignment
from workflows.dates import single_date
from workflows.declaration import Declaration, Milestone, Stage
from workflows.simulating.model import Bar, StageBar, Timeline, monday
from workflows.working_days import working_days

_DAY = timedelta(days=1)
_ROOM = timedelta(days=5)
_SHORTEST = timedelta(days=42)
_SHORT = 100  # days: on a longer line weekends would be stripes


def timeline(declaration: Declaration, compiled: Sequence[CompiledAssignment]) -> Timeline:
    """The time line of a declaration and its assignments as they are compiled."""
    own: dict[str, list[CompiledAssignment]] = defaultdict(list)
    for one in compiled:
        own[one.milestone.id].append(one)
    stages = [*declaration.stages, None]
    grouped = [(stage, _of_stage(declaration, stage, own)) for stage in stages]
    ordered = [milestone for _stage, several in grouped for milestone in several]
    numbers = {milestone.id: n for n, milestone in enumerate(ordered, start=1)}
    bars = {one.id: _bar(one, own, numbers) for one in ordered}
    rows = tuple(
        StageBar(
            stage.title if stage else "",
            *(stage_days(stage, declaration.year) if stage else (None, None)),
            tuple(bars[one.id] for one in several),
        )
        for stage, several in grouped
        if several or stage
    )
    first, last = _range(declaration, rows)
    return Timeline(
        declaration.id, declaration.title, declaration.issued, first, last, rows,
        tuple(_days_off(first, last)),
    )  # fmt: skip


def stage_days(stage: Stage, year: int) -> tuple[date | None, date | None]:
    """A stage's first and last day, as far as the plan says."""
    return (
        single_date(stage.start, year) if stage.start else None,
        single_date(stage.end, year) if stage.end else None,
    )


def _of_stage(
    declaration: Declaration, stage: Stage | None, own: dict[str, list[CompiledAssignment]]
) -> list[Milestone]:
    """The milestones of a stage (None: of none that is declared) by their first due dates."""
    known = {one.id for one in declaration.stages}
    here = [
        one
        for one in declaration.milestones
        if own[one.id] and (one.stage == stage.id if stage else one.stage not in known)
    ]
    return sorted(here, key=lambda one: min(each.due for each in own[one.id]))


def _bar(
    milestone: Milestone, own: dict[str, list[CompiledAssignment]], numbers: dict[str, int]
) -> Bar:
    assignments = own[milestone.id]
    spans = {(one.start, one.due) for one in assignments if one.start is not None}
    return Bar(
        numbers[milestone.id],
        milestone.id,
        milestone.title,
        len({one.unit.id for one in assignments}),
        tuple(sorted({one.due for one in assignments})),
        tuple(sorted((start, due) for start, due in spans if start is not None)),
        tuple((numbers[one], max(each.due for each in own[one]))
              for one in milestone.after if one in numbers),
    )  # fmt: skip


def _range(declaration: Declaration, rows: Sequence[StageBar]) -> tuple[date, date]:
    """Whole weeks around everything that is shown, with some room at both ends."""
    days = [day for stage in rows for day in (stage.start, stage.end) if day is not None]
    for stage in rows:
        for bar in stage.bars:
            days += [*bar.dues, *(start for start, _due in bar.spans)]
    if declaration.issued is not None:
        days.append(declaration.issued)
    first, last = monday(min(days)), monday(max(days)) + 6 * _DAY
    room = max(_ROOM, (_SHORTEST - (last - first)) / 2, (last - first) / 40)
    return monday(first - room), monday(last + room) + 6 * _DAY


def _days_off(first: date, last: date) -> Iterator[tuple[date, date, str]]:
    """Runs of days off: with a holiday in them, and on a short line plain weekends too."""
    days = working_days()
    day = first
    while day <= last:
        if days.is_working_day(day):
            day += _DAY
            continue
        start, names = day, Counter[str]()
        while day <= last and not days.is_working_day(day):
            names.update(filter(None, [days.day_name(day)]))
            day += _DAY
        if names or (last - first).days < _SHORT:
            yield start, day - _DAY, max(names, key=names.__getitem__, default="")
