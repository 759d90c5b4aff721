"""What a morning list has to say, looked up when it is claimed: what was decided meanwhile, or
has been handed in, is not on it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.briefing import BRIEFING
from notifications.content import Content, Draft, Morning, Waiting
from notifications.morning import (
    held_deliveries,
    held_drafts,
    held_notices,
    units_without_contact,
)
from notifications.recipients import OFFICE
from notifications.refused import refused_addresses
from notifications.scheduled_content import held_reports
from notifications.supervision_content import held_supervision
from notifications.window import SendingWindow
from workflows.briefing import Absent
from workflows.organisation import Organisation
from workflows.people.serving import Serving
from workflows.tables import (
    Assignment,
    Delivery,
    Event,
    NoticeItem,
    Reminder,
    UnitRow,
)

LISTED = 100  # drafts named in one list


def load_mornings(
    session: Session,
    deliveries: Sequence[Waiting],
    window: SendingWindow,
    today: date,
    organisation: Organisation | None = None,
) -> dict[int, Content]:
    """The content of each morning list that still has something to say on the day `today`; one
    of an earlier day has not: that day's drafts stand in today's. Without the `organisation` no
    refused address is named."""
    found = {}
    for one in deliveries:
        if one.local_date == today:
            morning = _morning(session, one, window, today, organisation)
            told = (morning.by_office, morning.unreached, morning.absent, morning.refused)
            if morning.drafts or any(told):
                found[one.id] = Content(one.id, one.address, one.message_id, morning=morning)
    return found


def _morning(
    session: Session,
    delivery: Waiting,
    window: SendingWindow,
    today: date,
    organisation: Organisation | None,
) -> Morning:
    items = session.exec(
        select(Event.campaign_id, NoticeItem.recipient)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(NoticeItem.delivery_id == delivery.id)
    ).all()
    campaign_ids = sorted({campaign_id for campaign_id, _office in items})
    drafts, number = _drafts(session, campaign_ids, window)
    lacking = units_without_contact(session, delivery.address, delivery.id, campaign_ids)
    roles: dict[str, list[str]] = defaultdict(list)
    for unit_id, role in sorted(lacking):
        roles[unit_id].append(role)
    units = _in_order(session, roles)
    by_office = [(key, name) for key, name in units if OFFICE in roles[key]]
    alone, absent = _without_contact(session, by_office, campaign_ids, today)
    return Morning(
        office=items[0][1] if items else "",
        drafts=tuple(drafts[:LISTED]),
        more=max(0, number - LISTED),
        by_office=alone,
        unreached=tuple(
            (name, role) for key, name in units for role in roles[key] if role != OFFICE
        ),
        absent=absent,
        refused=refused_addresses(session, organisation, campaign_ids, today)
        if organisation
        else (),
    )


def _without_contact(
    session: Session, units: Sequence[tuple[str, str]], campaign_ids: Sequence[str], today: date
) -> tuple[tuple[str, ...], tuple[Absent, ...]]:
    """Of units told at their office mailbox those that have no contact, and those whose contacts
    are away with nobody in place; who is reached by now is in neither."""
    if not units:
        return (), ()
    told = select(Assignment.unit_id, Assignment.campaign_id).join(
        Reminder, col(Reminder.assignment_id) == Assignment.id
    ).where(
        Reminder.role == OFFICE,
        col(Assignment.campaign_id).in_(list(campaign_ids)),
        col(Assignment.unit_id).in_([key for key, _name in units]),
    ).distinct()  # fmt: skip
    serving = Serving(session, today)
    campaigns: dict[str, list[str]] = defaultdict(list)
    for unit_id, campaign_id in sorted(session.exec(told)):
        if not serving.is_reached(campaign_id, unit_id):
            campaigns[unit_id].append(campaign_id)
    alone, absent = [], []
    for unit_id, name in units:
        away = [serving.away(one, unit_id) for one in campaigns[unit_id]]
        if None in away:
            alone.append(name)
        else:
            absent += [Absent(name, one.name, one.until) for one in dict.fromkeys(away) if one]
    return tuple(alone), tuple(absent)


def _in_order(session: Session, unit_ids: Collection[str]) -> list[tuple[str, str]]:
    if not unit_ids:
        return []
    query = select(UnitRow.id, UnitRow.name).where(col(UnitRow.id).in_(list(unit_ids)))
    return list(session.exec(query.order_by(col(UnitRow.position))).all())


def _drafts(
    session: Session, campaign_ids: Sequence[str], window: SendingWindow
) -> tuple[list[Draft], int]:
    """What waits for a release, the most overdue first, then the notices and the briefings: at
    least as much as is listed, and how much it is in all."""
    if not held_deliveries(session):  # it has been decided on all
        return [], 0
    of_reminders = (
        sql_select(Reminder)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .join(Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(*held_drafts(campaign_ids))
    )
    of_notices = (
        sql_select(NoticeItem)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Assignment, col(Assignment.id) == Event.assignment_id)
        .join(Delivery, col(Delivery.id) == NoticeItem.delivery_id)
        .where(*held_notices(campaign_ids))
    )
    drafts: list[Draft] = []
    unread = 0
    for model, query in ((Reminder, of_reminders), (NoticeItem, of_notices)):
        found = session.execute(_first_of_each(query, model).limit(LISTED)).all()
        drafts += [_draft(window, *one) for one in found]
        if len(found) == LISTED:
            number = query.with_only_columns(func.count(func.distinct(col(model.delivery_id))))
            unread += session.execute(number).scalar_one() - LISTED
    drafts += [
        *_briefings(session, campaign_ids, window),
        *held_reports(session, campaign_ids, window),
        *held_supervision(session, campaign_ids, window),
    ]
    return drafts, len(drafts) + unread


def _briefings(session: Session, campaign_ids: Sequence[str], window: SendingWindow) -> list[Draft]:
    query = (
        select(Delivery, NoticeItem.recipient)
        .join(NoticeItem, col(NoticeItem.delivery_id) == Delivery.id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(*held_notices(campaign_ids), Delivery.purpose == BRIEFING)
        .order_by(col(Delivery.id))
    )
    held = {one.id or 0: (one, recipient) for one, recipient in session.exec(query)}
    return [
        Draft(
            number, one.address, recipient, "", window.today(one.created_at), 0, 0, "", "",
            one.local_date, one.local_date, briefing=True,
        )
        for number, (one, recipient) in held.items()
    ]  # fmt: skip


def _first_of_each(query: Any, model: type[Reminder] | type[NoticeItem]) -> Any:
    """Of each delivery that `query` reaches its most urgent line, and how many it has."""
    urgency = (col(Assignment.late_after), col(UnitRow.position), col(model.id))
    query = query.join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
    place = func.row_number().over(partition_by=col(model.delivery_id), order_by=urgency)
    ranked = query.with_only_columns(col(model.id), place.label("place")).subquery()
    counted = (
        query.with_only_columns(
            col(model.delivery_id),
            func.count(func.distinct(Assignment.id)).label("lines"),
            func.count(func.distinct(Assignment.unit_id)).label("units"),
        )
        .group_by(col(model.delivery_id))
        .subquery()
    )
    return (
        query.with_only_columns(
            Delivery, model, Assignment, UnitRow, counted.c.lines, counted.c.units
        )
        .join(ranked, (ranked.c.id == model.id) & (ranked.c.place == 1))
        .join(counted, counted.c.delivery_id == model.delivery_id)
        .order_by(*urgency)
    )


def _draft(
    window: SendingWindow,
    delivery: Delivery,
    line: Reminder | NoticeItem,
    assignment: Assignment,
    unit: UnitRow,
    items: int,
    units: int,
) -> Draft:
    return Draft(
        number=delivery.id or 0,
        address=delivery.address,
        recipient=line.recipient,
        role=line.role if isinstance(line, Reminder) else "",
        since=window.today(delivery.created_at),
        items=items,
        units=units,
        title=assignment.title,
        unit=unit.name,
        due=assignment.effective_due,
        late_after=assignment.late_after,
    )
