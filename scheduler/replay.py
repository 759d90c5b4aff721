"""Replay: the same tick over simulated time, with given deeds or a seeded pattern of them."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from config.settings import Settings
from notifications.by_hand import Decision, held_ids, release_all
from notifications.sender import Sender, make_transport
from scheduler.clock import SimulatedClock
from scheduler.tick import remind, sending_window
from workflows.answering import acknowledge, snooze
from workflows.database import Database, batched
from workflows.events import appended_together
from workflows.handing_in import (
    Deed,
    accept,
    approve_extension,
    request_extension,
    return_for_correction,
    submit,
)
from workflows.one_of import one_of
from workflows.organisation import Organisation
from workflows.plans import plans_of
from workflows.states import OWING, State
from workflows.tables import Assignment
from workflows.working_days import working_days

OFFICE = "督办办公室"  # who checks hand-ins in a replay


@dataclass(frozen=True, slots=True, order=True)
class Deeds:
    """One thing that happens in a replay: at a moment (aware), to an assignment."""

    at: datetime
    assignment_id: int
    action: str  # submit, accept, return, acknowledge, snooze, ask or grant
    days: int = 0  # with return, snooze and ask: working days until the date that is chosen


@dataclass(slots=True)
class Month:
    """What happened in one month of a replay."""

    mails: int = 0
    submissions: int = 0
    accepted: int = 0
    returned: int = 0
    overdue_at_end: int = 0
    busiest: Counter[date] = field(default_factory=Counter)

    def count(self, action: str) -> None:
        """One more deed of that sort."""
        match action:
            case "submit":
                self.submissions += 1
            case "accept":
                self.accepted += 1
            case "return":
                self.returned += 1


def seeded_deeds(session: Session, seed: int, zone_name: str) -> list[Deeds]:
    """A plausible season: most hand in before the due date, some late, a few never.

    The same seed and plan always give the same deeds.
    """
    zone, calendar = ZoneInfo(zone_name), working_days()
    deeds = []
    for assignment in session.execute(_TO_HAND_IN):
        if assignment.initial_state is not State.OPEN:
            continue
        chance = Random(f"{seed}/{assignment.uid}")  # noqa: S311 - a pattern, not a secret
        luck = chance.random()
        if luck < 0.04:
            continue  # never hands in
        in_time = luck < 0.80
        shift = -chance.randint(0, 6) if in_time else chance.randint(1, 9)
        day = calendar.on_or_before(assignment.effective_due)
        day = calendar.shift(day, shift) if shift else day
        hour, minute = chance.randint(9, 17), chance.randint(0, 59)
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        deeds.append(Deeds(at, assignment.id or 0, "submit"))
        checked = at + timedelta(days=chance.randint(1, 3))
        if chance.random() < 0.05:
            deeds.append(Deeds(checked, assignment.id or 0, "return", days=5))
            again = calendar.shift(checked.date(), chance.randint(2, 7))
            checked = checked.replace(year=again.year, month=again.month, day=again.day)
            deeds.append(Deeds(checked, assignment.id or 0, "submit"))
            checked += timedelta(days=1)
        deeds.append(Deeds(checked, assignment.id or 0, "accept"))
        deeds += _answers(assignment, seed, zone)
    return sorted(deeds)


_TO_HAND_IN = sql_select(  # columns: of a season's assignments these are read
    col(Assignment.id), col(Assignment.uid), col(Assignment.initial_state),
    col(Assignment.effective_due),
).order_by(col(Assignment.uid))  # fmt: skip


def _answers(assignment: Any, seed: int, zone: ZoneInfo) -> Iterator[Deeds]:
    """What some say to a reminder before the due date: seen, later, or more time is needed."""
    chance, calendar = Random(f"{seed}/{assignment.uid}/answers"), working_days()  # noqa: S311
    day = calendar.shift(calendar.on_or_before(assignment.effective_due), -chance.randint(3, 8))
    at = datetime(day.year, day.month, day.day, 10, chance.randint(0, 59), tzinfo=zone)
    number, luck = assignment.id or 0, chance.random()
    if luck < 0.25:
        yield Deeds(at, number, "acknowledge")
    elif luck < 0.32:
        yield Deeds(at, number, "snooze", days=2)
    elif luck < 0.38:
        yield Deeds(at, number, "ask", days=chance.randint(8, 15))
        yield Deeds(at + timedelta(hours=3), number, "grant")


async def replay(
    database: Database,
    organisation: Organisation,
    settings: Settings,
    clock: SimulatedClock,
    until: datetime,
    deeds: Sequence[Deeds],
    *,
    release_held: bool,
    progress: Callable[[date], None] = lambda _day: None,
) -> dict[str, Month]:
    """Run from the clock's time until `until` (aware): a tick when each day's window opens, and
    the deeds when they happen. Returns what happened by month (`2022-06`)."""
    settings = settings.model_copy(update={"spread_minutes": 0})  # it has one tick a day
    window = sending_window(settings)
    transport = make_transport(settings, durable=False)  # they can be made again
    sender = Sender(
        database, transport, settings, window, clock, "replay", organisation=organisation
    )
    months: dict[str, Month] = {}
    waiting = deque(one for one in deeds if one.at >= clock())
    try:
        moments = list(_ticks(clock(), until, settings))
        ends = {f"{one.astimezone(settings.zone):%Y-%m}": one for one in moments}  # of each month
        for moment in moments:
            coming = []
            while waiting and waiting[0].at < moment:
                coming.append(waiting.popleft())
            for deed in _carry_out(database, coming, clock, settings.zone):
                name = f"{deed.at.astimezone(settings.zone):%Y-%m}"
                months.setdefault(name, Month()).count(deed.action)
            clock.advance_to(moment)
            local = moment.astimezone(settings.zone)
            month = months.setdefault(f"{local:%Y-%m}", Month())
            if window.is_open(moment):
                # A tick, in whose middle the owner office looks through what is held.
                look = partial(remind, database, organisation, settings, moment, sender.worker)
                await asyncio.to_thread(look)
                if release_held:
                    released = await asyncio.to_thread(_release_held, database, moment)
                    if released:  # else a second look would find the same
                        await asyncio.to_thread(look)
                sent = (await sender.run()).sent
                month.mails += sent
                month.busiest[local.date()] += sent
            if moment == ends[f"{local:%Y-%m}"]:
                month.overdue_at_end = _count_overdue(database, local.date())
            progress(local.date())
    finally:
        await transport.close()
    return months


def _ticks(start: datetime, until: datetime, settings: Settings) -> Iterator[datetime]:
    """When each day's window opens, and the end itself."""
    day = start.astimezone(settings.zone).date()
    window = sending_window(settings)
    while window.opens_on(day) < until:
        if window.opens_on(day) >= start:
            yield window.opens_on(day)
        day += timedelta(days=1)
    yield until


def _release_held(database: Database, now: datetime) -> int:
    """The owner office lets go the same morning what is held; return how many deliveries."""
    with database.write() as session:
        held = held_ids(session)
        if held:
            release_all(session, held, Decision(OFFICE, now))
    return len(held)


def _carry_out(
    database: Database, deeds: Sequence[Deeds], clock: SimulatedClock, zone: ZoneInfo
) -> list[Deeds]:
    """Let deeds happen, each at its moment, where the assignment's state allows it; say which did.

    In one transaction: no tick comes between them, and a season has thousands.
    """
    if not deeds:
        return []
    done = []
    with database.write() as session:
        ids = {one.assignment_id for one in deeds}
        at_hand = _read_at_once(session, ids)
        with appended_together(session, ids):
            for deed in deeds:
                clock.advance_to(deed.at)
                if record_deed(session, deed, clock(), zone):
                    done.append(deed)
        del at_hand
    return done


def _read_at_once(session: Session, assignment_ids: Iterable[int]) -> list[Any]:
    """What the deeds change and what they read of it: the session finds it by its key as long as
    somebody holds it."""
    found = [
        one
        for batch in batched(assignment_ids)
        for one in session.execute(_THESE, {"which": batch}).scalars()
    ]
    return [*found, *plans_of(session, found).values()]


_THESE = select(Assignment).where(one_of(col(Assignment.id), "which"))


def record_deed(session: Session, deed: Deeds, now: datetime, zone: ZoneInfo) -> bool:
    """Let a deed happen at `now` (aware), where the assignment's state allows it; say whether."""
    assignment = session.get_one(Assignment, deed.assignment_id)
    if deed.action == "submit" and assignment.state in OWING:
        submit(session, assignment, Deed(assignment.unit_id, now, now))
    elif deed.action == "accept" and assignment.state is State.SUBMITTED:
        accept(session, assignment, Deed(OFFICE, now, now))
    elif deed.action == "return" and assignment.state is State.SUBMITTED:
        until = working_days().shift(now.astimezone(zone).date(), deed.days)
        return_for_correction(session, assignment, Deed(OFFICE, now, now), until)
    elif deed.action in _ANSWERS and assignment.state in OWING:
        return _answer(session, deed, assignment, now, zone)
    else:
        return False
    return True


_ANSWERS = frozenset({"acknowledge", "snooze", "ask", "grant"})


def _answer(
    session: Session, deed: Deeds, assignment: Assignment, now: datetime, zone: ZoneInfo
) -> bool:
    """Let a unit's answer happen, or the office's to it, where it comes in time."""
    day = working_days().shift(now.astimezone(zone).date(), deed.days)
    by_unit, by_office = Deed(assignment.unit_id, now, now), Deed(OFFICE, now, now)
    if deed.action == "acknowledge":
        acknowledge(session, assignment, by_unit)
    elif deed.action == "snooze" and day < assignment.effective_due:
        snooze(session, assignment, by_unit, f"{assignment.unit_id}@example.org", day)
    elif deed.action == "ask" and day > assignment.effective_due:
        request_extension(session, assignment, by_unit, day)
    elif deed.action == "grant" and assignment.requested_due is not None:
        approve_extension(session, assignment, by_office)
    else:
        return False
    return True


def _count_overdue(database: Database, today: date) -> int:
    with database.read() as session:
        return session.exec(
            select(func.count(col(Assignment.id))).where(
                col(Assignment.state).in_(list(OWING)), col(Assignment.late_after) < today
            )
        ).one()
