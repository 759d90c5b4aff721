"""What a person does with a delivery: send it again, hold it back, let it go."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from notifications.grouping import detach
from notifications.outbox import turn_reminders
from workflows.tables import Delivery, DeliveryStatus, Reminder, ReminderStatus


def retry(session: Session, delivery_id: int, now: datetime) -> Delivery:
    """Send a failed or doubtful delivery again, as soon as the window is open."""
    delivery = get_delivery(session, delivery_id)
    _require(
        delivery, {DeliveryStatus.FAILED, DeliveryStatus.IN_DOUBT, DeliveryStatus.QUEUED}, "retry"
    )
    turn_reminders(session, delivery, ReminderStatus.FAILED, ReminderStatus.PENDING)
    if delivery.status is not DeliveryStatus.QUEUED:
        delivery.doubts = max(delivery.doubts, 1)  # goes out on its own day's terms no more
    delivery.status = DeliveryStatus.QUEUED
    delivery.not_before = now
    session.add(delivery)
    return delivery


def hold(session: Session, delivery_id: int) -> Delivery:
    """Keep a queued delivery back until it is released."""
    delivery = get_delivery(session, delivery_id)
    _require(delivery, {DeliveryStatus.QUEUED}, "hold")
    delivery.status = DeliveryStatus.HELD
    session.add(delivery)
    _hold_reminders(session, delivery, held=True)
    return delivery


def release(session: Session, delivery_id: int) -> Delivery:
    """Let a held delivery go: its reminders join the person's next digest."""
    delivery = get_delivery(session, delivery_id)
    _require(delivery, {DeliveryStatus.HELD}, "release")
    _hold_reminders(session, delivery, held=False)
    detach(session, [delivery_id])
    delivery.status = DeliveryStatus.RELEASED
    session.add(delivery)
    return delivery


def held_ids(session: Session) -> list[int]:
    """The deliveries that wait for a release."""
    found = session.exec(select(Delivery.id).where(Delivery.status == DeliveryStatus.HELD)).all()
    return [one for one in found if one is not None]


def get_delivery(session: Session, delivery_id: int) -> Delivery:
    """The delivery of that number. Raises StateError."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise StateError(
            _("there is no delivery {id}").format(id=delivery_id), _("see “duban outbox list”")
        )
    return delivery


def _require(delivery: Delivery, allowed: set[DeliveryStatus], action: str) -> None:
    if delivery.status not in allowed:
        raise StateError(
            _("delivery {id} is {status}: “{action}” is not possible").format(
                id=delivery.id, status=delivery.status.value, action=action
            ),
            _("possible for: {allowed}").format(
                allowed=_(", ").join(sorted(one.value for one in allowed))
            ),
        )


def _hold_reminders(session: Session, delivery: Delivery, *, held: bool) -> None:
    session.connection().execute(
        update(Reminder).where(col(Reminder.delivery_id) == delivery.id).values(held=held)
    )
