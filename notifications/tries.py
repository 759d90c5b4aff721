"""What is kept of each try that a server did not accept: for the ledger, and for the addresses."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from config.i18n import _
from notifications import failing
from notifications.carriers.replies import Meaning
from notifications.transports.base import SendResult, Verdict
from workflows.tables import Delivery, FailedTry


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
            failures.append(_failure(delivery, now, one.verdict, one.code, one.explained))
            if one.meaning is Meaning.NO_MAILBOX and one.verdict is Verdict.PERMANENT:
                failing.mark(session, address, str(one.code), one.text, now)
    session.add_all(failures)


def keep_lost(session: Session, deliveries: Iterable[Delivery], now: datetime) -> None:
    """Record tries whose end nobody has seen: the program ended meanwhile."""
    said = _("nobody has seen how this try ended")
    session.add_all(_failure(one, now, Verdict.DOUBTFUL, 0, said) for one in deliveries)


def _failure(
    delivery: Delivery, now: datetime, verdict: Verdict, code: int, text: str
) -> FailedTry:
    return FailedTry(
        delivery_id=delivery.id or 0,
        at=now,
        channel=delivery.channel,
        verdict=verdict.value,
        code=code,
        text=text,
    )
