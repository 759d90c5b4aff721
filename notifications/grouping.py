"""Second step of a tick: waiting reminders become deliveries, one digest for a person and day.

A digest that is still unsent when the next day's window opens is closed as superseded and its
reminders are grouped again. What arises after the day's digest has gone waits for the next one,
unless its due date would pass by then. What goes above the contact waits until the unit's own
reminder has gone, and what is of a paused campaign until it is resumed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import count
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.settling import paused_campaigns
from notifications.shards import Shard
from notifications.ungrouped import BATCH, Ungrouped, next_ungrouped
from notifications.window import SendingWindow
from workflows.database import alone, batched
from workflows.one_of import one_of
from workflows.tables import (
    Assignment,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
)

_NAMESPACE = UUID("0d3a4b0e-59f4-5d5e-8a52-6f1c4f0f2b77")  # of deliveries; never changes
NewDelivery = dict[str, Any]  # its row: there may be very many, and the model takes its time
# For rows that are written without the model; NULL is the database's own.
_DEFAULTS = {
    name: default
    for name, field in Delivery.model_fields.items()
    if not field.is_required()
    and (default := field.get_default(call_default_factory=True)) is not None
}
_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]
_REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]
_INSERT = insert(_DELIVERIES)
DIGEST, HELD, URGENT, VIA = "", "held", "urgent", "via"

_NOT_GONE = frozenset(
    {
        DeliveryStatus.QUEUED,
        DeliveryStatus.HELD,
        DeliveryStatus.SUPPRESSED,
        DeliveryStatus.SUPERSEDED,  # of today only where the clock was turned
        DeliveryStatus.RELEASED,
        DeliveryStatus.DROPPED,
    }
)


def group_pending(
    session: Session,
    now: datetime,
    window: SendingWindow,
    domain: str,
    channels: Collection[str] = (),
    shard: Shard | None = None,
) -> int:
    """Put every waiting reminder into a delivery; return how many deliveries were made.

    `domain` is the right-hand side of Message-IDs. What names none of the `channels` goes by mail,
    with all else that does. Outside the sending window nothing is done. With a `shard` only the
    addresses in it are looked at, and the transaction may be a shared one; call `close_stale`
    before, in one that is not.
    """
    if not window.is_open(now):
        return 0
    today = window.today(now)
    if shard is None:
        close_stale(session, today, channels)
    else:
        alone(session, f"digests of {shard}")
    made = 0
    paused, last = paused_campaigns(session), ("", 0)
    more = True
    while more and (batch := next_ungrouped(session, paused, shard, last)):
        more = len(batch) == BATCH
        last = (batch[-1].address, batch[-1].id)
        groups: dict[tuple[str, bool, str], list[Ungrouped]] = defaultdict(list)
        for one in sorted(batch, key=attrgetter("id")):
            # A draft goes nowhere by itself: it is one whatever channels its reminders will take.
            channel = "" if one.held or one.channel not in channels else one.channel
            groups[one.address, one.held, channel].append(one)
        here = _Today(session, window, now, domain, {one.address for one in batch})
        for (address, held, channel), reminders in groups.items():
            here.place(address, held, channel, reminders)
        made += here.write()
    return made


_THERE = (  # building it takes longer than the database does
    select(Delivery)
    .where(one_of(col(Delivery.address), "addresses"), Delivery.local_date == bindparam("today"))
    .order_by(col(Delivery.id))
    .with_for_update()  # a sender may be at it where transactions are shared
)


class _Today:
    """The day's deliveries while waiting reminders are being put into them."""

    def __init__(
        self,
        session: Session,
        window: SendingWindow,
        now: datetime,
        domain: str,
        addresses: Iterable[str],
    ) -> None:
        self._rows: list[dict[str, Any]] = []
        self._joining: dict[str, list[int]] = defaultdict(list)  # reminders by delivery's purpose
        today = window.today(now)
        self._session, self._today, self._next_day = session, today, window.next_day(today)
        self._window, self._now, self._domain = window, now, domain
        self._existing = {
            (one.address, one.purpose): one
            for batch in batched(addresses)
            for one in session.execute(_THERE, {"addresses": batch, "today": today}).scalars()
        }
        # One person's reminders may be more than a batch: what the batch before made takes them.
        self._just_made = {
            (one.address, one.status): one.purpose
            for one in self._existing.values()
            if one.created_at == now and one.purpose.startswith(f"{URGENT}-")
        }

    def place(self, address: str, held: bool, channel: str, reminders: Sequence[Ungrouped]) -> None:
        """Put one address's waiting reminders where they belong, or leave them waiting."""
        digest = f"{VIA}-{channel}" if channel else DIGEST
        purpose, kind = HELD if held else digest, DeliveryKind.DIGEST
        status = DeliveryStatus.HELD if held else DeliveryStatus.QUEUED
        if self._used_up(address, purpose):
            reminders = _would_pass(self._session, reminders, self._today, self._next_day)
            if not reminders:
                return
            purpose = self._just_made.get((address, status)) or self._urgent(address, reminders[0])
            kind = DeliveryKind.NOTICE
        existing = self._existing.get((address, purpose))
        if existing is None:
            self._add(address, purpose, kind, status, channel)
        elif existing.status is DeliveryStatus.HELD and not held:
            return  # a person keeps the day's digest back: what is new waits for the next one
        else:
            existing.status = status
            if not existing.attempts and existing.created_at != self._now:
                existing.not_before = self._now
        self._joining[purpose] += [one.id for one in reminders]

    def _used_up(self, address: str, purpose: str) -> bool:
        """Whether such a delivery has gone; one that said nothing in the end has not."""
        existing = self._existing.get((address, purpose))
        return existing is not None and existing.status not in _NOT_GONE

    def _urgent(self, address: str, first: Ungrouped) -> str:
        """A purpose that is free: a reminder that was in a notice may wait again on the same day,
        since what it was of was reopened."""
        names = (f"{URGENT}-{first.id}" + f"-{n}" * (n > 1) for n in count(1))
        return next(one for one in names if not self._used_up(address, one))

    def write(self) -> int:
        """Write down what was placed; return how many deliveries were made."""
        self._session.flush()
        connection = self._session.connection()
        if self._rows:
            connection.execute(_INSERT, self._rows)
        for purpose, reminder_ids in self._joining.items():
            for batch in batched(reminder_ids):
                joining = {"which": batch, "today": self._today, "purpose": purpose}
                connection.execute(_join(), joining)
        return len(self._rows)

    def _add(
        self,
        address: str,
        purpose: str,
        kind: DeliveryKind,
        status: DeliveryStatus,
        channel: str,
    ) -> None:
        row = new_delivery(address, self._today, purpose, kind, status, self._now, self._domain)
        if kind is DeliveryKind.DIGEST:
            row["not_before"] = self._window.slot(address, self._now)
        self._rows.append({**row, "channel": channel})


@cache  # building it takes longer than the database does
def _join() -> Any:
    columns = _DELIVERIES.c
    own = sql_select(columns.id).where(
        columns.address == _REMINDERS.c.address,
        columns.local_date == bindparam("today"),
        columns.purpose == bindparam("purpose"),
    )
    return (
        update(_REMINDERS)
        .where(one_of(_REMINDERS.c.id, "which"))
        .values(delivery_id=own.scalar_subquery())
    )


def new_delivery(
    address: str,
    today: date,
    purpose: str,
    kind: DeliveryKind,
    status: DeliveryStatus,
    now: datetime,
    domain: str,
) -> NewDelivery:
    """A delivery for the day `today`; `domain` is the right-hand side of its Message-ID."""
    unique = uuid5(_NAMESPACE, f"{address}|{today.isoformat()}|{purpose}")
    return {
        **_DEFAULTS,
        "kind": kind,
        "address": address,
        "local_date": today,
        "purpose": purpose,
        "status": status,
        "message_id": f"<{unique}@{domain}>",
        "not_before": now,
        "created_at": now,
    }


def close_stale(session: Session, today: date, channels: Collection[str]) -> None:
    """Close unsent digests of another day than `today`, and let their reminders wait again."""
    session.flush()
    there = {"today": today, "channels": ["", *channels]}
    stale = session.execute(_stale(), there).scalars().all()
    for batch in batched(stale):
        session.connection().execute(
            update(Delivery)
            .where(col(Delivery.id).in_(batch))
            .values(status=DeliveryStatus.SUPERSEDED)
        )
        detach(session, batch)


@cache  # each tick asks; building it takes longer than the database does
def _stale() -> Any:
    # A day to come is stale as well: the clock was ahead and has been set back. So is what was to
    # go over a channel that is no longer there: it joins the day's mail.
    columns = _DELIVERIES.c
    via = columns.purpose.startswith(f"{VIA}-")
    lost = via & columns.channel.not_in(bindparam("channels", expanding=True))
    return sql_select(columns.id).where(
        columns.status == DeliveryStatus.QUEUED,
        columns.kind == DeliveryKind.DIGEST,
        (columns.local_date != bindparam("today")) | lost,
        columns.doubts == 0,  # one in doubt goes out again under its own Message-ID
    )


def detach(session: Session, delivery_ids: Sequence[int | None]) -> None:
    """Take the waiting reminders out of these few deliveries, to be grouped again."""
    session.connection().execute(
        update(Reminder)
        .where(
            col(Reminder.delivery_id).in_(delivery_ids),
            col(Reminder.status) == ReminderStatus.PENDING,
        )
        .values(delivery_id=None)
    )


def _would_pass(
    session: Session, reminders: Sequence[Ungrouped], today: date, next_day: date
) -> list[Ungrouped]:
    due: dict[int | None, date] = {}
    for batch in batched({one.assignment_id for one in reminders}):
        query = select(Assignment.id, col(Assignment.effective_due))
        due |= dict(session.exec(query.where(col(Assignment.id).in_(batch))).all())
    return [one for one in reminders if today <= due[one.assignment_id] < next_day]
