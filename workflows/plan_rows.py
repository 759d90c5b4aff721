"""The rows of the record that follow from the organisation file and a declaration."""

from typing import Any

from workflows.compile import (
    correction_ladder_of,
    department_names,
    ladder_of,
    unit_ladders_of,
)
from workflows.declaration import Declaration, Milestone
from workflows.organisation import Organisation, Unit
from workflows.reminding import stored_rungs
from workflows.tables import MilestoneRow, UnitRow


def unit_row(unit: Unit, position: int) -> UnitRow:
    """A unit of the organisation file as the record holds it."""
    return UnitRow(**_unit_values(unit, position))


def is_held(unit: Unit, position: int, row: UnitRow) -> bool:
    """Whether the record has the unit as the organisation file has it, at that place."""
    return all(getattr(row, name) == one for name, one in _unit_values(unit, position).items())


def _unit_values(unit: Unit, position: int) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name": unit.name,
        "aliases": list(unit.aliases),
        "level": unit.level,
        "parent_id": unit.parent,
        "position": position,
        "attributes": dict(unit.attributes),
    }


def milestone_row(
    declaration: Declaration, milestone: Milestone, position: int, organisation: Organisation
) -> MilestoneRow:
    """A milestone of the declaration, at that place among the others."""
    return MilestoneRow(
        campaign_id=declaration.id,
        id=milestone.id,
        position=position,
        title=milestone.title,
        kind=milestone.kind.value,
        stage=milestone.stage or "",
        departments=list(department_names(milestone.departments, organisation)),
        track=milestone.track or "",
        clause=milestone.clause,
        mailbox=declaration.mailbox_for(milestone),
        enquiries=[
            one.model_dump(mode="json", exclude_defaults=True)
            for one in declaration.enquiries_for(milestone)
        ],
        deliverables=[
            one.model_dump(mode="json", exclude_defaults=True) for one in milestone.deliverables
        ],
        ladder=stored_rungs(ladder_of(declaration, milestone)),
        unit_ladders=[
            {"units": units, "ladder": stored_rungs(rungs)}
            for units, rungs in unit_ladders_of(declaration, milestone, organisation)
        ],
        correction_ladder=stored_rungs(correction_ladder_of(declaration, milestone)),
        paper=milestone.paper or "",
        holiday_grace=declaration.holiday_grace,
        only_if=milestone.only_if or "",
    )
