"""Second step of a tick: waiting reminders become deliveries, one digest for a person and day.

A digest that is still unsent when the next day's window opens is closed as superseded and its
reminders are grouped again. What arises after the day's digest has gone waits for the next one,
unless its due date would pass by then. What goes above the contact waits until the unit's own
reminder has gone.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import Table, bindparam, update
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from notifications.due import REACHED
from notifications.recipients import ABOVE
from notifications.window import SendingWindow
from workflows.database import batched
from workflows.tables import (
    Assignment,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
)

_NAMESPACE = UUID("0d3a4b0e-59f4-5d5e-8a52-6f1c4f0f2b77")  # of deliveries; never changes
_REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]
DIGEST, HELD, URGENT, VIA = "", "held", "urgent", "via"

_OPEN = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.HELD})
_NOT_SENT = frozenset(
    {
        DeliveryStatus.SUPPRESSED,
        DeliveryStatus.SUPERSEDED,  # of today only where the clock was turned
        DeliveryStatus.RELEASED,
        DeliveryStatus.DROPPED,
    }
)


def group_pending(session: Session, now: datetime, window: SendingWindow, domain: str) -> int:
    """Put every waiting reminder into a delivery; return how many deliveries were made.

    `domain` is the right-hand side of Message-IDs. Outside the sending window nothing is done.
    """
    if not window.is_open(now):
        return 0
    today = window.today(now)
    _close_stale(session, today)
    waiting = session.execute(
        sql_select(
            col(Reminder.id),
            col(Reminder.assignment_id),
            col(Reminder.address),
            col(Reminder.held),
            col(Reminder.channel),
        )
        .where(
            col(Reminder.status) == ReminderStatus.PENDING,
            col(Reminder.delivery_id).is_(None),
            _own_has_gone(),
        )
        .order_by(col(Reminder.id))
    )
    groups: dict[tuple[str, bool, str], list[_Waiting]] = defaultdict(list)
    for reminder_id, assignment_id, address, held, channel in waiting:
        groups[(address, held, channel)].append(_Waiting(reminder_id or 0, assignment_id))
    if not groups:
        return 0
    here = _Today(session, window, now, domain)
    for (address, held, channel), reminders in groups.items():
        here.place(address, held, channel, reminders)
    session.flush()
    joining = [
        {"reminder": one.id, "delivery": delivery.id}
        for delivery, reminders in here.joined
        for one in reminders
    ]
    if joining:
        session.connection().execute(
            update(_REMINDERS)
            .where(_REMINDERS.c.id == bindparam("reminder"))
            .values(delivery_id=bindparam("delivery")),
            joining,
        )
    return here.made


def _own_has_gone() -> Any:
    """Of what goes above the contact: the unit's own reminder by the same date does not wait any
    more. A reminder of the unit itself is held by nothing."""
    own = aliased(Reminder)
    same = (
        own.assignment_id == Reminder.assignment_id,
        own.due_basis == Reminder.due_basis,
        col(own.role).not_in(ABOVE),
    )
    waits = select(own.id).where(*same, own.status == ReminderStatus.PENDING).exists()
    reached = select(own.id).where(*same, col(own.status).in_(REACHED)).exists()
    return or_(col(Reminder.role).not_in(ABOVE), ~waits, reached)


class _Waiting(NamedTuple):
    """A reminder that is to be put into a delivery: a spike may bring very many."""

    id: int
    assignment_id: int


class _Today:
    """The day's deliveries while waiting reminders are being put into them."""

    def __init__(self, session: Session, window: SendingWindow, now: datetime, domain: str) -> None:
        self.made = 0
        self.joined: list[tuple[Delivery, Sequence[_Waiting]]] = []
        today = window.today(now)
        self._session, self._today, self._next_day = session, today, window.next_day(today)
        self._window, self._now, self._domain = window, now, domain
        self._existing = {
            (one.address, one.purpose): one
            for one in session.exec(select(Delivery).where(Delivery.local_date == today))
        }

    def place(self, address: str, held: bool, channel: str, reminders: Sequence[_Waiting]) -> None:
        """Put one address's waiting reminders where they belong, or leave them waiting."""
        digest = f"{VIA}-{channel}" if channel else DIGEST
        purpose = HELD if held else digest
        waiting_status = DeliveryStatus.HELD if held else DeliveryStatus.QUEUED
        existing = self._existing.get((address, purpose))
        if existing is None:
            self._add(address, purpose, DeliveryKind.DIGEST, waiting_status, reminders, channel)
        elif existing.status is DeliveryStatus.HELD and not held:
            return  # a person keeps the day's digest back: what is new waits for the next one
        elif existing.status in _OPEN or existing.status in _NOT_SENT:
            # One that said nothing in the end has not used up the day.
            existing.status = waiting_status
            if not existing.attempts:
                existing.not_before = self._now
            self.joined.append((existing, reminders))
        elif urgent := _would_pass(self._session, reminders, self._today, self._next_day):
            purpose = f"{URGENT}-{urgent[0].id}"
            queued = DeliveryStatus.QUEUED
            self._add(address, purpose, DeliveryKind.NOTICE, queued, urgent, channel)

    def _add(
        self,
        address: str,
        purpose: str,
        kind: DeliveryKind,
        status: DeliveryStatus,
        reminders: Sequence[_Waiting],
        channel: str,
    ) -> None:
        delivery = new_delivery(
            address, self._today, purpose, kind, status, self._now, self._domain
        )
        delivery.channel = channel
        if kind is DeliveryKind.DIGEST:
            delivery.not_before = self._window.slot(address, self._now)
        self._session.add(delivery)
        self.joined.append((delivery, reminders))
        self.made += 1


def new_delivery(
    address: str,
    today: date,
    purpose: str,
    kind: DeliveryKind,
    status: DeliveryStatus,
    now: datetime,
    domain: str,
) -> Delivery:
    """A delivery for the day `today`; `domain` is the right-hand side of its Message-ID."""
    unique = uuid5(_NAMESPACE, f"{address}|{today.isoformat()}|{purpose}")
    return Delivery(
        kind=kind,
        address=address,
        local_date=today,
        purpose=purpose,
        status=status,
        message_id=f"<{unique}@{domain}>",
        not_before=now,
        created_at=now,
    )


def _close_stale(session: Session, today: date) -> None:
    # A day to come is stale as well: the clock was ahead and has been set back.
    stale = session.exec(
        select(Delivery.id).where(
            Delivery.status == DeliveryStatus.QUEUED,
            Delivery.kind == DeliveryKind.DIGEST,
            col(Delivery.local_date) != today,
            Delivery.doubts == 0,  # one in doubt goes out again under its own Message-ID
        )
    ).all()
    for batch in batched(stale):
        session.connection().execute(
            update(Delivery)
            .where(col(Delivery.id).in_(batch))
            .values(status=DeliveryStatus.SUPERSEDED)
        )
        detach(session, batch)


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
    session: Session, reminders: Sequence[_Waiting], today: date, next_day: date
) -> list[_Waiting]:
    due: dict[int, date] = {}
    for batch in batched({one.assignment_id for one in reminders}):
        query = select(Assignment).where(col(Assignment.id).in_(batch))
        due |= {one.id or 0: one.effective_due for one in session.exec(query)}
    return [one for one in reminders if today <= due[one.assignment_id] < next_day]
