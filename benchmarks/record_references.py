"""What the record is measured beside: `sqlite3` alone, APScheduler's own store, the library of
holidays."""

import pickle
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from holidays.countries.china import China

from workflows.database import Database, batched
from workflows.engines import configure_sqlite
from workflows.reminding import DueAssignment

DUE = """
SELECT id, campaign_id, milestone_id, unit_id, state, effective_due, late_after, silent,
       reminded_through, reminded_at, acknowledged_at, snoozes
FROM assignment WHERE next_at <= ? ORDER BY next_at, id LIMIT ?
"""
OVERDUE = """
SELECT a.campaign_id, a.milestone_id, a.title, u.name, a.unit_id, u.level, u.position, a.period,
       a.nominal_due, a.effective_due, a.late_after, a.state, m.departments, m.track, m.clause,
       a.extended_from, a.requested_due, c.status,
       (SELECT max(d.done_at) FROM reminder r JOIN delivery d ON d.id = r.delivery_id
        WHERE r.assignment_id = a.id AND r.status = 'sent' AND d.status = 'done'),
       (SELECT group_concat(k.name, '、') FROM contact k
        WHERE k.campaign_id = '' AND k.unit_id = a.unit_id AND k.role = 'contact')
FROM assignment a
JOIN unit u ON u.id = a.unit_id
JOIN campaign c ON c.id = a.campaign_id
JOIN milestone m ON m.campaign_id = a.campaign_id AND m.id = a.milestone_id
WHERE a.state IN ('open', 'returned') AND a.late_after < ?
ORDER BY a.effective_due, u.position, a.campaign_id, a.milestone_id, a.period
"""
_WAIT = 1000  # milliseconds


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of `sqlite3` with the settings that ours have."""
    with closing(sqlite3.connect(file)) as connection:
        configure_sqlite(connection, _WAIT)
        yield connection


def copying(source: Path, target: Path) -> Callable[[], object]:
    """Write the assignments of one record into another in one transaction with `executemany`: the
    same rows into the same table with the same indexes, keys and durability.

    What they refer to is there already, and so are the rows in memory.
    """
    Database(f"sqlite:///{target}").migrate()
    with opened(source) as here, opened(target) as there:
        for table in ("campaign", "unit"):
            there.execute("BEGIN IMMEDIATE")
            _insert(there, table, here.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608
            there.execute("COMMIT")
        rows = here.execute("SELECT * FROM assignment").fetchall()

    def copy() -> None:
        with opened(target) as there:
            there.execute("BEGIN IMMEDIATE")
            _insert(there, "assignment", rows)
            there.execute("COMMIT")

    return copy


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def tell(**_row: object) -> None:
    """What a job would do."""


@contextmanager
def job_store(
    file: Path, jobs: int, due: Sequence[DueAssignment], now: datetime
) -> Iterator[SQLAlchemyJobStore]:
    """APScheduler's store with a job a reminder; as many as `due` come due at `now`, spread over
    the store by chance as ours are over the record, each with what we keep of it. Its rows are
    those that its `add_job` writes, put in at once: it would commit each by itself. The others,
    which are not read, have one job's state."""
    scheduler = BackgroundScheduler(timezone=now.tzinfo)
    store = SQLAlchemyJobStore(url=f"sqlite:///{file}")
    store.start(scheduler, "default")
    places = list(range(jobs))  # a minute apart, the last of the due ones now
    Random(1).shuffle(places)  # noqa: S311 - a pattern, not a secret
    other = _job_row(store, scheduler, 0, due[0], now)

    def rows() -> Iterator[dict[str, Any]]:
        for number, place in enumerate(places):
            moment = now + timedelta(minutes=place - len(due) + 1)
            if place < len(due):
                yield _job_row(store, scheduler, number, due[place], moment)
            else:
                at = datetime_to_utc_timestamp(moment)
                yield {**other, "id": f"reminder-{number}", "next_run_time": at}

    with store.engine.begin() as connection:
        for batch in batched(rows()):
            connection.execute(store.jobs_t.insert(), batch)
    yield store
    store.shutdown()


def _job_row(
    store: SQLAlchemyJobStore,
    scheduler: BackgroundScheduler,
    number: int,
    row: DueAssignment,
    moment: datetime,
) -> dict[str, Any]:
    kept = {**row._asdict(), "snoozes": dict(row.snoozes)}
    job = Job(
        scheduler, id=f"reminder-{number}", func=tell, args=(), kwargs=kept,
        trigger=DateTrigger(moment), executor="default", name="reminder",
        misfire_grace_time=None, coalesce=True, max_instances=1, next_run_time=moment,
    )  # fmt: skip
    return {
        "id": job.id,
        "next_run_time": datetime_to_utc_timestamp(job.next_run_time),
        "job_state": pickle.dumps(job.__getstate__(), store.pickle_protocol),
    }


def shifting(days: Sequence[tuple[date, int]]) -> Callable[[], list[date]]:
    """Shift each day by so many working days as the library `holidays` does it, its years made."""
    years = {day.year for day, _count in days}
    china = China(years=sorted({*years, *(one + 1 for one in years), *(one - 1 for one in years)}))  # type: ignore[no-untyped-call]
    return lambda: [china.get_nth_working_day(day, count) for day, count in days]
