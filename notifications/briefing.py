"""A step of each day's first tick: once a week, the briefing to every supervisor.

What goes above the contact is released by the owner office, unless a setting says otherwise. Its
items are the events that put the running campaigns in force: they say whose briefing it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from notifications.content import Content, ForSupervisor, Waiting
from notifications.grouping import new_delivery
from notifications.notice_items import in_force, put_notices
from notifications.window import SendingWindow
from workflows.briefing import briefing, week_of
from workflows.organisation import Organisation
from workflows.tables import (
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    NoticeItem,
)

BRIEFING = "briefing"  # a briefing's purpose
_DAYS = MappingProxyType(
    {
        name: place
        for place, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday"))
    }
)
_WAITING = (DeliveryStatus.HELD, DeliveryStatus.QUEUED)


def brief_supervisors(
    session: Session,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
    *,
    day: str,
    held: bool,
) -> int:
    """Make this week's briefing for each supervisor who has none yet; return how many were made.

    `day` is the weekday, in English, from which on it is made; any other word means never. On a
    day off, or where nothing ran, it is the next day of the week on which this is called. `now` is
    aware, `domain` the right-hand side of Message-IDs.
    """
    today = window.today(now)
    monday, _sunday = week_of(today)
    if day not in _DAYS or today < monday + timedelta(days=_DAYS[day]):
        return 0
    there = _addresses_since(session, monday)
    supervisors = {
        one.mailbox.lower(): one.name
        for one in organisation.supervisors
        if one.mailbox.lower() not in there
    }
    if not supervisors or not briefing(session, now.astimezone(window.zone), organisation).has_news:
        return 0
    _close_earlier(session, list(supervisors))
    running = select(Campaign.id).where(Campaign.status == CampaignStatus.RUNNING)
    events = in_force(session, session.exec(running).all())
    for address, name in supervisors.items():
        status = DeliveryStatus.HELD if held else DeliveryStatus.QUEUED
        delivery = new_delivery(address, today, BRIEFING, DeliveryKind.NOTICE, status, now, domain)
        put_notices(session, [(delivery, [(one, name) for one in events])])
    return len(supervisors)


def load_briefings(
    session: Session,
    deliveries: Sequence[Waiting],
    now: datetime,
    organisation: Organisation | None,
) -> Mapping[int, Content]:
    """The content of each briefing, as things stand at `now` (aware, in the office's zone); none
    where there is nothing to tell."""
    said = briefing(session, now, organisation)
    if not said.has_news:
        return {}
    names = dict(
        session.exec(
            select(NoticeItem.delivery_id, func.max(NoticeItem.recipient))
            .where(col(NoticeItem.delivery_id).in_([one.id for one in deliveries]))
            .group_by(col(NoticeItem.delivery_id))
        ).all()
    )
    return {
        one.id: Content(
            one.id,
            one.address,
            one.message_id,
            briefing=ForSupervisor(names.get(one.id, ""), said),
        )
        for one in deliveries
    }


def _addresses_since(session: Session, monday: date) -> set[str]:
    query = select(Delivery.address).where(
        Delivery.purpose == BRIEFING, col(Delivery.local_date) >= monday
    )
    return set(session.exec(query))


def _close_earlier(session: Session, addresses: Sequence[str]) -> None:
    """One of an earlier week that nobody released, or no server took, gives way to the new one."""
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.address).in_(addresses),
            col(Delivery.purpose) == BRIEFING,
            col(Delivery.status).in_(_WAITING),
            col(Delivery.doubts) == 0,
        )
        .values(status=DeliveryStatus.SUPERSEDED)
    )
