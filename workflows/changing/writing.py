"""Writes what a new version changes of the assignments in force: moved, gone, back, renamed.

Each by an event of the assignment, through the one writer of its state.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session, select

from workflows.changing.matching import planned
from workflows.changing.model import Answer, Held, Kind, Move
from workflows.comparing import CampaignChange
from workflows.events import PLAN_VERSION, events_of, standing_events
from workflows.handing_in import reopen
from workflows.snapshots import snapshot_before
from workflows.states import OWING, Action, State
from workflows.tables import Assignment, Campaign, CampaignStatus, MilestoneRow
from workflows.transitions import Deed, apply_action, planned_of


class Settled:
    """What the decisions make of the differences of one campaign."""

    def __init__(self, change: CampaignChange, answers: Mapping[str, str]) -> None:
        matched = change.matched
        left = {
            number
            for one in change.differences
            if answers.get(one.key) == Answer.KEEP and not one.safe
            for number in one.numbers
        }
        self.moved: list[Move] = [one for one in matched.moved if one.held.number not in left]
        self.cancelled: list[Held] = [one for one in matched.removed if one.number not in left]
        self.back: list[Move] = matched.back
        moving = {one.held.number for one in (*self.moved, *self.back)}
        self.renamed: list[Held] = [one for one in matched.renamed if one.number not in moving]
        self.kept: dict[str, str] = {str(key): due for key, due in matched.kept.items()}
        for one in matched.moved:
            if one.held.number in left:
                self.kept[str(one.held.number)] = one.new.due.isoformat()
        for held in matched.removed:
            if held.number in left:
                self.kept[str(held.number)] = ""

    def as_data(self, renames: Mapping[str, str]) -> dict[str, object]:
        """What the event of the version keeps of it, without what there is none of."""
        numbers = {
            "replanned": len(self.moved) + len(self.renamed),
            "cancelled": len(self.cancelled),
            "returned": len(self.back),
            "renamed": dict(renames),
            "kept": self.kept,
        }
        return {key: value for key, value in numbers.items() if value}


def past_answers(change: CampaignChange, answers: Mapping[str, str]) -> dict[str, str]:
    """What becomes of new assignments that are already late, by their names."""
    found = {}
    asked = {
        one.milestone: answers.get(one.key, "")
        for one in change.differences
        if one.kind is Kind.PAST
    }
    for one in change.past:
        found[one.key] = asked.get(one.milestone.id, "")
    return found


def write_changes(
    session: Session,
    campaign: Campaign,
    settled: Settled,
    renames: Mapping[str, str],
    deed: Deed,
) -> None:
    """Write them, by an event each; the campaign and its milestones are those of the new version
    already. Nobody is told of a campaign that rests."""
    deed = replace(
        deed,
        announce=campaign.status is CampaignStatus.RUNNING,
        data={**deed.data, PLAN_VERSION: campaign.version},
    )
    for held in settled.renamed:
        assignment = session.get_one(Assignment, held.number)
        plan = replace(planned_of(assignment), milestone=renames[held.milestone])
        apply_action(session, assignment, Action.REPLAN, deed, plan=plan)
    for held in settled.cancelled:
        assignment = session.get_one(Assignment, held.number)
        told = held.state in {*OWING, State.SUBMITTED} and not held.silent
        own = replace(deed, announce=deed.announce and told)
        apply_action(session, assignment, Action.CANCEL, own)
    for move in settled.moved:
        assignment = session.get_one(Assignment, move.held.number)
        apply_action(session, assignment, Action.REPLAN, deed, plan=planned(move.new))
    for move in settled.back:
        _bring_back(session, move, deed)
    _carry_over(session, campaign.id, renames)


def _bring_back(session: Session, move: Move, deed: Deed) -> None:
    """As it stood when a version cancelled it, by the date that the plan has now; what a person
    had cancelled begins anew."""
    assignment = session.get_one(Assignment, move.held.number)
    standing = standing_events(events_of(session, assignment.id))
    last = standing[-1] if standing else None
    if last is not None and last.kind == Action.CANCEL and PLAN_VERSION in last.data:
        own = replace(deed, data={**deed.data, "undoes": last.id})
        before = snapshot_before(session, assignment, standing)
        apply_action(session, assignment, Action.UNDO, own, restored=before)
    else:
        reopen(session, assignment, deed)
    if assignment.state is not State.ACCEPTED and planned_of(assignment) != planned(move.new):
        apply_action(session, assignment, Action.REPLAN, deed, plan=planned(move.new))


def _carry_over(session: Session, campaign_id: str, renames: Mapping[str, str]) -> None:
    """The row of a milestone with another id goes; what was opened out of it names the new one."""
    for old, new in renames.items():
        opened = select(MilestoneRow).where(
            MilestoneRow.campaign_id == campaign_id, MilestoneRow.parent_id == old
        )
        for row in session.exec(opened):
            row.parent_id = new
            session.add(row)
        former = session.get(MilestoneRow, (campaign_id, old))
        if former is not None:
            session.delete(former)
    session.flush()


def taken_uids(session: Session, campaign_id: str) -> set[str]:
    """The calendar UIDs that a campaign's assignments have: a milestone that got another id keeps
    its own. No other campaign's can be the same, since a key begins with its campaign."""
    return set(session.exec(select(Assignment.uid).where(Assignment.campaign_id == campaign_id)))
