"""What is overdue: derived from dates and state at a moment, never stored.

“As of” a past moment reads what had been recorded by then: the last event's snapshot. Of very many
assignments a few columns alone are read, as plain rows: objects would take eight times as long.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import select as columns_of
from sqlmodel import Session, col, func, select

from workflows.database import batched
from workflows.people.record import serves
from workflows.reminding import local_date
from workflows.resting import Resting, resting_among, statuses
from workflows.standing import Selection, may_be_overdue, standpoints
from workflows.states import State
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    Contact,
    Delivery,
    DeliveryStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class OverdueFilter(Selection):
    """Which overdue assignments to look at; ids, or None for all."""

    min_days: int = 1


class OverdueItem(NamedTuple):
    """One overdue assignment. Dates are local to the campaign's zone; days are counted from the
    effective due date."""

    campaign: str
    milestone: str
    title: str
    unit: str
    unit_id: str
    level: str
    position: int
    period: str
    due: date
    effective_due: date
    late_after: date
    state: State
    days_overdue: int
    working_days_overdue: int
    departments: tuple[str, ...]
    track: str
    clause: str
    extended: bool
    extension_requested: date | None
    last_reminder: datetime | None
    contact: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue and can be urged, and how much more there is in campaigns that rest."""

    items: list[OverdueItem]
    resting: tuple[Resting, ...]


def overdue(
    session: Session, at: datetime, wanted: OverdueFilter | None = None, *, as_of_past: bool = False
) -> list[OverdueItem]:
    """The items of `overdue_and_resting`."""
    return overdue_and_resting(session, at, wanted, as_of_past=as_of_past).items


def overdue_and_resting(
    session: Session, at: datetime, wanted: OverdueFilter | None = None, *, as_of_past: bool = False
) -> Overdue:
    """Everything overdue at `at` (aware) in running campaigns, or in the one that `wanted` names,
    worst first, then in administrative order.

    With `as_of_past`, by what had been recorded before `at`.
    """
    wanted = wanted or OverdueFilter()
    campaigns = {one.id: one for one in session.exec(select(Campaign))}
    days = {one.id: local_date(at, one.time_zone) for one in campaigns.values()}
    status = statuses(session, campaigns, at, as_of_past=as_of_past)
    units, milestones = _units(session, wanted), _milestones(session, wanted)
    named = wanted.campaign_id is not None
    passed = cache(_passed)  # very many share their dates
    contacts = _Contacts(session, days)
    items, at_rest = [], Counter[str]()
    for (
        campaign, milestone, unit, title, period, nominal_due, due, effective_due, late_after,
        state, requested_due, extended_from, reminded,
    ) in _past(session, at, wanted) if as_of_past else _now(session, at, wanted):  # fmt: skip
        today = days[campaign]
        if today <= late_after or unit not in units or (campaign, milestone) not in milestones:
            continue
        days_passed = passed(effective_due, today)
        if days_passed[0] < wanted.min_days:
            continue
        if not named and status[campaign] is not CampaignStatus.RUNNING:
            at_rest[campaign] += 1
            continue
        name, level, position = units[unit]
        departments, track, clause = milestones[campaign, milestone]
        items.append(
            OverdueItem(
                campaign, milestone, title, name, unit, level, position, period, nominal_due,
                effective_due, late_after, state, *days_passed, departments, track, clause,
                extended_from is not None and due != extended_from, requested_due, reminded,
                contacts.of(campaign, unit),
            )
        )  # fmt: skip
    items.sort(
        key=lambda item: (
            -item.days_overdue, item.position, item.campaign, item.milestone, item.period
        ),
    )  # fmt: skip
    return Overdue(items, resting_among(at_rest, campaigns, status))


_Unit = tuple[str, str, int]  # name, level, position
_Milestone = tuple[tuple[str, ...], str, str]  # departments, track, clause


class _Held(NamedTuple):
    """What of an assignment an item is made of."""

    campaign_id: str
    milestone_id: str
    unit_id: str
    title: str
    period: str
    nominal_due: date
    due: date
    effective_due: date
    late_after: date
    state: State
    requested_due: date | None
    extended_from: date | None
    reminded: datetime | None  # when its last reminder left


def _now(session: Session, at: datetime, wanted: Selection) -> Iterable[_Held]:
    """By the rows; in parts, so that very many do not fill the memory."""
    columns = [getattr(Assignment, name) for name in _Held._fields[:-1]]
    last = _last_reminder(at).where(Reminder.assignment_id == Assignment.id).scalar_subquery()
    query = columns_of(*columns, last).where(*may_be_overdue(wanted, at))
    found = session.connection().execute(query)
    return chain.from_iterable(found.partitions(1000))  # type: ignore[arg-type]


def _past(session: Session, at: datetime, wanted: Selection) -> Iterator[_Held]:
    """By what had been recorded."""
    found = standpoints(session, at, wanted, as_of_past=True, only_overdue=True)
    reminded: dict[int, datetime] = {}
    for batch in batched(one.assignment.id or 0 for one in found):
        query = _last_reminder(at).add_columns(col(Reminder.assignment_id))
        these = query.where(col(Reminder.assignment_id).in_(batch))
        rows = session.connection().execute(these.group_by(col(Reminder.assignment_id)))
        reminded |= {key: moment for moment, key in rows}
    for one in found:
        assignment, standing = one.assignment, one.standing
        yield _Held(
            assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.title,
            assignment.period, assignment.nominal_due, standing.due, standing.effective_due,
            standing.late_after, standing.state, standing.requested_due, assignment.extended_from,
            reminded.get(assignment.id or 0),
        )  # fmt: skip


def _last_reminder(at: datetime) -> Any:
    """When the last reminder left before `at`; to be asked by assignment, for few of all that ever
    left are of what is overdue."""
    return (
        columns_of(func.max(Delivery.done_at))
        .join_from(Reminder, Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(
            col(Reminder.status) == ReminderStatus.SENT,
            col(Delivery.status) == DeliveryStatus.DONE,
            col(Delivery.done_at) <= at,
        )
    )


def _passed(effective_due: date, today: date) -> tuple[int, int]:
    """How many days, and how many working days, have passed since that day."""
    return (today - effective_due).days, working_days().between(effective_due, today)


def _units(session: Session, wanted: Selection) -> dict[str, _Unit]:
    """The units that `wanted` selects, by id."""
    query = columns_of(*(getattr(UnitRow, one) for one in ("id", "name", "level", "position")))
    return {
        key: (name, level, position)
        for key, name, level, position in session.connection().execute(query)
        if wanted.level in {None, level}
    }


def _milestones(session: Session, wanted: Selection) -> dict[tuple[str, str], _Milestone]:
    """The milestones that `wanted` selects, by campaign and id."""
    names = ("campaign_id", "id", "departments", "track", "clause")
    query = columns_of(*(getattr(MilestoneRow, one) for one in names))
    return {
        (campaign, key): (tuple(departments), track, clause)
        for campaign, key, departments, track, clause in session.connection().execute(query)
        if wanted.track in {None, track}
        and (wanted.department is None or wanted.department in departments)
    }


class _Contacts:
    """The names of who serves for a unit, worked out once for it and a campaign."""

    def __init__(self, session: Session, days: Mapping[str, date]) -> None:
        self._days = days
        self._named: dict[tuple[str, str], str] = {}
        self._all: dict[tuple[str, str], list[_Person]] = {}
        query = columns_of(*_PERSON).where(col(Contact.role) == "contact").order_by(col(Contact.id))
        for one in map(_Person._make, session.connection().execute(query)):
            self._all.setdefault((one.campaign_id, one.unit_id), []).append(one)

    def of(self, campaign_id: str, unit_id: str) -> str:
        """Who serves on the campaign's day; its own contacts stand before the general ones."""
        key = (campaign_id, unit_id)
        found = self._named.get(key)
        if found is None:
            today = self._days[campaign_id]
            own, general = (
                "、".join(each.name for each in self._all.get(one, ()) if serves(each, today))
                for one in (key, ("", unit_id))
            )
            found = self._named[key] = own or general
        return found


class _Person(NamedTuple):
    campaign_id: str
    unit_id: str
    name: str
    first: date | None
    last: date | None


_PERSON = [getattr(Contact, name) for name in _Person._fields]
