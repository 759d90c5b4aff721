"""Addresses whose mails failed for good and still have something to say: for a person to mend."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from workflows.bouncing import failing_at
from workflows.database import batched
from workflows.organisation import Organisation
from workflows.people.still_told import StillTold
from workflows.states import OWING
from workflows.tables import Assignment, Delivery, DeliveryStatus, Reminder, ReminderStatus


@dataclass(frozen=True, slots=True)
class Refused:
    """An address with its mails that failed and still have something to say, the oldest first.
    `error` and `day` are the last one's; `is_failing`: its server says that nobody has it."""

    address: str
    ids: tuple[int, ...]
    day: date
    error: str
    is_failing: bool
    is_contact: bool


def refused_addresses(
    session: Session, organisation: Organisation, now: datetime
) -> tuple[Refused, ...]:
    """By address at `now` (aware, in the office's zone): the mails of which something is still
    owed, to a person who is still told."""
    failed = session.exec(
        select(Delivery).where(Delivery.status == DeliveryStatus.FAILED).order_by(col(Delivery.id))
    ).all()
    if not failed:
        return ()
    told = StillTold(session, organisation, now.date(), {one.address for one in failed})
    reminders: dict[int, list[bool]] = {}
    for batch in batched([one.id for one in failed]):
        for reminder, assignment in session.exec(
            select(Reminder, Assignment)
            .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
            .where(
                col(Reminder.delivery_id).in_(batch),
                col(Reminder.status).in_([ReminderStatus.FAILED, ReminderStatus.PENDING]),
            )
        ):
            owed = assignment.state in OWING and assignment.effective_due == reminder.due_basis
            holds = owed and told.holds(reminder, assignment)
            reminders.setdefault(reminder.delivery_id or 0, []).append(holds)
    groups: dict[str, list[Delivery]] = {}
    for one in failed:
        if any(reminders.get(one.id or 0, [not told.has_left(one.address)])):
            groups.setdefault(one.address.lower(), []).append(one)
    failing = failing_at(session, now)
    return tuple(
        Refused(
            ones[-1].address, tuple(one.id or 0 for one in ones), ones[-1].local_date,
            ones[-1].error, address in failing, told.is_contact(address),
        )
        for address, ones in groups.items()
    )  # fmt: skip
