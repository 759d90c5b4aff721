"""Laws that hold over a replayed season, checked without the program's own rules.

The five campaigns are played from May to 11 July: half of a season's mails, with a long weekend
and its due dates. The soak plays them through to October; test_long_holiday.py has that holiday.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.acceptance.conftest import Duban
from tests.support.season import (
    ZONE,
    Digests,
    assert_in_office_hours,
    assert_said_before,
    digests_of,
    is_day_off,
    judged,
    mails_of,
    moment,
    opened,
)  # fmt: skip
from tests.support.soaking import soaking
from workflows.database import Database
from workflows.overdue import overdue

FIRST, LAST = date(2022, 5, 1), date(2022, 10, 10) if soaking() else date(2022, 7, 11)
# Events that change nothing of what is owed; of these only the approval moves its date.
ANSWERS = frozenset({"acknowledge", "snooze", "request_extension", "approve_extension"})


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a replay from May on with a seeded pattern of submissions."""
    return replayed(tmp_path_factory.mktemp("season"), FIRST, LAST)


def replayed(folder: Path, first: date, last: date, **settings: str) -> Path:
    """The home of a replay."""
    home = folder / "home"
    span = ("--from", str(first), "--to", str(last))
    Duban(folder / "none", settings).run("replay", *span, "--seed", "7", "--into", home)
    return home


@pytest.fixture
def rows(season: Path) -> Iterator[sqlite3.Connection]:
    """The season's database."""
    with closing(opened(season)) as connection:
        yield connection


@pytest.fixture(scope="module")
def mails(season: Path) -> list[EmailMessage]:
    """Every mail that went out."""
    return mails_of(season)


@pytest.fixture(scope="module")
def digests(season: Path, mails: list[EmailMessage]) -> Digests:
    """The digests among them by address and day."""
    return digests_of(season, mails)


def test_nothing_goes_out_on_a_day_off_or_outside_the_window(mails: list[EmailMessage]) -> None:
    assert len(mails) > 1500
    assert_in_office_hours(mails)


def test_no_address_gets_two_digests_on_a_day(digests: Digests) -> None:
    assert {len(mails) for mails in digests.values()} == {1}


def test_every_hand_in_that_was_checked_is_told_once(
    rows: sqlite3.Connection, mails: list[EmailMessage]
) -> None:
    arrived = {mail["Message-ID"] for mail in mails}
    told = defaultdict(list)
    for item in rows.execute(
        "SELECT i.event_id, d.address, d.message_id FROM notice_item i JOIN delivery d "
        "ON d.id = i.delivery_id JOIN event e ON e.id = i.event_id WHERE e.kind = 'accept'"
    ):
        told[item["event_id"]].append(item["address"])
        assert item["message_id"] in arrived
    accepted = [
        row["id"]
        for row in rows.execute("SELECT id, recorded_at FROM event WHERE kind = 'accept'")
        if moment(row["recorded_at"]).astimezone(ZONE).date() < LAST
    ]
    assert len(accepted) > 500
    for event_id in accepted:
        assert told[event_id]
        assert len(told[event_id]) == len(set(told[event_id]))


def test_nothing_is_claimed_after_a_submission(rows: sqlite3.Connection) -> None:
    events: dict[int, list[sqlite3.Row]] = {}
    for event in rows.execute("SELECT * FROM event WHERE assignment_id IS NOT NULL ORDER BY id"):
        events.setdefault(event["assignment_id"], []).append(event)
    checked = 0
    for sent in rows.execute(
        "SELECT r.assignment_id, d.claimed_at FROM reminder r JOIN delivery d ON "
        "d.id = r.delivery_id WHERE r.status = 'sent'"
    ):
        before = [
            event["kind"]
            for event in events.get(sent["assignment_id"], [])
            if event["recorded_at"] <= sent["claimed_at"] and event["kind"] not in ANSWERS
        ]
        assert not before or before[-1] in {"return", "reopen"}
        checked += 1
    assert checked > 2000


def test_no_gentle_rung_goes_after_it_was_seen(rows: sqlite3.Connection) -> None:
    late = rows.execute(
        "SELECT count(*) FROM reminder r JOIN delivery d ON d.id = r.delivery_id "
        "JOIN event e ON e.assignment_id = r.assignment_id AND e.kind = 'acknowledge' "
        "WHERE r.status = 'sent' AND r.reason LIKE 'before-%' AND e.recorded_at <= d.claimed_at "
        "AND NOT EXISTS (SELECT 1 FROM event a WHERE a.assignment_id = r.assignment_id AND "
        "a.kind IN ('approve_extension', 'return') AND a.id > e.id "
        "AND a.recorded_at <= d.claimed_at)"
    )
    assert late.fetchone()[0] == 0
    stopped = "SELECT count(*) FROM reminder WHERE status IN ('acknowledged', 'snoozed')"
    assert rows.execute(stopped).fetchone()[0] > 100
    asked = "SELECT count(*) FROM reminder WHERE status = 'sent' AND reason = 'snooze'"
    assert rows.execute(asked).fetchone()[0] > 20


def test_the_rungs_of_a_date_that_was_extended_never_fire(rows: sqlite3.Connection) -> None:
    granted = rows.execute(
        "SELECT assignment_id, recorded_at, data FROM event WHERE kind = 'approve_extension'"
    ).fetchall()
    assert len(granted) > 30
    for event in granted:
        new = json.loads(event["data"])["effective_due"]
        assert not rows.execute(
            "SELECT r.id FROM reminder r JOIN delivery d ON d.id = r.delivery_id "
            "WHERE r.assignment_id = ? AND r.status = 'sent' AND d.claimed_at > ? "
            "AND r.due_basis < ?",
            (event["assignment_id"], event["recorded_at"], new),
        ).fetchall()


def test_nothing_above_the_contact_leaves_unreleased(rows: sqlite3.Connection) -> None:
    above = rows.execute(
        "SELECT r.address, r.created_at, d.decided_by FROM reminder r "
        "JOIN delivery d ON d.id = r.delivery_id "
        "WHERE r.role IN ('lead', 'supervisor') AND r.status = 'sent'"
    ).fetchall()
    assert len(above) > 20
    for one in above:
        assert rows.execute(
            "SELECT 1 FROM delivery WHERE address = ? AND purpose = 'held' AND "
            "status = 'released' AND decided_by != '' AND created_at >= ?",
            (one["address"], one["created_at"]),
        ).fetchone()


def test_every_overdue_assignment_is_reminded(rows: sqlite3.Connection) -> None:
    reminded = {
        row[0]
        for row in rows.execute(
            "SELECT assignment_id FROM reminder WHERE reason = 'overdue' AND status = 'sent'"
        )
    }
    never = rows.execute(
        "SELECT id FROM assignment WHERE state = 'open' AND late_after < ?",
        (str(LAST - timedelta(days=13)),),
    ).fetchall()
    assert len(never) > 10
    assert {row[0] for row in never} <= reminded


@pytest.mark.parametrize(
    ("due", "eve", "words"),
    [
        ("2022-06-03", "2022-06-02", "6月3日"),
        ("2022-06-05", "2022-06-02", "6月5日"),
        ("2022-06-25", "2022-06-24", "6月25日"),
    ],
)
def test_the_last_reminder_before_days_off_goes_before_them_and_says_so(
    rows: sqlite3.Connection, digests: Digests, due: str, eve: str, words: str
) -> None:
    assert_said_before(rows, digests, due, eve, words)


def test_the_referee_finds_nothing(season: Path) -> None:
    counts = judged(season, LAST)
    assert counts["assignments"] == 1785
    assert counts["rungs"] > 2400
    assert (counts["rungs_unticked"], counts["not_judged"]) == (0, 0)


def test_overdue_as_of_each_day_equals_a_slow_recount(
    season: Path, rows: sqlite3.Connection
) -> None:
    assignments = rows.execute("SELECT * FROM assignment").fetchall()
    events: dict[int, list[sqlite3.Row]] = {}
    for event in rows.execute("SELECT * FROM event WHERE assignment_id IS NOT NULL ORDER BY id"):
        events.setdefault(event["assignment_id"], []).append(event)
    database = Database(f"sqlite:///{season / 'duban.db'}")
    day = FIRST + timedelta(days=30)
    while day <= LAST:
        end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE)
        expected = {
            one["id"] for one in assignments if _owes(one, events.get(one["id"], []), day, end)
        }
        with database.read() as session:
            found = overdue(session, end, as_of_past=True)
        ids = {(one["campaign_id"], one["milestone_id"], one["unit_id"], one["period"]): one["id"]
               for one in assignments}  # fmt: skip
        assert {
            ids[item.campaign, item.milestone, item.unit_id, item.period] for item in found
        } == expected, day
        day += timedelta(days=5)
    database.close()


def _owes(one: sqlite3.Row, events: list[sqlite3.Row], day: date, end: datetime) -> bool:
    """Walk through the events from the first: state and due date as a clerk would keep them."""
    state, due = "open", date.fromisoformat(one["nominal_due"])
    for event in events:
        if moment(event["recorded_at"]) > end:
            break
        if event["kind"] == "return":
            state, due = "open", date.fromisoformat(json.loads(event["data"])["effective_due"])
        elif event["kind"] == "approve_extension":
            due = date.fromisoformat(json.loads(event["data"])["effective_due"])
        elif event["kind"] not in ANSWERS:
            state = event["kind"]
    late = due
    while is_day_off(late):
        late += timedelta(days=1)
    return state == "open" and day > late


def test_the_report_of_a_closed_day_counts_as_the_status_does(season: Path, tmp_path: Path) -> None:
    duban = Duban(season, {"DUBAN_LANGUAGE": "en"}, forked=True)
    closed = ("--at", "2022-06-30")
    boards = duban.json("status", *closed)["campaigns"]
    for form in ("xlsx", "docx", "html", "md"):
        file = tmp_path / f"report.{form}"
        duban.run("report", "--all", *closed, "--format", form, "-o", file)
        assert file.stat().st_size > 20_000
    text = (tmp_path / "report.md").read_text("utf-8")
    for board in boards:
        counts = board["counts"]
        four = (counts["due"], counts["reported"], counts["late"], counts["outstanding"])
        assert f"| {board['title']} | {' | '.join(map(str, four))} |" in text
    overdue_rows = duban.json("overdue", *closed)
    assert sum(board["counts"]["overdue"] for board in boards) == len(overdue_rows)
    assert duban.run("report", "--all", *closed, "--format", "md").stdout == text
    said = duban.run("report", "no such campaign", code=2).stderr
    assert "unknown campaign" in said
