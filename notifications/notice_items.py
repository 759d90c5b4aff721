"""Puts notices into the outbox together with the events that each tells of."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from notifications.due import insert_new
from workflows.database import batched
from workflows.events import APPLIED
from workflows.tables import Delivery, Event, NoticeItem


def put_notices(
    session: Session, notices: Sequence[tuple[Delivery, Sequence[tuple[int, str]]]]
) -> None:
    """Write each notice, new or there already, with the numbers of its events and the name of the
    person or office to whom each is told. The new ones get their numbers."""
    _write_new(session, [notice for notice, _events in notices if notice.id is None])
    items = [
        {"delivery_id": notice.id, "event_id": event_id, "recipient": name}
        for notice, events in notices
        for event_id, name in events
    ]
    if items:
        insert_new(session, NoticeItem, items)


def _write_new(session: Session, notices: Sequence[Delivery]) -> None:
    """All at once: a flush would write them one by one, to be told the number of each."""
    if not notices:
        return
    session.flush()
    rows = [one.model_dump(exclude={"id"}) for one in notices]
    session.connection().execute(insert(Delivery), rows)
    # By the unique key: a Message-ID stands in no index, and deliveries are very many.
    days = {one.local_date for one in notices}
    numbers: dict[tuple[str, date, str], int | None] = {}
    for batch in batched({one.address for one in notices}):
        query = select(Delivery.address, col(Delivery.local_date), Delivery.purpose, Delivery.id)
        query = query.where(col(Delivery.address).in_(batch), col(Delivery.local_date).in_(days))
        numbers |= {(who, day, what): found for who, day, what, found in session.exec(query)}
    for one in notices:
        one.id = numbers[one.address, one.local_date, one.purpose]


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
