"""Applies declarations: writes campaigns, milestones and assignments.

Applying the same declaration again changes nothing. What changes of a campaign that is running is
safe, or a person has decided about it (`workflows.changing`): people's work hangs on it. All of it
is one transaction's.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from workflows.attributes import as_reported, settle
from workflows.changing.decisions import Decisions, check_decisions
from workflows.changing.model import Kind
from workflows.changing.writing import Settled, past_answers, write_changes
from workflows.comparing import ApplyPlan, CampaignChange
from workflows.compile import department_names
from workflows.events import APPLIED
from workflows.holiday_record import CALENDAR, years_to_note
from workflows.new_assignments import AlreadyPast, write_assignments
from workflows.organisation import Organisation
from workflows.plan_rows import is_held, milestone_row, unit_row
from workflows.reminding import next_at
from workflows.reporting.ranked import who_is_ranked
from workflows.rewording import asks_the_same, lit_the_same, reword, says_the_same
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    CampaignVersion,
    MilestoneRow,
    UnitRow,
)
from workflows.targets.compiled import compile_targets
from workflows.targets.rewording import reword_attributes, reworded_targets
from workflows.transitions import Deed, append_campaign_event
from workflows.turning import begin_to_look
from workflows.versions import plan_of


class Past(StrEnum):
    """What happens to assignments whose due date is already past when they are applied."""

    DONE = "done"  # they were settled before Duban was used
    CHASE = "chase"  # they are owed: remind at once
    SILENT = "silent"  # they are owed and listed, and nobody is mailed about them


def apply(
    session: Session,
    plan: ApplyPlan,
    organisation: Organisation,
    *,
    now: datetime,
    actor: str,
    past: Past | None,
    note: str = "",
    status: CampaignStatus = CampaignStatus.RUNNING,
    decisions: Decisions | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write the plan in the caller's transaction; return how many assignments were added.

    `status` is that of new campaigns: a draft is silent until it is started. `past` decides about
    all new assignments that are already late, as far as `decisions`, by default those with which
    the plan was made, say nothing. `data` is what else the event keeps of each version.
    Raises UndecidedError or ProblemsError where a decision is missing or unknown, StateError where
    `past` is not said and needed.
    """
    given = decisions or Decisions(plan.answers)
    answers = dict(given.answers)
    if past is not None:
        for one in plan.differences:
            if one.kind is Kind.PAST:
                answers.setdefault(one.key, past.value)
    check_decisions(plan.differences, replace(given, answers=answers))
    if plan.past and past is None:
        raise StateError(
            _("{count} assignments are already past their due date").format(count=len(plan.past)),
            _("say what becomes of them: --past done, chase or silent"),
        )
    if plan.to_write or plan.units:
        _write_units(session, organisation, now)
    known = as_reported(session, organisation)
    for change in plan.to_write:
        deed, settled = Deed(actor, now, now, note, data=data or {}), Settled(change, answers)
        _write_campaign(session, change, known, deed, status, settled, answers)
        campaign = session.get_one(Campaign, change.declaration.id)
        write_changes(session, campaign, settled, change.renames, deed)
        _replan_existing(session, change)
        if change.added:
            late = _already_past(change, past, past_answers(change, answers))
            write_assignments(session, campaign, change.added, late, now)
        settle(session, Deed(actor, now, now, announce=False), campaign_id=change.declaration.id)
        campaign = session.get_one(Campaign, change.declaration.id)
        begin_to_look(session, campaign, now, anew=False)
    return sum(len(change.added) for change in plan.to_write)


def _write_units(session: Session, organisation: Organisation, now: datetime) -> None:
    known = {one.id: one for one in session.exec(select(UnitRow))}
    names = {key: one.name for key, one in known.items()}
    attributes = {key: dict(one.attributes) for key, one in known.items()}
    for position, unit in enumerate(organisation.units):
        if unit.id not in known:
            session.add(unit_row(unit, position))
        elif not is_held(unit, position, known[unit.id]):
            session.merge(unit_row(unit, position))
    renamed = [one.id for one in organisation.units if names.get(one.id, one.name) != one.name]
    if renamed:
        reword(session, col(Assignment.unit_id).in_(renamed), now)
    for unit in organisation.units:
        before, after = attributes.get(unit.id, unit.attributes), unit.attributes
        changed = frozenset(one for one in {*before, *after} if before.get(one) != after.get(one))
        if changed:
            reword_attributes(session, [unit.id], changed, now)
    session.flush()


def _write_campaign(
    session: Session,
    change: CampaignChange,
    organisation: Organisation,
    deed: Deed,
    status: CampaignStatus,
    settled: Settled,
    answers: Mapping[str, str],
) -> None:
    declaration = change.declaration
    before = session.get(Campaign, declaration.id)
    data: dict[str, Any] = declaration.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    version = before.version + 1 if before else 1
    after = Campaign(
        id=declaration.id,
        title=declaration.title,
        year=declaration.year,
        time_zone=declaration.time_zone,
        owner=department_names([declaration.owner], organisation)[0],
        mailbox=declaration.mailbox,
        issued=declaration.issued,
        version=version,
        digest=change.digest,
        applied_at=deed.now,
        changed_at=deed.now,
        color=declaration.color or "",
        receipts=declaration.receipts,
        status=before.status if before else status,
    )
    reworded: set[str | None] = set()
    targets = compile_targets(declaration, organisation, version)
    if before is not None:
        same = says_the_same(before, after) and lit_the_same(plan_of(session, before), declaration)
        reworded = reworded_targets(session, before, targets) if same else {None}
    session.merge(after)
    session.add(
        CampaignVersion(
            campaign_id=declaration.id, version=version, digest=change.digest, declaration=data
        )
    )
    rows = session.exec(select(MilestoneRow).where(MilestoneRow.campaign_id == declaration.id))
    there = {one.id: one for one in rows}  # held until here, so that none is read one by one
    for position, milestone in enumerate(declaration.milestones):
        row = milestone_row(declaration, milestone, position, organisation)
        old = there.get(milestone.id)
        if old is None:
            session.add(row)
            continue
        if not asks_the_same(old, row):
            reworded.add(milestone.id)
        session.merge(row)
    session.add_all(targets)
    session.flush()
    _reword(session, change, reworded, deed.now)
    append_campaign_event(
        session,
        declaration.id,
        APPLIED,
        deed,
        {
            "version": version,
            "added": len(change.added),
            "ranked": [one.as_data() for one in who_is_ranked(declaration, organisation)],
        }
        | _calendar(session, change)
        | dict(deed.data)
        | settled.as_data(change.renames)
        | _decided(change, answers)
        | _own_ladders(session, change)
        | ({} if before or status is CampaignStatus.RUNNING else {"status": status.value}),
    )


def _calendar(session: Session, change: CampaignChange) -> dict[str, Any]:
    """The holidays that these dates were computed with, where the record does not have them."""
    noted = years_to_note(session, (one.due for one in change.added))
    return {CALENDAR: noted} if noted else {}


def _reword(
    session: Session, change: CampaignChange, reworded: set[str | None], now: datetime
) -> None:
    """Note, once for each, which entries say something else: of these milestones (None: of all),
    and what has got another title or first day."""
    for move in change.matched.retitled:
        assignment = session.get_one(Assignment, move.held.number)
        assignment.title, assignment.start = move.new.title, move.new.start
        session.add(assignment)
    here = col(Assignment.campaign_id) == change.declaration.id
    if None in reworded:
        reword(session, here, now)
    elif reworded or change.matched.retitled:
        milestones = col(Assignment.milestone_id).in_(sorted(filter(None, reworded)))
        numbers = col(Assignment.id).in_([one.held.number for one in change.matched.retitled])
        reword(session, here & (milestones | numbers), now)


def _replan_existing(session: Session, change: CampaignChange) -> None:
    """A new version may have another ladder or day of issue: look again when each is next due."""
    if change.is_new:
        return
    campaign = session.get_one(Campaign, change.declaration.id)
    for one in session.exec(select(Assignment).where(Assignment.campaign_id == campaign.id)):
        milestone = session.get_one(MilestoneRow, (campaign.id, one.milestone_id))
        one.next_at = next_at(one, milestone, campaign)
        session.add(one)
    session.flush()


def _already_past(
    change: CampaignChange, past: Past | None, decided: Mapping[str, str]
) -> AlreadyPast:
    """What becomes of each new assignment that is late already."""
    becomes = {one.key: decided.get(one.key) or past for one in change.past}
    return AlreadyPast(
        done={key for key, one in becomes.items() if one == Past.DONE},
        silent={key for key, one in becomes.items() if one == Past.SILENT},
    )


def _decided(change: CampaignChange, answers: Mapping[str, str]) -> dict[str, Any]:
    """The decisions by which this version was applied."""
    found = {one.key: answers[one.key] for one in change.differences if not one.safe}
    return {"decisions": found} if found else {}


def _own_ladders(session: Session, change: CampaignChange) -> dict[str, Any]:
    """The ladders for single units as this version has them: with a later one they are others."""
    rows = session.exec(
        select(MilestoneRow).where(MilestoneRow.campaign_id == change.declaration.id)
    )
    found = {one.id: one.unit_ladders for one in rows if one.unit_ladders}
    return {"unit_ladders": found}
