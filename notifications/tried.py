"""What went to a unit before somebody above it is told: an escalation names it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import exists, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from notifications.recipients import AT_UNIT
from notifications.tries import RETURNED
from workflows.database import batched
from workflows.one_of import one_of
from workflows.tables import Delivery, FailedTry, Reminder, ReminderStatus

NEWEST = 5  # named of one assignment

_TRIED = (ReminderStatus.SENT, ReminderStatus.NO_CONTACT, ReminderStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Tried:
    """A reminder to the unit itself: the local day, to whom ('' for nobody), what became of it,
    and whether it came back."""

    day: date
    whom: str
    role: str
    fate: ReminderStatus
    came_back: bool = False


def load_tried(session: Session, dues: Mapping[int, date]) -> dict[int, tuple[Tried, ...]]:
    """What was tried for each assignment and its effective due date (`dues`, by the assignment's
    number), the newest last. One query for a batch of assignments."""
    found: dict[int, list[Tried]] = defaultdict(list)
    for batch in batched(dues):
        rows = session.connection().execute(_newest(), {"assignments": batch})
        for number, basis, *tried in rows:
            if basis == dues[number]:
                found[number].append(Tried(*tried))
    return {number: tuple(own[-NEWEST:]) for number, own in found.items()}


@cache  # building it takes longer than the database does
def _newest() -> Any:
    """For each assignment and due date the newest reminders to the unit, the oldest first."""
    day = func.coalesce(Delivery.local_date, Reminder.occurrence)
    order = (day.desc(), col(Reminder.id).desc())
    place = func.row_number().over(
        partition_by=(col(Reminder.assignment_id), col(Reminder.due_basis)), order_by=order
    )
    ranked = (
        sql_select(
            col(Reminder.id).label("id"),
            col(Reminder.assignment_id).label("assignment_id"),
            col(Reminder.due_basis).label("basis"),
            day.label("day"),
            func.coalesce(func.nullif(Reminder.recipient, ""), Reminder.address).label("whom"),
            col(Reminder.role).label("role"),
            col(Reminder.status).label("fate"),
            col(Reminder.delivery_id).label("delivery_id"),
            place.label("place"),
        )
        .select_from(Reminder)
        .outerjoin(Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(
            one_of(col(Reminder.assignment_id), "assignments"),
            col(Reminder.role).in_(AT_UNIT),
            col(Reminder.status).in_(_TRIED),
        )
        .subquery()
    )
    columns = ranked.c
    came_back = exists().where(
        col(FailedTry.delivery_id) == columns.delivery_id, col(FailedTry.verdict) == RETURNED
    )
    return (
        sql_select(
            columns.assignment_id, columns.basis, columns.day, columns.whom, columns.role,
            columns.fate, came_back,
        )
        .where(columns.place <= NEWEST)
        .order_by(columns.assignment_id, columns.day, columns.id)
    )  # fmt: skip
