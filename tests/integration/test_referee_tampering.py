# ruff: noqa: S608 - the statements are the tests' own
"""What someone changes in the database from outside: the referee names exactly that."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import time
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.support.moments import ZONE, at, day
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.referee import referee
from tests.support.tamperings import NIGHT, PLAN_NORTH, SOUTH_DAY, SOUTH_LINE, TAMPERINGS, WARNINGS
from workflows.database import Database
from workflows.events import chain_hash
from workflows.referee import Report, verify
from workflows.tables import Event

NORTH, SOUTH = "bridges-2022/plan/north", "bridges-2022/plan/south"
MAP = PLAN.replace("id: plan", "id: map").replace("排查方案", "桥梁一张图")
AS_OF = at("2022-06-23 15:00")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small season: two duties of two units and a monthly one, with a return,
    an extension, a hand-in before the claim, one that was told, and held escalations."""
    folder = tmp_path_factory.mktemp("played")
    office = SampleOffice(folder)
    both = [one.replace("[北城市]", "[北城市, 南城市]") for one in (PLAN, MAP)]
    office.apply(*both, MONTHLY)
    mornings = iter(
        f"2022-{one} 09:00"
        for one in ("05-31", "06-08", "06-13", "06-14", "06-15", "06-17", "06-20", "06-21",
                    "06-22", "06-23")
    )  # fmt: skip
    office.tick(next(mornings))
    office.tick(next(mornings))
    office.at("2022-06-09 15:00")
    office.act("submit", NORTH)
    office.act("return_for_correction", NORTH, day("2022-06-15"))
    office.act("request_extension", "bridges-2022/map/north", day("2022-06-24"))
    office.act("approve_extension", "bridges-2022/map/north")
    office.announce = True
    office.act("submit", "bridges-2022/monthly/hill/2022-06")
    office.announce = False
    office.remind(next(mornings))
    office.act("submit", NORTH)
    office.send()
    office.act("accept", NORTH)
    for morning in mornings:
        office.tick(morning)
    office.at("2022-06-23 15:00")
    assert referee(office).findings == []
    assert {"done", "held"} <= set(office.statuses())
    assert {"sent", "suppressed", "no_contact"} <= {one[2] for one in office.fates()}
    office.close()
    return folder / "home"


@pytest.fixture
def home(played: Path, tmp_path: Path) -> Path:
    """A copy of that season's home."""
    return Path(shutil.copytree(played, tmp_path / "home"))


def tamper(home: Path, *statements: str) -> None:
    """Run SQL as the sqlite3 shell does: foreign keys are not looked at."""
    with closing(sqlite3.connect(home / "duban.db")) as connection:
        for one in statements:
            assert connection.execute(one).rowcount != 0, one
        connection.commit()


def judge(home: Path) -> Report:
    database = Database(f"sqlite:///{home / 'duban.db'}")
    with database.read() as session:
        report = verify(
            session, now=AS_OF, zone=ZONE, window_start=time(9), window_end=time(18),
            files=home / "files",
        )  # fmt: skip
    database.close()
    return report


def codes(report: Report) -> set[str]:
    assert all(one.where and one.message and one.mend for one in report.findings)
    return {one.code.value for one in report.findings}


COPIED = (
    "kind, local_date, purpose, status, not_before, attempts, doubts, error, outcome, subject, "
    "body_hash, created_at, claimed_at, started_at, done_at, worker, events_seen"
)


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_was_changed_is_named(home: Path, statement: str, expected: str) -> None:
    tamper(home, statement)
    report = judge(home)
    assert codes(report) == set(expected.split())
    assert bool(report.errors) == (expected not in WARNINGS)


def test_a_second_digest_for_a_person_and_day(home: Path) -> None:
    tamper(
        home,
        f"INSERT INTO delivery (address, message_id, {COPIED}) SELECT upper(address), 'other', "
        f"{COPIED} FROM delivery WHERE id = {SOUTH_DAY}",
        "UPDATE reminder SET address = upper(address), delivery_id = (SELECT max(id) FROM "
        f"delivery) WHERE {SOUTH_LINE}",
    )
    assert codes(judge(home)) == {"digest-twice"}


def test_a_reminder_sent_twice(home: Path) -> None:
    columns = "assignment_id, reason, occurrence, due_basis, role, recipient, held, created_at"
    tamper(
        home,
        f"INSERT INTO reminder (address, status, {columns}) SELECT upper(address), 'dropped', "
        f"{columns} FROM reminder WHERE {SOUTH_LINE}",
    )
    assert codes(judge(home)) == {"sent-twice"}


def test_a_hand_in_told_twice(home: Path) -> None:
    tamper(
        home,
        f"INSERT INTO delivery (address, message_id, {COPIED}) SELECT upper(address), 'other', "
        f"{COPIED} FROM delivery WHERE id = (SELECT delivery_id FROM notice_item)",
        "INSERT INTO notice_item (delivery_id, event_id, recipient) SELECT (SELECT max(id) FROM "
        "delivery), event_id, recipient FROM notice_item",
    )
    assert codes(judge(home)) == {"sent-twice"}


@pytest.mark.parametrize(
    ("doubts", "expected", "is_error"),
    [(0, "delivery-stuck", True), (1, "delivery-waiting", False)],
)
def test_a_delivery_that_was_never_taken_up(
    home: Path, doubts: int, expected: str, is_error: bool
) -> None:
    """A digest is grouped again the next day; one in doubt waits, for a mail server perhaps."""
    tamper(
        home,
        f"UPDATE delivery SET status = 'queued', doubts = {doubts}, done_at = NULL "
        f"WHERE id = {SOUTH_DAY}",
        f"UPDATE reminder SET status = 'pending' WHERE delivery_id = {SOUTH_DAY}",
    )
    report = judge(home)
    assert (codes(report), bool(report.errors)) == ({expected}, is_error)


@pytest.mark.parametrize(
    ("kind", "raised", "expected"),
    [
        ("submit", 0, {"event-missing"}),
        ("submit", 1, {"event-impossible"}),
        ("forgive", 1, {"event-impossible"}),
    ],
)
def test_an_event_put_in_with_the_right_hash(
    home: Path, kind: str, raised: int, expected: set[str]
) -> None:
    database = Database(f"sqlite:///{home / 'duban.db'}")
    with database.write() as session:
        query = select(Event).where(col(Event.kind) == "accept")
        last = session.exec(query).one()
        forged = Event(
            **last.model_dump(exclude={"id", "kind", "previous_hash"}),
            kind=kind,
            previous_hash=last.hash,
        )
        forged.hash = chain_hash(forged)
        session.add(forged)
    database.close()
    tamper(home, f"UPDATE assignment SET sequence = sequence + {raised} WHERE id = {PLAN_NORTH}")
    assert codes(judge(home)) == expected


def test_uploads_are_what_their_names_say(home: Path) -> None:
    content = "排查方案".encode()
    folder = home / "files" / "ab"
    folder.mkdir(parents=True)
    good = folder / sha256(content).hexdigest()
    good.write_bytes(content)
    assert (codes(judge(home)), judge(home).counts["files"]) == (set(), 1)

    (folder / ".half-written").write_bytes(content)
    report = judge(home)
    assert (codes(report), report.errors) == ({"file-left"}, [])

    good.write_bytes(content + b"!")
    (folder / "readme.txt").write_text("foreign")
    found = [(one.code.value, one.where) for one in judge(home).errors]
    assert found == [("file-differs", f"ab/{good.name}"), ("file-differs", "ab/readme.txt")]


def test_a_flood_of_findings_is_bounded(home: Path) -> None:
    tamper(
        home,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) "
        "INSERT INTO reminder (assignment_id, reason, occurrence, address, due_basis, role, "
        "recipient, held, status, created_at) SELECT 9999, 'r' || i, '2022-06-15', 'a@b', "
        f"'2022-06-15', '', '', 0, 'pending', {NIGHT} FROM n",
    )
    report = judge(home)
    assert len(report.findings) == 500
    assert sum(report.left_out.values()) == 100


@pytest.fixture
def changed(tmp_path: Path, database_url: str) -> Iterator[SampleOffice]:
    """An office whose record a test changes, on both databases."""
    office = SampleOffice(tmp_path, database_url=database_url)
    office.apply()
    office.tick("2022-06-13 09:00")
    office.at("2022-06-13 15:00")
    office.act("submit")
    yield office
    office.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE event SET note = 'x' WHERE kind = 'submit'", {"event-changed"}),
        ("DELETE FROM event WHERE kind = 'submit'", {"event-missing"}),
        ("UPDATE reminder SET status = 'pending' WHERE status = 'sent'", {"reminder-status"}),
        ("UPDATE delivery SET status = 'vanished'", {"unreadable"}),
        ("UPDATE campaign SET time_zone = 'Nowhere'", {"unreadable"}),
    ],
)
def test_the_same_on_both_databases(
    changed: SampleOffice, statement: str, expected: set[str]
) -> None:
    with changed.database.write() as session:
        session.connection().exec_driver_sql(statement)
    assert codes(referee(changed)) == expected
