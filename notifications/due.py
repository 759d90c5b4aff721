"""First step of a tick: rungs that have come due become reminders.

After downtime only the latest rung for each assignment and recipient is to go out; those passed
over are recorded as superseded. The unique key makes a second tick at the same moment harmless.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, or_, select

from notifications.recipients import Directory
from notifications.window import SendingWindow
from workflows.ladder import Occurrence
from workflows.organisation import Organisation
from workflows.reminding import local_date, next_at, planned
from workflows.states import OWING
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
)

BATCH = 1000  # assignments in memory at a time


def collect_due(
    session: Session, now: datetime, organisation: Organisation, window: SendingWindow
) -> int:
    """Turn rungs due at `now` into reminders, for one batch; return how many assignments it had.

    To be called until it returns 0, each time in a transaction of its own: a spike then neither
    fills the memory nor keeps other writers out. Outside the sending window nothing is done, so
    that what waited is judged afresh when it opens.
    """
    if not window.is_open(now):
        return 0
    batch = session.exec(
        select(Assignment)
        .where(col(Assignment.next_at) <= now)
        .order_by(col(Assignment.next_at), col(Assignment.id))
        .limit(BATCH)
    ).all()
    if batch:
        directory = Directory(session, organisation, today=window.today(now))
        _remind(session, batch, now, directory)
    return len(batch)


def _remind(
    session: Session, batch: Sequence[Assignment], now: datetime, directory: Directory
) -> None:
    rows: list[dict[str, Any]] = []
    for assignment in batch:
        campaign = session.get_one(Campaign, assignment.campaign_id)
        milestone = session.get_one(MilestoneRow, (assignment.campaign_id, assignment.milestone_id))
        if assignment.state in OWING:
            rows += _reminders(assignment, milestone, campaign, now, directory)
        assignment.reminded_through = local_date(now, campaign.time_zone)
        assignment.next_at = next_at(assignment, milestone, campaign)
        session.add(assignment)
    session.flush()
    if not rows:
        return
    fresh = [row for row in rows if row["status"] is ReminderStatus.PENDING]
    _supersede_waiting(session, fresh)
    insert_new(session, Reminder, rows)


def _reminders(
    assignment: Assignment,
    milestone: MilestoneRow,
    campaign: Campaign,
    now: datetime,
    directory: Directory,
) -> Iterator[dict[str, Any]]:
    today = local_date(now, campaign.time_zone)
    since = assignment.reminded_through
    due = [
        one
        for one in planned(assignment, milestone, campaign.issued)
        if one.on <= today and (since is None or one.on > since)
    ]
    latest: set[tuple[str, bool]] = set()
    for occurrence in reversed(due):
        held = occurrence.rung.held
        people = directory.recipients(occurrence.rung.to, assignment, milestone, campaign)
        if not people:
            role = occurrence.rung.to[0].value
            yield _row(assignment, occurrence, now, "", "", role, held, ReminderStatus.NO_CONTACT)
        for person in people:
            key = (person.address.lower(), held)
            status = ReminderStatus.SUPERSEDED if key in latest else ReminderStatus.PENDING
            latest.add(key)
            yield _row(
                assignment, occurrence, now, person.address, person.name, person.role, held, status
            )


def _row(
    assignment: Assignment,
    occurrence: Occurrence,
    now: datetime,
    address: str,
    name: str,
    role: str,
    held: bool,
    status: ReminderStatus,
) -> dict[str, Any]:
    return {
        "assignment_id": assignment.id,
        "reason": occurrence.rung.id,
        "occurrence": occurrence.on,
        "address": address,
        "due_basis": assignment.effective_due,
        "role": role,
        "recipient": name,
        "held": held,
        "status": status,
        "created_at": now,
    }


def _supersede_waiting(session: Session, fresh: Sequence[dict[str, Any]]) -> None:
    """An older reminder that has not gone out yet gives way to the newer one, unless a sender has
    it under way; the same one that was suppressed (handed in, then reopened on the same day)
    waits again."""
    newer = {(row["assignment_id"], row["address"], row["held"]) for row in fresh}
    same = {_key(**row) for row in fresh}
    under_way = select(Delivery.id).where(
        col(Delivery.status).in_([DeliveryStatus.CLAIMED, DeliveryStatus.STARTED])
    )
    for reminder in session.exec(
        select(Reminder).where(
            or_(col(Reminder.delivery_id).is_(None), col(Reminder.delivery_id).not_in(under_way)),
            col(Reminder.status).in_([ReminderStatus.PENDING, ReminderStatus.SUPPRESSED]),
            col(Reminder.assignment_id).in_({row["assignment_id"] for row in fresh}),
        )
    ):
        key = _key(
            reminder.assignment_id,
            reminder.reason,
            reminder.occurrence,
            reminder.address,
            reminder.due_basis,
        )
        if key in same:
            if reminder.status is ReminderStatus.SUPPRESSED:
                reminder.status, reminder.delivery_id = ReminderStatus.PENDING, None
        elif (
            reminder.status is ReminderStatus.PENDING
            and (reminder.assignment_id, reminder.address, reminder.held) in newer
        ):
            reminder.status = ReminderStatus.SUPERSEDED
        session.add(reminder)
    session.flush()


def _key(
    assignment_id: int, reason: str, occurrence: date, address: str, due_basis: date, **_rest: Any
) -> tuple[Any, ...]:
    """A reminder's unique key."""
    return (assignment_id, reason, occurrence, address, due_basis)


def insert_new(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those whose unique key is there already are left as they are."""
    table: Table = model.__table__
    dialect = session.connection().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.connection().execute(make(table).on_conflict_do_nothing(), list(rows))
