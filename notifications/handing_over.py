"""When a person's time is over: what still waits for them goes to the successor, or to nobody.

What a sender has claimed is left alone, and so is what may have gone out already.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, or_, select

from calendars.tokens import revoke_feeds_of
from config.i18n import _
from notifications.due import insert_new
from notifications.window import SendingWindow
from workflows.people.importing import Gone
from workflows.people.replacing import due_to_hand_over
from workflows.states import OWING
from workflows.tables import (
    Assignment,
    Contact,
    Delivery,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
    UnitRow,
)


def hand_over(session: Session, now: datetime, window: SendingWindow) -> int:
    """Give what is open to the successors whose first day has come; return how many took over.

    To be called before rungs are collected, so that what is newer supersedes what came over.
    """
    over = due_to_hand_over(session, window.today(now))
    for contact in over:
        waiting = [
            one
            for one in _waiting(
                session, Gone(contact.campaign_id, contact.unit_id, contact.address)
            )
            if _is_owed(session, one)
        ]
        name = _name_of(session, contact.successor)
        rows = [_row(one, contact.successor, name, now) for one in waiting]
        _drop(session, waiting, now, contact.successor)
        if rows:
            insert_new(session, Reminder, rows)
        contact.handed_over = True
        session.add(contact)
        session.flush()
        _close_feeds(session, contact.address, now, window)
    return len(over)


def release_from_duty(
    session: Session, gone: Sequence[Gone], now: datetime, window: SendingWindow
) -> int:
    """Drop what waits for people who are no contacts any more; return how many reminders."""
    count = 0
    for one in gone:
        if _still_there(session, one):
            continue
        waiting = _waiting(session, one)
        _drop(session, waiting, now, "")
        count += len(waiting)
        _close_feeds(session, one.address, now, window)
    return count


def _waiting(session: Session, person: Gone) -> list[Reminder]:
    """The person's reminders that have not begun to go out."""
    held_or_queued = select(Delivery.id).where(
        col(Delivery.status).in_([DeliveryStatus.QUEUED, DeliveryStatus.HELD]), Delivery.doubts == 0
    )
    query = (
        select(Reminder)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(
            func.lower(Reminder.address) == person.address.lower(),
            Reminder.status == ReminderStatus.PENDING,
            or_(col(Reminder.delivery_id).is_(None), col(Reminder.delivery_id).in_(held_or_queued)),
        )
        .order_by(col(Reminder.id))
    )
    if session.get(UnitRow, person.unit_id) is not None:  # else an office, told for many units
        query = query.where(Assignment.unit_id == person.unit_id)
    if person.campaign_id:
        query = query.where(Assignment.campaign_id == person.campaign_id)
    return list(session.exec(query))


def _is_owed(session: Session, reminder: Reminder) -> bool:
    assignment = session.get_one(Assignment, reminder.assignment_id)
    return assignment.state in OWING and assignment.effective_due == reminder.due_basis


def _row(reminder: Reminder, address: str, name: str, now: datetime) -> dict[str, Any]:
    return {
        "assignment_id": reminder.assignment_id,
        "reason": reminder.reason,
        "occurrence": reminder.occurrence,
        "address": address,
        "due_basis": reminder.due_basis,
        "role": reminder.role,
        "recipient": name,
        "held": reminder.held,
        "gentle": reminder.gentle,
        "channel": reminder.channel,
        "status": ReminderStatus.PENDING,
        "created_at": now,
    }


def _drop(session: Session, reminders: Sequence[Reminder], now: datetime, successor: str) -> None:
    """Close reminders, and the held deliveries that say nothing without them; queued ones are
    closed by the sender that finds them empty."""
    deliveries = {one.delivery_id for one in reminders if one.delivery_id is not None}
    for one in reminders:
        one.status = ReminderStatus.DROPPED
        session.add(one)
    session.flush()
    if not deliveries:
        return
    full = select(Reminder.delivery_id).where(
        col(Reminder.delivery_id).in_(deliveries), Reminder.status == ReminderStatus.PENDING
    )
    why = _("handed over to {address}").format(address=successor) if successor else _("left")
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id).in_(deliveries),
            col(Delivery.status) == DeliveryStatus.HELD,
            col(Delivery.id).not_in(full),
        )
        .values(status=DeliveryStatus.DROPPED, decision=why, decided_at=now)
    )
    session.expire_all()


def _still_there(session: Session, gone: Gone) -> bool:
    others = session.exec(
        select(Contact).where(Contact.unit_id == gone.unit_id, Contact.address == gone.address)
    )
    return any(not one.campaign_id or one.campaign_id == gone.campaign_id for one in others)


def _close_feeds(session: Session, address: str, now: datetime, window: SendingWindow) -> None:
    """Who serves nowhere any more reads no calendar either."""
    today = window.today(now)
    others = session.exec(select(Contact).where(func.lower(Contact.address) == address.lower()))
    if not any(one.last is None or one.last >= today for one in others):
        revoke_feeds_of(session, address, now)


def _name_of(session: Session, address: str) -> str:
    found = session.exec(select(Contact.name).where(Contact.address == address)).first()
    return found or ""
