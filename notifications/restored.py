"""What a restored outbox may send by itself: nothing that may have left already.

A backup knows nothing of what was sent, or handed in, after it was made. So everything that could
have left between then and now waits for a person: deliveries become in doubt, reminders are held.
What could not have left, since the sending window was closed, goes out as if nothing had been.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from config.i18n import _
from notifications.due import collect_due
from notifications.grouping import group_pending
from notifications.window import SendingWindow
from workflows.organisation import Organisation
from workflows.tables import Delivery, DeliveryStatus, Reminder, ReminderStatus
from workflows.working_days import working_days

_UNDER_WAY = [DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED, DeliveryStatus.STARTED]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many deliveries wait for a person: those in doubt, and those held."""

    in_doubt: int = 0
    held: int = 0


def keep_back(
    session: Session,
    made_at: datetime,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
) -> Kept:
    """Keep back what may have left between `made_at` and `now` (both aware).

    `domain` is the right-hand side of Message-IDs. Rungs that came due in between become
    reminders here, as the tick would have made them then.
    """
    left_until = last_open(window, now)
    if left_until < made_at <= now:
        return Kept()
    in_doubt = session.connection().execute(
        update(Delivery)
        .where(col(Delivery.status).in_(_UNDER_WAY))
        .values(
            status=DeliveryStatus.IN_DOUBT,
            lease_until=None,
            doubts=Delivery.doubts + 1,
            error=_("restored from a backup: may have gone out since"),
        )
    )
    while collect_due(session, left_until, organisation, window):
        pass
    session.connection().execute(
        update(Reminder)
        .where(col(Reminder.status) == ReminderStatus.PENDING, col(Reminder.delivery_id).is_(None))
        .values(held=True)
    )
    session.expire_all()
    before = _held(session)
    group_pending(session, left_until, window, domain)
    session.flush()
    return Kept(in_doubt.rowcount, _held(session) - before)


def last_open(window: SendingWindow, now: datetime) -> datetime:
    """The last moment up to `now` (aware) at which mail could leave."""
    if window.is_open(now):
        return now
    local = now.astimezone(window.zone)
    day = local.date() if local.time() >= window.end else local.date() - timedelta(days=1)
    day = working_days().on_or_before(day)
    return datetime.combine(day, window.end, window.zone) - timedelta(microseconds=1)


def _held(session: Session) -> int:
    query = select(func.count(col(Delivery.id))).where(Delivery.status == DeliveryStatus.HELD)
    return session.exec(query).one()
