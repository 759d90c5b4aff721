"""What a digest has to say, looked up when it is claimed: the most urgent, the others counted.

The work of finding them is the database's, so that no day fills the memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, exists, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.content import (
    LONGEST,
    Content,
    Item,
    Rest,
    Waiting,
    with_records,
)
from notifications.duties import Duty, duties_of, duty_of
from notifications.recipients import ABOVE
from notifications.tried import Tried, load_tried
from notifications.turned import turned_lines
from workflows.one_of import one_of
from workflows.states import State
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)

_DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]


def load_contents(
    session: Session, deliveries: Sequence[Waiting], counts: Mapping[int, int], now: datetime
) -> list[Content]:
    """The content of each delivery at `now` (aware), from its waiting reminders; few queries for
    all.

    `counts` says how many assignments each speaks of. Of an assignment's reminders the latest
    counts, and one to the unit itself before one to somebody above it.
    """
    found: dict[int, dict[int, _Row]] = {one.id: {} for one in deliveries}
    wanted = {"deliveries": list(found)}
    few = sum(counts[one.id] for one in deliveries) <= LONGEST
    for row in map(_Row._make, session.connection().execute(_most_urgent(few), wanted)):
        own = found[row.delivery_id]
        before = own.get(row.id)
        if before is None or (before.role in ABOVE and row.role not in ABOVE):
            own[row.id] = row
    rows = [row for own in found.values() for row in own.values()]
    tried = load_tried(session, {row.id: row.effective_due for row in rows if row.role in ABOVE})
    duties = duties_of(session, {(row.campaign_id, row.milestone_id) for row in rows})
    lights = turned_lines(session, rows, {key: one.turning for key, one in duties.items()}, now)
    more = {key: counts[key] - len(own) for key, own in found.items()}
    rest = {key: _rest(session, key, found[key]) for key, count in more.items() if count > 0}
    told = _told_before(session, list(found))
    contents = []
    for one in deliveries:
        key = one.id
        items = tuple(
            _item(
                row, duties[row.campaign_id, row.milestone_id], row.unit, row.level,
                row.role, row.recipient, row.reason,
                tried.get(row.id, ()) if row.role in ABOVE else (),
                lights.get((row.id, row.reason), ""),
            )
            for row in found[key].values()
        )  # fmt: skip
        contents.append(
            Content(
                key,
                one.address,
                one.message_id,
                items,
                more[key],
                rest.get(key, ()),
                first=one.address not in told,
            )
        )
    return contents


def _told_before(session: Session, delivery_ids: Sequence[int]) -> set[str]:
    """The addresses of these deliveries to which a mail was done before."""
    wanted = {"deliveries": delivery_ids}
    return set(session.connection().execute(_done_before(), wanted).scalars())


@cache
def _done_before() -> Any:
    # The unique key of deliveries begins with the address, and one is enough.
    own, earlier = _DELIVERIES, _DELIVERIES.alias("earlier")
    done = exists().where(
        earlier.c.address == own.c.address, earlier.c.status == DeliveryStatus.DONE
    )
    return sql_select(own.c.address).where(one_of(own.c.id, "deliveries"), done)


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


class _Row(NamedTuple):
    """What an item is made of, but for what its milestone says of all its assignments."""

    delivery_id: int
    role: str
    recipient: str
    reason: str
    id: int
    campaign_id: str
    milestone_id: str
    unit_id: str
    period: str
    title: str
    effective_due: date
    nominal_due: date
    late_after: date
    state: State
    uid: str
    sequence: int
    reworded: int
    changed_at: datetime
    unit: str
    level: str


def _columns() -> list[Any]:
    """The columns of a `_Row`."""
    where = {"unit": col(UnitRow.name).label("unit"), "level": col(UnitRow.level)}
    of_reminder = ("delivery_id", "role", "recipient", "reason")
    return [
        where.get(one) if one in where
        else getattr(Reminder if one in of_reminder else Assignment, one)
        for one in _Row._fields
    ]  # fmt: skip


_URGENCY = (
    col(Assignment.effective_due),
    col(UnitRow.position),
    col(Assignment.campaign_id),
    col(MilestoneRow.position),
    col(Assignment.id),
    col(Reminder.occurrence).desc(),
    col(Reminder.id).desc(),
)


@cache  # building it takes longer than the database does
def _most_urgent(few: bool) -> Any:
    """The first waiting reminders of each of the `deliveries` with what there is to say of them.
    Where there are `few` assignments in all, none is left out, and the database need not rank them.

    Columns, not whole records: reading these took most of the time of a claim.
    """
    columns = _columns()
    place = func.row_number().over(partition_by=col(Reminder.delivery_id), order_by=_URGENCY)
    ranking = [] if few else [place.label("place")]
    reminders = sql_select(*columns, *ranking).join(
        Assignment, col(Assignment.id) == Reminder.assignment_id
    )
    waiting = with_records(reminders).where(
        one_of(col(Reminder.delivery_id), "deliveries"),
        col(Reminder.status) == ReminderStatus.PENDING,
    )
    if few:
        return waiting.order_by(col(Reminder.delivery_id), *_URGENCY)
    ranked = waiting.subquery().c
    return (
        sql_select(*list(ranked)[: len(columns)])
        .where(ranked.place <= LONGEST)
        .order_by(ranked.delivery_id, ranked.place)
    )


def item_of(
    assignment: Assignment,
    milestone: MilestoneRow,
    unit: UnitRow,
    campaign: Campaign,
    role: str,
    recipient: str,
    reason: str,
    tried: tuple[Tried, ...] = (),
    light: str = "",
) -> Item:
    """An assignment as a digest tells it to one person; `reason` is the rung's id, `light` what is
    said of a light that turned."""
    duty = duty_of(milestone, campaign.title)
    return _item(assignment, duty, unit.name, unit.level, role, recipient, reason, tried, light)


def _item(
    assignment: Any,  # the record, or a row with its columns
    duty: Duty,
    unit: str,
    level: str,
    role: str,
    recipient: str,
    reason: str,
    tried: tuple[Tried, ...],
    light: str,
) -> Item:
    campaign, due, title = assignment.campaign_id, assignment.effective_due, assignment.title
    parts = (campaign, assignment.milestone_id, assignment.unit_id, assignment.period)
    return Item(
        key="/".join(part for part in parts if part),
        campaign=campaign,
        campaign_title=duty.campaign_title,
        title=title,
        unit=unit,
        level=level,
        due=due,
        nominal_due=assignment.nominal_due,
        late_after=assignment.late_after,
        returned=assignment.state is State.RETURNED,
        role=role,
        recipient=recipient,
        reason=reason,
        deliverables=duty.deliverables,
        clause=duty.clause,
        mailbox=duty.mailbox,
        departments=duty.departments,
        enquiries=duty.enquiries,
        entry=duty.entry(assignment, unit),
        paper=duty.paper,
        tried=tried,
        names_form=duty.names_form,
        light=light,
    )
