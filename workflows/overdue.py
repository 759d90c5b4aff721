"""What is overdue: derived from dates and state at a moment, never stored.

“As of” a past moment reads what had been recorded by then: the last event's snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from workflows.people.record import serves
from workflows.resting import Resting, awake
from workflows.standing import Selection, Standpoint, standpoints
from workflows.states import State
from workflows.tables import Contact, Delivery, DeliveryStatus, Reminder, ReminderStatus
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class OverdueFilter(Selection):
    """Which overdue assignments to look at; ids, or None for all."""

    min_days: int = 1


@dataclass(frozen=True, slots=True)
class OverdueItem:
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
    found = [
        one
        for one in standpoints(session, at, wanted, as_of_past=as_of_past, only_overdue=True)
        if _days(one) >= wanted.min_days
    ]
    named = wanted.campaign_id is not None
    found, resting = awake(session, found, at, named=named, as_of_past=as_of_past)
    items = [(one, _item(one)) for one in found]
    reminded = _last_reminders(session, [one.assignment.id or 0 for one, _item in items], at)
    contacts = _contacts(session)
    finished = [
        replace(
            item,
            last_reminder=reminded.get(one.assignment.id or 0),
            contact=_names(contacts, one),
        )
        for one, item in items
    ]
    finished.sort(
        key=lambda item: (
            -item.days_overdue, item.position, item.campaign, item.milestone, item.period
        ),
    )  # fmt: skip
    return Overdue(finished, resting)


def _days(one: Standpoint) -> int:
    return (one.today - one.standing.effective_due).days


def _item(one: Standpoint) -> OverdueItem:
    assignment, standing = one.assignment, one.standing
    original = assignment.extended_from
    return OverdueItem(
        campaign=assignment.campaign_id,
        milestone=assignment.milestone_id,
        title=assignment.title,
        unit=one.unit.name,
        unit_id=assignment.unit_id,
        level=one.unit.level,
        position=one.unit.position,
        period=assignment.period,
        due=assignment.nominal_due,
        effective_due=standing.effective_due,
        late_after=standing.late_after,
        state=standing.state,
        days_overdue=_days(one),
        working_days_overdue=working_days().between(standing.effective_due, one.today),
        departments=tuple(one.milestone.departments),
        track=one.milestone.track,
        clause=one.milestone.clause,
        extended=original is not None and standing.due != original,
        extension_requested=standing.requested_due,
        last_reminder=None,
        contact="",
    )


def _last_reminders(
    session: Session, assignment_ids: Sequence[int | None], at: datetime
) -> dict[int | None, datetime]:
    if not assignment_ids:
        return {}
    rows = session.exec(
        select(Reminder.assignment_id, func.max(Delivery.done_at))
        .join(Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(
            Reminder.status == ReminderStatus.SENT,
            Delivery.status == DeliveryStatus.DONE,
            col(Delivery.done_at) <= at,
        )
        .group_by(col(Reminder.assignment_id))
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _contacts(session: Session) -> dict[tuple[str, str], list[Contact]]:
    found: dict[tuple[str, str], list[Contact]] = {}
    for one in session.exec(
        select(Contact).where(Contact.role == "contact").order_by(col(Contact.id))
    ):
        found.setdefault((one.campaign_id, one.unit_id), []).append(one)
    return found


def _names(contacts: dict[tuple[str, str], list[Contact]], one: Standpoint) -> str:
    """Who serves on that day; a campaign's own contacts stand before the general ones."""
    for campaign_id in (one.campaign.id, ""):
        serving = [
            each.name
            for each in contacts.get((campaign_id, one.unit.id), ())
            if serves(each, one.today)
        ]
        if serving:
            return "、".join(serving)
    return ""
