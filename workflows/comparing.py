"""Compares declarations with the database: what applying them would add, move or remove.

It reads only; `workflows.applying` writes what is found here.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from workflows.assigning import assigned_milestones
from workflows.compile import CompiledAssignment, compile_campaign
from workflows.declaration import Declaration
from workflows.organisation import Organisation, Unit
from workflows.reminding import local_date
from workflows.tables import Assignment, Campaign, UnitRow


@dataclass(frozen=True, slots=True)
class CampaignChange:
    """What applying one declaration will do."""

    declaration: Declaration
    digest: str
    is_new: bool
    added: tuple[CompiledAssignment, ...] = ()
    moved: tuple[tuple[CompiledAssignment, date], ...] = ()  # with the due date it has now
    retitled: tuple[tuple[CompiledAssignment, int], ...] = ()  # with the id of what is there
    removed: tuple[str, ...] = ()  # names of assignments that the declaration no longer has
    past: tuple[CompiledAssignment, ...] = ()  # of those added, the ones already late

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return self.is_new or bool(self.digest)


@dataclass(slots=True)
class ApplyPlan:
    """What applying several declarations will do, in their order."""

    changes: list[CampaignChange] = field(default_factory=list)
    units: tuple[str, ...] = ()  # names of known units that the organisation file has otherwise

    @property
    def to_write(self) -> list[CampaignChange]:
        """Those that change anything."""
        return [change for change in self.changes if change.changes_anything]

    @property
    def past(self) -> list[CompiledAssignment]:
        """The new assignments that are already late."""
        return [one for change in self.changes for one in change.past]


def plan_apply(
    session: Session,
    declarations: Iterable[Declaration],
    organisation: Organisation,
    now: datetime,
) -> ApplyPlan:
    """Compare declarations with the database. Reads only."""
    plan = ApplyPlan(units=_other_units(session, organisation))
    for declaration in declarations:
        plan.changes.append(_compare(session, declaration, organisation, now))
    return plan


def unit_row(unit: Unit, position: int) -> UnitRow:
    """A unit of the organisation file as the record holds it."""
    return UnitRow(
        id=unit.id,
        name=unit.name,
        aliases=list(unit.aliases),
        level=unit.level,
        parent_id=unit.parent,
        position=position,
        attributes=dict(unit.attributes),
    )


def _other_units(session: Session, organisation: Organisation) -> tuple[str, ...]:
    known = {one.id: one.model_dump() for one in session.exec(select(UnitRow))}
    return tuple(
        unit.name
        for position, unit in enumerate(organisation.units)
        if unit.id in known and known[unit.id] != unit_row(unit, position).model_dump()
    )


def _compare(
    session: Session, declaration: Declaration, organisation: Organisation, now: datetime
) -> CampaignChange:
    compiled = compile_campaign(declaration, organisation)
    digest = _digest(declaration, compiled)
    campaign = session.get(Campaign, declaration.id)
    if campaign is not None and campaign.digest == digest:
        return CampaignChange(declaration, "", is_new=False)
    declared = select(Assignment).where(
        Assignment.campaign_id == declaration.id,
        col(Assignment.milestone_id).not_in(assigned_milestones(session, declaration.id)),
    )
    existing = {(one.milestone_id, one.unit_id, one.period): one for one in session.exec(declared)}
    today = local_date(now, declaration.time_zone)
    added, moved, retitled = [], [], []
    for one in compiled:
        old = existing.pop((one.milestone.id, one.unit.id, one.period), None)
        if old is None:
            added.append(one)
        elif _has_moved(old, one):
            moved.append((one, old.extended_from or old.due))
        elif (old.title, old.start) != (one.title, one.start):
            retitled.append((one, old.id or 0))
    removed = tuple(
        "/".join(part for part in (declaration.id, *key) if part) for key in sorted(existing)
    )
    past = tuple(one for one in added if one.late_after < today)
    return CampaignChange(
        declaration, digest, campaign is None,
        tuple(added), tuple(moved), tuple(retitled), removed, past,
    )  # fmt: skip


def _has_moved(old: Assignment, new: CompiledAssignment) -> bool:
    """Whether the new version would change dates that people have been told."""
    if old.nominal_due != new.nominal_due or (old.extended_from or old.due) != new.due:
        return True
    untouched = old.effective_due == new.due
    return untouched and old.late_after != new.late_after


def _digest(declaration: Declaration, compiled: Sequence[CompiledAssignment]) -> str:
    """Same declaration and same compiled assignments, same digest."""
    content = declaration.model_dump_json(by_alias=True) + json.dumps(
        [[one.key, one.due.isoformat(), one.late_after.isoformat()] for one in compiled]
    )
    return sha256(content.encode()).hexdigest()
