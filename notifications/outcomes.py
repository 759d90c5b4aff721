"""What became of deliveries: results recorded, expired leases taken back.

What no server has accepted is tried again later, the other way, or fails for good.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlmodel import Session, col, or_, select

from config.settings import InDoubt
from notifications.carriers.replies import Meaning
from notifications.outbox import still_ours, turned
from notifications.transports.base import RecipientResult, SendResult, Verdict
from notifications.tries import keep_failures, keep_lost, try_the_other_way
from workflows.columns import among
from workflows.one_of import one_of
from workflows.tables import UNDER_WAY, Delivery, DeliveryStatus, Reminder, ReminderStatus

_CLOSING = {
    DeliveryStatus.DONE: ReminderStatus.SENT,
    DeliveryStatus.FAILED: ReminderStatus.FAILED,
}
_BACKOFF_MINUTES = (1, 2, 5, 15, 30, 60)
_SKEW = timedelta(minutes=10)  # by how much the clocks of two machines may differ
_FAR = timedelta(minutes=_BACKOFF_MINUTES[-1]) + _SKEW
_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]
_DONE = (
    update(_DELIVERIES)
    .where(
        _DELIVERIES.c.id == bindparam("which"),
        _DELIVERIES.c.status == DeliveryStatus.STARTED,
        _DELIVERIES.c.worker == bindparam("holder"),
    )
    .values(
        status=DeliveryStatus.DONE,
        done_at=bindparam("now"),
        lease_until=None,
        outcome=bindparam("answers"),
        error="",
    )
)
_REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]
_TURN = (
    update(_REMINDERS)
    .where(
        one_of(_REMINDERS.c.delivery_id, "deliveries"),
        _REMINDERS.c.status == bindparam("before"),
    )
    .values(status=bindparam("after"))
)


def mark_broken(session: Session, faults: Mapping[int, str], worker: str) -> None:
    """Close deliveries that could not be rendered as failed; `retry` takes them up again."""
    for delivery_id, fault in faults.items():
        delivery = session.get_one(Delivery, delivery_id)
        if delivery.status is DeliveryStatus.CLAIMED and delivery.worker == worker:
            delivery.status, delivery.error = DeliveryStatus.FAILED, fault
            delivery.lease_until = None
            session.add(delivery)


def put_back(
    session: Session, delivery_ids: Iterable[int], trouble: RecipientResult, worker: str
) -> int:
    """Queue again what was claimed and not begun, since no mail can go; return how many."""
    claimed = session.exec(
        select(Delivery).where(
            col(Delivery.id).in_(list(delivery_ids)),
            Delivery.status == DeliveryStatus.CLAIMED,
            Delivery.worker == worker,
        )
    ).all()
    for delivery in claimed:
        delivery.status, delivery.lease_until = DeliveryStatus.QUEUED, None
        _note(delivery, {delivery.address: trouble})
        session.add(delivery)
    return len(claimed)


def mark_finished(
    session: Session,
    results: Mapping[int, SendResult],
    now: datetime,
    in_doubt: InDoubt,
    worker: str,
    fallback: str = "",
) -> list[DeliveryStatus]:
    """Record what became of the deliveries that were started, by id. What fails for good goes the
    other way: by mail, or over the channel `fallback`."""
    # Nearly all are taken by the server: these need not be read for that.
    accepted = {key: one for key, one in results.items() if _all_accepted(one)}
    rows = [
        {"which": key, "holder": worker, "now": now, "answers": _answers(one)}
        for key, one in accepted.items()
    ]
    taken = turned(session, _DONE, rows, DeliveryStatus.DONE)
    if taken:
        turn_reminders(session, taken, ReminderStatus.PENDING, ReminderStatus.SENT)
    others = {key: result for key, result in results.items() if key not in taken}
    query = select(Delivery).where(col(Delivery.id).in_(others))
    deliveries = session.exec(query).all() if others else []
    refused = others.keys() - accepted.keys()
    ours = still_ours(session, refused, DeliveryStatus.STARTED, worker) if refused else set()
    tried = [(one, others[one.id or 0]) for one in deliveries if one.id in ours]
    for delivery, result in tried:
        _finish(delivery, result, now, in_doubt)
        session.add(delivery)
    keep_failures(session, tried, now)
    for delivery, _result in tried:
        try_the_other_way(session, delivery, fallback, now)
        if closing := _CLOSING.get(delivery.status):
            turn_reminders(session, [delivery.id], ReminderStatus.PENDING, closing)
    return [DeliveryStatus.DONE] * len(taken) + [one.status for one in deliveries]


def _finish(delivery: Delivery, result: SendResult, now: datetime, in_doubt: InDoubt) -> None:
    _note(delivery, result)
    verdicts = {one.verdict for one in result.values()}
    delivery.lease_until = None
    if Verdict.ACCEPTED in verdicts:
        delivery.status = DeliveryStatus.DONE
        delivery.done_at = now
    elif Verdict.DOUBTFUL in verdicts:
        _doubt(delivery, now, in_doubt)
    elif all(one.general and one.meaning is not Meaning.FREQUENCY for one in result.values()):
        delivery.status = DeliveryStatus.QUEUED  # the sender rests instead
        delivery.attempts -= 1  # nobody was asked about this mail
    elif Verdict.TEMPORARY in verdicts:
        delivery.status = DeliveryStatus.QUEUED
        delivery.not_before = now + backoff(delivery.attempts)
    else:
        delivery.status = DeliveryStatus.FAILED


def _note(delivery: Delivery, result: SendResult) -> None:
    delivery.outcome = _answers(result)
    failure = next((one for one in result.values() if one.verdict is not Verdict.ACCEPTED), None)
    delivery.error = f"{failure.code or ''} {failure.explained}".strip() if failure else ""


def _answers(result: SendResult) -> dict[str, Any]:
    return {
        address: {"verdict": one.verdict.value, "code": one.code, "text": one.explained}
        for address, one in result.items()
    }


def _all_accepted(result: SendResult) -> bool:
    return all(one.verdict is Verdict.ACCEPTED for one in result.values())


# Each tick asks: building these takes longer than the database does.
_EXPIRED = select(Delivery).where(
    among(Delivery.status, UNDER_WAY),
    or_(
        col(Delivery.lease_until) < bindparam("now"),
        col(Delivery.claimed_at) > bindparam("ahead"),
    ),
)
_FAR_AHEAD = select(Delivery).where(
    Delivery.status == DeliveryStatus.QUEUED, col(Delivery.not_before) > bindparam("far")
)


def leases_expired(session: Session, now: datetime) -> bool:
    """Whether a `sweep` at `now` (aware) would find deliveries to take back."""
    one = _EXPIRED.with_only_columns(col(Delivery.id)).limit(1)
    return session.execute(one, {"now": now, "ahead": now + _SKEW}).first() is not None


def sweep(session: Session, now: datetime, in_doubt: InDoubt) -> int:
    """Take back deliveries whose lease has run out; return how many.

    One that was only claimed has not left and is queued again; one that was started is in doubt.
    A clock that was wrongly ahead leaves moments that would keep mail waiting until they come:
    leases and back-offs that lie further ahead than any can are given up too.
    """
    moments = {"now": now, "ahead": now + _SKEW, "far": now + _FAR}
    expired = session.execute(_EXPIRED, moments).scalars().all()
    for delivery in session.execute(_FAR_AHEAD, moments).scalars():
        delivery.not_before = now
        session.add(delivery)
    keep_lost(session, [one for one in expired if one.status is DeliveryStatus.STARTED], now)
    for delivery in expired:
        if delivery.status is DeliveryStatus.CLAIMED:
            delivery.status = DeliveryStatus.QUEUED
        else:
            _doubt(delivery, now, in_doubt)
        delivery.lease_until = None
        session.add(delivery)
    return len(expired)


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many tries."""
    return timedelta(minutes=_BACKOFF_MINUTES[min(attempts, len(_BACKOFF_MINUTES)) - 1])


def _doubt(delivery: Delivery, now: datetime, in_doubt: InDoubt) -> None:
    delivery.doubts += 1
    if in_doubt is InDoubt.HOLD:
        delivery.status = DeliveryStatus.IN_DOUBT
    else:
        delivery.status = DeliveryStatus.QUEUED
        delivery.not_before = now + backoff(delivery.attempts)


def turn_reminders(
    session: Session,
    delivery_ids: Iterable[int | None],
    before: ReminderStatus,
    after: ReminderStatus,
) -> None:
    """Change some deliveries' reminders from one status to another: there may be very many."""
    which = {"deliveries": list(delivery_ids), "before": before, "after": after}
    session.connection().execute(_TURN, which)
