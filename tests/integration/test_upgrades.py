"""Upgrades: every released schema with data in it, newer ones refused, two programs at once."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pydantic import SecretStr
from sqlalchemy import inspect, text

from config.errors import StateError
from scheduler.backups import make_backup
from scheduler.office import Office
from scheduler.simulating import simulate
from tests.support import postgres
from tests.support.contents import everything
from tests.support.keeping import restore
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN, declaration
from tests.support.referee import found
from tests.support.web import served
from workflows.database import Database
from workflows.keeping.dump import continue_numbers, dump_rows, reflect
from workflows.migrate import known_revisions, upgrade_to
from workflows.schema_version import HEAD

SCHEMAS = Path(__file__).with_name("schemas")
RELEASED = sorted(file.stem for file in SCHEMAS.glob("*.sql"))
TUNNELS = CAMPAIGN.replace("bridges-2022", "tunnels-2022")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives URLs of databases without a schema, one kind after the other."""
    made: list[str] = []

    def url() -> str:
        if request.param == "sqlite":
            made.append(f"sqlite:///{tmp_path / f'{len(made)}.db'}")
        else:
            made.append(postgres.fresh_database(migrated=False))
        return made[-1]

    yield url
    for one in made if request.param == "postgres" else ():
        postgres.drop_database(one)


def test_every_released_schema_has_its_record() -> None:
    missing = set(known_revisions()) - set(RELEASED)
    assert missing <= {HEAD}, "add the record of the schema before"


@pytest.mark.parametrize("version", RELEASED)
def test_an_older_record_is_upgraded_and_goes_on(
    version: str, new_url: Callable[[], str], tmp_path: Path
) -> None:
    """The old program was stopped at 9:00 on 2022-06-23, with mails still in the queue."""
    url = new_url()
    before = write_released(url, version)
    office = SampleOffice(tmp_path, start="2022-06-23 09:01", database_url=url)
    office.database.require()
    assert office.database.schema_version() == HEAD
    after = all_rows(office.database)
    for table, old in before.items():
        assert kept(after[table], old) == old, table
    assert found(office) == []
    waiting = office.statuses().count("queued")
    assert office.tick("2022-06-23 09:05").sent == waiting > 0
    office.act("submit", "bridges-2022/monthly/hill/2022-06")
    office.tick("2022-06-28 09:00")
    assert found(office) == []
    office.close()


def test_a_draft_is_played_beside_an_older_record_that_is_left_as_it_is(tmp_path: Path) -> None:
    url, version = f"sqlite:///{tmp_path / 'old.db'}", RELEASED[-1]
    write_released(url, version)
    content = (tmp_path / "old.db").read_bytes()
    office = SampleOffice(tmp_path, start="2022-06-23 09:01")
    settings = office.settings.model_copy(update={"database_url": SecretStr(url)})
    draft = declaration(office.organisation, PLAN.replace("06-15", "07-15"), head=TUNNELS)
    played = simulate(Office(settings, office.clock), [draft], office.clock(), None)
    assert set(played.titles) == {"tunnels-2022", "bridges-2022"}
    assert (tmp_path / "old.db").read_bytes() == content
    assert Database(url).schema_version() == version
    office.close()


@pytest.mark.parametrize("version", RELEASED)
def test_a_backup_from_before_the_upgrade(
    version: str, new_url: Callable[[], str], tmp_path: Path
) -> None:
    """Made by the new program before anything else, and restored by it."""
    url = new_url()
    before = write_released(url, version)
    old = Database(url)
    office = SampleOffice(tmp_path, start="2022-06-23 09:01")
    file = make_backup(old, office.settings, office.clock(), tmp_path / "duban.zip").file
    assert old.schema_version() == version, "it was not upgraded"
    old.close()
    restore(office, file, force=True, resend=True)
    assert office.database.schema_version() == HEAD
    after = all_rows(office.database)
    for table, rows in before.items():
        assert kept(after[table], rows) == rows, table
    assert found(office) == []
    office.close()


# The tokens are as the old program showed them when it made the feeds; it keeps their hashes alone.
# 0005 has a feed's address from before it got another one (2, then 6), tasks (4), an expired feed.
@pytest.mark.parametrize(
    ("version", "opened", "closed"),
    [("0004", (1, 2), (3,)), ("0005", (1, 2, 4, 6), (3, 5))],
)
def test_who_has_subscribed_goes_on_reading(
    version: str,
    opened: tuple[int, ...],
    closed: tuple[int, ...],
    new_url: Callable[[], str],
    tmp_path: Path,
) -> None:
    """Each entry keeps its UID and SEQUENCE: a calendar takes it for the one that it has."""
    url = new_url()
    released = write_released(url, version)
    drafts = {one["id"] for one in released["campaign"] if one["status"] == "draft"}
    before = {
        one["uid"]: one["sequence"] + one.get("reworded", 0)
        for one in released["assignment"]
        if one["campaign_id"] not in drafts  # a draft is in nobody's calendar any more
    }
    office = SampleOffice(tmp_path, start="2022-06-23 09:01", database_url=url)
    seen: set[tuple[str, int]] = set()
    with served(office) as client:
        for number in opened:
            answer = client.get(f"/feeds/feed-{number}-of-schema-{version}.ics")
            assert answer.status_code == 200
            calendar = Calendar.from_ical(answer.content)
            entries = [*calendar.walk("VEVENT"), *calendar.walk("VTODO")]
            assert entries
            seen |= {(str(one["UID"]), int(str(one["SEQUENCE"]))) for one in entries}
        for number in closed:
            answer = client.get(f"/feeds/feed-{number}-of-schema-{version}.ics")
            assert answer.status_code == 404
    office.close()
    assert seen == set(before.items())


def test_a_newer_schema_is_refused(database_url: str) -> None:
    database = Database(database_url)
    database.migrate()
    with database.write() as session:
        newer = text("UPDATE alembic_version SET version_num = :version")
        session.connection().execute(newer, {"version": f"{int(HEAD) + 1:04}"})
    before = everything(database)
    for work in (database.require, database.migrate):
        with pytest.raises(StateError, match="was made by a newer Duban") as caught:
            work()
        assert "install that version" in caught.value.mend
    assert everything(database) == before
    database.close()


_MIGRATE = """
import sys
from workflows.database import Database
databases = [Database(url) for url in sys.argv[1:]]
sys.stdin.readline()
for database in databases:
    database.migrate()
    print(database.schema_version())
"""


def test_programs_that_migrate_at_the_same_time(new_url: Callable[[], str]) -> None:
    """One does it, the other waits and finds it done: for a new record and for an old one."""
    fresh, old = new_url(), new_url()
    before = write_released(old, max(set(RELEASED) - {HEAD}))
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _MIGRATE, fresh, old],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _number in range(2)
    ]
    with ThreadPoolExecutor(len(programs)) as together:
        done = list(together.map(lambda one: one.communicate("\n", timeout=60), programs))
    assert [(out.split(), error) for out, error in done] == [([HEAD, HEAD], "")] * len(programs)
    for url, rows in ((fresh, {}), (old, before)):
        database = Database(url)
        counts = {table: len(rows) for table, rows in all_rows(database).items() if rows}
        assert counts == {table: len(one) for table, one in rows.items() if one}
        database.close()


def write_released(url: str, version: str) -> Rows:
    """Put the record of a released schema into an empty database; return its rows by table."""
    database = Database(url)
    script = (SCHEMAS / f"{version}.sql").read_text(encoding="utf-8")
    statements = [one for one in script.split(";\n") if "INSERT" in one]
    with database.write() as session:
        connection = session.connection()
        upgrade_to(version, connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        for table in reflect(session, inspect(connection).get_table_names()):
            continue_numbers(session, table)
    rows = all_rows(database)
    database.close()
    return rows


def kept(after: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What an upgrade has kept of the rows. Events from before there were notices count as told."""
    told = "announced_at"
    assert all(row.get(told, "—") is not None for row in after)
    return [
        {name: old[name] if name == told else row[name] for name in old}
        for row, old in zip(after, before, strict=True)
    ]


def all_rows(database: Database) -> Rows:
    """Every row of every table, by table."""
    with database.read() as session:
        names = inspect(session.connection()).get_table_names()
        return {
            table.name: [json.loads(line) for line in dump_rows(session, table)]
            for table in reflect(session, names)
            if table.name != "alembic_version"
        }
