"""The outbox: every change of a delivery's status, one short transaction each.

queued → claimed (under a lease) → started → done. `started` without `done` once the lease has run
out is in doubt: resent under the same Message-ID, or held for a person, by setting.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, func, or_, select

from config.settings import InDoubt
from notifications.carriers.replies import Meaning
from notifications.content import Content
from notifications.looking_again import look_again
from notifications.transports.base import RecipientResult, SendResult, Verdict
from notifications.tries import keep_failures, keep_lost, try_the_other_way
from notifications.window import SendingWindow
from workflows.organisation import Organisation
from workflows.tables import (
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Event,
    Reminder,
    ReminderStatus,
)

_CLOSING = {
    DeliveryStatus.DONE: ReminderStatus.SENT,
    DeliveryStatus.FAILED: ReminderStatus.FAILED,
}
_BACKOFF_MINUTES = (1, 2, 5, 15, 30, 60)
_SKEW = timedelta(minutes=10)  # by how much the clocks of two machines may differ
_FAR = timedelta(minutes=_BACKOFF_MINUTES[-1]) + _SKEW


@dataclass(slots=True)
class Claims:
    """What a claim took: contents to send, and how many were closed with nothing left to say."""

    contents: list[Content] = field(default_factory=list)
    channels: dict[int, str] = field(default_factory=dict)  # by delivery; '' is mail
    suppressed: int = 0

    @property
    def found_work(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.contents) or self.suppressed > 0


def claim(
    session: Session,
    now: datetime,
    window: SendingWindow,
    *,
    limit: int,
    lease: timedelta,
    worker: str,
    channels: Collection[str] = (),
    by_channel: bool = False,
    organisation: Organisation | None = None,
) -> Claims:
    """Take up to `limit` queued deliveries under a lease: those that go by mail, or those that go
    over one of the `channels`. What names another channel goes by mail. Briefings ask
    the `organisation`.

    Each assignment is looked at again in this transaction: nothing goes out whose claim is later
    than the hand-in's commit. What has nothing left to say is closed as suppressed.
    """
    claims = Claims()
    if not window.is_open(now):
        return claims
    today = window.today(now)
    events_seen = session.exec(select(func.max(Event.id))).one() or 0
    waiting = session.exec(
        select(Delivery)
        .where(
            Delivery.status == DeliveryStatus.QUEUED,
            col(Delivery.not_before) <= now,
            (col(Delivery.local_date) == today)
            | (col(Delivery.kind) != DeliveryKind.DIGEST)
            | (col(Delivery.doubts) > 0),
            col(Delivery.channel).in_(channels)
            if by_channel
            else col(Delivery.channel).not_in(channels),
        )
        # What was refused before comes last: one mail that no server takes keeps no other back.
        .order_by(col(Delivery.attempts), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    contents = look_again(session, waiting, window, now, organisation)
    for delivery in waiting:
        content = contents.get(delivery.id or 0)
        if content is None:
            delivery.status = DeliveryStatus.SUPPRESSED
            claims.suppressed += 1
        else:
            delivery.status = DeliveryStatus.CLAIMED
            delivery.claimed_at = now
            delivery.lease_until = now + lease
            delivery.worker = worker
            delivery.channel = delivery.channel if by_channel else ""
            claims.contents.append(content)
            claims.channels[content.delivery_id] = delivery.channel
        delivery.events_seen = events_seen
        session.add(delivery)
    return claims


@dataclass(frozen=True, slots=True)
class Started:
    """What is about to leave, for the ledger."""

    delivery_id: int
    subject: str
    body_hash: str


def mark_started(
    session: Session,
    started: Sequence[Started],
    now: datetime,
    window: SendingWindow,
    worker: str,
) -> set[int]:
    """Mark that the transport is about to be asked; return the ids that are still ours.

    Where the window has closed since the claim nothing leaves: all go back into the queue.
    """
    ours = set()
    late = not window.is_open(now)
    ids = [one.delivery_id for one in started]
    found = session.exec(select(Delivery).where(col(Delivery.id).in_(ids)))
    deliveries = {delivery.id: delivery for delivery in found}
    for one in started:
        delivery = deliveries[one.delivery_id]
        if delivery.status is not DeliveryStatus.CLAIMED or delivery.worker != worker:
            continue  # the lease ran out and another sender has it
        if late:
            delivery.status, delivery.lease_until = DeliveryStatus.QUEUED, None
            session.add(delivery)
            continue
        delivery.status = DeliveryStatus.STARTED
        delivery.started_at = now
        delivery.attempts += 1
        delivery.subject = one.subject
        delivery.body_hash = one.body_hash
        session.add(delivery)
        ours.add(one.delivery_id)
    return ours


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
    deliveries = session.exec(select(Delivery).where(col(Delivery.id).in_(results))).all()
    closed: dict[ReminderStatus, list[int | None]] = defaultdict(list)
    tried = []
    for delivery in deliveries:
        if delivery.status is DeliveryStatus.STARTED and delivery.worker == worker:
            tried.append((delivery, results[delivery.id or 0]))
            _finish(delivery, results[delivery.id or 0], now, in_doubt)
            session.add(delivery)
        # Else it was swept as in doubt meanwhile, and is another's.
    keep_failures(session, tried, now)
    for delivery, _result in tried:
        try_the_other_way(session, delivery, fallback, now)
        if closing := _CLOSING.get(delivery.status):
            closed[closing].append(delivery.id)
    for closing, ids in closed.items():
        turn_reminders(session, ids, ReminderStatus.PENDING, closing)
    return [delivery.status for delivery in deliveries]


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
    delivery.outcome = {
        address: {"verdict": one.verdict.value, "code": one.code, "text": one.explained}
        for address, one in result.items()
    }
    failure = next((one for one in result.values() if one.verdict is not Verdict.ACCEPTED), None)
    delivery.error = f"{failure.code or ''} {failure.explained}".strip() if failure else ""


def sweep(session: Session, now: datetime, in_doubt: InDoubt) -> int:
    """Take back deliveries whose lease has run out; return how many.

    One that was only claimed has not left and is queued again; one that was started is in doubt.
    A clock that was wrongly ahead leaves moments that would keep mail waiting until they come:
    leases and back-offs that lie further ahead than any can are given up too.
    """
    expired = session.exec(
        select(Delivery).where(
            col(Delivery.status).in_([DeliveryStatus.CLAIMED, DeliveryStatus.STARTED]),
            or_(col(Delivery.lease_until) < now, col(Delivery.claimed_at) > now + _SKEW),
        )
    ).all()
    for delivery in session.exec(
        select(Delivery).where(
            Delivery.status == DeliveryStatus.QUEUED, col(Delivery.not_before) > now + _FAR
        )
    ):
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
    delivery_ids: Sequence[int | None],
    before: ReminderStatus,
    after: ReminderStatus,
) -> None:
    """Change some deliveries' reminders from one status to another: there may be very many."""
    session.connection().execute(
        update(Reminder)
        .where(col(Reminder.delivery_id).in_(delivery_ids), col(Reminder.status) == before)
        .values(status=after)
    )
