"""Targets against what was reached, as lines of a report: the province or the sum, then units."""

from collections.abc import Iterable, Mapping

from workflows.reporting.looking import View
from workflows.reporting.model import TargetLine
from workflows.tables import UnitRow
from workflows.targets.standing import TargetStanding
from workflows.targets.views import PROVINCE


def target_lines(view: View, units: Mapping[str, UnitRow]) -> tuple[TargetLine, ...]:
    """The lines of one campaign; `units` are all units by id."""
    return tuple(
        _line(view, one, units)
        for target in view.numbers.views
        for one in (view.numbers.totals[target.id], *_units_of(view, target.id))
    )


def _units_of(view: View, target_id: str) -> Iterable[TargetStanding]:
    return (one for (target, _unit), one in view.numbers.units.items() if target == target_id)


def _line(view: View, one: TargetStanding, units: Mapping[str, UnitRow]) -> TargetLine:
    target = one.target.target
    row = None if one.unit_id == PROVINCE else units.get(one.unit_id)
    return TargetLine(
        campaign=view.plan.title if view.plan else view.campaign.title,
        target_id=target.id,
        title=target.title,
        measure=target.measure,
        operator=target.operator,
        unit_of_measure=target.unit_of_measure,
        must=one.target.must,
        unit_id=one.unit_id,
        unit="" if one.unit_id == PROVINCE else row.name if row else one.unit_id,
        level=row.level if row else "",
        figure=one.figure,
        whole=one.whole,
        value=one.level,
        goal=one.goal,
        expected=one.expected,
        due=one.due,
        as_of=one.as_of,
        reached=one.reached,
        light=one.light,
        parts=one.parts if len(one.parts) > 1 else (),
        forecast=one.forecast,
        reported=len(one.reported),
        missing=tuple(units[unit].name if unit in units else unit for unit in one.missing),
    )
