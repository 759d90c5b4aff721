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


def assignment(milestone: str, unit: str, period: str = "") -> str:
    return (
        f"(SELECT id FROM assignment WHERE milestone_id = '{milestone}' AND unit_id = '{unit}' "
        f"AND period = '{period}')"
    )


PLAN_NORTH, PLAN_SOUTH = assignment("plan", "north"), assignment("plan", "south")
MAP_NORTH, MAP_SOUTH = assignment("map", "north"), assignment("map", "south")
LAST_EVENT = f"(SELECT max(id) FROM event WHERE assignment_id = {PLAN_NORTH})"
FIRST_EVENT = f"(SELECT min(id) FROM event WHERE assignment_id = {PLAN_NORTH})"
# The digest of 17 June to 南城市 speaks of two duties; so one line can be touched alone.
SOUTH_DAY = (
    "(SELECT min(id) FROM delivery WHERE address LIKE 'south%' AND local_date = '2022-06-17')"
)
SOUTH_LINE = f"delivery_id = {SOUTH_DAY} AND assignment_id = {PLAN_SOUTH}"
TOLD = "(SELECT event_id FROM notice_item)"
SUNDAY, NIGHT = "'2022-06-19 02:00:00.000000'", "'2022-06-17 12:00:00.000000'"
COPIED = (
    "kind, local_date, purpose, status, not_before, attempts, doubts, error, outcome, subject, "
    "body_hash, created_at, claimed_at, started_at, done_at, worker, events_seen"
)

TAMPERINGS = {
    "a changed note": (
        f"UPDATE event SET note = 'x' WHERE id = {FIRST_EVENT}", "event-changed"),
    "a changed date in the log": (
        f"UPDATE event SET data = replace(data, '06-15', '06-16') WHERE id = {LAST_EVENT}",
        "event-changed"),
    "an event removed from the middle": (
        f"DELETE FROM event WHERE kind = 'return' AND assignment_id = {PLAN_NORTH}",
        "event-unlinked"),
    "the first event removed": (
        f"DELETE FROM event WHERE id = {FIRST_EVENT}", "event-unlinked"),
    "the last event removed": (
        f"DELETE FROM event WHERE id = {LAST_EVENT}", "event-missing"),
    "an event given to nobody": (
        f"UPDATE event SET assignment_id = 999 WHERE id = {LAST_EVENT}", "event-missing orphan"),
    "who applied it removed": (
        "DELETE FROM event WHERE kind = 'applied'", "applied-missing"),
    "a version removed": (
        "DELETE FROM campaign_version", "plan-differs"),
    "a state set back": (
        f"UPDATE assignment SET state = 'open' WHERE id = {PLAN_NORTH}", "state-differs"),
    "a state set on": (
        f"UPDATE assignment SET state = 'accepted' WHERE id = {PLAN_SOUTH}", "state-differs"),
    "an effective due date moved": (
        f"UPDATE assignment SET effective_due = '2022-07-01' WHERE id = {PLAN_SOUTH}",
        "state-differs"),
    "a last day on time moved": (
        f"UPDATE assignment SET late_after = '2022-07-01' WHERE id = {PLAN_SOUTH}",
        "state-differs"),
    "a time of hand-in moved": (
        f"UPDATE assignment SET submitted_at = {SUNDAY} WHERE id = {PLAN_NORTH}",
        "state-differs"),
    "late made good": (
        f"UPDATE assignment SET handed_in_late = 1 WHERE id = {PLAN_NORTH}", "state-differs"),
    "an extension asked for by hand": (
        f"UPDATE assignment SET requested_due = '2022-07-01' WHERE id = {PLAN_SOUTH}",
        "state-differs"),
    "an extension forgotten": (
        f"UPDATE assignment SET extended_from = NULL WHERE id = {MAP_NORTH}", "event-impossible"),
    "next_at removed": (
        f"UPDATE assignment SET next_at = NULL WHERE id = {PLAN_SOUTH}", "next-at-differs"),
    "next_at put off": (
        f"UPDATE assignment SET next_at = {SUNDAY} WHERE id = {PLAN_SOUTH}", "next-at-differs"),
    "counted as reminded for ever": (
        "UPDATE assignment SET next_at = NULL, reminded_through = '2023-01-01' "
        f"WHERE id = {PLAN_SOUTH}", "next-at-differs"),
    "silenced by hand": (
        f"UPDATE assignment SET silent = 1, next_at = NULL WHERE id = {PLAN_SOUTH}",
        "reminder-unplanned state-differs"),
    "another period": (
        "UPDATE assignment SET period = '2022-12' WHERE period = '2022-08'", "plan-differs"),
    "an assignment removed": (
        f"DELETE FROM assignment WHERE id = {assignment('monthly', 'hill', '2022-08')}",
        "assignment-missing"),
    "a unit removed": ("DELETE FROM unit WHERE id = 'hill'", "orphan"),
    "a milestone removed": ("DELETE FROM milestone WHERE id = 'monthly'", "orphan plan-differs"),
    "another day of issue": (
        "UPDATE campaign SET issued = '2022-06-20'", "plan-differs"),
    "another rule for days off": (
        "UPDATE milestone SET holiday_grace = 0 WHERE id = 'plan'", "plan-differs"),
    "another title": ("UPDATE milestone SET title = 'x' WHERE id = 'plan'", "plan-differs"),
    "a rung taken from the ladder": (
        "UPDATE milestone SET ladder = json_remove(ladder, '$[0]') WHERE id = 'plan'",
        "reminder-unplanned"),
    "a rung added to the ladder": (
        "UPDATE milestone SET ladder = replace(ladder, '\"2 working days before\"', "
        "'\"3 working days before\"') WHERE id = 'plan'", "reminder-unplanned rung-missed"),
    "a reminder to nobody removed": (
        f"DELETE FROM reminder WHERE reason = 'lead' AND assignment_id = {PLAN_SOUTH}",
        "rung-missed"),
    "a reminder that was sent removed": (
        f"DELETE FROM reminder WHERE {SOUTH_LINE}", "rung-missed"),
    "a reminder of another day": (
        f"UPDATE reminder SET occurrence = '2022-06-16' WHERE {SOUTH_LINE}",
        "reminder-unplanned rung-missed"),
    "a reminder for another due date": (
        f"UPDATE reminder SET due_basis = '2022-06-16' WHERE {SOUTH_LINE}",
        "reminder-unplanned rung-missed sent-after-hand-in"),
    "sent turned into waiting": (
        f"UPDATE reminder SET status = 'pending' WHERE {SOUTH_LINE}", "reminder-status"),
    "sent turned into superseded, with nothing in its stead": (
        f"UPDATE reminder SET status = 'superseded' WHERE assignment_id = {PLAN_SOUTH} "
        "AND status = 'sent' AND occurrence >= '2022-06-17'", "reminder-status"),
    "sent turned into no contact": (
        f"UPDATE reminder SET status = 'no_contact', delivery_id = NULL WHERE {SOUTH_LINE}",
        "reminder-status"),
    "a line taken out of its delivery": (
        f"UPDATE reminder SET delivery_id = NULL WHERE {SOUTH_LINE}", "reminder-status"),
    "a line forgotten": (
        f"UPDATE reminder SET delivery_id = NULL, status = 'pending' WHERE {SOUTH_LINE}",
        "reminder-forgotten"),
    "a delivery removed": (f"DELETE FROM delivery WHERE id = {SOUTH_DAY}", "orphan"),
    "a delivery emptied": (
        f"DELETE FROM reminder WHERE delivery_id = {SOUTH_DAY}", "delivery-empty rung-missed"),
    "a delivery to someone else": (
        f"UPDATE delivery SET address = 'x@example.org' WHERE id = {SOUTH_DAY}", "wrong-address"),
    "claimed after the hand-in": (
        "UPDATE delivery SET events_seen = (SELECT max(id) FROM event) "
        "WHERE address LIKE 'north%' AND local_date = '2022-06-08'", "sent-after-hand-in"),
    "left out while it was owed": (
        "UPDATE delivery SET events_seen = (SELECT max(id) FROM event WHERE kind = "
        "'approve_extension') WHERE id = (SELECT delivery_id FROM reminder "
        "WHERE status = 'suppressed')",
        "suppressed-while-owed"),
    "what a claim saw erased": (
        f"UPDATE delivery SET events_seen = NULL WHERE id = {SOUTH_DAY}", "claim-unknown"),
    "sent on a Sunday": (
        f"UPDATE delivery SET started_at = {SUNDAY} WHERE id = {SOUTH_DAY}", "day-off"),
    "claimed on a Sunday": (
        f"UPDATE delivery SET claimed_at = {SUNDAY} WHERE id = {SOUTH_DAY}", "day-off"),
    "sent at night": (
        f"UPDATE delivery SET started_at = {NIGHT} WHERE id = {SOUTH_DAY}", "outside-window"),
    "claimed on another day": (
        f"UPDATE delivery SET local_date = '2022-06-16' WHERE id = {SOUTH_DAY}", "digest-day"),
    "started never": (
        f"UPDATE delivery SET started_at = NULL WHERE id = {SOUTH_DAY}", "delivery-status"),
    "done turned into failed": (
        f"UPDATE delivery SET status = 'failed' WHERE id = {SOUTH_DAY}",
        "delivery-status reminder-status"),
    "a digest passed off as a notice": (
        f"UPDATE delivery SET kind = 'notice' WHERE id = {SOUTH_DAY}", "delivery-status"),
    "sent though it was held": (
        f"UPDATE reminder SET held = 1 WHERE {SOUTH_LINE}", "sent-while-held"),
    "an unheard-of status": (
        f"UPDATE delivery SET status = 'vanished' WHERE id = {SOUTH_DAY}", "unreadable"),
    "a day that is none": (
        f"UPDATE reminder SET occurrence = 'soon' WHERE {SOUTH_LINE}", "rung-missed unreadable"),
    "a ladder that is none": (
        "UPDATE milestone SET ladder = '[5]' WHERE id = 'plan'", "unreadable"),
    "a due date at the end of time": (
        f"UPDATE assignment SET due = '9999-12-31' WHERE id = {PLAN_SOUTH}",
        "reminder-unplanned sent-after-hand-in state-differs unreadable"),
    "a process awake for ever": (
        "UPDATE tick_span SET first_at = '0001-01-02 00:00:00.000000', "
        "last_at = '9999-12-30 00:00:00.000000' WHERE id = 1", "rung-late"),
    "a hand-in that was never told": (
        f"UPDATE event SET announced_at = NULL WHERE id = {TOLD}", "notice-forgotten"),
    "a notice emptied": ("DELETE FROM notice_item", "delivery-empty"),
    "a notice of what is not told": (
        "UPDATE notice_item SET event_id = (SELECT id FROM event WHERE kind = 'applied')",
        "delivery-empty notice-unfounded"),
    "a notice of what never happened": (
        "UPDATE notice_item SET event_id = 999", "delivery-empty orphan"),
    "a line of a notice that is none": (
        "UPDATE notice_item SET delivery_id = 999", "delivery-empty orphan"),
    "a reminder in a notice": (
        "UPDATE reminder SET delivery_id = (SELECT delivery_id FROM notice_item), address = "
        f"'hill@example.org' WHERE {SOUTH_LINE}", "reminder-status"),
    "data that is none": (
        f"UPDATE event SET data = '[' WHERE id = {LAST_EVENT}", "event-missing unreadable"),
}  # fmt: skip


WARNINGS = {"outside-window", "claim-unknown", "rung-late"}


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
