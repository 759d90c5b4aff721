"""The outbox: deliveries are claimed by a sender and marked as started, one short transaction each.

queued → claimed (under a lease) → started → done. `started` without `done` once the lease has run
out is in doubt: resent under the same Message-ID, or held for a person, by setting. What becomes
of them then is recorded in notifications/outcomes.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, bindparam, func, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session

from notifications.content import Content, Waiting
from notifications.looking_again import look_again
from notifications.window import SendingWindow
from workflows.one_of import one_of
from workflows.organisation import Organisation
from workflows.tables import Delivery, DeliveryKind, DeliveryStatus, Event

_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]
_BEGIN = (
    update(_DELIVERIES)
    .where(
        _DELIVERIES.c.id == bindparam("which"),
        _DELIVERIES.c.status == DeliveryStatus.CLAIMED,
        _DELIVERIES.c.worker == bindparam("holder"),
    )
    .values(
        status=DeliveryStatus.STARTED,
        started_at=bindparam("now"),
        attempts=_DELIVERIES.c.attempts + 1,
        subject=bindparam("head"),
        body_hash=bindparam("said"),
    )
)
_NEWEST = sql_select(func.max(Event.__table__.c.id))  # type: ignore[attr-defined]


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
    events_seen = session.connection().execute(_NEWEST).scalar() or 0
    wanted = {"now": now, "today": today, "channels": list(channels), "most": limit}
    waiting = _queued(session, wanted, by_channel)
    contents = look_again(session, waiting, window, now, organisation)
    settled = []
    for delivery in waiting:
        if delivery.id in contents:
            claims.contents.append(contents[delivery.id])
            claims.channels[delivery.id] = delivery.channel if by_channel else ""
        else:
            settled.append(delivery.id)
    claims.suppressed = len(settled)
    _update(session, settled, status=DeliveryStatus.SUPPRESSED, events_seen=events_seen)
    if contents:
        taken = {"seen": events_seen, "now": now, "until": now + lease, "holder": worker}
        session.connection().execute(_take(by_channel), {"which": list(contents), **taken})
    return claims


def _queued(session: Session, wanted: dict[str, Any], by_channel: bool) -> list[Waiting]:
    """The queued deliveries that are `wanted`, the one that may leave first before the others.
    What was refused before comes last: one mail that no server takes keeps no other back."""
    found: list[Waiting] = []
    by_id = session.connection().dialect.name == "sqlite"
    for refused in (False, True):
        left = wanted["most"] - len(found)
        query = _next(by_channel, refused, by_id or refused)
        rows = session.connection().execute(query, {**wanted, "most": left}) if left else ()
        batch = [Waiting._make(row) for row in rows]
        found += batch if by_id or refused else sorted(batch, key=lambda one: one.id)
    return found


@cache  # building it takes longer than the database does
def _next(by_channel: bool, refused: bool, by_id: bool) -> Any:
    columns = _DELIVERIES.c
    channels = columns.channel.in_(bindparam("channels", expanding=True))
    # As the index has them: no sorting of all who wait. SQLite's entries end with the id.
    order = (columns.not_before, columns.id) if by_id else (columns.not_before,)
    return (
        sql_select(*(columns[name] for name in Waiting._fields))
        .where(
            columns.status == DeliveryStatus.QUEUED,
            columns.not_before <= bindparam("now"),
            or_(
                columns.local_date == bindparam("today"),
                columns.kind != DeliveryKind.DIGEST,
                columns.doubts > 0,
            ),
            channels if by_channel else ~channels,
            columns.attempts > 0 if refused else columns.attempts == 0,
        )
        .order_by(*([columns.attempts] if refused else []), *order)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


@cache
def _take(by_channel: bool) -> Any:
    return (
        update(_DELIVERIES)
        .where(one_of(_DELIVERIES.c.id, "which"))
        .values(
            status=DeliveryStatus.CLAIMED,
            events_seen=bindparam("seen"),
            claimed_at=bindparam("now"),
            lease_until=bindparam("until"),
            worker=bindparam("holder"),
            **({} if by_channel else {"channel": ""}),
        )
    )


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
    if not window.is_open(now):
        ids = [one.delivery_id for one in started]
        ours = still_ours(session, ids, DeliveryStatus.CLAIMED, worker)
        _update(session, ours, status=DeliveryStatus.QUEUED, lease_until=None)
        return set()
    rows = [
        {
            "which": one.delivery_id,
            "holder": worker,
            "now": now,
            "head": one.subject,
            "said": one.body_hash,
        }
        for one in started
    ]
    return turned(session, _BEGIN, rows, DeliveryStatus.STARTED)


def turned(
    session: Session, change: Any, rows: Sequence[dict[str, Any]], after: DeliveryStatus
) -> set[int]:
    """Make the `change` to the delivery `which` of each row, where its `holder` still has it in the
    status before; return those that are now in the status `after`. Leases of the others ran out,
    and another sender may have them."""
    if not rows:
        return set()
    rows = sorted(rows, key=itemgetter("which"))  # as whoever locks several does: no deadlock
    which = [one["which"] for one in rows]
    if session.connection().execute(change, rows).rowcount == len(rows):  # as nearly always
        return set(which)
    return still_ours(session, which, after, rows[0]["holder"])


def still_ours(
    session: Session, delivery_ids: Collection[int], status: DeliveryStatus, worker: str
) -> set[int]:
    """Those in this status that the worker has. Nobody takes them until the transaction ends."""
    wanted = {"which": list(delivery_ids), "status": status, "holder": worker}
    return set(session.connection().execute(_had(), wanted).scalars())


@cache
def _had() -> Any:
    columns = _DELIVERIES.c
    return (
        sql_select(columns.id)
        .where(
            one_of(columns.id, "which"),
            columns.status == bindparam("status"),
            columns.worker == bindparam("holder"),
        )
        .order_by(columns.id)
        .with_for_update()
    )


def _update(session: Session, delivery_ids: Collection[int], **values: Any) -> None:
    """The same change to many deliveries, in one statement."""
    if delivery_ids:
        which = _DELIVERIES.c.id.in_(delivery_ids)
        session.connection().execute(update(_DELIVERIES).where(which).values(**values))
