"""The ledger: what was sent to whom, when and why, and what the server said at each try.

It holds no body and no link, only the hash of what the mail said.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import exists, or_
from sqlmodel import Session, col, select

from notifications.tries import RETURNED
from workflows.database import batched
from workflows.events import SUPERVISED
from workflows.states import Action
from workflows.supervision.finding import PURPOSE, list_notices, reference
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryStatus,
    Event,
    FailedTry,
    NoticeItem,
    Reminder,
)
from workflows.words import word_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries: ids and addresses, '' for all; the office's days are inclusive."""

    campaign_id: str = ""
    unit_id: str = ""
    address: str = ""
    first: date | None = None
    last: date | None = None
    status: DeliveryStatus | None = None
    failed: bool = False  # those of which a server did not accept a try


@dataclass(frozen=True, slots=True)
class Try:
    """One try: `at` is when its answer came."""

    at: datetime
    verdict: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A delivery with why it was made, and what became of each try, oldest first."""

    delivery: Delivery
    reasons: tuple[str, ...]
    tries: tuple[Try, ...] = field(default=())

    @property
    def came_back(self) -> bool:
        """Whether a notice said that it did not arrive, though a server had taken it."""
        return any(one.verdict == RETURNED for one in self.tries)


def find_deliveries(session: Session, wanted: Wanted, limit: int | None = None) -> list[Delivery]:
    """The deliveries that are wanted, the newest first."""
    query = select(Delivery).order_by(col(Delivery.id).desc()).limit(limit)
    if wanted.status is not None:
        query = query.where(Delivery.status == wanted.status)
    if wanted.address:
        query = query.where(Delivery.address == wanted.address)
    if wanted.first is not None:
        query = query.where(col(Delivery.local_date) >= wanted.first)
    if wanted.last is not None:
        query = query.where(col(Delivery.local_date) <= wanted.last)
    if wanted.failed:
        tried = exists().where(col(FailedTry.delivery_id) == Delivery.id)
        query = query.where(or_(tried, col(Delivery.status) == DeliveryStatus.FAILED))
    about = []
    if wanted.campaign_id:
        about.append(col(Assignment.campaign_id) == wanted.campaign_id)
    if wanted.unit_id:
        about.append(col(Assignment.unit_id) == wanted.unit_id)
    if about:
        reminded = exists().where(
            col(Reminder.delivery_id) == Delivery.id,
            col(Assignment.id) == Reminder.assignment_id,
            *about,
        )
        told = exists().where(
            col(NoticeItem.delivery_id) == Delivery.id,
            col(Event.id) == NoticeItem.event_id,
            col(Assignment.id) == Event.assignment_id,
            *about,
        )
        about_unit = col(Delivery.purpose).in_(_purposes(session, wanted))
        query = query.where(or_(reminded, told, about_unit))
    return list(session.exec(query))


def _purposes(session: Session, wanted: Wanted) -> list[str]:
    """Of the deliveries of supervision notices to that unit, or about that campaign."""
    listed = list_notices(
        session, unit_id=wanted.unit_id or None, campaign_id=wanted.campaign_id or None
    )
    return [f"{PURPOSE}{one.notice.id}" for one in listed]


def entries(session: Session, deliveries: Sequence[Delivery]) -> Iterator[Entry]:
    """The ledger's lines of these deliveries, in their order."""
    for some in batched(deliveries):
        ids = [one.id or 0 for one in some]
        reasons, tries = _reasons(session, ids), _failed(session, ids)
        for one in some:
            number = one.id or 0
            accepted = _accepted(one)
            every = [*tries[number], accepted] if accepted else tries[number]
            # What comes back comes after it was taken.
            every.sort(key=lambda one: one.verdict == RETURNED)
            yield Entry(one, tuple(reasons[number]), tuple(every))


def _reasons(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Campaign, duty and rung or event of everything that a delivery speaks of."""
    found: dict[int, list[str]] = defaultdict(list)
    reminders = session.exec(
        select(Reminder, Assignment, Campaign.title)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .where(col(Reminder.delivery_id).in_(ids))
        .order_by(col(Reminder.id))
    )
    for reminder, assignment, campaign in reminders:
        why = f"{reminder.reason} {reminder.occurrence}"
        found[reminder.delivery_id or 0].append(_about(campaign, assignment, why))
    items = session.exec(
        select(NoticeItem, Event, Assignment, Campaign.title)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Assignment, col(Assignment.id) == Event.assignment_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .where(col(NoticeItem.delivery_id).in_(ids))
        .order_by(col(NoticeItem.id))
    )
    for item, event, assignment, campaign in items:
        found[item.delivery_id].append(_about(campaign, assignment, word_of(Action, event.kind)))
    for number, event, title in session.exec(
        select(NoticeItem.delivery_id, Event, Campaign.title)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Campaign, col(Campaign.id) == Event.campaign_id)
        .where(col(NoticeItem.delivery_id).in_(ids), Event.kind == SUPERVISED)
        .order_by(col(NoticeItem.id))
    ):
        which = reference(event.data["year"], event.data["serial"])
        found[number].append(f"{title} / {which} [{event.data['unit']}]")
    return found


def _about(campaign: str, assignment: Assignment, why: str) -> str:
    return f"{campaign} / {assignment.title} [{assignment.unit_id}]: {why}"


def _failed(session: Session, ids: Sequence[int]) -> dict[int, list[Try]]:
    found: dict[int, list[Try]] = defaultdict(list)
    rows = session.exec(
        select(FailedTry).where(col(FailedTry.delivery_id).in_(ids)).order_by(col(FailedTry.id))
    )
    for one in rows:
        found[one.delivery_id].append(Try(one.at, one.verdict, one.code, one.text))
    return found


def _accepted(delivery: Delivery) -> Try | None:
    """The try that was accepted is the delivery's own record."""
    if delivery.done_at is None:
        return None
    answer = delivery.outcome.get(delivery.address, {})
    return Try(
        delivery.done_at, answer.get("verdict", ""), answer.get("code", 0), answer.get("text", "")
    )
