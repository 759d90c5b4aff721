"""Puts notices into the outbox together with the events that each tells of."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from notifications.due import insert_new
from workflows.events import APPLIED
from workflows.tables import Delivery, Event, NoticeItem


def put_notices(
    session: Session, notices: Sequence[tuple[Delivery, Sequence[tuple[int, str]]]]
) -> None:
    """Write each notice, new or there already, with the numbers of its events and the name of the
    person or office to whom each is told."""
    session.add_all([notice for notice, _events in notices])
    session.flush()
    items = [
        {"delivery_id": notice.id, "event_id": event_id, "recipient": name}
        for notice, events in notices
        for event_id, name in events
    ]
    if items:
        insert_new(session, NoticeItem, items)


def in_force(session: Session, campaign_ids: Sequence[str]) -> list[int]:
    """The numbers of the events that put these campaigns in force: what a notice about whole
    campaigns tells of."""
    query = (
        select(func.max(Event.id))
        .where(Event.kind == APPLIED, col(Event.campaign_id).in_(list(campaign_ids)))
        .group_by(col(Event.campaign_id))
    )
    return [one for one in session.exec(query) if one is not None]
