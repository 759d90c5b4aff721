"""What a digest has to say, looked up when it is claimed: the most urgent, the others counted.

The work of finding them is the database's, so that no day fills the memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.entry import entry_source
from notifications.content import LONGEST, Content, Item, Rest, enquiries_of, with_records
from notifications.recipients import ABOVE
from notifications.tried import Tried, load_tried
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)


def load_contents(
    session: Session, deliveries: Sequence[Delivery], counts: Mapping[int, int]
) -> list[Content]:
    """The content of each delivery, from its waiting reminders; few queries for all.

    `counts` says how many assignments each speaks of. Of an assignment's reminders the latest
    counts, and one to the unit itself before one to somebody above it.
    """
    found: dict[int, dict[int, _Row]] = {one.id or 0: {} for one in deliveries}
    for row in session.execute(_most_urgent(list(found))):
        reminder, assignment = row[0], row[1]
        own = found[reminder.delivery_id]
        before = own.get(assignment.id)
        if before is None or (before[0].role in ABOVE and reminder.role not in ABOVE):
            own[assignment.id] = tuple(row)
    tried = load_tried(
        session,
        {row[1].id: row[1].effective_due for row in _rows(found) if row[0].role in ABOVE},
    )
    more = {key: counts[key] - len(own) for key, own in found.items()}
    rest = {key: _rest(session, key, found[key]) for key, count in more.items() if count > 0}
    contents = []
    for one in deliveries:
        key = one.id or 0
        contents.append(
            Content(
                key,
                one.address,
                one.message_id,
                tuple(_item(row, tried.get(number)) for number, row in found[key].items()),
                more[key],
                rest.get(key, ()),
            )
        )
    return contents


# A reminder with its assignment, milestone, unit and campaign.
_Row = tuple[Any, ...]


def _item(row: _Row, tried: tuple[Tried, ...] | None) -> Item:
    reminder, assignment, milestone, unit, campaign = row
    person = reminder.role, reminder.recipient, reminder.reason
    return item_of(assignment, milestone, unit, campaign, *person, tried)


def _rows(found: Mapping[int, Mapping[int, _Row]]) -> Iterator[_Row]:
    for own in found.values():
        yield from own.values()


def _rest(session: Session, delivery_id: int, listed: Iterable[int]) -> tuple[Rest, ...]:
    """What a delivery speaks of beyond the assignments `listed`, by campaign."""
    owed = (
        select(Reminder.assignment_id)
        .where(
            Reminder.delivery_id == delivery_id,
            col(Reminder.status) == ReminderStatus.PENDING,
            col(Reminder.assignment_id).not_in(list(listed)),
        )
        .distinct()
    )
    query = (
        select(Campaign.title, func.count(col(Assignment.id)), func.min(Assignment.effective_due))
        .join(Assignment, col(Assignment.campaign_id) == Campaign.id)
        .where(col(Assignment.id).in_(owed))
        .group_by(col(Campaign.id), col(Campaign.title))
        .order_by(func.min(Assignment.effective_due), col(Campaign.id))
    )
    return tuple(Rest(*row) for row in session.exec(query))


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


def item_of(
    assignment: Assignment,
    milestone: MilestoneRow,
    unit: UnitRow,
    campaign: Campaign,
    role: str,
    recipient: str,
    reason: str,
    tried: tuple[Tried, ...] | None = None,
) -> Item:
    """An assignment as a digest tells it to one person; `reason` is the rung's id."""
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
        role=role,
        recipient=recipient,
        reason=reason,
        deliverables=source.deliverables,
        clause=milestone.clause,
        mailbox=milestone.mailbox,
        departments=tuple(milestone.departments),
        enquiries=enquiries_of(milestone),
        entry=source,
        paper=milestone.paper,
        tried=tried or (),
    )
