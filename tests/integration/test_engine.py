"""The engine over DBOS on a real PostgreSQL: what is put, done, given up and begun again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from structlog.testing import capture_logs

from config.errors import DubanError
from scheduler.engine.dbos_engine import DbosEngine
from scheduler.engine.jobs import Job, JobKind
from scheduler.engine.worker import OwnName
from tests.support import postgres
from tests.support.fleet import until
from tests.support.own_postgres import own_server
from tests.support.processes import Child, Died
from workflows.database import Database

LONG_AGO = 1000 * 60 * 60 * 24 * 3  # milliseconds in three days


@pytest.fixture(scope="module")
def prepared() -> Iterator[str]:
    """A database that has the engine's tables."""
    url = postgres.fresh_database(migrated=False)
    database = Database(url)
    DbosEngine(database).close()
    database.close()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def database(prepared: str) -> Iterator[Database]:
    here = Database(postgres.copy_database(prepared))
    yield here
    here.close()
    postgres.drop_database(here.url)


@pytest.fixture
def engine(database: Database) -> Iterator[DbosEngine]:
    here = DbosEngine(database)
    yield here
    here.close()


def put(database: Database, engine: DbosEngine, *jobs: Job) -> None:
    with database.write(shared=True) as session:
        engine.put(session, jobs)


def states(database: Database) -> list[tuple[str, str]]:
    """Each job's key and what the engine has it as, by key."""
    with database.engine.connect() as connection:
        query = text("SELECT workflow_uuid, status FROM dbos.workflow_status ORDER BY 1")
        return [(row[0], row[1]) for row in connection.execute(query)]


def work(url: str, name: str, folder: Path, seconds: float) -> str:
    """A worker for a while: its jobs leave a file each, one of `number` 1 fails, one of `number` 2
    hangs. Returns its name."""
    database = Database(url)
    engine = DbosEngine(database)
    own = OwnName(database, name)

    def do(job: Job) -> None:
        with (folder / job.key).open("a") as file:
            file.write(f"{own.name}\n")
        if job.about.get("number") == 1:
            raise ValueError("a fault of ours")
        if job.about.get("number") == 2:
            until((folder / "enough").exists, "the test has seen enough", seconds)

    engine.work(own.name, {JobKind.SEND: do})
    until((folder / "enough").exists, "the test has seen enough", seconds)
    engine.rest(5)
    own.give_up()
    engine.close()
    database.close()
    return own.name


def test_a_job_of_a_transaction_that_is_taken_back_never_was(
    database: Database, engine: DbosEngine
) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        engine.put(session, [Job(JobKind.TICK, "one")])
        1 / 0  # noqa: B018
    assert states(database) == []
    assert engine.waiting(JobKind.TICK) == 0
    with database.read() as session:
        assert engine.seconds_since(session, JobKind.TICK) is None


def test_the_same_key_twice_is_one_job(database: Database, engine: DbosEngine) -> None:
    put(database, engine, Job(JobKind.GROUP, "one"), Job(JobKind.GROUP, "one"))
    put(database, engine, Job(JobKind.GROUP, "one"), Job(JobKind.GROUP, "two"))
    assert states(database) == [("one", "ENQUEUED"), ("two", "ENQUEUED")]
    assert (engine.waiting(JobKind.GROUP), engine.waiting(JobKind.TICK)) == (2, 0)
    with database.read() as session:
        since = engine.seconds_since(session, JobKind.GROUP)
    assert since is not None and 0 <= since < 60


def test_jobs_that_fail_hang_or_are_killed_with_their_worker_keep_no_other_back(
    database: Database, engine: DbosEngine, tmp_path: Path
) -> None:
    fails = Job(JobKind.SEND, "fails", {"number": 1})
    hangs = Job(JobKind.SEND, "hangs", {"number": 2})
    put(database, engine, fails, hangs)
    killed = Child(work, database.url, "machine", tmp_path, 60)
    until(
        lambda: (tmp_path / "hangs").exists() and engine.waiting(JobKind.SEND) == 0, "it is at it"
    )
    until(lambda: ("fails", "SUCCESS") in states(database), "the fault is over")
    put(database, engine, Job(JobKind.SEND, "another"))
    assert engine.wait([fails, Job(JobKind.SEND, "another")], 60, lambda: False)
    assert not engine.wait([hangs], 0.2, lambda: False)
    assert not engine.wait([hangs], 60, lambda: True)  # whoever waits may be stopped
    assert engine.sweep(60) == 0  # it has not been at it for so long

    os.kill(killed.pid, signal.SIGKILL)
    with pytest.raises(Died):
        killed.result()
    # Another machine leaves it alone; the same one, started again, puts it back.
    other = Child(work, database.url, "other", tmp_path, 60)
    put(database, engine, Job(JobKind.SEND, "third"))
    assert engine.wait([Job(JobKind.SEND, "third")], 60, lambda: False)
    assert (tmp_path / "hangs").read_text().split() == ["machine"]
    again = Child(work, database.url, "machine", tmp_path, 60)
    until(lambda: len((tmp_path / "hangs").read_text().split()) == 2, "it is begun again")
    assert engine.sweep(0) == 1
    assert dict(states(database))["hangs"] == "CANCELLED"
    assert engine.wait([hangs], 60, lambda: False)
    (tmp_path / "enough").touch()
    assert [other.result(), again.result()] == ["other", "machine"]


def test_what_ended_long_ago_is_forgotten(database: Database, engine: DbosEngine) -> None:
    put(database, engine, *(Job(JobKind.SEND, one) for one in ("old", "new", "waits")))
    with database.write() as session:
        for key, ago in (("old", LONG_AGO), ("new", 0)):
            session.connection().execute(
                text(
                    "UPDATE dbos.workflow_status SET status = 'SUCCESS', completed_at ="
                    " extract(epoch FROM now()) * 1000 - :ago WHERE workflow_uuid = :key"
                ),
                {"ago": ago, "key": key},
            )
    assert engine.sweep(60) == 0
    assert [key for key, _state in states(database)] == ["new", "waits"]


def begin(url: str) -> None:
    """A worker that begins to work, and ends at once."""
    database = Database(url)
    engine = DbosEngine(database)
    try:
        engine.work("machine", {JobKind.SEND: lambda _job: None})
    finally:
        engine.rest(1)
        engine.close()
        database.close()


def test_a_worker_for_which_the_server_has_no_room(database: Database) -> None:
    with database.engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar()
        connection.rollback()
        admin = connection.execution_options(isolation_level="AUTOCOMMIT")
        admin.exec_driver_sql("CREATE ROLE crowded LOGIN CONNECTION LIMIT 2 PASSWORD 'secret'")
        try:
            admin.exec_driver_sql(f'GRANT ALL ON DATABASE "{name}" TO crowded')
            admin.exec_driver_sql("DROP SCHEMA dbos CASCADE")
            url = make_url(database.url).set(username="crowded", password="secret")
            with pytest.raises(DubanError, match="too many connections") as caught:
                Child(begin, url.render_as_string(hide_password=False)).result()
            assert "the server is overloaded" in caught.value.mend
        finally:
            admin.exec_driver_sql("DROP OWNED BY crowded")
            admin.exec_driver_sql("DROP ROLE crowded")


def has_name(url: str, folder: Path) -> str:
    """A process that takes the name “machine” or the next one, and has it until it is told."""
    database = Database(url)
    own = OwnName(database, "machine")
    (folder / own.name).touch()
    until(lambda: (folder / f"{own.name}-ends").exists(), "the test has seen enough")
    own.keep()
    database.close()
    return own.name


def test_names_of_workers_on_one_machine(database: Database, tmp_path: Path) -> None:
    first = Child(has_name, database.url, tmp_path)
    until((tmp_path / "machine").exists, "the first has its name")
    second = Child(has_name, database.url, tmp_path)
    until((tmp_path / "machine-2").exists, "so has the second")
    (tmp_path / "machine-ends").touch()
    assert first.result() == "machine"
    third = OwnName(database, "machine")
    assert third.name == "machine"
    third.give_up()
    (tmp_path / "machine-2-ends").touch()
    assert second.result() == "machine-2"


def test_a_name_is_had_again_after_postgresql_was_restarted(tmp_path: Path) -> None:
    with own_server() as server:
        url = server.create("names")
        mine, others = Database(url), Database(url)
        own = OwnName(mine, "machine")
        server.crash()
        with capture_logs() as said:
            assert not own.keep()  # no fault: the next time is soon
            assert not own.keep()
            server.start()
            assert own.keep()
        assert [one["event"] for one in said] == [
            "the database is away: no job is done until it is back",
            "the database is back",
        ]
        later = OwnName(others, "machine")
        assert later.name == "machine-2"
        later.give_up()
        server.crash_and_restart()
        quicker = OwnName(others, "machine")
        assert quicker.name == "machine"
        assert not own.keep()
        assert not own.keep()
        quicker.give_up()
        until(own.keep, "it has its name again")
        later = OwnName(others, "machine")
        assert later.name == "machine-2"
        for name in (own, later):
            name.give_up()
        for database in (mine, others):
            database.close()
