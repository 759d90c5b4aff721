"""What a delivery has to say: a frozen picture of the record, taken when it is claimed.

A mail lists the most urgent and counts the others, so that no day fills the memory, or makes a
mail that no server takes. The work of finding them is the database's for the same reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.entry import EntrySource, entry_source
from notifications.recipients import ABOVE
from notifications.tried import Tried, load_tried
from workflows.database import batched
from workflows.states import State
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    Feed,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)

LONGEST = 500  # reminders taken up for one mail: about a megabyte


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
    """One assignment in a digest. Dates are local to the campaign's zone.

    What has the same campaign, unit, due date and `paper` (where it is not empty) is settled by
    one paper. `tried` is what went to the unit before, the newest last, where `role` is above it.
    """

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
    paper: str = ""
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """What a mail does not list of one campaign: how many assignments, the first due date."""

    campaign_title: str
    count: int
    earliest: date


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one assignment, in a notice. Dates are local to the campaign's zone.

    `kind` is the kind of the event that it tells of, `received` the day of the hand-in, `why` the
    reason of a return; `files` are the names of what has come, `missing` what has not.
    `previous_due` is the due date before an extension.
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
    previous_due: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for more time, for the owner office. Dates are local to the campaign's zone."""

    name: str  # the assignment's, by ids, as commands take it
    campaign_title: str
    title: str
    unit: str
    due: date
    until: date  # the date asked for
    why: str
    who: str
    recipient: str  # the owner office's name


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
class FreshLink:
    """That somebody asked for a new link: to their own items, to requests to decide, or both."""

    name: str
    answer: bool
    decide: bool


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one delivery says: a digest's `items`, what a notice tells, a morning list, or
    the link that somebody asked for.

    `items` are the most urgent first, each assignment once; `rest` says what the `more` are.
    `subscribed` is whether the address holds a calendar feed that shows the same.
    """

    delivery_id: int
    address: str
    message_id: str
    items: tuple[Item, ...] = ()
    more: int = 0  # assignments that are not among them, being less urgent
    rest: tuple[Rest, ...] = ()
    told: tuple[Told, ...] = ()
    morning: Morning | None = None
    asked: tuple[Asked, ...] = ()
    fresh: FreshLink | None = None
    subscribed: bool = False


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
    subscribed = addresses_with_feed(session, [one.address for one in deliveries])
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
                subscribed=one.address.lower() in subscribed,
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


def addresses_with_feed(session: Session, addresses: Iterable[str]) -> set[str]:
    """Those addresses, in lower case, that hold a calendar feed which has not been revoked."""
    found: set[str] = set()
    for batch in batched({one.lower() for one in addresses}):
        query = select(Feed.holder).where(
            func.lower(Feed.holder).in_(batch), col(Feed.revoked_at).is_(None)
        )
        found |= {holder.lower() for holder in session.exec(query)}
    return found


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


def enquiries_of(milestone: MilestoneRow) -> tuple[Enquiry, ...]:
    """Whom to ask about a milestone."""
    return tuple(
        Enquiry(one["office"], one.get("phone", ""), one.get("name", ""))
        for one in milestone.enquiries
    )
