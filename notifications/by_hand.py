"""What a person does with a delivery: send it again, hold it back, let it go, decide against it.

What a failed mail said joins the person's next digest; one of today goes out as it is.

Who decided, when and why is kept with the delivery.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from config.errors import StateError
from config.i18n import _
from notifications.grouping import detach
from notifications.outcomes import turn_reminders
from workflows.database import batched
from workflows.organisation import Organisation
from workflows.people.still_told import StillTold
from workflows.tables import (
    Assignment,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    NoticeItem,
    Reminder,
    ReminderStatus,
)
from workflows.words import word

_OPEN = (ReminderStatus.FAILED, ReminderStatus.PENDING)  # of a delivery that did not go out


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when (aware, in the office's zone), and why."""

    by: str
    now: datetime
    why: str = ""


def retry(
    session: Session, delivery_id: int, decision: Decision, organisation: Organisation
) -> Delivery:
    """Send what a failed or doubtful delivery said, as soon as the window is open.

    A notice, one in doubt and one of today go out again as they are. Of another day's that failed,
    what still holds joins the person's next digest, and the delivery is superseded. Nothing goes
    to who has left: where nothing else is in it, the delivery is dropped.
    """
    delivery = get_delivery(session, delivery_id)
    _require(
        delivery, {DeliveryStatus.FAILED, DeliveryStatus.IN_DOUBT, DeliveryStatus.QUEUED}, "retry"
    )
    if delivery.status is DeliveryStatus.QUEUED:
        return _queue(session, delivery, decision)
    wanted = _drop_departed(session, delivery, decision, organisation)
    if wanted is not None and not wanted:
        left = replace(decision, why=decision.why or _("left"))
        return _decide(session, delivery, DeliveryStatus.DROPPED, left)
    if delivery.status is DeliveryStatus.IN_DOUBT:
        delivery.doubts = max(delivery.doubts, 1)  # goes out on its own day's terms no more
        return _queue(session, delivery, decision)
    if wanted:
        _wait_again(session, wanted)
        if delivery.local_date != decision.now.date():
            detach(session, [delivery_id])
            return _decide(session, delivery, DeliveryStatus.SUPERSEDED, decision)
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


def release_all(session: Session, delivery_ids: Iterable[int], decision: Decision) -> None:
    """The same for many held deliveries, in few statements."""
    for batch in batched(delivery_ids):
        drafts = session.exec(
            select(Delivery.id).where(
                col(Delivery.id).in_(batch),
                Delivery.status == DeliveryStatus.HELD,
                Delivery.kind == DeliveryKind.DIGEST,
            )
        ).all()
        connection = session.connection()
        connection.execute(
            update(Reminder).where(col(Reminder.delivery_id).in_(drafts)).values(held=False)
        )
        detach(session, drafts)
        connection.execute(
            update(Delivery)
            .where(col(Delivery.id).in_(drafts))
            .values(
                status=DeliveryStatus.RELEASED,
                decided_by=decision.by,
                decided_at=decision.now,
                decision=decision.why,
            )
        )
        for delivery_id in sorted({*batch} - {*drafts}):
            release(session, delivery_id, decision)


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
    for status in _OPEN:
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


def _drop_departed(
    session: Session, delivery: Delivery, decision: Decision, organisation: Organisation
) -> list[Reminder] | None:
    """Close the reminders whose person has left; return the others, None where it had none."""
    found = session.exec(
        select(Reminder, Assignment)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(Reminder.delivery_id == delivery.id, col(Reminder.status).in_(_OPEN))
        .order_by(col(Reminder.id))
    ).all()
    if not found:
        return None
    told = StillTold(session, organisation, decision.now.date(), [delivery.address])
    wanted = []
    for reminder, assignment in found:
        if told.holds(reminder, assignment):
            wanted.append(reminder)
        else:
            reminder.status = ReminderStatus.DROPPED
            session.add(reminder)
    return wanted


def _wait_again(session: Session, reminders: Sequence[Reminder]) -> None:
    """Failed reminders wait again; of one assignment and date only the person's newest does, and
    none after a newer one has gone."""
    others = session.exec(
        select(Reminder).where(
            func.lower(Reminder.address) == reminders[0].address.lower(),
            col(Reminder.assignment_id).in_({one.assignment_id for one in reminders}),
            col(Reminder.status).in_([ReminderStatus.PENDING, ReminderStatus.SENT]),
            col(Reminder.held).is_(False),
            col(Reminder.id).not_in([one.id for one in reminders]),
        )
    ).all()
    newest: dict[tuple[int, date], Reminder] = {}
    for one in sorted((*others, *reminders), key=lambda one: (one.occurrence, one.id or 0)):
        newest[one.assignment_id, one.due_basis] = one
    for one in reminders:
        one.status = ReminderStatus.PENDING
    for one in (*others, *reminders):
        if one.status is ReminderStatus.PENDING:
            if newest[one.assignment_id, one.due_basis] is not one:
                one.status = ReminderStatus.SUPERSEDED
            session.add(one)
    session.flush()


def _hold_reminders(session: Session, delivery: Delivery, *, held: bool) -> None:
    session.connection().execute(
        update(Reminder).where(col(Reminder.delivery_id) == delivery.id).values(held=held)
    )
