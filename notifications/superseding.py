"""What waits gives way to what is newer: of an assignment's reminders the last one goes."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, or_, select

from workflows.columns import among
from workflows.one_of import one_of
from workflows.tables import UNDER_WAY, Delivery, DeliveryStatus, Reminder, ReminderStatus

_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]
_REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]


def supersede_waiting(session: Session, fresh: Sequence[dict[str, Any]]) -> None:
    """An older reminder that has not gone out yet gives way to the newer one, unless a sender has
    it under way; the same one that was suppressed (handed in, then reopened on the same day)
    waits again."""
    newer = {(row["assignment_id"], row["address"], row["held"]) for row in fresh}
    same = {_key(**row) for row in fresh}
    _keep_senders_off(session, {row["assignment_id"] for row in fresh})
    session.flush()
    connection = session.connection()
    again, superseded = [], []
    wanted = {"assignments": sorted({row["assignment_id"] for row in fresh})}
    for one in connection.execute(_waiting(), wanted):
        key = _key(one.assignment_id, one.reason, one.occurrence, one.address, one.due_basis)
        if key in same:
            if one.status is ReminderStatus.SUPPRESSED:
                again.append(one.id)
        elif (
            one.status is ReminderStatus.PENDING
            and (one.assignment_id, one.address, one.held) in newer
        ):
            superseded.append(one.id)
    which = update(_REMINDERS).where(one_of(_REMINDERS.c.id, "which"))
    if again:
        waits = which.values(status=ReminderStatus.PENDING, delivery_id=None)
        connection.execute(waits, {"which": again})
    if superseded:
        connection.execute(which.values(status=ReminderStatus.SUPERSEDED), {"which": superseded})


@cache
def _waiting() -> Any:
    """Reminders of the `assignments` that have not gone out, unless a sender has them."""
    columns = _REMINDERS.c
    under_way = sql_select(_DELIVERIES.c.id).where(among(_DELIVERIES.c.status, UNDER_WAY))
    return sql_select(
        columns.id, columns.assignment_id, columns.reason, columns.occurrence, columns.address,
        columns.due_basis, columns.held, columns.status,
    ).where(
        or_(columns.delivery_id.is_(None), columns.delivery_id.not_in(under_way)),
        columns.status.in_([ReminderStatus.PENDING, ReminderStatus.SUPPRESSED]),
        one_of(columns.assignment_id, "assignments"),
    )  # fmt: skip


def _keep_senders_off(session: Session, assignment_ids: Collection[int]) -> None:
    """Until this transaction ends no sender takes a queued delivery that speaks of these: where
    transactions are shared, one might take it between the look and the change."""
    if session.connection().dialect.name != "postgresql":
        return
    named = select(Reminder.delivery_id).where(
        col(Reminder.assignment_id).in_(assignment_ids),
        col(Reminder.status) == ReminderStatus.PENDING,
    )
    queued = select(Delivery.id).where(
        col(Delivery.id).in_(named), Delivery.status == DeliveryStatus.QUEUED
    )
    session.exec(queued.order_by(col(Delivery.id)).with_for_update()).all()


def _key(
    assignment_id: int, reason: str, occurrence: date, address: str, due_basis: date, **_rest: Any
) -> tuple[Any, ...]:
    """A reminder's unique key."""
    return (assignment_id, reason, occurrence, address, due_basis)
