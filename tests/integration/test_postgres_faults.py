"""PostgreSQL that goes away, comes back, is full or refuses: said with a mend, nothing lost."""

import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from config.errors import InputError, StateError
from tests.integration.test_two_schedulers import PEOPLE, UNITS, mornings, plans
from tests.support.colleagues import Workplace, do_paperwork, schedule
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.own_postgres import OwnServer, own_server
from tests.support.processes import CONTEXT, Child
from tests.support.referee import found
from tests.support.smtp import MailServer
from tests.support.soaking import report, rounds
from workflows.database import Database
from workflows.tables import DeliveryStatus

MOMENT = "2022-06-13 09:00"


@pytest.fixture
def office(server: OwnServer, tmp_path: Path) -> Iterator[SampleOffice]:
    """An office with a database of its own on the test's own server."""
    here = SampleOffice(tmp_path, database_url=server.create(tmp_path.name))
    yield here
    try:
        assert found(here) == []
    finally:
        here.close()


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as running:
        running.execute("ALTER SYSTEM SET fsync = off")  # no power is cut
        running.execute("SELECT pg_reload_conf()")
        yield running


def test_a_server_that_crashes_under_load(
    server: OwnServer, office: SampleOffice, tmp_path: Path
) -> None:
    for unit in UNITS:
        for n in range(PEOPLE):
            office.add_contact(unit, "contact", f"{unit}-{n}@example.org")
    office.apply(*plans())
    moments = tuple(mornings(rounds(1)))
    crashes, chance = 0, random.Random(5)  # noqa: S311 - a pattern, not a secret
    with MailServer() as sink:
        place = Workplace(tmp_path, office.database.url, sink.port, moments)
        barrier = CONTEXT.Barrier(4)
        children = [Child(schedule, place, barrier, f"machine-{n}", n) for n in range(2)]
        children.append(Child(do_paperwork, place, barrier, 7, 4))
        for _moment in moments:
            barrier.wait(60)  # so that each crash meets them at work
            time.sleep(chance.uniform(0, 0.1))
            server.crash_and_restart()
            crashes += 1
        said = [line for child in children for line in child.result() if "cannot be used" in line]
        assert crashes and said
        mends = {line.partition("→ ")[2] for line in said}
        assert {one.partition(";")[0].partition(",")[0] for one in mends} <= {
            "the server went away",
            "wait until the server is up",
            "check that the server runs",
        }
        command(office, "overdue")  # its pool holds a connection of before
        office.clock.advance_to(moments[-1])
        for _n in range(4):  # what was late still goes out
            office.clock.advance(timedelta(days=1))
            office.tick(f"{office.clock():%Y-%m-%d} 16:00")
        taken = Counter(str(mail["Message-ID"]) for mail in [*sink.mails, *office.mails()])
    deliveries = {one.message_id: one for one in office.deliveries()}
    done = {key for key, one in deliveries.items() if one.status is DeliveryStatus.DONE}
    lost = done - set(taken)
    doubled = [key for key, times in taken.items() if times > 1 + deliveries[key].doubts]
    assert (lost, doubled, set(taken) - done) == (set(), [], set())
    report(
        "PostgreSQL crashed under two schedulers and a clerk",
        runs=crashes,
        mails=len(taken),
        lost=len(lost),
        doubled=len(doubled),
        in_doubt=sum(one.doubts for one in deliveries.values()),
    )


def test_a_server_that_is_away_for_a_while(server: OwnServer, office: SampleOffice) -> None:
    office.apply()
    office.remind(MOMENT)
    server.crash()
    try:
        for work in (office.send, lambda: command(office, "submit", PLAN_KEY, "--by", "x")):
            with pytest.raises(StateError) as caught:
                work()
            assert "check that the server runs" in caught.value.mend
            assert "\n" not in caught.value.message
    finally:
        server.start()
    assert office.send().sent == 1
    command(office, "submit", PLAN_KEY, "--by", "x")


@pytest.mark.parametrize(
    ("change", "mend"),
    [
        ({"database": "none"}, "create that database first"),
        ({"username": "stranger", "password": "secret"}, "check the user name and the password"),
        ({"query": {"host": "127.0.0.1", "port": "1"}}, "check that the server runs"),
        ({"host": "nowhere.invalid", "query": {}}, "the address in DUBAN_DATABASE_URL"),
    ],
)
def test_an_address_that_leads_nowhere(
    server: OwnServer, change: dict[str, object], mend: str
) -> None:
    url = make_url(server.url).set(password="secret").set(**change)  # type: ignore[arg-type]
    database = Database(url.render_as_string(hide_password=False))
    with pytest.raises(StateError) as caught:
        database.require()
    assert mend in caught.value.mend
    assert "secret" not in str(caught.value) and "\n" not in caught.value.message


def test_a_password_that_is_wrong(server: OwnServer) -> None:
    server.execute("CREATE ROLE clerk LOGIN PASSWORD 'right'")
    rules = server.folder / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all clerk scram-sha-256\n{before}")
    server.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)
    url = make_url(server.url).set(username="clerk", password="wrong-one")
    with pytest.raises(StateError, match="password authentication failed") as caught:
        Database(url.render_as_string(hide_password=False)).require()
    assert "check the user name and the password" in caught.value.mend
    assert "wrong-one" not in str(caught.value)
    rules.write_text(before)


def test_a_user_that_has_no_connection_left(server: OwnServer) -> None:
    server.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0")
    url = make_url(server.url).set(username="narrow").render_as_string(hide_password=False)
    with pytest.raises(StateError, match="too many connections for role") as caught:
        Database(url).require()
    assert "the server is overloaded" in caught.value.mend


def test_a_user_that_may_only_read(office: SampleOffice) -> None:
    url = office.database.url
    office.apply()
    with office.database.write() as session:
        session.connection().execute(text("CREATE ROLE reader LOGIN"))
        session.connection().execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
    office.close()
    reader = make_url(url).set(username="reader").render_as_string(hide_password=False)
    office.database = Database(reader)
    with pytest.raises(StateError, match="permission denied") as caught:
        office.tick(MOMENT)
    assert "let the database user write to that database and make schemas" in caught.value.mend


def test_a_password_in_the_wrong_place_is_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        Database("postgresql://duban:se@cret@host/duban")
    assert "cret" not in str(caught.value) and "%40" in caught.value.mend
    elsewhere = Database("postgresql://duban@/duban?host=/nowhere&password=secret")
    with pytest.raises(StateError) as refused:
        elsewhere.require()
    assert "secret" not in str(refused.value)


def test_a_writer_that_does_nothing_is_ended(office: SampleOffice) -> None:
    """Its machine was suspended, say, with the lock in its hands."""
    office.apply()
    stuck = Database(office.database.url)
    with pytest.raises(StateError, match="idle-in-transaction") as caught, stuck.write() as session:
        waits = session.connection().execute(text("SHOW idle_in_transaction_session_timeout"))
        assert waits.scalar() == "5min"
        session.connection().execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
        assert office.tick(MOMENT).sent == 1  # waits for the lock, and gets it
        session.connection().execute(text("UPDATE campaign SET title = title"))
    assert "the server went away" in caught.value.mend
    stuck.close()


def test_a_disk_of_the_server_that_is_full(server: OwnServer, tmp_path: Path) -> None:
    space = server.folder / "small"
    space.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", space], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        if server.user:
            shutil.chown(space, server.user, server.user)
        server.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        url = server.create("full", "TABLESPACE small")
        office = SampleOffice(tmp_path, database_url=url)
        office.apply()
        before = everything(office.database)
        with (space / "filling").open("ab", buffering=0) as file, pytest.raises(OSError):
            while file.write(bytes(4096)):
                pass
        with (
            pytest.raises(StateError, match="No space left") as caught,
            office.database.write() as s,
        ):
            s.connection().execute(text("CREATE TABLE big AS SELECT generate_series(1, 100000)"))
        assert "free some space" in caught.value.mend
        assert everything(office.database) == before
        (space / "filling").unlink()
        assert office.tick(MOMENT).sent == 1
        office.close()
        server.execute('DROP DATABASE "full"')
        server.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", "--lazy", space], check=True)


def test_commits_last_whatever_the_server_is_set_to(server: OwnServer) -> None:
    """A server that was set to forget the last commits in a crash is told not to."""
    server.execute("ALTER SYSTEM SET synchronous_commit = off")
    server.execute("SELECT pg_reload_conf()")
    database = Database(server.create("forgetful"))
    with database.engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    database.close()
