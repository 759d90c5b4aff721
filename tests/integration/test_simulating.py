"""`duban replay --declaration`: a draft played ahead, on a copy of the record."""

import asyncio
import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from notifications.documents.simulation_words import sentences
from notifications.simulated import Simulation, days_ahead, future_mails
from scheduler.clock import wall_clock
from scheduler.office import Office, write_demo_marker
from scheduler.replay import replay
from scheduler.simulating import simulate
from tests.support.contents import everything
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import (
    BUREAU,
    CAMPAIGN,
    MONTHLY,
    ON_HOLIDAY,
    PLAN,
    declaration,
    with_ladder,
)
from tests.support.program import run_here
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.declaration import Declaration
from workflows.simulating.model import Clash
from workflows.tables import Assignment, Delivery, DeliveryKind, Reminder, ReminderStatus

LAST = date(2022, 7, 1)
DRAFT = CAMPAIGN.replace("bridges-2022", "tunnels-2022").replace("桥梁隐患排查", "隧道检查")
Mails = dict[tuple[date, str], set[tuple[str, str, str, str]]]


def begin(here: SampleOffice) -> None:
    """A campaign that runs since 20 May, with contacts and a lead; it is the 27th."""
    here.add_contact("north", "contact", "wang@example.org")
    here.add_contact("north", "lead", "lead@example.org")
    here.add_contact("south", "contact", "li@example.org")
    here.apply(MONTHLY, ON_HOLIDAY)
    here.tick("2022-05-27 09:00")
    here.at("2022-05-27 18:30")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """The office with its campaign, on SQLite."""
    here = SampleOffice(tmp_path)
    begin(here)
    yield here
    here.close()


def drafted(office: SampleOffice, *milestones: str) -> Declaration:
    """The draft: another campaign, beside the one that runs."""
    return declaration(office.organisation, *milestones, head=DRAFT)


def played(office: SampleOffice, *declared: Declaration, first: str = "") -> Simulation:
    """What it would do."""
    here = Office(office.settings, office.clock)
    return simulate(here, declared, at(first) if first else office.clock(), LAST)


def foretold(simulation: Simulation) -> Mails:
    """Each mail by its day and address: the duties in it."""
    return {
        (mail.day, mail.address): {
            (one.assignment.split("/")[0], one.title, one.unit, one.rung) for one in mail.lines
        }
        for mail in future_mails(simulation.lines)
    }


def sent(office: SampleOffice, since: datetime, until: str) -> Mails:
    """What a replay without deeds sends from then on, its held mails released each morning."""
    asyncio.run(
        replay(
            office.database, office.organisation, office.settings, office.clock, at(until), (),
            release_held=True,
        )
    )  # fmt: skip
    names = {one.id: one.name for one in office.organisation.units}
    found: Mails = {}
    mails = set()
    with office.database.read() as session:
        rows = session.exec(
            select(Delivery, Reminder, Assignment)
            .join(Reminder, col(Reminder.delivery_id) == Delivery.id)
            .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
            .where(Reminder.status == ReminderStatus.SENT, col(Delivery.created_at) > since)
        )
        for delivery, reminder, owed in rows:
            assert delivery.kind is DeliveryKind.DIGEST
            mails.add(delivery.id)
            key = (delivery.local_date, delivery.address)
            found.setdefault(key, set()).add(
                (owed.campaign_id, owed.title, names[owed.unit_id], reminder.reason)
            )
    assert len(mails) == len(found)
    return found


def test_its_mails_are_those_of_a_replay_of_what_is_applied(office: SampleOffice) -> None:
    early = "{id: early, when: 7 calendar days before}"
    above = "{id: above, when: 1 working day after, to: [lead, owner]}"
    draft = drafted(office, PLAN, BUREAU, with_ladder(f"[{early}, {above}]", ON_HOLIDAY))
    before = everything(office.database)
    expected = foretold(played(office, draft))
    assert everything(office.database) == before
    since = office.clock()
    with office.database.write() as session:
        planned = plan_apply(session, [draft], office.organisation, since)
        apply(session, planned, office.organisation, now=since, actor="tester", past=Past.CHASE)
    assert sent(office, since, "2022-07-01 23:59") == expected
    assert len(expected) > 50 and {"bridges-2022", "tunnels-2022"} == {
        line[0] for lines in expected.values() for line in lines
    }


def test_on_postgres_it_foretells_the_same(
    office: SampleOffice, tmp_path: Path, postgres_url: str
) -> None:
    with closing(SampleOffice(tmp_path / "there", database_url=postgres_url)) as there:
        begin(there)
        before = everything(there.database)
        found = foretold(played(there, drafted(there, PLAN)))
        assert found == foretold(played(office, drafted(office, PLAN))) and len(found) > 40
        assert everything(there.database) == before


def home_with(office: SampleOffice, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office's home for the command, whose clock stands at the office's; returns the draft."""
    folder = office.settings.organisation.parent
    monkeypatch.setenv("DUBAN_HOME", str(office.settings.home))
    monkeypatch.setenv("DUBAN_ORGANISATION", str(office.settings.organisation))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    write_demo_marker(office.settings.home, office.clock(), wall_clock())
    file = folder / "tunnels-2022.yaml"
    file.write_text(DRAFT + PLAN + ON_HOLIDAY, encoding="utf-8")
    return file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same office with SQLite, closed: its draft's file."""
    here = SampleOffice(tmp_path, "2022-05-27 09:00")
    here.apply(MONTHLY, ON_HOLIDAY)
    yield home_with(here, monkeypatch)
    here.close()


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of a folder, with the moment of its last change and its content."""
    return {
        file.name: (file.stat().st_mtime_ns, file.read_bytes())
        for file in folder.iterdir()
        if file.is_file()
    }


def test_the_record_is_left_as_it_is(
    home: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    line = ("replay", "--declaration", str(home))
    for _log in ("with its log", "without"):
        before = state_of(tmp_path / "home")
        code, out, err = run_here(capsysbinary, *line)
        assert code == 0, err
        assert state_of(tmp_path / "home").keys() == before.keys()
        for name, state in before.items():  # -shm is the readers' own, and lasts no restart
            assert name.endswith("-shm") or state_of(tmp_path / "home")[name] == state
        with closing(sqlite3.connect(tmp_path / "home" / "duban.db")) as last:
            last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert "other running campaigns: 1" in out and "by this draft: 3 (units: 2)" in out


def test_what_it_prints(home: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    line = ("replay", "--declaration", str(home), "--to", "2022-06-30")
    code, out, _err = run_here(capsysbinary, *line)
    chart = [one for one in out.splitlines() if re.match(r"2022-\d\d-\d\d ", one)]
    assert code == 0 and [one.split()[:3] for one in chart[1:4]] == [
        ["2022-05-30", "4", "2"],
        ["2022-06-06", "0", "0"],
        ["2022-06-13", "1", "1"],
    ]
    assert all(len(one) + one.count("█") + one.count("▒") <= 80 for one in chart)
    assert "due on a day off: “报送节日值守情况” is due on Sunday 5 June" in out
    weekend = ("--from", "2022-05-28", "--to", "2022-05-29")
    _code, short, _err = run_here(capsysbinary, *line, *weekend)
    assert "nothing falls due" in short and "Peak days" not in short and "Weeks:" not in short
    code, out, _err = run_here(capsysbinary, *line, "--format", "json")
    data = json.loads(out)
    assert [one["id"] for one in data["campaigns"]] == ["tunnels-2022", "bridges-2022"]
    assert {"unit": "北城市", "week": "2022-06-13", "due": 1, "draft": 1} in data["units"]
    assert data["collisions"][0]["kind"] == "day-off"
    lines = [line["assignment"] for mail in data["mails"] for line in mail["lines"]]
    code, out, _err = run_here(capsysbinary, *line, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert sorted(one["assignment"] for one in rows) == sorted(lines)


def test_the_ending_of_the_file_decides(
    home: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    begin_with = {"csv": b"\xef\xbb\xbfday,", "xlsx": b"PK", "json": b"{", "txt": b"Simulation"}
    for ending, first in begin_with.items():
        file = tmp_path / f"ahead.{ending}"
        code, _out, err = run_here(
            capsysbinary, "replay", "--declaration", str(home), "-o", str(file)
        )
        assert (code, file.read_bytes().startswith(first)) == (0, True), err
    file = tmp_path / "ahead.pdf"
    code, _out, err = run_here(capsysbinary, "replay", "--declaration", str(home), "-o", str(file))
    assert (code, file.exists()) == (2, False) and "a browser prints" in err


def test_the_page(home: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    home.write_text(
        (DRAFT + PLAN + ON_HOLIDAY).replace("报送排查方案", "<script>x</script>"), encoding="utf-8"
    )
    page = tmp_path / "page.html"
    code, out, err = run_here(capsysbinary, "replay", "--declaration", str(home), "-o", str(page))
    text = page.read_text(encoding="utf-8")
    assert (code, out) == (0, "") and "by this draft: 3 (units: 2)" in err and "collisions" in err
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert re.findall(r"https?:|@import|\son\w+=", text) == []


def test_what_is_wrong_is_said(
    home: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    line = ("replay", "--declaration", str(home))
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(home.read_bytes())
    for more, said in (
        (("--mail-calendar", "--seed", "2"), "--seed, --mail-calendar"),
        (("--contacts", "x.csv"), "--contacts"),
        (("--from", "2022-05-01"), "is past"),
        (("--to", "2022-05-01"), "--to is not after"),
        (("--to", "2022-05-01"), "give 2022-05-27 or a later day"),
        (("--to", "2099-05-01"), "ten years"),
        ((str(copy),), "is also in"),
    ):
        code, _out, err = run_here(capsysbinary, *line, *more)
        assert (code, said in err, "→" in err) == (2, True, True), err
    bad = tmp_path / "bad.yaml"
    bad.write_text(DRAFT + PLAN.replace("2022-06-15", "31 June"), encoding="utf-8")
    _code, _out, checked = run_here(capsysbinary, "check", str(bad))
    code, _out, err = run_here(capsysbinary, "replay", "--declaration", str(bad))
    assert code == 2 and "31 June" in err
    assert {one.removeprefix("error: ") for one in checked.splitlines()[:2]} <= set(
        err.splitlines()
    )


def test_a_record_that_cannot_be_read_is_named(
    home: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "home" / "duban.db"
    line = ("replay", "--declaration", str(home))
    with closing(sqlite3.connect(file)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    code, _out, err = run_here(capsysbinary, *line)
    assert code == 1 and "newer Duban" in err and str(file) in err
    for log in file.parent.glob("duban.db-*"):
        log.unlink()
    file.write_bytes(b"no database" * 1000)
    code, _out, err = run_here(capsysbinary, *line)
    assert code == 1 and "restore a backup" in err and str(file) in err


def test_without_a_record_by_the_mailboxes_alone(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "none"))
    line = ("replay", "--declaration", str(home), "--from", "2022-05-01", "--format", "json")
    code, out, _err = run_here(capsysbinary, *line)
    found = {one["address"] for one in json.loads(out)["people"]}
    assert code == 0 and {"north@example.org", "south@example.org"} <= found
    assert not (tmp_path / "none").exists()


def test_what_is_past_as_a_whole_is_looked_back_on(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    line = ("replay", "--declaration", str(home))
    said = "all of it is past: played as if it were applied on "
    past = (DRAFT + PLAN).replace("2022", "2021")
    home.write_text(past, encoding="utf-8")
    assert said not in run_here(capsysbinary, *line)[1]  # beside what runs it begins today
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "none"))
    code, out, _err = run_here(capsysbinary, *line)
    assert code == 0 and f"{said}2021-05-15" in out  # a month before it is due
    assert "past already" not in out and "duties due: 1 (units: 1)" in out
    assert said not in run_here(capsysbinary, *line, "--from", "2021-06-01")[1]
    home.write_text("issued: 2021-05-20\n" + past, encoding="utf-8")
    assert f"{said}2021-05-20" in run_here(capsysbinary, *line)[1]
    home.write_text("issued: 2001-05-20\n" + past, encoding="utf-8")  # a slip of the pen
    assert f"{said}2020-06-14" in run_here(capsysbinary, *line)[1]


def test_a_new_version_of_what_runs(office: SampleOffice) -> None:
    earlier = MONTHLY.replace("20日", "10日")
    simulation = played(office, office.declare(earlier), first="2022-06-01 09:00")
    assert {one.milestone for one in simulation.falling} == {"monthly"}  # the other one is gone
    assert all(one.drafted for one in simulation.falling)
    same = played(office, office.declare(MONTHLY, ON_HOLIDAY), first="2022-06-27 09:00")
    assert not any(one.drafted for one in same.falling)
    assert Clash.PAST not in {one.kind for one in same.collisions}  # it was so before


def test_before_the_first_day_all_has_gone_out(office: SampleOffice) -> None:
    late = played(office, drafted(office, PLAN), first="2022-06-14 00:00")
    days = {
        campaign: min(one.day for one in late.lines if one.assignment.startswith(campaign))
        for campaign in ("tunnels-2022/plan", "bridges-2022/monthly")
    }
    assert days == {
        "tunnels-2022/plan": date(2022, 6, 14),  # what was missed goes at once
        "bridges-2022/monthly": date(2022, 6, 16),  # of the 13th nothing is left over
    }
    lead = played(office, drafted(office, PLAN), first="2022-06-08 00:00")
    alone = {one.address for one in lead.lines if (one.day, one.rung) == (date(2022, 6, 8), "lead")}
    assert alone == {"lead@example.org"}  # the units were told on the days before


def test_what_is_past_is_told(office: SampleOffice) -> None:
    simulation = played(office, drafted(office, PLAN), first="2022-07-01 00:00")
    (past,) = [one for one in simulation.collisions if one.kind is Clash.PAST]
    assert (past.day, past.count) == (date(2022, 6, 15), 1)
    assert min(one.day for one in simulation.lines) == date(2022, 7, 1)
    mails = future_mails(simulation.lines)
    said = sentences(simulation, mails, days_ahead(simulation, mails))
    assert "late before the draft is applied: 1" in said


def test_in_the_middle_of_a_season(office: SampleOffice) -> None:
    sent(office, office.clock(), "2022-06-07 18:30")
    since = office.clock()
    draft = drafted(office, PLAN)
    expected = foretold(played(office, draft))
    with office.database.write() as session:
        planned = plan_apply(session, [draft], office.organisation, since)
        apply(session, planned, office.organisation, now=since, actor="tester", past=Past.CHASE)
    assert sent(office, since, "2022-07-01 23:59") == expected
    alone = {("bridges-2022", "报送节日值守情况", "北城市", "lead")}
    assert expected[date(2022, 6, 8), "lead@example.org"] == alone
    assert (date(2022, 6, 8), "li@example.org") not in expected  # the units were told before
