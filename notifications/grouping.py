"""Second step of a tick: waiting reminders become deliveries, one digest for a person and day.

A digest that is still unsent when the next day's window opens is closed as superseded and its
reminders are grouped again. What arises after the day's digest has gone waits for the next one,
unless its due date would pass by then.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifications.window import SendingWindow
from workflows.tables import (
    Assignment,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
)

_NAMESPACE = UUID("0d3a4b0e-59f4-5d5e-8a52-6f1c4f0f2b77")  # of deliveries; never changes
DIGEST, HELD, URGENT = "", "held", "urgent"

_OPEN = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.HELD})
_NOT_SENT = frozenset({DeliveryStatus.SUPPRESSED, DeliveryStatus.RELEASED, DeliveryStatus.DROPPED})


def group_pending(session: Session, now: datetime, window: SendingWindow, domain: str) -> int:
    """Put every waiting reminder into a delivery; return how many deliveries were made.

    `domain` is the right-hand side of Message-IDs. Outside the sending window nothing is done.
    """
    if not window.is_open(now):
        return 0
    today = window.today(now)
    _close_stale(session, today)
    waiting = session.exec(
        select(Reminder)
        .where(Reminder.status == ReminderStatus.PENDING, col(Reminder.delivery_id).is_(None))
        .order_by(col(Reminder.id))
    ).all()
    groups: dict[tuple[str, bool], list[Reminder]] = defaultdict(list)
    for reminder in waiting:
        groups[(reminder.address, reminder.held)].append(reminder)
    made = 0
    for (address, held), reminders in groups.items():
        made += _place(session, address, held, reminders, now, window, domain)
    return made


def _place(
    session: Session,
    address: str,
    held: bool,
    reminders: Sequence[Reminder],
    now: datetime,
    window: SendingWindow,
    domain: str,
) -> int:
    today = window.today(now)
    purpose = HELD if held else DIGEST
    existing = _find(session, address, today, purpose)
    if existing is None:
        kind_status = DeliveryStatus.HELD if held else DeliveryStatus.QUEUED
        delivery = _new(address, today, purpose, DeliveryKind.DIGEST, kind_status, now, domain)
        session.add(delivery)
        session.flush()
        _join(session, delivery, reminders)
        return 1
    if existing.status in _OPEN or existing.status in _NOT_SENT:
        # One that said nothing in the end has not used up the day.
        existing.status = DeliveryStatus.HELD if held else DeliveryStatus.QUEUED
        existing.not_before = max(existing.not_before, now) if existing.attempts else now
        session.add(existing)
        _join(session, existing, reminders)
        return 0
    urgent = _would_pass(session, reminders, today, window.next_day(today))
    if not urgent:
        return 0
    purpose = f"{URGENT}-{urgent[0].id}"
    delivery = _new(
        address, today, purpose, DeliveryKind.NOTICE, DeliveryStatus.QUEUED, now, domain
    )
    session.add(delivery)
    session.flush()
    _join(session, delivery, urgent)
    return 1


def _close_stale(session: Session, today: date) -> None:
    stale = session.exec(
        select(Delivery.id).where(
            Delivery.status == DeliveryStatus.QUEUED,
            Delivery.kind == DeliveryKind.DIGEST,
            col(Delivery.local_date) < today,
        )
    ).all()
    if not stale:
        return
    connection = session.connection()
    connection.execute(
        update(Delivery).where(col(Delivery.id).in_(stale)).values(status=DeliveryStatus.SUPERSEDED)
    )
    detach(session, stale)


def detach(session: Session, delivery_ids: Iterable[int | None]) -> None:
    """Take the waiting reminders out of these deliveries, to be grouped again."""
    session.connection().execute(
        update(Reminder)
        .where(
            col(Reminder.delivery_id).in_(list(delivery_ids)),
            col(Reminder.status) == ReminderStatus.PENDING,
        )
        .values(delivery_id=None)
    )


def _find(session: Session, address: str, day: date, purpose: str) -> Delivery | None:
    return session.exec(
        select(Delivery).where(
            Delivery.address == address,
            Delivery.local_date == day,
            Delivery.purpose == purpose,
        )
    ).first()


def _join(session: Session, delivery: Delivery, reminders: Sequence[Reminder]) -> None:
    for reminder in reminders:
        reminder.delivery_id = delivery.id
        session.add(reminder)
    session.flush()


def _would_pass(
    session: Session, reminders: Sequence[Reminder], today: date, next_day: date
) -> list[Reminder]:
    ids = {reminder.assignment_id for reminder in reminders}
    due = {
        row[0]: row[1]
        for row in session.exec(
            select(col(Assignment.id), col(Assignment.effective_due)).where(
                col(Assignment.id).in_(ids)
            )
        )
    }
    return [one for one in reminders if today <= due[one.assignment_id] < next_day]


def _new(
    address: str,
    day: date,
    purpose: str,
    kind: DeliveryKind,
    status: DeliveryStatus,
    now: datetime,
    domain: str,
) -> Delivery:
    unique = uuid5(_NAMESPACE, f"{address}|{day.isoformat()}|{purpose}")
    return Delivery(
        kind=kind,
        address=address,
        local_date=day,
        purpose=purpose,
        status=status,
        message_id=f"<{unique}@{domain}>",
        not_before=now,
        created_at=now,
    )
