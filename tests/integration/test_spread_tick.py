"""A tick that is spread over workers comes to what the tick of one process comes to, also where its
parts are lost, late or done twice; and several processes put one tick at each interval."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from config.settings import Settings
from scheduler.clock import SimulatedClock
from scheduler.engine.dbos_engine import DbosEngine
from scheduler.engine.jobs import Job, JobKind
from scheduler.engine.mailing import Mailing
from scheduler.engine.putting import PutTicks
from scheduler.engine.ticking import SHARDS, SPREAD_FROM, Ticking
from scheduler.office import Office
from scheduler.serve import _sender
from scheduler.tick import remind
from tests.support import postgres
from tests.support.fleet import build_town, town_settings
from tests.support.moments import at
from workflows.database import Database

MOMENT = at("2022-05-31 09:00")
UNITS, DUTIES = 200, SPREAD_FROM // 200
KINDS = (JobKind.REMIND, JobKind.GROUP)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder and a database of which each office is a copy: so much is due that it is spread."""
    folder, url = tmp_path_factory.mktemp("town"), postgres.fresh_database()
    build_town(folder, url, UNITS, 2, DUTIES)
    database = Database(url)
    DbosEngine(database).close()
    database.close()
    yield folder, url
    postgres.drop_database(url)


@pytest.fixture
def offices(town: tuple[Path, str]) -> Iterator[Callable[[], Office]]:
    """Makes offices at the moment at which all is due."""
    folder, url = town
    made: list[Office] = []

    def make() -> Office:
        settings = Settings(
            **{**town_settings(postgres.copy_database(url), folder), "lease_seconds": 1}
        )
        made.append(Office(settings, SimulatedClock(MOMENT)))
        return made[-1]

    yield make
    for office in made:
        office.close()
        postgres.drop_database(office.settings.resolved_database_url)


def ticking(office: Office, work: Callable[[Ticking], None]) -> None:
    """Have the jobs of a worker done in a thread, as the engine does."""

    async def run() -> None:
        engine = DbosEngine(office.database)
        async with _sender(office) as sender:
            mailing = Mailing(office, engine, sender, asyncio.get_running_loop())
            await asyncio.to_thread(work, Ticking(office, engine, mailing, "here"))
        engine.close()

    asyncio.run(run())


def parts(kind: JobKind) -> list[Job]:
    return [Job(kind, about={"number": n, "of": SHARDS}) for n in range(SHARDS)]


def record(office: Office) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The reminders, with the Message-ID that each is in, and the deliveries."""
    reminders = """
        SELECT assignment_id, reason, occurrence, reminder.address, reminder.status, message_id
        FROM reminder LEFT JOIN delivery ON delivery.id = delivery_id
        ORDER BY assignment_id, reason, reminder.address"""
    deliveries = "SELECT message_id, address, purpose, status, not_before FROM delivery ORDER BY 1"
    with office.database.engine.connect() as connection:
        return (
            [tuple(row) for row in connection.execute(text(reminders))],
            [tuple(row) for row in connection.execute(text(deliveries))],
        )


def known(office: Office, table: str) -> int:
    """How many rows of a table PostgreSQL counts on when it plans."""
    with office.database.engine.connect() as connection:
        query = text("SELECT reltuples FROM pg_class WHERE relname = :table")
        return int(connection.execute(query, {"table": table}).scalar_one())


@pytest.fixture
def by_one(offices: Callable[[], Office]) -> tuple[list[tuple[object, ...]], ...]:
    """What the tick of one process comes to."""
    office = offices()
    here = (office.database, office.organisation, office.settings, office.clock(), "here")
    assert remind(*here) == (UNITS * DUTIES, UNITS * 2)
    return record(office)


def test_parts_in_any_order_beside_each_other_and_twice(
    offices: Callable[[], Office], by_one: tuple[list[tuple[object, ...]], ...]
) -> None:
    office = offices()

    def work(here: Ticking) -> None:
        for kind, do in zip(KINDS, (here.remind, here.group), strict=True):
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(do, [*parts(kind), *reversed(parts(kind))]))

    ticking(office, work)
    assert record(office) == by_one


def test_no_digest_leaves_with_a_part_of_the_day(offices: Callable[[], Office]) -> None:
    """A worker that had reminders of some units was lost while the others went on."""
    office = offices()

    def work(here: Ticking) -> None:
        lost, *others = parts(JobKind.REMIND)
        for job in others:
            here.remind(job)
        for job in parts(JobKind.GROUP):
            here.group(job)
        assert record(office)[1] == []
        here.remind(lost)
        for job in parts(JobKind.GROUP):
            here.group(job)

    ticking(office, work)
    assert len(record(office)[1]) == UNITS * 2


def test_a_tick_whose_parts_nobody_does_does_them_itself(
    offices: Callable[[], Office], by_one: tuple[list[tuple[object, ...]], ...]
) -> None:
    office = offices()
    assert known(office, "reminder") <= 0

    def work(here: Ticking) -> None:
        here.tick(Job(JobKind.TICK, "tick-1"))
        # PostgreSQL plans the morning's claims by what is there, not by the evening before.
        assert (known(office, "reminder"), known(office, "delivery")) == (
            UNITS * DUTIES * 2, UNITS * 2,
        )  # fmt: skip
        # Three kinds of jobs wait: the parts of both steps, in vain, and the mails.
        waiting = [here.engine.waiting(kind) for kind in (*KINDS, JobKind.SEND)]
        assert waiting == [SHARDS, SHARDS, 1]
        for job in parts(JobKind.REMIND):  # too late
            here.remind(job)
        for job in parts(JobKind.GROUP):
            here.group(job)
        here.tick(Job(JobKind.TICK, "tick-2"))
        assert here.engine.waiting(JobKind.SEND) == 1  # it waits already

    ticking(office, work)
    assert record(office) == by_one


def test_two_processes_put_one_tick_at_each_interval(offices: Callable[[], Office]) -> None:
    """Also where one's clock is hours off."""
    office = offices()
    url, every = office.settings.resolved_database_url, office.settings.tick_seconds
    engine = DbosEngine(office.database)
    others = [Office(office.settings, SimulatedClock(MOMENT + timedelta(hours=h))) for h in (-5, 7)]
    engines = [DbosEngine(one.database) for one in others]
    putting = [PutTicks(one, its) for one, its in zip(others, engines, strict=True)]

    async def both() -> int:
        await asyncio.gather(*(one.run() for one in putting * 3))
        return engine.waiting(JobKind.TICK)

    def is_done(seconds: float) -> None:
        """The last tick was done, and was put so long ago."""
        with office.database.write() as session:
            session.connection().execute(
                text(
                    "UPDATE dbos.workflow_status SET status = 'SUCCESS',"
                    " created_at = extract(epoch FROM now()) * 1000 - :ago"
                ),
                {"ago": 1000 * seconds},
            )

    assert asyncio.run(both()) == 1
    assert asyncio.run(both()) == 1  # one waits: no worker runs
    is_done(every * 0.4)
    assert asyncio.run(both()) == 0  # it is too soon
    is_done(every * 1.1)
    assert asyncio.run(both()) == 1
    for one in (engine, *engines):
        one.close()
    for other in others:
        assert other.settings.resolved_database_url == url
        other.close()
