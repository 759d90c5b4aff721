"""Requests for more time: a notice to the owner office, which decides.

What was decided or asked anew before the notice left is not in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.content import Asked, Content, Waiting, with_records
from notifications.grouping import new_delivery
from notifications.notice_items import put_notices
from notifications.window import SendingWindow
from workflows.events import ASKED
from workflows.organisation import Organisation
from workflows.tables import (
    Assignment,
    Campaign,
    DeliveryKind,
    DeliveryStatus,
    Event,
    MilestoneRow,
    NoticeItem,
    UnitRow,
)
from workflows.transitions import name_of

ASKED_FOR = "asked"  # begins a notice's purpose; the first event's number follows
_LONGEST_REASON = 500  # characters


def tell_owners(
    session: Session,
    event_ids: Sequence[int],
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
) -> int:
    """Make a notice for each owner office of these events; return how many were made.

    `now` is aware, `domain` the right-hand side of Message-IDs.
    """
    if not event_ids:  # as nearly always
        return 0
    offices: dict[str, list[tuple[int, str]]] = defaultdict(list)
    query = (
        select(Event.id, Campaign.owner)
        .join(Campaign, col(Campaign.id) == Event.campaign_id)
        .where(col(Event.id).in_(list(event_ids)), Event.kind == ASKED)
        .order_by(col(Event.id))
    )
    for event_id, owner in session.exec(query):
        office = organisation.department(owner)
        if office is not None:
            offices[office.mailbox.lower()].append((event_id or 0, office.name))
    for address, events in offices.items():
        purpose = f"{ASKED_FOR}-{events[0][0]}"
        kind, status = DeliveryKind.NOTICE, DeliveryStatus.QUEUED
        notice = new_delivery(address, window.today(now), purpose, kind, status, now, domain)
        put_notices(session, [(notice, events)])
    return len(offices)


def load_asked(session: Session, deliveries: Sequence[Waiting]) -> dict[int, Content]:
    """The content of each such notice of which something still waits for a decision."""
    by_id = {one.id: one for one in deliveries}
    items = session.exec(
        select(NoticeItem, Event)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(col(NoticeItem.delivery_id).in_(list(by_id)))
        .order_by(col(NoticeItem.id))
    ).all()
    waiting = _waiting(session, {event.assignment_id or 0 for _item, event in items})
    found: dict[int, list[Asked]] = defaultdict(list)
    for item, event in items:
        there = waiting.get(event.assignment_id or 0)
        if there is not None and event.data.get("requested_due") == str(there[0].requested_due):
            found[item.delivery_id].append(_asked(item, event, *there))
        elif not by_id[item.delivery_id].doubts:  # else it may have been told already
            session.delete(item)
    return {
        key: Content(key, by_id[key].address, by_id[key].message_id, asked=tuple(asked))
        for key, asked in found.items()
    }


_Record = tuple[Assignment, MilestoneRow, UnitRow, Campaign]


def _waiting(session: Session, assignment_ids: Iterable[int]) -> Mapping[int, _Record]:
    query = with_records(
        sql_select(Assignment, MilestoneRow, UnitRow, Campaign).select_from(Assignment)
    ).where(
        col(Assignment.id).in_(list(assignment_ids)), col(Assignment.requested_due).is_not(None)
    )
    return {row[0].id: tuple(row) for row in session.execute(query)}


def _asked(
    item: NoticeItem,
    event: Event,
    assignment: Assignment,
    milestone: MilestoneRow,
    unit: UnitRow,
    campaign: Campaign,
) -> Asked:
    assert assignment.requested_due is not None  # noqa: S101 - the query asks for it
    return Asked(
        name=name_of(assignment),
        campaign_title=campaign.title,
        title=assignment.title,
        unit=unit.name,
        due=assignment.effective_due,
        until=assignment.requested_due,
        why=event.note[:_LONGEST_REASON],
        who=event.actor,
        recipient=item.recipient,
    )
