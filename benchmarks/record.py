"""The record: applied in bulk, what is due, what is overdue, a tick without work, working days.

The reference of each works with the same rows (benchmarks/record_references.py).
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import event

from benchmarks.large_record import (
    NOW,
    Shape,
    apply_one,
    declarations,
    large_office,
    new_office,
    settle,
)
from benchmarks.measured import Result, pairs, print_rows, timed
from benchmarks.record_references import DUE, OVERDUE, copying, job_store, opened, shifting
from notifications.due import due_now
from notifications.sender import Sender, make_transport
from scheduler.collector import sparing_the_collector
from scheduler.office import Office
from scheduler.tick import remind, sending_window, tick
from workflows.database import Database
from workflows.declaration import Declaration
from workflows.engines import CACHE_KIB
from workflows.ladder import DEFAULT_LADDER, counts_of
from workflows.overdue import overdue
from workflows.reminding import DueAssignment
from workflows.working_days import working_days

APPLIED = Shape(units=1_000)  # 100,000 assignments in one campaign
SMALL = Shape(units=100, contacts=True)  # 10,000
LARGE = Shape(units=1_000, campaigns=10, contacts=True)  # 1,000,000
DUE_NOW, OVERDUE_NOW = 2_000, 20_000
SHIFTS = 10_000
_IN_A_ROW = 10


def measure(folder: Path) -> Iterator[Result]:
    """The rows."""
    yield _shifts()  # while what it looks at lies close together in memory
    yield _applied(folder)
    with ExitStack() as stack:
        small = stack.enter_context(large_office(folder / "small", SMALL))
        settle(small, due=100, overdue=1_000)
        large = stack.enter_context(large_office(folder / "large", LARGE))
        settle(large, due=DUE_NOW, overdue=OVERDUE_NOW)
        # As in `duban serve`, where it does not look at all that is loaded again and again.
        stack.enter_context(sparing_the_collector())
        yield from _due(large, folder)
        yield _overdue(large)
        yield _cached(large)
        yield _without_work(small, large)


def _applied(folder: Path) -> Result:
    """From a declaration that is read to the commit: compared, compiled and written with the
    campaign, its version, units and event. Both begin with an empty record each time."""
    both = []
    for number in range(5):
        here = new_office(folder / f"applied-{number}", APPLIED)
        declared = declarations(here, 0)

        def ours(here: Office = here, declared: list[Declaration] = declared) -> None:
            with here.database.write() as session:
                apply_one(session, here, declared)

        own = timed(ours)
        here.close()
        both.append((own, timed(copying(_file(here), folder / f"copied-{number}.db"))))
    own, reference = (statistics.median(column) for column in zip(*both, strict=True))
    name = "sqlite3 executemany, same rows"
    return Result(f"apply, {APPLIED.assignments:,} assignments", own, name, reference, goal=4.0)


def _due(here: Office, folder: Path) -> Iterator[Result]:
    what = f"due now: {DUE_NOW:,} of {LARGE.assignments:,}"

    def ours() -> list[DueAssignment]:
        with here.database.read() as session:
            return due_now(session, NOW, limit=DUE_NOW + 1)

    assert len(ours()) == DUE_NOW
    with opened(_file(here)) as connection:
        values = (_stored(NOW), DUE_NOW + 1)
        own, reference = pairs(ours, lambda: connection.execute(DUE, values).fetchall(), 15)
    yield Result(what, own, "sqlite3, same rows", reference, goal=2.5)
    with job_store(folder / "jobs.db", LARGE.assignments, ours(), NOW) as store:
        assert len(store.get_due_jobs(NOW)) == DUE_NOW
        own, reference = pairs(_often(ours), _often(lambda: store.get_due_jobs(NOW)), 9)
        name = f"APScheduler's store, of {LARGE.assignments:,}"
        yield Result("the same", own / _IN_A_ROW, name, reference / _IN_A_ROW, goal=1 / 8)

        def taken_up() -> None:
            for job in store.get_due_jobs(NOW):
                store.remove_job(job.id)  # as its scheduler does when it has handed it on

        def reminded() -> None:
            due, _made = remind(here.database, here.organisation, here.settings, NOW, "bench")
            assert due == DUE_NOW

        own, reference = timed(reminded), timed(taken_up)
        yield Result("  and taken up: reminders, deliveries", own, "  and removed", reference)


def _overdue(here: Office) -> Result:
    def ours() -> int:
        with here.database.read() as session:
            return len(overdue(session, NOW))

    assert ours() == OVERDUE_NOW
    with opened(_file(here)) as connection:
        values = (NOW.date().isoformat(),)
        assert len(connection.execute(OVERDUE, values).fetchall()) == OVERDUE_NOW
        own, reference = pairs(ours, lambda: connection.execute(OVERDUE, values).fetchall(), 9)
    what = f"overdue: {OVERDUE_NOW:,} of {LARGE.assignments:,}"
    return Result(what, own, "sqlite3, same rows", reference, goal=2.0)


def _cached(here: Office) -> Result:
    """The same list with as much cache as ours has and with four times as much, which a trial of
    raw SQLite had: it takes memory for each connection and is not quicker."""
    more = Database(here.settings.resolved_database_url)
    size = f"PRAGMA cache_size = -{4 * CACHE_KIB}"
    event.listen(more.engine, "connect", lambda one, _record: one.execute(size))

    def listed(database: Database) -> Callable[[], object]:
        def work() -> int:
            with database.read() as session:
                return len(overdue(session, NOW))

        return work

    own, reference = pairs(listed(here.database), listed(more), 7, time.process_time)
    more.close()
    what = f"  with a cache of {CACHE_KIB // 1024} MB"
    return Result(what, own, f"  with {4 * CACHE_KIB // 1024} MB", reference, goal=1.25)


def _without_work(small: Office, large: Office) -> Result:
    """The whole tick, the sender's look into the outbox included."""
    one, other = _ticking(large), _ticking(small)

    # A process that goes from one record to another reads the holidays of each.
    own, reference = pairs(_often(one), _often(other), 10)
    name = f"the same, {SMALL.assignments:,}"
    what = f"tick with nothing due, {LARGE.assignments:,}"
    return Result(what, own / _IN_A_ROW, name, reference / _IN_A_ROW, goal=1.25)


def _often(run: Callable[[], object]) -> Callable[[], object]:
    """It several times in a row: each would otherwise find the processor's caches full of what the
    other has read."""
    return lambda: [run() for _n in range(_IN_A_ROW)]


def _ticking(here: Office) -> Callable[[], object]:
    """Ticks a minute apart, the first of which does what was waiting."""
    settings = here.settings
    window, transport = sending_window(settings), make_transport(settings)
    sender = Sender(here.database, transport, settings, window, lambda: moments[-1], "bench")
    moments = [NOW]

    def run() -> int:
        moments.append(moments[-1] + timedelta(minutes=1))
        work = tick(here.database, here.organisation, settings, moments[-1], sender)
        return asyncio.run(work).due

    run()
    assert run() == 0
    return run


def _shifts() -> Result:
    chance = Random(1)  # noqa: S311 - a pattern, not a secret
    first = date(2022, 2, 1)
    # As the default ladder has them.
    rungs = [count for rung in DEFAULT_LADDER for count, working in counts_of(rung) if working]
    days = [
        (first + timedelta(days=chance.randrange(600)), chance.choice(rungs))
        for _n in range(SHIFTS)
    ]
    table, theirs = working_days(), shifting(days)

    def ours() -> list[date]:
        return [table.shift(day, count) for day, count in days]

    assert ours() == theirs()
    own, reference = pairs(ours, theirs, 15, time.process_time)
    what = f"{SHIFTS:,} shifts by working days"
    return Result(what, own, "holidays, a call each", reference, goal=1 / 50)


def _file(here: Office) -> Path:
    assert here.database.file is not None
    return here.database.file


def _stored(moment: datetime) -> str:
    """A moment as SQLite's rows have it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
