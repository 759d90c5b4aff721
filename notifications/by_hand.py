"""What a person does with a delivery: send it again, hold it back, let it go, decide against it.

Who decided, when and why is kept with the delivery.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from notifications.grouping import detach
from notifications.outcomes import turn_reminders
from workflows.tables import (
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    NoticeItem,
    Reminder,
    ReminderStatus,
)
from workflows.words import word


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when (aware), and why."""

    by: str
    now: datetime
    why: str = ""


def retry(session: Session, delivery_id: int, decision: Decision) -> Delivery:
    """Send a failed or doubtful delivery again, as soon as the window is open."""
    delivery = get_delivery(session, delivery_id)
    _require(
        delivery, {DeliveryStatus.FAILED, DeliveryStatus.IN_DOUBT, DeliveryStatus.QUEUED}, "retry"
    )
    turn_reminders(session, [delivery_id], ReminderStatus.FAILED, ReminderStatus.PENDING)
    if delivery.status is not DeliveryStatus.QUEUED:
        delivery.doubts = max(delivery.doubts, 1)  # goes out on its own day's terms no more
    return _queue(session, delivery, decision)


def hold(session: Session, delivery_id: int, decision: Decision) -> Delivery:
    """Keep a queued delivery back until it is released."""
    delivery = get_delivery(session, delivery_id)
    _require(delivery, {DeliveryStatus.QUEUED}, "hold")
    _hold_reminders(session, delivery, held=True)
    return _decide(session, delivery, DeliveryStatus.HELD, decision)


def release(session: Session, delivery_id: int, decision: Decision) -> Delivery:
    """Let a held delivery go: its reminders join the person's next digest, a notice goes out."""
    delivery = get_delivery(session, delivery_id)
    _require(delivery, {DeliveryStatus.HELD}, "release")
    if delivery.kind is DeliveryKind.NOTICE and _tells_events(session, delivery):
        return _queue(session, delivery, decision)
    _hold_reminders(session, delivery, held=False)
    detach(session, [delivery_id])
    return _decide(session, delivery, DeliveryStatus.RELEASED, decision)


def drop(session: Session, delivery_id: int, decision: Decision) -> Delivery:
    """Decide against a delivery that waits, failed or is in doubt: it does not go out."""
    delivery = get_delivery(session, delivery_id)
    _require(
        delivery,
        {
            DeliveryStatus.HELD,
            DeliveryStatus.QUEUED,
            DeliveryStatus.FAILED,
            DeliveryStatus.IN_DOUBT,
        },
        "drop",
    )
    for status in (ReminderStatus.PENDING, ReminderStatus.FAILED):
        turn_reminders(session, [delivery_id], status, ReminderStatus.DROPPED)
    return _decide(session, delivery, DeliveryStatus.DROPPED, decision)


def held_ids(session: Session) -> list[int]:
    """The deliveries that wait for a release."""
    found = session.exec(
        select(Delivery.id).where(Delivery.status == DeliveryStatus.HELD).order_by(col(Delivery.id))
    ).all()
    return [one for one in found if one is not None]


def get_delivery(session: Session, delivery_id: int) -> Delivery:
    """The delivery of that number. Raises StateError."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise StateError(
            _("there is no delivery {id}").format(id=delivery_id), _("see “duban outbox list”")
        )
    return delivery


def _queue(session: Session, delivery: Delivery, decision: Decision) -> Delivery:
    delivery.not_before = decision.now
    return _decide(session, delivery, DeliveryStatus.QUEUED, decision)


def _decide(
    session: Session, delivery: Delivery, status: DeliveryStatus, decision: Decision
) -> Delivery:
    delivery.status = status
    delivery.decided_by, delivery.decided_at = decision.by, decision.now
    delivery.decision = decision.why
    session.add(delivery)
    return delivery


def _require(delivery: Delivery, allowed: set[DeliveryStatus], action: str) -> None:
    if delivery.status not in allowed:
        raise StateError(
            _("delivery {id} is {status}: “{action}” is not possible").format(
                id=delivery.id, status=word(delivery.status), action=action
            ),
            _("possible for: {allowed}").format(
                allowed=_(", ").join(word(one) for one in DeliveryStatus if one in allowed)
            ),
        )


def _tells_events(session: Session, delivery: Delivery) -> bool:
    query = select(NoticeItem.id).where(NoticeItem.delivery_id == delivery.id)
    return session.exec(query.limit(1)).first() is not None


def _hold_reminders(session: Session, delivery: Delivery, *, held: bool) -> None:
    session.connection().execute(
        update(Reminder).where(col(Reminder.delivery_id) == delivery.id).values(held=held)
    )
