"""A step of each day's first tick: a list to every owner office of the drafts that wait for it.

It also hears, once, of units that have no contact, and each morning of addresses that are refused
for good, as long as they are. Its items are the events that put the campaigns
in force whose drafts it lists: they say whose list it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from notifications.grouping import new_delivery
from notifications.notice_items import in_force, put_notices
from notifications.recipients import OFFICE
from notifications.refused import refused_addresses
from notifications.window import SendingWindow
from workflows.database import batched
from workflows.one_of import one_of
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
_REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]
_ASSIGNMENTS: Table = Assignment.__table__  # type: ignore[attr-defined]


def begins_the_day(session: Session, now: datetime, window: SendingWindow) -> bool:
    """Whether no tick has run yet today inside the window; ask before this one is recorded."""
    if not window.is_open(now):
        return False
    span = {"opening": window.opens_on(window.today(now)), "now": now}
    return session.connection().execute(_ticks(), span).first() is None


@cache  # each tick asks; building it takes longer than the database does
def _ticks() -> Any:
    last = col(TickSpan.last_at)
    return (
        sql_select(col(TickSpan.id))
        .where(last >= bindparam("opening"), last <= bindparam("now"))
        .limit(1)
    )


def list_what_waits(
    session: Session,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
    held: Sequence[int],
) -> int:
    """Make today's list for each owner office that has something to decide or to hear.

    Returns how many were made. `domain` is the right-hand side of Message-IDs, `held` are the
    numbers of the deliveries that wait for a release, and maybe of some that do no more.
    """
    offices: dict[str, list[str]] = defaultdict(list)
    owners: dict[str, Department] = {}
    for campaign_id, office in session.connection().execute(_OWNERS):
        owner = organisation.department(office)
        if owner is not None:
            address = owner.mailbox.lower()
            owners[address] = owner
            offices[address].append(campaign_id)
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


_OWNERS = sql_select(col(Campaign.id), col(Campaign.owner)).order_by(col(Campaign.id))


def held_deliveries(session: Session) -> list[int]:
    """The numbers of those that wait for a release. They are few, and no index has them: what asks
    about several of a morning's asks for them once."""
    return list(session.connection().execute(_HELD).scalars())


_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]
_HELD = sql_select(_DELIVERIES.c.id).where(_DELIVERIES.c.status == DeliveryStatus.HELD)


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
    since = _last_list(session, address, before)
    if since is None:
        return _told_otherwise(session, campaign_ids)
    # Nearly always nothing is new: what campaigns ever reminded of is not read for that.
    new = {
        (row.unit_id, row.role)
        for row in session.connection().execute(_after(), {"since": since})
        if row.campaign_id in campaign_ids
    }
    return list(new.difference(_told_otherwise(session, campaign_ids, new, since))) if new else []


def _told_otherwise(
    session: Session,
    campaign_ids: Sequence[str],
    among_units: Iterable[tuple[str, str]] = (),
    until: datetime | None = None,
) -> list[tuple[str, str]]:
    """Units with such reminders and their role: of these units those that had one `until` then."""
    wanted = {
        "campaigns": campaign_ids,
        "units": sorted({unit_id for unit_id, _role in among_units}),
        "until": until,
    }
    query = _otherwise(until is not None)
    return [(row.unit_id, row.role) for row in session.connection().execute(query, wanted)]


@cache
def _otherwise(earlier: bool) -> Any:
    one, of = _REMINDERS.c, _ASSIGNMENTS.c
    query = (
        sql_select(of.unit_id, one.role)
        .join(_REMINDERS, one.assignment_id == of.id)
        .where(_IS_OTHERWISE, one_of(of.campaign_id, "campaigns"))
        .distinct()
    )
    if earlier:
        query = query.where(one_of(of.unit_id, "units"), one.created_at <= bindparam("until"))
    return query


_IS_OTHERWISE = (_REMINDERS.c.role == OFFICE) | (_REMINDERS.c.status == ReminderStatus.NO_CONTACT)


@cache
def _after() -> Any:
    """Such reminders that came after a moment. Numbers rise with time: the last one before it is
    the first that is met from the end."""
    one, of = _REMINDERS.c, _ASSIGNMENTS.c
    moment = bindparam("since", type_=one.created_at.type)
    old = sql_select(func.max(one.id)).where(one.created_at <= moment).scalar_subquery()
    return (
        sql_select(of.unit_id, one.role, of.campaign_id)
        .join(_REMINDERS, one.assignment_id == of.id)
        .where(one.id > func.coalesce(old, 0), one.created_at > moment, _IS_OTHERWISE)
        .distinct()
    )


def _has_news(
    session: Session, address: str, campaign_ids: Sequence[str], held: Sequence[int]
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
    wanted = {"office": address, "today": today}
    return session.connection().execute(_list_of(), wanted).first() is not None


@cache
def _list_of() -> Any:
    return sql_select(col(Delivery.id)).where(
        col(Delivery.address) == bindparam("office"),
        col(Delivery.local_date) == bindparam("today"),
        col(Delivery.purpose) == MORNING,
    )


def _last_list(session: Session, address: str, before: int | None) -> datetime | None:
    """When the office's last list that may have arrived was claimed."""
    wanted = {"office": address, "before": before or 0}  # no delivery has the number 0
    found: datetime | None = session.connection().execute(_last_claimed(), wanted).scalar_one()
    return found


@cache
def _last_claimed() -> Any:
    return sql_select(func.max(col(Delivery.claimed_at))).where(
        col(Delivery.address) == bindparam("office"),
        col(Delivery.purpose) == MORNING,
        (col(Delivery.status) == DeliveryStatus.DONE) | (col(Delivery.doubts) > 0),
        col(Delivery.id) != bindparam("before"),
    )
