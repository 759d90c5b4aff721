"""Compares declarations with the database: what applying them would add, move or take away.

It reads only; `workflows.applying` writes what is found here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from workflows.attributes import as_reported
from workflows.changing.differences import Differences
from workflows.changing.matching import Matched, held_in_file, held_in_record, kept_before
from workflows.changing.model import Difference
from workflows.changing.work import Surroundings
from workflows.compile import CompiledAssignment, compile_campaign
from workflows.declaration import Declaration
from workflows.organisation import Organisation
from workflows.plan_rows import is_held
from workflows.reminding import local_date
from workflows.tables import Campaign, CampaignStatus, UnitRow
from workflows.versions import plan_of


@dataclass(frozen=True, slots=True)
class CampaignChange:
    """What applying one declaration will do. `differences` are to what is in force, none where the
    campaign is new; `renames` has the new ids of milestones by the old ones."""

    declaration: Declaration
    digest: str
    is_new: bool
    matched: Matched = field(default_factory=Matched)
    renames: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    past: tuple[CompiledAssignment, ...] = ()  # of those added, the ones already late
    archived: bool = False  # it would change, and is left as it was put away

    @property
    def added(self) -> Sequence[CompiledAssignment]:
        """The assignments that are new."""
        return self.matched.added

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return self.is_new or bool(self.digest)


@dataclass(slots=True)
class ApplyPlan:
    """What applying several declarations will do, in their order. `answers` are the decisions by
    which it was worked out."""

    changes: list[CampaignChange] = field(default_factory=list)
    units: tuple[str, ...] = ()  # names of known units that the organisation file has otherwise
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def to_write(self) -> list[CampaignChange]:
        """Those that change anything."""
        return [change for change in self.changes if change.changes_anything]

    @property
    def archived(self) -> list[str]:
        """The ids of archived campaigns that the files or the organisation have otherwise."""
        return [change.declaration.id for change in self.changes if change.archived]

    @property
    def past(self) -> list[CompiledAssignment]:
        """The assignments of new campaigns that are already late."""
        return [one for change in self.changes if change.is_new for one in change.past]

    @property
    def differences(self) -> list[Difference]:
        """Those of all campaigns that are in force."""
        return [one for change in self.changes for one in change.differences]


def plan_apply(
    session: Session,
    declarations: Iterable[Declaration],
    organisation: Organisation,
    now: datetime,
    answers: Mapping[str, str] | None = None,
) -> ApplyPlan:
    """Compare declarations with the database at `now` (aware). Reads only. `answers` are the
    decisions known so far: which milestones have only got another id changes what else differs."""
    plan = ApplyPlan(units=_other_units(session, organisation), answers=dict(answers or {}))
    known = as_reported(session, organisation)
    for declaration in declarations:
        plan.changes.append(_compare(session, declaration, known, now, plan.answers))
    return plan


def compare_declarations(
    old: Declaration, new: Declaration, organisation: Organisation, now: datetime
) -> tuple[Difference, ...]:
    """What differs between two declarations of one campaign on which nobody has worked yet."""
    compiled = compile_campaign(new, organisation)
    held = held_in_file(compile_campaign(old, organisation))
    today = local_date(now, new.time_zone)
    around = Surroundings(None, new.id, 0, organisation, today, running=True)
    return tuple(Differences(old, new, held, compiled, {}, {}, around).all())


def compiled_digest(declaration: Declaration, organisation: Organisation) -> str:
    """The digest by which a version is known: of the declaration and its dates by the holidays in
    force."""
    return _digest(declaration, compile_campaign(declaration, organisation))


def _other_units(session: Session, organisation: Organisation) -> tuple[str, ...]:
    rows = session.exec(select(UnitRow).order_by(col(UnitRow.position))).all()
    ids = {unit.id for unit in organisation.units}
    # Their order among themselves counts: a unit that comes or goes shifts all that stand behind.
    places = {row.id: at for at, row in enumerate(row for row in rows if row.id in ids)}
    known = {row.id: row for row in rows}
    units = [unit for unit in organisation.units if unit.id in known]
    return tuple(
        unit.name
        for at, unit in enumerate(units)
        if at != places[unit.id] or not is_held(unit, known[unit.id].position, known[unit.id])
    )


def _compare(
    session: Session,
    declaration: Declaration,
    organisation: Organisation,
    now: datetime,
    answers: Mapping[str, str],
) -> CampaignChange:
    compiled = compile_campaign(declaration, organisation)
    digest = _digest(declaration, compiled)
    campaign = session.get(Campaign, declaration.id)
    if campaign is not None and campaign.digest == digest:
        return CampaignChange(declaration, "", is_new=False)
    if campaign is not None and campaign.status is CampaignStatus.ARCHIVED:
        return CampaignChange(declaration, "", is_new=False, archived=True)
    today = local_date(now, declaration.time_zone)
    old = plan_of(session, campaign) if campaign is not None else None
    if campaign is None or old is None:
        past = tuple(one for one in compiled if one.late_after < today)
        return CampaignChange(declaration, digest, True, Matched(compiled), past=past)
    around = Surroundings(
        session, campaign.id, campaign.version, organisation, today,
        running=campaign.status is CampaignStatus.RUNNING,
    )  # fmt: skip
    found = Differences(
        old, declaration, held_in_record(session, campaign.id), compiled,
        kept_before(session, campaign.id), answers, around,
        is_draft=campaign.status is CampaignStatus.DRAFT,
    )  # fmt: skip
    past = tuple(one for one in found.matched.added if one.late_after < today)
    return CampaignChange(
        declaration, digest, False, found.matched, found.renames, tuple(found.all()), past
    )


def _digest(declaration: Declaration, compiled: Sequence[CompiledAssignment]) -> str:
    """Same declaration and same compiled assignments, same digest."""
    content = declaration.model_dump_json(by_alias=True) + json.dumps(
        [[one.key, one.due.isoformat(), one.late_after.isoformat()] for one in compiled]
    )
    return sha256(content.encode()).hexdigest()
