"""What a restored outbox may send by itself: nothing that may have left already.

A backup knows nothing of what was sent, or handed in, after it was made. So everything that could
have left between then and now is held for a person; what was being sent just then is in doubt.
What could not have left, since the sending window was closed, goes out as if nothing had been.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from config.i18n import _
from notifications.due import collect_due
from notifications.grouping import group_pending
from notifications.morning import MORNING
from notifications.notices import take_events
from notifications.window import SendingWindow
from workflows.organisation import Organisation
from workflows.tables import Assignment, Delivery, DeliveryStatus, Reminder, ReminderStatus
from workflows.working_days import working_days

_BEING_SENT = [DeliveryStatus.STARTED]
_NOT_STARTED = [DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED]
_UNMARK = (
    update(Assignment)
    .where(col(Assignment.id) == bindparam("which"))
    .values(
        next_at=bindparam("next"),
        reminded_through=bindparam("through"),
        reminded_at=bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many deliveries wait for a person now: those held, and those in doubt."""

    held: int = 0
    in_doubt: int = 0


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
    reminders here, and what had not been announced becomes notices, as the tick would have made
    them then.
    """
    left_until = last_open(window, now)
    if left_until < made_at <= now:
        return Kept()
    _change(session, _BEING_SENT, DeliveryStatus.IN_DOUBT, doubts=Delivery.doubts + 1)
    _close_lists(session)
    _change(session, _NOT_STARTED, DeliveryStatus.HELD)
    _collect(session, left_until, organisation, window)
    while take_events(
        session, left_until, organisation, window, domain, status=DeliveryStatus.HELD
    ):
        pass
    in_held = select(Delivery.id).where(Delivery.status == DeliveryStatus.HELD)
    session.connection().execute(
        update(Reminder)
        .where(
            col(Reminder.status) == ReminderStatus.PENDING,
            col(Reminder.delivery_id).is_(None) | col(Reminder.delivery_id).in_(in_held),
        )
        .values(held=True)
    )
    session.expire_all()
    group_pending(session, left_until, window, domain)
    session.flush()
    return Kept(_count(session, DeliveryStatus.HELD), _count(session, DeliveryStatus.IN_DOUBT))


def _collect(
    session: Session, moment: datetime, organisation: Organisation, window: SendingWindow
) -> None:
    """Let rungs that came due by then become reminders. What only wanted a look, and had none due,
    stays to be looked at: no tick did, and there is nothing to hold."""
    names = ("id", "next_at", "reminded_through", "reminded_at")
    marks = [getattr(Assignment, name) for name in names]
    before = session.execute(sql_select(*marks).where(col(Assignment.next_at) <= moment)).all()
    newest = session.exec(select(func.max(Reminder.id))).one() or 0
    while collect_due(session, moment, organisation, window):
        pass
    reminded = set(session.exec(select(Reminder.assignment_id).where(col(Reminder.id) > newest)))
    looked = [
        {"which": key, "next": next_at, "through": through, "at": at}
        for key, next_at, through, at in before
        if key not in reminded
    ]
    if looked:
        session.connection().execute(_UNMARK, looked)


def _close_lists(session: Session) -> None:
    """A morning list that was not sent: the next one has all that is in it."""
    session.connection().execute(
        update(Delivery)
        .where(col(Delivery.status).in_(_NOT_STARTED), col(Delivery.purpose) == MORNING)
        .values(status=DeliveryStatus.SUPERSEDED, lease_until=None)
    )


def last_open(window: SendingWindow, now: datetime) -> datetime:
    """The last moment up to `now` (aware) at which mail could leave."""
    if window.is_open(now):
        return now
    local = now.astimezone(window.zone)
    day = local.date() if local.time() >= window.end else local.date() - timedelta(days=1)
    day = working_days().on_or_before(day)
    return datetime.combine(day, window.end, window.zone) - timedelta(microseconds=1)


def _change(
    session: Session, found: Sequence[DeliveryStatus], status: DeliveryStatus, **others: Any
) -> None:
    session.connection().execute(
        update(Delivery)
        .where(col(Delivery.status).in_(found))
        .values(
            status=status,
            lease_until=None,
            error=_("restored from a backup: may have gone out since"),
            **others,
        )
    )


def _count(session: Session, status: DeliveryStatus) -> int:
    return session.exec(select(func.count(col(Delivery.id))).where(Delivery.status == status)).one()
