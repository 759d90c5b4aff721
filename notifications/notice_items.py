"""Puts notices into the outbox together with the events that each tells of."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, insert
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from notifications.due import insert_new
from notifications.grouping import NewDelivery
from workflows.database import batched
from workflows.events import APPLIED
from workflows.one_of import one_of
from workflows.tables import Delivery, Event, NoticeItem

_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]


def put_notices(
    session: Session, notices: Sequence[tuple[NewDelivery | int, Sequence[tuple[int, str]]]]
) -> list[int]:
    """Write each notice, a new one or the number of one that is there already, with the numbers of
    its events and the name of the person or office to whom each is told. Returns all numbers."""
    new = [notice for notice, _events in notices if not isinstance(notice, int)]
    numbers = iter(_write_new(session, new))
    found = [one if isinstance(one, int) else next(numbers) for one, _events in notices]
    items = [
        {"delivery_id": number, "event_id": event_id, "recipient": name}
        for number, (_notice, events) in zip(found, notices, strict=True)
        for event_id, name in events
    ]
    if items:
        insert_new(session, NoticeItem, items)
    return found


def _write_new(session: Session, notices: Sequence[NewDelivery]) -> list[int]:
    """All at once, and their numbers: a flush would write them one by one, to be told each."""
    if not notices:
        return []
    session.flush()
    session.connection().execute(insert(_DELIVERIES), notices)
    # By the unique key: a Message-ID stands in no index, and deliveries are very many.
    days = list({one["local_date"] for one in notices})
    numbers: dict[tuple[str, date, str], int] = {}
    for batch in batched({one["address"] for one in notices}):
        for row in session.execute(_numbers(), {"addresses": batch, "days": days}):
            numbers[row.address, row.local_date, row.purpose] = row.id
    return [numbers[one["address"], one["local_date"], one["purpose"]] for one in notices]


@cache  # building it takes longer than the database does
def _numbers() -> Any:
    columns = _DELIVERIES.c
    return sql_select(columns.address, columns.local_date, columns.purpose, columns.id).where(
        one_of(columns.address, "addresses"),
        columns.local_date.in_(bindparam("days", expanding=True)),
    )


def in_force(session: Session, campaign_ids: Sequence[str]) -> list[int]:
    """The numbers of the events that put these campaigns in force: what a notice about whole
    campaigns tells of."""
    query = (
        select(func.max(Event.id))
        .where(
            col(Event.assignment_id).is_(None),  # few are of no assignment, and an index has them
            Event.kind == APPLIED,
            col(Event.campaign_id).in_(list(campaign_ids)),
        )
        .group_by(col(Event.campaign_id))
    )
    return [one for one in session.exec(query) if one is not None]
