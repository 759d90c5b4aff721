"""Applies a transition to an assignment: its state, its dates, what was handed in, and the event.

No other code writes an assignment's state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.errors import InputError
from config.i18n import _
from workflows.compile import assignment_key
from workflows.events import PLAN_VERSION, append_event
from workflows.ladder import late_after
from workflows.reminding import local_date, next_at
from workflows.snapshots import restore, snapshot
from workflows.states import OWING, Action, State, next_state
from workflows.tables import Assignment, Campaign, Event, MilestoneRow
from workflows.working_days import working_days

# These change nothing of what a calendar entry says.
_ANSWERS = frozenset({Action.ACKNOWLEDGE, Action.SNOOZE})
# These are told whether or not a campaign wishes receipts: a date is asked for, or is another one.
_DATES = frozenset(
    {
        Action.REQUEST_EXTENSION, Action.APPROVE_EXTENSION, Action.REJECT_EXTENSION,
        Action.REPLAN, Action.CANCEL,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did it, when it happened, when it is recorded, and why."""

    actor: str
    at: datetime
    now: datetime
    note: str = ""
    announce: bool = True  # whether the unit is told, where its campaign wishes that
    data: Mapping[str, Any] = field(default_factory=dict)  # what else the event keeps


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan says of one assignment. Dates are local to the campaign's zone: `due` is the
    nominal one after `if_holiday`, without extensions."""

    milestone: str
    title: str
    start: date | None
    nominal_due: date
    due: date

    def as_data(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {
            "milestone": self.milestone,
            "title": self.title,
            "start": self.start.isoformat() if self.start else None,
            "nominal_due": self.nominal_due.isoformat(),
            "due": self.due.isoformat(),
        }


def planned_of(assignment: Assignment) -> Planned:
    """What the plan says of it by its row."""
    return Planned(
        assignment.milestone_id,
        assignment.title,
        assignment.start,
        assignment.nominal_due,
        assignment.extended_from or assignment.due,
    )


def name_of(assignment: Assignment) -> str:
    """The assignment's name, by ids."""
    return assignment_key(
        assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.period
    )


def append_campaign_event(
    session: Session, campaign_id: str, kind: str, deed: Deed, data: dict[str, Any]
) -> Event:
    """Append an event that is a campaign's, not one assignment's; nobody is told of it."""
    return append_event(
        session,
        campaign_id=campaign_id,
        assignment_id=None,
        kind=kind,
        at=deed.at,
        now=deed.now,
        actor=deed.actor,
        note=deed.note,
        data=data,
    )


def apply_action(
    session: Session,
    assignment: Assignment,
    action: Action,
    deed: Deed,
    *,
    effective_due: date | None = None,
    requested_due: date | None = None,
    missing: Sequence[str] = (),
    nil: bool = False,
    snooze: tuple[str, date] | None = None,
    restored: Mapping[str, Any] | None = None,
    plan: Planned | None = None,
) -> Event:
    """Apply one transition and append its event. No other code writes an assignment's state.

    `snooze` is an address with the day on which it wishes to be reminded; `restored` the snapshot
    to go back to, with Action.UNDO; `plan` what a new version says, with Action.REPLAN. Raises
    StateError where the state does not allow the action, InputError where it lies in the future.
    """
    campaign = session.get_one(Campaign, assignment.campaign_id)
    key = plan.milestone if plan is not None else assignment.milestone_id
    milestone = session.get_one(MilestoneRow, (assignment.campaign_id, key))
    if deed.at > deed.now:
        raise InputError(_("it cannot have happened later than now"), _("mend --on"))
    own: dict[str, Any] = {}
    today = local_date(deed.now, campaign.time_zone)
    was_silent = assignment.silent  # nobody has been told of it, nor of its date
    if plan is not None:
        assignment.state = next_state(assignment.state, action, name_of(assignment))
        own, anew = _replan(assignment, plan, milestone, today)
    elif restored is None:
        state = next_state(assignment.state, action, name_of(assignment))
        moved = effective_due is not None and effective_due != assignment.effective_due
        assignment.state = state
        _move(assignment, action, effective_due)
        _note(assignment, action, deed, campaign, requested_due, missing, nil=nil)
        anew = moved or action in {Action.RETURN, Action.REOPEN}
        if anew:
            # Who has seen the old date, or put it off, has not seen the new one.
            assignment.silent, assignment.acknowledged_at, assignment.snoozes = False, None, {}
        elif action is Action.ACKNOWLEDGE:
            assignment.acknowledged_at = deed.at
        elif snooze is not None:
            address, on = snooze
            assignment.snoozes = {**assignment.snoozes, address.lower(): on.isoformat()}
    else:
        restore(assignment, restored)
        anew = assignment.state in OWING
    if plan is not None or effective_due is not None:
        # Only with a date: a version whose grace is another one has moved what it moves.
        assignment.late_after = late_after(
            assignment.effective_due, working_days(), grace=milestone.holiday_grace
        )
    if anew:
        # Rungs of the new date that lie in the past are not made up for; today's still counts.
        # What the plan moves is told by a notice: where it was reminded today, that was today's.
        through, yesterday = assignment.reminded_through, today - timedelta(days=1)
        by_plan = plan is not None or PLAN_VERSION in deed.data
        reminded = by_plan and through is not None and through >= today
        assignment.reminded_through = today if reminded else yesterday
        if by_plan:
            own["rungs_from"] = (today + timedelta(days=reminded)).isoformat()
    assignment.next_at = next_at(assignment, milestone, campaign)
    if action not in _ANSWERS:
        assignment.sequence += 1
        # A clock that was set back does not make an entry older than it was.
        assignment.changed_at = max(assignment.changed_at, deed.now)
    session.add(assignment)
    return append_event(
        session,
        campaign_id=assignment.campaign_id,
        assignment_id=assignment.id,
        kind=action.value,
        at=deed.at,
        now=deed.now,
        actor=deed.actor,
        note=deed.note,
        data={**deed.data, **own, **snapshot(assignment)},
        announce=deed.announce
        and (campaign.receipts or action in _DATES)
        and (plan is None or (anew and not was_silent)),
    )


def _replan(
    assignment: Assignment, plan: Planned, milestone: MilestoneRow, today: date
) -> tuple[dict[str, Any], bool]:
    """Put what the plan says into force; return what the event keeps of it, and whether the unit
    owes it by another date than before.

    An extended one keeps the later of its two dates, a returned one its correction date.
    """
    was = planned_of(assignment)
    before = (assignment.effective_due, assignment.late_after)
    due = assignment.due
    assignment.milestone_id, assignment.title = plan.milestone, plan.title
    assignment.start, assignment.nominal_due = plan.start, plan.nominal_due
    if assignment.extended_from is not None and plan.due < assignment.due:
        assignment.extended_from = plan.due
    else:
        assignment.due, assignment.extended_from = plan.due, None
    if assignment.state is not State.RETURNED and assignment.effective_due == due:
        assignment.effective_due = assignment.due
    wish = assignment.requested_due
    if wish is not None and wish <= assignment.effective_due:
        assignment.requested_due = None
    late = late_after(assignment.effective_due, working_days(), grace=milestone.holiday_grace)
    anew = assignment.state in OWING and before != (assignment.effective_due, late)
    if anew:
        assignment.acknowledged_at, assignment.snoozes = None, {}
        assignment.silent = assignment.silent and late < today
    return {"was": was.as_data(), "plan": plan.as_data()}, anew


def _move(assignment: Assignment, action: Action, effective_due: date | None) -> None:
    if effective_due is None:
        return
    if action is Action.APPROVE_EXTENSION:
        assignment.extended_from = assignment.extended_from or assignment.due
        assignment.due = effective_due
    assignment.effective_due = effective_due


def _note(
    assignment: Assignment,
    action: Action,
    deed: Deed,
    campaign: Campaign,
    requested_due: date | None,
    missing: Sequence[str],
    *,
    nil: bool,
) -> None:
    """What the action leaves on the assignment beside its state and dates."""
    if action is Action.SUBMIT:
        assignment.submitted_at = assignment.submitted_at or deed.at
        # Judged by the date in force then: a later correction date does not make it good.
        if local_date(deed.at, campaign.time_zone) > assignment.late_after:
            assignment.handed_in_late = True
    if action in {Action.SUBMIT, Action.RECEIVE}:
        assignment.missing, assignment.nil = list(missing), nil
    if action is Action.REOPEN:
        assignment.submitted_at, assignment.handed_in_late = None, False
        assignment.missing, assignment.nil = [], False
    if action is Action.REQUEST_EXTENSION:
        assignment.requested_due = requested_due
    elif action in {Action.APPROVE_EXTENSION, Action.REJECT_EXTENSION, Action.SUBMIT}:
        assignment.requested_due = None
