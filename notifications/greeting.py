"""A new contact is told what is already on its way: of each assignment the latest rung, alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from notifications.due import insert_new
from notifications.recipients import OFFICE
from notifications.window import SendingWindow
from workflows.database import batched
from workflows.organisation import Organisation
from workflows.people.record import has_mailbox, serves
from workflows.states import OWING
from workflows.tables import Absence, Assignment, Contact, Reminder, ReminderStatus


def greet_new_contacts(
    session: Session, now: datetime, organisation: Organisation, window: SendingWindow
) -> int:
    """Let each contact that has begun to serve get the latest reminder of what its unit owes.

    Returns how many contacts were greeted. To be called after rungs are collected: one that has
    just reached the contact is not repeated. Outside the sending window nothing is done.
    """
    if not window.is_open(now):
        return 0
    today = window.today(now)
    found = session.execute(_NOT_GREETED, {"today": today}).scalars()
    fresh = [one for one in found if has_mailbox(one) and serves(one, today)]
    by_unit: dict[str, list[Contact]] = defaultdict(list)
    for one in fresh:
        by_unit[one.unit_id].append(one)
        one.greeted = True
        session.add(one)
    for unit_id, contacts in by_unit.items():
        unit = organisation.by_id.get(unit_id)
        if unit is None or unit.reminded_through != "unit":
            continue  # an office hears of others' assignments with their next rung
        rows = list(_rows(session, unit_id, contacts, now, today))
        for batch in batched(rows):
            insert_new(session, Reminder, batch)
    session.flush()
    return len(fresh)


_AWAY = select(Absence.address).where(
    Absence.first <= bindparam("today"), Absence.last >= bindparam("today")
)
_NOT_GREETED = (  # each tick asks; building it takes longer than the database does
    select(Contact)
    .where(col(Contact.greeted).is_(False), col(Contact.address).not_in(_AWAY))
    .order_by(col(Contact.id))
)


def _rows(
    session: Session, unit_id: str, contacts: Sequence[Contact], now: datetime, today: date
) -> Iterator[dict[str, Any]]:
    own = {
        (one.campaign_id, one.role)
        for one in session.exec(select(Contact).where(Contact.unit_id == unit_id))
        if one.campaign_id and has_mailbox(one) and serves(one, today)
    }
    latest, told = _latest(session, unit_id)
    for (campaign_id, role), reminder in latest:
        for one in contacts:
            general = not one.campaign_id and (campaign_id, one.role) not in own
            if (
                one.role == role
                and (general or one.campaign_id == campaign_id)
                and _key(reminder, one.address) not in told
            ):
                yield {
                    "assignment_id": reminder.assignment_id,
                    "reason": reminder.reason,
                    "occurrence": reminder.occurrence,
                    "address": one.address.lower(),
                    "due_basis": reminder.due_basis,
                    "role": role,
                    "recipient": one.name,
                    "held": reminder.held,
                    "gentle": reminder.gentle,
                    "channel": reminder.channel,
                    "status": ReminderStatus.PENDING,
                    "created_at": now,
                }


def _latest(
    session: Session, unit_id: str
) -> tuple[list[tuple[tuple[str, str], Reminder]], set[tuple[Any, ...]]]:
    """The latest reminder of each owing assignment and role, with campaign and role; and the keys
    of all of them."""
    found = session.exec(
        select(Reminder, Assignment.campaign_id)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(
            Assignment.unit_id == unit_id,
            col(Assignment.state).in_(list(OWING)),
            col(Assignment.silent).is_(False),
            Assignment.effective_due == Reminder.due_basis,
        )
        .order_by(col(Reminder.occurrence), col(Reminder.id))
    )
    latest: dict[tuple[int, str], tuple[tuple[str, str], Reminder]] = {}
    told = set()
    for reminder, campaign_id in found:
        role = "contact" if reminder.role == OFFICE else reminder.role
        latest[(reminder.assignment_id, role)] = ((campaign_id, role), reminder)
        told.add(_key(reminder, reminder.address))
    return list(latest.values()), told


def _key(reminder: Reminder, address: str) -> tuple[Any, ...]:
    """What is unique for an address, beside the due date."""
    return (reminder.assignment_id, reminder.reason, reminder.occurrence, address.lower())
