"""What a delivery has to say: a frozen picture of its reminders, taken when it is claimed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from calendars.entry import EntrySource, entry_source
from workflows.states import OWING
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    MilestoneRow,
    Reminder,
    UnitRow,
)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Whom to ask about a campaign."""

    office: str
    phone: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One assignment in a digest. Dates are local to the campaign's zone."""

    key: str
    campaign: str
    campaign_title: str
    title: str
    unit: str
    level: str
    due: date
    nominal_due: date
    late_after: date
    returned: bool
    role: str
    recipient: str
    reason: str
    deliverables: tuple[str, ...]
    clause: str
    mailbox: str
    departments: tuple[str, ...]
    enquiries: tuple[Enquiry, ...]
    entry: EntrySource


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one delivery says; `items` are the most urgent first, each assignment once."""

    delivery_id: int
    address: str
    message_id: str
    items: tuple[Item, ...]


def still_owed(reminder: Reminder, assignment: Assignment) -> bool:
    """Whether a reminder still holds: something is owed, and by the date it speaks of."""
    return assignment.state in OWING and assignment.effective_due == reminder.due_basis


def load_contents(
    session: Session, live: Sequence[tuple[Delivery, Sequence[Reminder]]]
) -> list[Content]:
    """The content of each delivery, from its reminders that still hold; one query for all."""
    rows = _rows(session, {one.assignment_id for _delivery, each in live for one in each})
    contents = []
    for delivery, reminders in live:
        latest: dict[int, Reminder] = {}
        for reminder in sorted(reminders, key=lambda one: (one.occurrence, one.id or 0)):
            latest[reminder.assignment_id] = reminder
        items = [_item(*rows[key], latest[key]) for key in rows if key in latest]
        contents.append(
            Content(delivery.id or 0, delivery.address, delivery.message_id, tuple(items))
        )
    return contents


def _rows(
    session: Session, assignment_ids: Collection[int]
) -> dict[int, tuple[Assignment, MilestoneRow, UnitRow, Campaign]]:
    """The records behind those assignments, the most urgent first."""
    found = session.exec(
        select(Assignment, MilestoneRow, UnitRow, Campaign)
        .join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .where(col(Assignment.id).in_(assignment_ids))
        .order_by(
            col(Assignment.effective_due),
            col(UnitRow.position),
            col(Assignment.campaign_id),
            col(MilestoneRow.position),
        )
    )
    return {row[0].id or 0: (row[0], row[1], row[2], row[3]) for row in found}


def _item(
    assignment: Assignment,
    milestone: MilestoneRow,
    unit: UnitRow,
    campaign: Campaign,
    reminder: Reminder,
) -> Item:
    source = entry_source(assignment, milestone, unit, campaign.title)
    return Item(
        key="/".join(
            part for part in (campaign.id, milestone.id, unit.id, assignment.period) if part
        ),
        campaign=campaign.id,
        campaign_title=campaign.title,
        title=assignment.title,
        unit=unit.name,
        level=unit.level,
        due=assignment.effective_due,
        nominal_due=assignment.nominal_due,
        late_after=assignment.late_after,
        returned=assignment.state.value == "returned",
        role=reminder.role,
        recipient=reminder.recipient,
        reason=reminder.reason,
        deliverables=source.deliverables,
        clause=milestone.clause,
        mailbox=milestone.mailbox,
        departments=tuple(milestone.departments),
        enquiries=tuple(
            Enquiry(one["office"], one.get("phone", ""), one.get("name", ""))
            for one in milestone.enquiries
        ),
        entry=source,
    )
