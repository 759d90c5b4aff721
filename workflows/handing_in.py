"""The use cases that change an assignment: submit, accept, return, waive, reopen, extend.

Each is one transaction's work on a session that the caller has opened for writing. None sends
anything. `at` is when it happened, `now` when it is recorded; both are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.compile import assignment_key
from workflows.events import append_event
from workflows.ladder import late_after
from workflows.phrases import YEARS
from workflows.reminding import local_date, next_at, start_of_day
from workflows.states import Action, next_state
from workflows.tables import Assignment, Campaign, Event, MilestoneRow
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did it, when it happened, when it is recorded, and why."""

    actor: str
    at: datetime
    now: datetime
    note: str = ""


def deed_moment(on: date | None, now: datetime, zone: str) -> datetime:
    """When something happened that is said to have happened `on` a day: now where it is today.

    An earlier day counts from its first instant. Raises InputError for a day to come.
    """
    today = local_date(now, zone)
    if on is None or on == today:
        return now
    _require_sane(on)
    if on > today:
        raise InputError(
            _("{day} is still to come").format(day=on),
            _("--on is the day on which it happened"),
        )
    return start_of_day(on, zone)


def submit(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """The unit has handed it in."""
    return _apply(session, assignment, Action.SUBMIT, deed)


def accept(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """The office has checked it: settled."""
    return _apply(session, assignment, Action.ACCEPT, deed)


def return_for_correction(
    session: Session, assignment: Assignment, deed: Deed, correction_date: date
) -> Event:
    """The office sends it back, to be handed in again by `correction_date`."""
    _require_not_past(correction_date, assignment, session, deed, _("the correction date"))
    return _apply(session, assignment, Action.RETURN, deed, effective_due=correction_date)


def waive(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """It does not apply to this unit."""
    return _apply(session, assignment, Action.WAIVE, deed)


def reopen(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """It is owed again, by its due date."""
    return _apply(session, assignment, Action.REOPEN, deed, effective_due=assignment.due)


def request_extension(session: Session, assignment: Assignment, deed: Deed, until: date) -> Event:
    """The unit asks for more time; nothing changes until it is approved."""
    _require_later(until, assignment)
    return _apply(session, assignment, Action.REQUEST_EXTENSION, deed, requested_due=until)


def approve_extension(
    session: Session, assignment: Assignment, deed: Deed, until: date | None = None
) -> Event:
    """The office gives more time: until `until`, or the date that was asked for."""
    granted = until or assignment.requested_due
    if granted is None:
        raise StateError(
            _("no extension was asked for {name}").format(name=name_of(assignment)),
            _("give the new date with --until"),
        )
    _require_later(granted, assignment)
    return _apply(session, assignment, Action.APPROVE_EXTENSION, deed, effective_due=granted)


def reject_extension(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """The office declines; the due date stays."""
    if assignment.requested_due is None:
        raise StateError(
            _("no extension was asked for {name}").format(name=name_of(assignment)),
            _("there is nothing to reject"),
        )
    return _apply(session, assignment, Action.REJECT_EXTENSION, deed)


def name_of(assignment: Assignment) -> str:
    """The assignment's name, by ids."""
    return assignment_key(
        assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.period
    )


def _apply(
    session: Session,
    assignment: Assignment,
    action: Action,
    deed: Deed,
    *,
    effective_due: date | None = None,
    requested_due: date | None = None,
) -> Event:
    """Apply one transition and append its event. No other code writes an assignment's state."""
    campaign = session.get_one(Campaign, assignment.campaign_id)
    milestone = session.get_one(MilestoneRow, (assignment.campaign_id, assignment.milestone_id))
    if deed.at > deed.now:
        raise InputError(_("it cannot have happened later than now"), _("mend --on"))
    state = next_state(assignment.state, action, name_of(assignment))
    moved = effective_due is not None and effective_due != assignment.effective_due

    assignment.state = state
    if effective_due is not None:
        if action is Action.APPROVE_EXTENSION:
            assignment.extended_from = assignment.extended_from or assignment.due
            assignment.due = effective_due
        assignment.effective_due = effective_due
        assignment.late_after = late_after(
            effective_due, working_days(), grace=milestone.holiday_grace
        )
    if action is Action.SUBMIT:
        assignment.submitted_at = assignment.submitted_at or deed.at
        # Judged by the date in force then: a later correction date does not make it good.
        if local_date(deed.at, campaign.time_zone) > assignment.late_after:
            assignment.handed_in_late = True
    if action is Action.REOPEN:
        assignment.submitted_at, assignment.handed_in_late = None, False
    assignment.requested_due = (
        requested_due
        if action is Action.REQUEST_EXTENSION
        else (
            None
            if action in {Action.APPROVE_EXTENSION, Action.REJECT_EXTENSION, Action.SUBMIT}
            else assignment.requested_due
        )
    )
    if moved or action in {Action.RETURN, Action.REOPEN}:
        # Rungs of the new date that lie in the past are not made up for; today's still counts.
        assignment.silent = False
        yesterday = local_date(deed.now, campaign.time_zone) - timedelta(days=1)
        assignment.reminded_through = yesterday
    assignment.next_at = next_at(assignment, milestone, campaign)
    assignment.sequence += 1
    assignment.changed_at = deed.now
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
        data=_snapshot(assignment),
    )


def _snapshot(assignment: Assignment) -> dict[str, Any]:
    """How the assignment stands after the event: what “as of” a past moment reads."""
    return {
        "state": assignment.state.value,
        "due": assignment.due.isoformat(),
        "effective_due": assignment.effective_due.isoformat(),
        "late_after": assignment.late_after.isoformat(),
        "requested_due": assignment.requested_due.isoformat() if assignment.requested_due else None,
    }


def _require_sane(day: date) -> None:
    """No slip of the pen in the year: the calendar does not reach for ever."""
    if day.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=day.year), _("mend the year"))


def _require_later(until: date, assignment: Assignment) -> None:
    _require_sane(until)
    if until <= assignment.effective_due:
        raise InputError(
            _("{until} is not later than the due date {due}").format(
                until=until, due=assignment.effective_due
            ),
            _("an extension needs a later date"),
        )


def _require_not_past(
    day: date, assignment: Assignment, session: Session, deed: Deed, what: str
) -> None:
    _require_sane(day)
    campaign = session.get_one(Campaign, assignment.campaign_id)
    if day < local_date(deed.at, campaign.time_zone):
        raise InputError(
            _("{what} {day} is already past").format(what=what, day=day),
            _("choose a day to come"),
        )
