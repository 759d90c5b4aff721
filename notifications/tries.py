"""What is kept of each try that a server did not accept: for the ledger, and for the addresses."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, col, func, select

from config.i18n import _
from notifications import failing
from notifications.carriers.replies import Meaning
from notifications.transports.base import SendResult, Verdict
from workflows.tables import Delivery, DeliveryStatus, FailedTry

RETURNED = "returned"  # taken at first, and a notice said later that it did not arrive
_CHANNEL_TRIES = 3  # then mail is the surer way


def keep_failures(
    session: Session, tried: Iterable[tuple[Delivery, SendResult]], now: datetime
) -> None:
    """Record the tries that failed at `now` (aware), all in one statement, and mark an address
    where its server says that nobody has it."""
    failures = []
    for delivery, result in tried:
        for address, one in result.items():
            if one.verdict is Verdict.ACCEPTED:
                continue
            failures.append(_failure(delivery, now, one.verdict.value, one.code, one.explained))
            if one.meaning is Meaning.NO_MAILBOX and one.verdict is Verdict.PERMANENT:
                failing.mark(session, address, str(one.code), one.text, now)
    session.add_all(failures)


def try_the_other_way(session: Session, delivery: Delivery, fallback: str, now: datetime) -> None:
    """Queue what has failed once more at `now` (aware): by mail what went over a channel, over the
    channel `fallback` what went by mail. Each way is gone once; a channel has a few tries."""
    if delivery.channel and delivery.status is DeliveryStatus.QUEUED:
        failed = _failures(session, delivery, delivery.channel) >= _CHANNEL_TRIES
    else:
        failed = delivery.status is DeliveryStatus.FAILED
    other = "" if delivery.channel else fallback
    if not failed:
        return
    if other == delivery.channel or _failures(session, delivery, other):
        delivery.status = DeliveryStatus.FAILED
    else:
        delivery.channel, delivery.status = other, DeliveryStatus.QUEUED
        delivery.not_before = now
    session.add(delivery)


def _failures(session: Session, delivery: Delivery, channel: str) -> int:
    query = select(func.count(col(FailedTry.id))).where(
        FailedTry.delivery_id == delivery.id,
        FailedTry.channel == channel,
        FailedTry.verdict != RETURNED,
    )
    return session.exec(query).one()


def keep_lost(session: Session, deliveries: Iterable[Delivery], now: datetime) -> None:
    """Record tries whose end nobody has seen: the program ended meanwhile."""
    said = _("nobody has seen how this try ended")
    session.add_all(_failure(one, now, Verdict.DOUBTFUL.value, 0, said) for one in deliveries)


def keep_returned(session: Session, delivery: Delivery, words: str, now: datetime) -> None:
    """Record at `now` (aware) that the mail came back, with the server's words, code and all."""
    session.add(_failure(delivery, now, RETURNED, 0, words))


def returned(session: Session, delivery_ids: Collection[int]) -> dict[int, FailedTry]:
    """Which of these deliveries came back, with what was said of it last."""
    query = select(FailedTry).where(
        col(FailedTry.delivery_id).in_(delivery_ids), FailedTry.verdict == RETURNED
    )
    return {one.delivery_id: one for one in session.exec(query.order_by(col(FailedTry.id)))}


def _failure(delivery: Delivery, now: datetime, verdict: str, code: int, text: str) -> FailedTry:
    return FailedTry(
        delivery_id=delivery.id or 0,
        at=now,
        channel=delivery.channel,
        verdict=verdict,
        code=code,
        text=text,
    )
