"""A step of each day's first tick: a list to every owner office of the drafts that wait for it.

It also hears, once, of units that have no contact, and each morning of addresses that are refused
for good, as long as they are. Its items are the events that put the campaigns
in force whose drafts it lists: they say whose list it is.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from notifications.grouping import new_delivery
from notifications.notice_items import in_force, put_notices
from notifications.recipients import OFFICE
from notifications.refused import refused_addresses
from notifications.window import SendingWindow
from workflows.database import batched
from workflows.organisation import Department, Organisation
from workflows.states import OWING
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Event,
    NoticeItem,
    Reminder,
    ReminderStatus,
    TickSpan,
)

MORNING = "morning"  # a list's purpose


def begins_the_day(session: Session, now: datetime, window: SendingWindow) -> bool:
    """Whether no tick has run yet today inside the window; ask before this one is recorded."""
    if not window.is_open(now):
        return False
    opening = window.opens_on(window.today(now))
    earlier = select(TickSpan.id).where(
        col(TickSpan.last_at) >= opening, col(TickSpan.last_at) <= now
    )
    return session.exec(earlier.limit(1)).first() is None


def list_what_waits(
    session: Session,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
) -> int:
    """Make today's list for each owner office that has something to decide or to hear.

    Returns how many were made. `domain` is the right-hand side of Message-IDs.
    """
    offices: dict[str, list[str]] = defaultdict(list)
    owners: dict[str, Department] = {}
    for campaign in session.exec(select(Campaign).order_by(col(Campaign.id))):
        owner = organisation.department(campaign.owner)
        if owner is not None:
            address = owner.mailbox.lower()
            owners[address] = owner
            offices[address].append(campaign.id)
    # The few that are held by themselves: asked in one, SQLite begins with all assignments, or
    # with all that notices ever told.
    held = session.exec(select(Delivery.id).where(Delivery.status == DeliveryStatus.HELD)).all()
    today, made = window.today(now), 0
    for address, campaign_ids in offices.items():
        if _is_there(session, address, today):
            continue
        if not _has_news(session, address, campaign_ids, held) and not refused_addresses(
            session, organisation, campaign_ids, today
        ):
            continue
        kind, status = DeliveryKind.NOTICE, DeliveryStatus.QUEUED
        delivery = new_delivery(address, today, MORNING, kind, status, now, domain)
        name = owners[address].name
        events = [(one, name) for one in in_force(session, campaign_ids)]
        put_notices(session, [(delivery, events)])
        made += 1
    return made


def held_drafts(campaign_ids: Sequence[str]) -> tuple[Any, ...]:
    """The conditions on Delivery, Reminder and Assignment, joined, for what waits for a release
    and is still owed."""
    return (
        col(Delivery.status) == DeliveryStatus.HELD,
        col(Reminder.status) == ReminderStatus.PENDING,
        col(Assignment.state).in_(list(OWING)),
        col(Assignment.effective_due) == Reminder.due_basis,
        col(Assignment.campaign_id).in_(list(campaign_ids)),
    )


def held_notices(campaign_ids: Sequence[str]) -> tuple[Any, ...]:
    """The same for notices, on Delivery, NoticeItem and Event, joined."""
    return (
        col(Delivery.status) == DeliveryStatus.HELD,
        col(Delivery.purpose) != MORNING,
        col(Event.campaign_id).in_(list(campaign_ids)),
    )


def units_without_contact(
    session: Session, address: str, before: int | None, campaign_ids: Sequence[str]
) -> list[tuple[str, str]]:
    """Units (by id) told at their office mailbox (with that as role) or not at all (with the role
    that is lacking) since the owner office's last list, and never before.

    `before` is the number of the list that asks, or None for one still to be made.
    """
    role = col(Reminder.role)
    query = (
        select(Assignment.unit_id, role)
        .join(Reminder, col(Reminder.assignment_id) == Assignment.id)
        .where(
            (role == OFFICE) | (col(Reminder.status) == ReminderStatus.NO_CONTACT),
            col(Assignment.campaign_id).in_(list(campaign_ids)),
        )
        .group_by(col(Assignment.unit_id), role)
    )
    since = _last_list(session, address, before)
    if since is not None:
        query = query.having(func.min(Reminder.created_at) > since)
    return [(unit_id, role) for unit_id, role in session.exec(query)]


def _has_news(
    session: Session, address: str, campaign_ids: Sequence[str], held: Sequence[int | None]
) -> bool:
    draft = (
        select(Delivery.id)
        .join(Reminder, col(Reminder.delivery_id) == Delivery.id)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(*held_drafts(campaign_ids))
    )
    notice = (
        select(Delivery.id)
        .join(NoticeItem, col(NoticeItem.delivery_id) == Delivery.id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(*held_notices(campaign_ids))
    )
    return any(
        session.exec(draft.where(col(Reminder.delivery_id).in_(batch)).limit(1)).first()
        or session.exec(notice.where(col(NoticeItem.delivery_id).in_(batch)).limit(1)).first()
        for batch in batched(held)
    ) or bool(units_without_contact(session, address, None, campaign_ids))


def _is_there(session: Session, address: str, today: date) -> bool:
    query = select(Delivery.id).where(
        Delivery.address == address, Delivery.local_date == today, Delivery.purpose == MORNING
    )
    return session.exec(query).first() is not None


def _last_list(session: Session, address: str, before: int | None) -> datetime | None:
    """When the office's last list that may have arrived was claimed."""
    query = select(func.max(Delivery.claimed_at)).where(
        Delivery.address == address,
        Delivery.purpose == MORNING,
        (col(Delivery.status) == DeliveryStatus.DONE) | (col(Delivery.doubts) > 0),
    )
    if before is not None:
        query = query.where(Delivery.id != before)
    return session.exec(query).one()
