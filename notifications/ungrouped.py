"""Reminders that are in no delivery yet, read in batches: a spike may bring very many."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, func, literal_column, tuple_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from notifications.due import REACHED
from notifications.recipients import ABOVE, AT_UNIT
from notifications.settling import is_of
from notifications.shards import Shard
from workflows.tables import Reminder, ReminderStatus

BATCH = 5_000  # reminders in memory at a time


class Ungrouped(NamedTuple):
    """A reminder that is to be put into a delivery: a spike may bring very many."""

    id: int
    assignment_id: int
    address: str
    held: bool
    channel: str


def next_ungrouped(
    session: Session, paused: Sequence[str], shard: Shard | None, last: tuple[str, int]
) -> list[Ungrouped]:
    """The next of those that wait, after the `last` one's address and number."""
    query = _next()
    if paused:
        query = query.where(~is_of(paused))
    if shard is not None:
        query = query.where(shard.holds(Reminder.address))
    address, number = last
    found = session.execute(query, {"address": address, "number": number})
    return [Ungrouped._make(row) for row in found]


@cache  # building it takes longer than the database does
def _next() -> Any:
    # By the index of what is pending, for which SQLite must see the word itself, and in its order.
    # Very many reminders went nowhere and never will: the index of deliveries has all of them.
    return (
        sql_select(*(col(getattr(Reminder, name)) for name in Ungrouped._fields))
        .where(
            col(Reminder.status) == literal_column(f"'{ReminderStatus.PENDING.value}'"),
            func.coalesce(Reminder.delivery_id, 0) == 0,
            tuple_(col(Reminder.address), col(Reminder.id))
            > tuple_(bindparam("address", type_=String), bindparam("number", type_=Integer)),
            _own_has_gone(),
        )
        .order_by(col(Reminder.address), col(Reminder.id))
        .limit(BATCH)
    )


def _own_has_gone() -> Any:
    """Of what goes above the contact: the unit's own reminder by the same date does not wait any
    more. A reminder of the unit itself is held by nothing."""
    own = aliased(Reminder)
    same = (
        own.assignment_id == Reminder.assignment_id,
        own.due_basis == Reminder.due_basis,
        col(own.role).in_(AT_UNIT),
    )
    waits = select(own.id).where(*same, own.status == ReminderStatus.PENDING).exists()
    reached = select(own.id).where(*same, col(own.status).in_(REACHED)).exists()
    return or_(col(Reminder.role).not_in(ABOVE), ~waits, reached)
