"""A feed is kept in memory for exactly as long as it is what the record says."""

import gzip
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from calendars.options import FeedOptions, FeedScope
from calendars.tokens import change_feed, create_feed, revoke_feed, rotate_feed
from tests.support.feeds import make_feed
from tests.support.moments import at
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ORGANISATION, PLAN, organisation
from tests.support.web import served
from workflows.database import Database

PROGRAM = Path(sys.executable).with_name("duban")


@pytest.fixture
def client(office: SampleOffice) -> Iterator[httpx.Client]:
    office.apply(PLAN, MONTHLY)
    office.at("2022-05-21 10:00")
    with served(office) as running:
        yield running


@pytest.fixture
def path(office: SampleOffice, client: httpx.Client) -> str:
    return make_feed(office, FeedScope.UNIT, "north")[1]


def seen(client: httpx.Client, path: str) -> tuple[int, str]:
    """The status and the unfolded text, which is asked for twice: built, and from memory."""
    first, second = client.get(path), client.get(path)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    return first.status_code, first.text.replace("\r\n ", "")


def rename_unit(office: SampleOffice) -> None:
    """As the plan's next version brings it."""
    text = ORGANISATION.replace("name: 北城市, aliases: [", "name: 北新市, aliases: [北城市, ")
    office.organisation = organisation(office.settings.home.parent, text)
    office.apply(PLAN, MONTHLY.replace("二（二）", "二（三）"))


def revise_plan(office: SampleOffice) -> None:
    office.apply(PLAN.replace("报送排查方案", "报送整改方案"), MONTHLY)


def change_options(office: SampleOffice) -> None:
    options = FeedOptions(FeedScope.UNIT, "north", alarms=True)
    with office.database.write() as session:
        change_feed(session, 1, options, office.clock(), None)


def waive_elsewhere(office: SampleOffice) -> None:
    """By a program of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "DUBAN_HOME": str(office.settings.home),
        "DUBAN_DATABASE_URL": office.database.url,
        "DUBAN_ORGANISATION": str(office.settings.organisation),
        "DUBAN_ACTOR": "tester",
    }
    subprocess.run([PROGRAM, "waive", PLAN_KEY], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (lambda office: office.act("waive"), "STATUS:CANCELLED"),
        (waive_elsewhere, "STATUS:CANCELLED"),
        (rename_unit, "北新市"),
        (revise_plan, "报送整改方案"),
        (change_options, "BEGIN:VALARM"),
    ],
)
def test_a_change_shows_at_the_next_request(
    office: SampleOffice,
    client: httpx.Client,
    path: str,
    change: Callable[[SampleOffice], object],
    sign: str,
) -> None:
    status, before = seen(client, path)
    assert status == 200 and sign not in before
    office.at("2022-05-22 10:00")
    change(office)
    assert sign in seen(client, path)[1]


def test_a_token_opens_exactly_until_its_end(
    office: SampleOffice, client: httpx.Client, path: str
) -> None:
    """Also where nothing is committed at that moment."""
    options = FeedOptions(FeedScope.UNIT, "north")
    with office.database.write() as session:
        _feed, expiring = create_feed(
            session, options, office.clock(), "tester", expires_at=at("2022-05-22 10:00:01")
        )
        fresh = rotate_feed(session, 1, office.clock(), at("2022-05-23 10:00:01"))
    paths = [f"/feeds/{expiring}.ics", path, f"/feeds/{fresh}.ics"]

    def statuses(moment: str) -> list[int]:
        office.at(moment)
        return [seen(client, one)[0] for one in paths]

    # The application's clock is a second ahead.
    assert statuses("2022-05-22 09:59:59") == [200, 200, 200]
    assert statuses("2022-05-22 10:00:00") == [404, 200, 200]
    assert statuses("2022-05-23 09:59:59") == [404, 200, 200]
    assert statuses("2022-05-23 10:00:00") == [404, 404, 200]
    with office.database.write() as session:
        revoke_feed(session, 1, office.clock())
    assert seen(client, paths[2])[0] == 404


def test_at_midnight_a_feed_is_another_one_though_nothing_was_committed(
    office: SampleOffice, client: httpx.Client, path: str
) -> None:
    office.at("2022-06-15 23:59:58")
    before = client.get(path)
    assert "SUMMARY:!" not in seen(client, path)[1]
    office.at("2022-06-15 23:59:59")  # midnight for the application
    after = client.get(path, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200 and "SUMMARY:!" in after.text
    office.at("2022-06-16 00:00:00")  # in the second of a change there is none
    after = client.get(path)
    assert after.headers["last-modified"] == "Wed, 15 Jun 2022 16:00:00 GMT"


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database from here on, but for whether there was a change."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM" in statement:
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def test_nothing_is_read_while_nothing_has_changed(
    office: SampleOffice, client: httpx.Client, path: str
) -> None:
    etag = client.get(path).headers["etag"]
    with statements(office.database) as asked:
        for headers in ({}, {"If-None-Match": etag}, {"Accept-Encoding": "gzip"}):
            assert client.get(path, headers=headers).status_code in {200, 304}
    assert asked == []
    office.act("waive", "bridges-2022/monthly/hill/2022-06")  # another unit's
    with statements(office.database) as asked:
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert asked != []
    assert [one for one in asked if "assignment.title" in one] == [], "no entry is read"


def test_a_change_reads_what_has_changed_alone(
    office: SampleOffice, client: httpx.Client, path: str
) -> None:
    client.get(path)
    office.act("waive")
    with statements(office.database) as asked:
        assert client.get(path).status_code == 200
    (entries,) = [one for one in asked if "assignment.title" in one]
    assert entries.count("?") == 1 or entries.count("%(") == 1, "of one assignment"


def test_the_compressed_form_follows(office: SampleOffice, client: httpx.Client, path: str) -> None:
    def both() -> tuple[bytes, str]:
        plain = client.get(path)
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
        assert gzip.decompress(packed) == plain.content
        assert answer.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
        return packed, answer.headers["etag"]

    before = both()
    office.act("waive", "bridges-2022/monthly/hill/2022-06")  # another unit's
    assert both() == before
    office.act("waive")
    assert both()[1] != before[1]


def test_a_database_put_in_place_of_another_is_noticed(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    path = make_feed(office, FeedScope.UNIT, "north")[1]
    file = tmp_path / "home" / "duban.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"VACUUM INTO '{tmp_path / 'copy.db'}'")
    with served(office) as client:
        office.act("waive")
        assert "STATUS:CANCELLED" in seen(client, path)[1]
        for rest in ("-wal", "-shm"):
            file.with_name(f"{file.name}{rest}").unlink(missing_ok=True)
        (tmp_path / "copy.db").replace(file)
        assert "STATUS:CONFIRMED" in seen(client, path)[1]
    office.close()
