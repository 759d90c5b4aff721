"""Compiles a declaration's targets: who is bound, who reports, what is to be reached by when."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from workflows.dates import moved_due, nominal_dates, single_date
from workflows.declaration import Declaration, Milestone
from workflows.organisation import Organisation, Unit
from workflows.selectors import Selector, select
from workflows.tables import TargetRow
from workflows.targets.declared import Point, Scope, Target
from workflows.working_days import working_days


def compile_targets(
    declaration: Declaration, organisation: Organisation, version: int
) -> list[TargetRow]:
    """Every target of the campaign in the order of the plan. The declaration must be free of
    lint errors."""
    rows: list[TargetRow] = []
    for milestone in declaration.milestones:
        for target in milestone.targets:
            row = _compiled(declaration, milestone, target, organisation)
            row.version, row.position = version, len(rows)
            rows.append(row)
    return rows


def bound_units(
    declaration: Declaration, milestone: Milestone, target: Target, organisation: Organisation
) -> list[Unit]:
    """The units that a target binds, in administrative order; none where it is the province's."""
    if target.scope is Scope.PROVINCE:
        return []
    return select(target.who or milestone.who, organisation, declaration.groups)


def last_due(declaration: Declaration, milestone: Milestone) -> date | None:
    """The due date by which a value without a date of its own is to be reached."""
    dates = [one.due for one in nominal_dates(declaration, milestone)]
    if not dates:
        return None
    return moved_due(max(dates), declaration.holiday_rule(milestone), working_days())


def _compiled(
    declaration: Declaration, milestone: Milestone, target: Target, organisation: Organisation
) -> TargetRow:
    bound = bound_units(declaration, milestone, target, organisation)
    reporters = (
        _ids(target.reporters, declaration, organisation)
        if target.reporters is not None
        else [unit.id for unit in bound]
    )
    points = _dated(target.points, declaration.year)
    if not points:
        due = last_due(declaration, milestone)
        points = [] if due is None else [[due.isoformat(), target.value]]
    return TargetRow(
        campaign_id=declaration.id,
        version=0,
        id=target.id,
        milestone_id=milestone.id,
        position=0,
        declared=target.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        units=[unit.id for unit in bound],
        reporters=reporters,
        points=points,
        curve=_dated(target.curve, declaration.year),
        start=_start(declaration, milestone, target),
    )


def _ids(selector: Selector, declaration: Declaration, organisation: Organisation) -> list[str]:
    return [unit.id for unit in select(selector, organisation, declaration.groups)]


def _dated(points: Iterable[Point], year: int) -> list[list[Any]]:
    return sorted([single_date(one.by, year).isoformat(), one.value] for one in points)


def _start(declaration: Declaration, milestone: Milestone, target: Target) -> date:
    """The target's own start, its milestone's, its stage's, the plan's day of issue, the year's."""
    stage = next((one for one in declaration.stages if one.id == milestone.stage), None)
    for phrase in (target.start, milestone.start, stage.start if stage else None):
        if phrase is not None:
            return single_date(phrase, declaration.year)
    starts = [one.start for one in nominal_dates(declaration, milestone) if one.start is not None]
    return min(starts, default=declaration.issued or date(declaration.year, 1, 1))
