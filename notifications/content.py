"""What a delivery has to say: a frozen picture of the record, taken when it is claimed.

A mail lists the most urgent and counts the others, so that no day fills the memory, or makes a
mail that no server takes. The work of finding them is the database's for the same reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.entry import EntrySource, entry_source
from workflows.states import OWING, State
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)

LONGEST = 500  # reminders listed in one mail: about a megabyte


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Whom to ask about a campaign."""

    office: str
    phone: str
    name: str

    @property
    def shown(self) -> str:
        """In one line, as mails have it."""
        return " ".join(part for part in (self.office, self.name, self.phone) if part)


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
class Told:
    """What became of one assignment, in a notice. Dates are local to the campaign's zone.

    `kind` is the kind of the event that it tells of, `received` the day of the hand-in, `why` the
    reason of a return; `files` are the names of what has come, `missing` what has not.
    """

    kind: str
    correction: bool  # the unit was told otherwise before
    state: State
    campaign: str
    campaign_title: str
    title: str
    unit: str
    recipient: str
    due: date
    late_after: date
    received: date
    nil: bool
    missing: tuple[str, ...]
    files: tuple[str, ...]
    why: str
    mailbox: str
    enquiries: tuple[Enquiry, ...]
    entry: EntrySource


@dataclass(frozen=True, slots=True)
class Draft:
    """A held delivery as the owner office sees it: to whom, since when, and of what.

    `title`, `unit`, `due` and `late_after` are of the most overdue of its `items`; `role` is empty
    for a notice of hand-ins.
    """

    number: int
    address: str
    recipient: str
    role: str
    since: date
    items: int
    units: int
    title: str
    unit: str
    due: date
    late_after: date


@dataclass(frozen=True, slots=True)
class Morning:
    """An owner office's list: the drafts that wait for it, and units that have nobody to tell.

    `by_office` are units told at their office mailbox, `unreached` those told not at all, each
    with the role that is lacking.
    """

    office: str
    drafts: tuple[Draft, ...]
    more: int  # drafts that are not listed
    by_office: tuple[str, ...]
    unreached: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one delivery says: a digest's `items`, what a notice tells, or a morning list.

    `items` are the most urgent first, each assignment once.
    """

    delivery_id: int
    address: str
    message_id: str
    items: tuple[Item, ...] = ()
    more: int = 0  # assignments that are not listed, being less urgent
    told: tuple[Told, ...] = ()
    morning: Morning | None = None


def suppress_settled(session: Session, delivery_ids: Sequence[int]) -> dict[int, int]:
    """Close the reminders that do not hold any more: nothing is owed, or by another date.

    Returns how many assignments each delivery still speaks of; those with none are left out.
    """
    owed = select(Assignment.id).where(
        Assignment.id == Reminder.assignment_id,
        col(Assignment.state).in_(list(OWING)),
        Assignment.effective_due == Reminder.due_basis,
    )
    waiting = (
        col(Reminder.delivery_id).in_(delivery_ids),
        col(Reminder.status) == ReminderStatus.PENDING,
    )
    session.connection().execute(
        update(Reminder).where(*waiting, ~owed.exists()).values(status=ReminderStatus.SUPPRESSED)
    )
    left = session.exec(
        select(Reminder.delivery_id, func.count(func.distinct(Reminder.assignment_id)))
        .where(*waiting)
        .group_by(col(Reminder.delivery_id))
    )
    return {delivery_id or 0: count for delivery_id, count in left}


def load_contents(
    session: Session, deliveries: Sequence[Delivery], counts: Mapping[int, int]
) -> list[Content]:
    """The content of each delivery, from its waiting reminders; one query for all.

    `counts` says how many assignments each speaks of. Of an assignment's reminders the latest
    counts.
    """
    items: dict[int, dict[int, Item]] = {one.id or 0: {} for one in deliveries}
    rows = session.execute(_most_urgent(list(items)))
    for reminder, assignment, milestone, unit, campaign in rows:
        found = items[reminder.delivery_id]
        if assignment.id not in found:
            found[assignment.id] = _item(assignment, milestone, unit, campaign, reminder)
    return [
        Content(
            one.id or 0,
            one.address,
            one.message_id,
            tuple(items[one.id or 0].values()),
            counts[one.id or 0] - len(items[one.id or 0]),
        )
        for one in deliveries
    ]


def _most_urgent(delivery_ids: Sequence[int]) -> Any:
    """The first waiting reminders of each delivery with the records behind them."""
    urgency = (
        col(Assignment.effective_due),
        col(UnitRow.position),
        col(Assignment.campaign_id),
        col(MilestoneRow.position),
        col(Assignment.id),
        col(Reminder.occurrence).desc(),
        col(Reminder.id).desc(),
    )
    place = func.row_number().over(partition_by=col(Reminder.delivery_id), order_by=urgency)
    ranked = (
        _of_reminders(sql_select(col(Reminder.id), place.label("place")))
        .where(
            col(Reminder.delivery_id).in_(delivery_ids),
            col(Reminder.status) == ReminderStatus.PENDING,
        )
        .subquery()
    )
    return (
        _of_reminders(sql_select(Reminder, Assignment, MilestoneRow, UnitRow, Campaign))
        .join(ranked, ranked.c.id == Reminder.id)
        .where(ranked.c.place <= LONGEST)
        .order_by(col(Reminder.delivery_id), ranked.c.place)
    )


def _of_reminders(query: Any) -> Any:
    return with_records(query.join(Assignment, col(Assignment.id) == Reminder.assignment_id))


def with_records(query: Any) -> Any:
    """A query of assignments with the milestone, unit and campaign of each."""
    return (
        query.join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
    )


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
        enquiries=enquiries_of(milestone),
        entry=source,
    )


def enquiries_of(milestone: MilestoneRow) -> tuple[Enquiry, ...]:
    """Whom to ask about a milestone."""
    return tuple(
        Enquiry(one["office"], one.get("phone", ""), one.get("name", ""))
        for one in milestone.enquiries
    )
