"""First step of a tick: rungs that have come due become reminders.

After downtime only the latest rung for each assignment and recipient is to go out; those passed
over are recorded as superseded. The unique key makes a second tick at the same moment harmless.
What is not sent because it was seen, put off or silenced is recorded too, so that it can be
explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, or_, select

from notifications.recipients import ABOVE, Directory, Recipient, role_name
from notifications.window import SendingWindow
from workflows.ladder import Occurrence, Role, Rung
from workflows.organisation import Organisation
from workflows.reminding import local_date, moment_of, next_at, to_come
from workflows.silencing import Silenced
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
)

BATCH = 1000  # assignments in memory at a time

_OWN = frozenset({Role.CONTACT, Role.DEPUTY})

# The unit was told, or there is the record that it could not be.
REACHED = (ReminderStatus.SENT, ReminderStatus.NO_CONTACT, ReminderStatus.FAILED)


def collect_due(
    session: Session, now: datetime, organisation: Organisation, window: SendingWindow
) -> int:
    """Turn rungs due at `now` into reminders, for one batch; return how many assignments it had.

    To be called until it returns 0, each time in a transaction of its own: a spike then neither
    fills the memory nor keeps other writers out. Outside the sending window nothing is done, so
    that what waited is judged afresh when it opens.
    """
    if not window.is_open(now):
        return 0
    batch = session.exec(
        select(Assignment)
        .where(col(Assignment.next_at) <= now)
        .order_by(col(Assignment.next_at), col(Assignment.id))
        .limit(BATCH)
    ).all()
    if batch:
        directory = Directory(session, organisation, today=window.today(now))
        _remind(session, batch, now, directory)
    return len(batch)


def _remind(
    session: Session, batch: Sequence[Assignment], now: datetime, directory: Directory
) -> None:
    rows: list[dict[str, Any]] = []
    today: dict[str, Day] = {}
    for assignment in batch:
        campaign = session.get_one(Campaign, assignment.campaign_id)
        milestone = session.get_one(MilestoneRow, (assignment.campaign_id, assignment.milestone_id))
        zone = campaign.time_zone
        if zone not in today:
            day = local_date(now, zone)
            today[zone] = Day(now, day, Silenced(session, day), directory, _Tried(session, batch))
        rows += today[zone].reminders(assignment, milestone, campaign)
        assignment.reminded_through, assignment.reminded_at = today[zone].day, now
        assignment.next_at = next_at(assignment, milestone, campaign)
        session.add(assignment)
    session.flush()
    if not rows:
        return
    fresh = [row for row in rows if row["status"] is ReminderStatus.PENDING]
    _supersede_waiting(session, fresh)
    insert_new(session, Reminder, rows)


class Tried(Protocol):
    """Whose units have been reminded by the same due date, or were found to have nobody."""

    def __contains__(self, assignment: Assignment, /) -> bool:
        """Whether that one's has."""


class _Tried:
    """Which assignments' units have been reminded, or were found to have nobody: asked once."""

    def __init__(self, session: Session, batch: Sequence[Assignment]) -> None:
        self._session, self._ids = session, [one.id for one in batch]
        self._found: set[tuple[int, date]] | None = None

    def __contains__(self, assignment: Assignment) -> bool:
        if self._found is None:
            query = select(Reminder.assignment_id, col(Reminder.due_basis)).where(
                col(Reminder.assignment_id).in_(self._ids),
                col(Reminder.role).not_in(ABOVE),
                col(Reminder.status).in_([ReminderStatus.PENDING, *REACHED]),
            )
            self._found = set(self._session.exec(query.distinct()))
        return (assignment.id or 0, assignment.effective_due) in self._found


@dataclass(frozen=True, slots=True)
class Day:
    """One tick's local day: what its occurrences become."""

    now: datetime
    day: date
    silenced: Silenced
    directory: Directory
    tried: Tried

    def reminders(
        self, assignment: Assignment, milestone: MilestoneRow, campaign: Campaign
    ) -> list[dict[str, Any]]:
        """The rows for what has come due of one assignment; of several rungs the latest goes."""
        due = [
            one
            for one in to_come(assignment, milestone, campaign)
            if moment_of(one, campaign.time_zone) <= self.now
        ]
        silenced = self.silenced.covers(assignment.unit_id, assignment.campaign_id)
        rows: list[dict[str, Any]] = []
        latest: set[tuple[str, bool, str]] = set()
        own = False
        for occurrence in reversed(due):
            rung = occurrence.rung
            people = self._people(occurrence, assignment, milestone, campaign)
            own = own or not _OWN.isdisjoint(rung.to)
            if not people:
                nobody = Recipient("", "", role_name(rung.to[0]))
                rows.append(self._row(assignment, occurrence, nobody, ReminderStatus.NO_CONTACT))
            for person in people:
                key = (person.address.lower(), rung.held, self._channel(rung, person))
                status = _fate(occurrence, person, assignment, self.day, silenced=silenced)
                if status is ReminderStatus.PENDING:
                    if key in latest:
                        status = ReminderStatus.SUPERSEDED
                    latest.add(key)
                rows.append(self._row(assignment, occurrence, person, status))
        above = next((one for one in reversed(due) if one.rung.above), None)
        if above is not None and not own and not silenced and assignment not in self.tried:
            # Nobody above a unit hears of what the unit itself has not been told.
            rows += self._own_first(above, assignment, milestone, campaign)
        return rows

    def _channel(self, rung: Rung, person: Recipient) -> str:
        """The rung's own, else the one that the person prefers to mail."""
        return rung.channel or self.directory.channel_of(person.address)

    def _people(
        self,
        occurrence: Occurrence,
        assignment: Assignment,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[Recipient]:
        people = self.directory.recipients(occurrence.rung.to, assignment, milestone, campaign)
        if occurrence.address:  # who has gone since is followed by the others
            return [one for one in people if one.address == occurrence.address] or people
        return people

    def _own_first(
        self,
        above: Occurrence,
        assignment: Assignment,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[dict[str, Any]]:
        people = self.directory.recipients([Role.CONTACT], assignment, milestone, campaign)
        if not people:
            nobody = Recipient("", "", Role.CONTACT.value)
            return [self._row(assignment, above, nobody, ReminderStatus.NO_CONTACT)]
        return [
            {**self._row(assignment, above, one, ReminderStatus.PENDING), "held": False}
            for one in people
        ]

    def _row(
        self,
        assignment: Assignment,
        occurrence: Occurrence,
        person: Recipient,
        status: ReminderStatus,
    ) -> dict[str, Any]:
        return {
            "assignment_id": assignment.id,
            "reason": occurrence.rung.id,
            "occurrence": occurrence.on,
            "address": person.address,
            "due_basis": assignment.effective_due,
            "role": person.role,
            "recipient": person.name,
            "held": occurrence.rung.held,
            "gentle": occurrence.rung.gentle,
            "channel": self._channel(occurrence.rung, person),
            "status": status,
            "created_at": self.now,
        }


def _fate(
    occurrence: Occurrence, person: Recipient, assignment: Assignment, day: date, *, silenced: bool
) -> ReminderStatus:
    """Whether a person is to be told on the local day `day`, or why not."""
    if silenced:
        return ReminderStatus.SILENCED
    if not occurrence.rung.gentle:
        return ReminderStatus.PENDING
    if assignment.acknowledged_at is not None:
        return ReminderStatus.ACKNOWLEDGED
    later = assignment.snoozes.get(person.address.lower())
    if later is not None and date.fromisoformat(later) > day:
        return ReminderStatus.SNOOZED
    return ReminderStatus.PENDING


def _supersede_waiting(session: Session, fresh: Sequence[dict[str, Any]]) -> None:
    """An older reminder that has not gone out yet gives way to the newer one, unless a sender has
    it under way; the same one that was suppressed (handed in, then reopened on the same day)
    waits again."""
    newer = {(row["assignment_id"], row["address"], row["held"]) for row in fresh}
    same = {_key(**row) for row in fresh}
    under_way = select(Delivery.id).where(
        col(Delivery.status).in_([DeliveryStatus.CLAIMED, DeliveryStatus.STARTED])
    )
    for reminder in session.exec(
        select(Reminder).where(
            or_(col(Reminder.delivery_id).is_(None), col(Reminder.delivery_id).not_in(under_way)),
            col(Reminder.status).in_([ReminderStatus.PENDING, ReminderStatus.SUPPRESSED]),
            col(Reminder.assignment_id).in_({row["assignment_id"] for row in fresh}),
        )
    ):
        key = _key(
            reminder.assignment_id,
            reminder.reason,
            reminder.occurrence,
            reminder.address,
            reminder.due_basis,
        )
        if key in same:
            if reminder.status is ReminderStatus.SUPPRESSED:
                reminder.status, reminder.delivery_id = ReminderStatus.PENDING, None
        elif (
            reminder.status is ReminderStatus.PENDING
            and (reminder.assignment_id, reminder.address, reminder.held) in newer
        ):
            reminder.status = ReminderStatus.SUPERSEDED
        session.add(reminder)
    session.flush()


def _key(
    assignment_id: int, reason: str, occurrence: date, address: str, due_basis: date, **_rest: Any
) -> tuple[Any, ...]:
    """A reminder's unique key."""
    return (assignment_id, reason, occurrence, address, due_basis)


def insert_new(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those whose unique key is there already are left as they are."""
    table: Table = model.__table__
    dialect = session.connection().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.connection().execute(make(table).on_conflict_do_nothing(), list(rows))
