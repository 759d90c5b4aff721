"""What is overdue: derived from dates and state at a moment, never stored.

“As of” a past moment reads what had been recorded by then: the last event's snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, func, select

from workflows.ladder import late_after
from workflows.reminding import local_date
from workflows.states import OWING, State
from workflows.tables import (
    Assignment,
    Campaign,
    Contact,
    Delivery,
    DeliveryStatus,
    Event,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)
from workflows.working_days import WorkingDays, working_days


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Which assignments to look at; ids, or None for all."""

    campaign_id: str | None = None
    unit_id: str | None = None
    level: str | None = None
    department: str | None = None
    track: str | None = None
    min_days: int = 1


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """One overdue assignment. Dates are local to the campaign's zone; days are counted from the
    effective due date."""

    campaign: str
    milestone: str
    title: str
    unit: str
    unit_id: str
    level: str
    position: int
    period: str
    due: date
    effective_due: date
    late_after: date
    state: State
    days_overdue: int
    working_days_overdue: int
    departments: tuple[str, ...]
    track: str
    clause: str
    extended: bool
    extension_requested: date | None
    last_reminder: datetime | None
    contact: str


def overdue(
    session: Session, at: datetime, wanted: OverdueFilter | None = None, *, as_of_past: bool = False
) -> list[OverdueItem]:
    """Everything overdue at `at` (aware), worst first, then in administrative order.

    With `as_of_past`, by what had been recorded before `at`.
    """
    wanted = wanted or OverdueFilter()
    calendar = working_days()
    items = []
    standings = _as_of(session, at) if as_of_past else {}
    for row in session.exec(_candidates(wanted, at, all_states=as_of_past)):
        item = _item(row, at, standings.get(row.Assignment.id), calendar, as_of_past)
        if item is not None and item.days_overdue >= wanted.min_days:
            items.append((row.Assignment.id, item))
    if wanted.department is not None:
        items = [(key, item) for key, item in items if wanted.department in item.departments]
    reminded = _last_reminders(session, [key for key, _item in items], at)
    contacts = _contact_names(session)
    finished = [_with_people(item, reminded.get(key), contacts) for key, item in items]
    return sorted(
        finished,
        key=lambda item: (-item.days_overdue, item.position, item.campaign, item.milestone),
    )


def _candidates(wanted: OverdueFilter, at: datetime, *, all_states: bool) -> Any:
    query = (
        select(Assignment, UnitRow, MilestoneRow, Campaign)
        .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
        .join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .where(col(Assignment.created_at) <= at)
    )
    if not all_states:
        # The local date of `at` is at most a day ahead of UTC's anywhere.
        query = query.where(
            col(Assignment.state).in_(list(OWING)),
            col(Assignment.late_after) <= at.date(),
        )
    if wanted.campaign_id is not None:
        query = query.where(Assignment.campaign_id == wanted.campaign_id)
    if wanted.unit_id is not None:
        query = query.where(Assignment.unit_id == wanted.unit_id)
    if wanted.level is not None:
        query = query.where(UnitRow.level == wanted.level)
    if wanted.track is not None:
        query = query.where(MilestoneRow.track == wanted.track)
    return query


@dataclass(frozen=True, slots=True)
class _Standing:
    state: State
    due: date
    effective_due: date
    late_after: date
    requested_due: date | None


def _as_of(session: Session, at: datetime) -> dict[int, _Standing]:
    """How each assignment with an event recorded before `at` stood at `at`."""
    last = (
        select(func.max(Event.id))
        .where(col(Event.assignment_id).is_not(None), col(Event.recorded_at) < at)
        .group_by(col(Event.assignment_id))
    )
    standings = {}
    for event in session.exec(select(Event).where(col(Event.id).in_(last))):
        data = event.data
        standings[event.assignment_id or 0] = _Standing(
            State(data["state"]),
            date.fromisoformat(data["due"]),
            date.fromisoformat(data["effective_due"]),
            date.fromisoformat(data["late_after"]),
            date.fromisoformat(data["requested_due"]) if data["requested_due"] else None,
        )
    return standings


def _item(
    row: Row[Any], at: datetime, standing: _Standing | None, calendar: WorkingDays, past: bool
) -> OverdueItem | None:
    assignment: Assignment = row.Assignment
    if past:
        standing = standing or _initial(assignment, row.MilestoneRow, calendar)
    else:
        standing = _Standing(
            assignment.state,
            assignment.due,
            assignment.effective_due,
            assignment.late_after,
            assignment.requested_due,
        )
    today = local_date(at, row.Campaign.time_zone)
    if standing.state not in OWING or today <= standing.late_after:
        return None
    return OverdueItem(
        campaign=assignment.campaign_id,
        milestone=assignment.milestone_id,
        title=assignment.title,
        unit=row.UnitRow.name,
        unit_id=assignment.unit_id,
        level=row.UnitRow.level,
        position=row.UnitRow.position,
        period=assignment.period,
        due=assignment.nominal_due,
        effective_due=standing.effective_due,
        late_after=standing.late_after,
        state=standing.state,
        days_overdue=(today - standing.effective_due).days,
        working_days_overdue=calendar.between(standing.effective_due, today),
        departments=tuple(row.MilestoneRow.departments),
        track=row.MilestoneRow.track,
        clause=row.MilestoneRow.clause,
        extended=assignment.extended_from is not None and standing.due != assignment.extended_from,
        extension_requested=standing.requested_due,
        last_reminder=None,
        contact="",
    )


def _initial(assignment: Assignment, milestone: MilestoneRow, calendar: WorkingDays) -> _Standing:
    """How it stood before its first event."""
    due = assignment.extended_from or assignment.due
    late = late_after(due, calendar, grace=milestone.holiday_grace)
    return _Standing(assignment.initial_state, due, due, late, None)


def _last_reminders(
    session: Session, assignment_ids: Sequence[int], at: datetime
) -> dict[int, datetime]:
    if not assignment_ids:
        return {}
    rows = session.exec(
        select(Reminder.assignment_id, func.max(Delivery.done_at))
        .join(Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(
            Reminder.status == ReminderStatus.SENT,
            Delivery.status == DeliveryStatus.DONE,
            col(Delivery.done_at) <= at,
        )
        .group_by(col(Reminder.assignment_id))
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _contact_names(session: Session) -> dict[tuple[str, str], list[str]]:
    names: dict[tuple[str, str], list[str]] = {}
    rows = session.exec(select(Contact).where(Contact.role == "contact").order_by(col(Contact.id)))
    for row in rows:
        names.setdefault((row.campaign_id, row.unit_id), []).append(row.name)
    return names


def _with_people(
    item: OverdueItem, reminded: datetime | None, contacts: dict[tuple[str, str], list[str]]
) -> OverdueItem:
    names = contacts.get((item.campaign, item.unit_id)) or contacts.get(("", item.unit_id), [])
    return replace(item, last_reminder=reminded, contact="、".join(names))
