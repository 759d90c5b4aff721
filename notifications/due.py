"""First step of a tick: rungs that have come due become reminders, lights that turned included.

After downtime only the latest rung for each assignment and recipient is to go out; those passed
over are recorded as superseded. The unique key makes a second tick at the same moment harmless.
What is not sent because it was seen, put off or silenced is recorded too, so that it can be
explained.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, type_coerce, update
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, func

from notifications.day import Day
from notifications.recipients import AT_UNIT, Directory
from notifications.shards import Shard
from notifications.superseding import supersede_waiting
from notifications.window import SendingWindow
from workflows.columns import Repeated
from workflows.holiday_record import last_update
from workflows.ladder import Occurrence, Rung
from workflows.lights import Light
from workflows.one_of import one_of
from workflows.organisation import Organisation
from workflows.plans import plans_of
from workflows.reminding import (
    DueAssignment,
    Reminded,
    alike,
    local_date,
    next_at,
    turning_rungs,
)
from workflows.silencing import Silenced
from workflows.tables import (
    Assignment,
    Campaign,
    MilestoneRow,
    Reminder,
    ReminderStatus,
)
from workflows.turning import look_at_lights

BATCH = 1000  # assignments in memory at a time

# The unit was told, or there is the record that it could not be.
REACHED = (ReminderStatus.SENT, ReminderStatus.NO_CONTACT, ReminderStatus.FAILED)

_REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]
_ASSIGNMENTS: Table = Assignment.__table__  # type: ignore[attr-defined]
_ALIKE = {"effective_due", "late_after", "reminded_through", "reminded_at", "snoozes"}
# Each tick asks: building these takes longer than the database does.
_DUE = (
    sql_select(
        *(
            type_coerce(column, Repeated(column.type)) if one in _ALIKE else column
            for one, column in ((one, _ASSIGNMENTS.c[one]) for one in DueAssignment._fields)
        )
    )
    .where(_ASSIGNMENTS.c.next_at <= bindparam("now"))
    .order_by(_ASSIGNMENTS.c.next_at, _ASSIGNMENTS.c.id)
    .limit(bindparam("most"))
)
_HANDLED = (
    update(_ASSIGNMENTS)
    .where(one_of(_ASSIGNMENTS.c.id, "which"))
    .values(
        reminded_through=bindparam("today"), reminded_at=bindparam("now"), next_at=bindparam("next")
    )
)


def collect_due(
    session: Session,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    shard: Shard | None = None,
) -> int:
    """Turn rungs due at `now` into reminders, for one batch; return how many assignments it had.

    To be called until it returns less than BATCH, each time in a transaction of its own: a spike
    then neither fills the memory nor keeps other writers out. Outside the sending window nothing
    is done, so that what waited is judged afresh when it opens. With a `shard` only the units in
    it are looked at, and the transaction may be a shared one: an assignment that another worker
    has is left to it.
    """
    if not window.is_open(now):
        return 0
    batch = due_now(session, now, shard)
    if batch:
        directory = Directory(session, organisation, today=window.today(now), of=batch)
        _remind(session, batch, now, directory)
    return len(batch)


def due_now(
    session: Session, now: datetime, shard: Shard | None = None, limit: int = BATCH
) -> list[DueAssignment]:
    """The first `limit` of the assignments that have to be looked at by `now` (aware), those of the
    `shard` alone where there is one: its partial index is read, and no more rows than these."""
    query = _DUE
    if shard is not None:
        query = query.where(shard.holds(Assignment.unit_id)).with_for_update(skip_locked=True)
    found = session.connection().execute(query, {"now": now, "most": limit})
    return list(map(DueAssignment._make, found.all()))


def _remind(
    session: Session, batch: Sequence[DueAssignment], now: datetime, directory: Directory
) -> None:
    courses = _Courses(session, batch, now, directory)
    rows: list[dict[str, Any]] = []
    handled: dict[tuple[date, datetime | None], list[int]] = defaultdict(list)
    turned = _turned(session, now, batch, courses)
    for assignment in batch:
        milestone, campaign, day, due, following, turning = courses.of(assignment)
        due = courses.not_again(assignment, due)
        if light := turned.get(assignment.id):
            due = [*due, *(_found(one, day.day) for one in turning if one.turns == light)]
        rows += day.rows(due, assignment, milestone, campaign)
        handled[day.day, following].append(assignment.id)
    for (today, following), assignment_ids in handled.items():
        session.connection().execute(
            _HANDLED, {"which": assignment_ids, "today": today, "now": now, "next": following}
        )
    if not rows:
        return
    fresh = [row for row in rows if row["status"] is ReminderStatus.PENDING]
    supersede_waiting(session, fresh)
    insert_new(session, Reminder, rows)


def _turned(
    session: Session, now: datetime, batch: Sequence[DueAssignment], courses: "_Courses"
) -> dict[int, Light]:
    """The lights of the batch that have turned for the worse, of those that a rung waits for."""
    watched: dict[str, list[int]] = defaultdict(list)
    for one in batch:
        if courses.of(one).turning:
            watched[one.campaign_id].append(one.id)
    turned: dict[int, Light] = {}
    for campaign_id, ids in watched.items():
        turned |= look_at_lights(session, campaign_id, ids, now)
    return turned


def _found(rung: Rung, day: date) -> Occurrence:
    """A light's turn has no planned day: it comes due on the one on which it is found."""
    return Occurrence(rung, 1, day, day)


class _Course(NamedTuple):
    """What assignments that are alike share."""

    milestone: MilestoneRow
    campaign: Campaign
    day: Day
    due: list[Occurrence]
    following: datetime | None  # when they next have to be looked at
    turning: Sequence[Rung]  # that wait for the light to turn


class _Courses:
    """The courses of one batch, each worked out once: very many assignments share a few."""

    def __init__(
        self,
        session: Session,
        batch: Sequence[DueAssignment],
        now: datetime,
        directory: Directory,
    ) -> None:
        self._session, self._now, self._directory = session, now, directory
        self._tried = _Tried(session, batch)
        self._ids = [one.id for one in batch]
        self._plans: dict[tuple[str, str], tuple[MilestoneRow, Campaign, Day]] = {}
        self._rows = plans_of(session, batch)
        self._days: dict[str, Day] = {}
        self._found: dict[Hashable, _Course] = {}

    def of(self, assignment: DueAssignment) -> _Course:
        """The course of one of the batch."""
        plan = (assignment.campaign_id, assignment.milestone_id)
        if plan not in self._plans:
            self._plans[plan] = self._plan(*plan)
        milestone, campaign, day = self._plans[plan]
        key = (plan, alike(assignment, milestone))
        if key not in self._found:
            due = day.due(assignment, milestone, campaign)
            handled = assignment._replace(reminded_through=day.day, reminded_at=self._now)
            following = next_at(handled, milestone, campaign)
            turning = turning_rungs(assignment, milestone, campaign)
            self._found[key] = _Course(milestone, campaign, day, due, following, turning)
        return self._found[key]

    def not_again(self, assignment: DueAssignment, due: list[Occurrence]) -> list[Occurrence]:
        """Without what was taken up on an earlier day, before other holidays moved it: a rung that
        does not repeat comes once for a due date."""
        if not due or not self._taken_up:
            return due
        basis = assignment.effective_due
        return [
            one
            for one in due
            if one.rung.every is not None
            or one.address  # as a person asked for
            or one.on <= self._taken_up.get((assignment.id, one.rung.id, basis), one.on)
        ]

    @cached_property
    def _taken_up(self) -> dict[tuple[int, str, date], date]:
        """The first day of each rung of the batch that has reminders, where days can have moved."""
        updated = last_update(self._session)
        if updated is None:
            return {}
        query = (
            sql_select(
                col(Reminder.assignment_id), col(Reminder.reason), col(Reminder.due_basis),
                func.min(Reminder.occurrence),
            )
            .where(col(Reminder.assignment_id).in_(self._ids), col(Reminder.created_at) <= updated)
            .group_by(col(Reminder.assignment_id), col(Reminder.reason), col(Reminder.due_basis))
        )  # fmt: skip
        rows = self._session.execute(query)
        return {(key, reason, basis): day for key, reason, basis, day in rows}

    def _plan(self, campaign_id: str, milestone_id: str) -> tuple[MilestoneRow, Campaign, Day]:
        milestone, campaign = self._rows[campaign_id, milestone_id]
        zone = campaign.time_zone
        if zone not in self._days:
            day = local_date(self._now, zone)
            silenced = Silenced(self._session, day)
            self._days[zone] = Day(self._now, day, silenced, self._directory, self._tried)
        return milestone, campaign, self._days[zone]


class _Tried:
    """Which assignments' units have been reminded, or were found to have nobody: asked once."""

    def __init__(self, session: Session, batch: Sequence[DueAssignment]) -> None:
        self._session, self._ids = session, [one.id for one in batch]
        self._found: set[tuple[int, date]] | None = None

    def __contains__(self, assignment: Reminded) -> bool:
        if self._found is None:
            found = self._session.execute(_tried(), {"assignments": self._ids})
            self._found = {(number, basis) for number, basis in found}
        return (assignment.id or 0, assignment.effective_due) in self._found


@cache
def _tried() -> Any:
    columns = _REMINDERS.c
    return (
        sql_select(columns.assignment_id, columns.due_basis)
        .where(
            one_of(columns.assignment_id, "assignments"),
            columns.role.in_(sorted(AT_UNIT)),
            columns.status.in_([ReminderStatus.PENDING, *REACHED]),
        )
        .distinct()
    )


def insert_new(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those whose unique key is there already are left as they are."""
    connection = session.connection()
    connection.execute(_insert_new(model.__table__, connection.dialect.name), list(rows))


@cache
def _insert_new(table: Table, dialect: str) -> Any:
    insert: Any = sqlite_insert(table)
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        insert = postgresql.insert(table)
    return insert.on_conflict_do_nothing()
