"""Applying and recording: each use case through the command line, on a real database."""

from pathlib import Path

import pytest
from sqlmodel import select

from tests.acceptance.conftest import Duban
from tests.support.contents import everything
from workflows.database import Database
from workflows.tables import Event

LIAISON = "sunshine-2022/liaison/滑县"


@pytest.fixture
def applied(duban_on_each: Duban) -> Duban:
    """The five campaigns applied on 20 May 2022, on SQLite and on PostgreSQL."""
    duban = duban_on_each
    duban.begin()
    return duban


def test_applying_twice_changes_nothing(applied: Duban) -> None:
    database = Database(applied.database_url)
    before = everything(database)
    done = applied.run("apply", "--yes")
    assert "nothing to change" in done.stderr
    assert everything(database) == before
    with database.read() as session:
        events = session.exec(select(Event.kind, Event.assignment_id)).all()
    database.close()
    assert events == [("applied", None)] * 5, "one event for a version, none for each assignment"


def test_apply_asks_unless_told(duban: Duban) -> None:
    duban.set_clock("2022-05-20T10:00:00+08:00")
    done = duban.run("apply", code=2)
    assert "--yes" in done.stderr
    assert "sunshine-2022" in done.stdout, "it shows what it would write"


def test_what_is_already_past_needs_a_word(duban: Duban) -> None:
    duban.set_clock("2022-06-02T10:00:00+08:00")
    done = duban.run("apply", "--yes", code=2)
    assert "--past done" in done.stderr
    duban.run("apply", "--yes", "--past", "chase")
    assert len(duban.json("overdue")) > 100


def test_a_hand_in_from_open_to_accepted(applied: Duban) -> None:
    applied.run("submit", LIAISON, "--on", "2022-05-19", "--why", "传真")
    done = applied.run("submit", LIAISON, code=1)
    assert "submitted" in done.stderr
    assert "accept" in done.stderr, "it says what would be legal"
    applied.run("return", LIAISON, "--until", "2022-05-27", "--by", "科室")
    shown = applied.run("show", "阳光/联络员/滑县").stdout
    assert "effective due date: 2022-05-27" in shown
    assert "2022-05-19 00:00 handed in · office · recorded 2022-05-20" in shown
    applied.run("submit", LIAISON)
    applied.run("accept", LIAISON)
    shown = applied.run("show", LIAISON).stdout
    assert "state: accepted" in shown
    assert "reminders to come: none" in shown
    assert "clause: 四（四）" in shown


def test_extension_waiver_and_reopening(applied: Duban) -> None:
    applied.run("extend", LIAISON, "--until", "2022-06-10", "--why", "人员变动")
    assert "extension asked for: until 2022-06-10" in applied.run("show", LIAISON).stdout
    applied.run("extend", LIAISON, "--approve")
    shown = applied.run("show", LIAISON).stdout
    assert "nominal due date: 2022-06-01" in shown
    assert "extended: from 2022-06-01 to 2022-06-10" in shown
    assert "2022-06-10 due-day → contact" in shown
    applied.run("extend", LIAISON, "--reject", code=1)
    applied.run("waive", LIAISON, "--why", "无平台")
    applied.run("extend", LIAISON, "--until", "2022-07-01", code=1)
    applied.run("reopen", LIAISON)
    assert "state: open" in applied.run("show", LIAISON).stdout


def test_a_late_hand_in_stays_late_through_a_return(applied: Duban) -> None:
    applied.set_clock("2022-06-08T10:00:00+08:00")
    applied.run("submit", LIAISON)
    assert "handed in late" in applied.run("show", LIAISON).stdout
    applied.run("return", LIAISON, "--until", "2022-06-15")
    applied.run("submit", LIAISON)
    assert "handed in late" in applied.run("show", LIAISON).stdout


def test_version(duban: Duban) -> None:
    assert duban.run("--version").stdout.startswith("duban 0.")


def test_names_are_forgiving_and_misses_helpful(applied: Duban) -> None:
    assert "长垣县" in applied.run("show", "sunshine-2022/liaison/长垣市").stdout
    assert "sunshine-2022" in applied.run("show", "sunshin-2022/liaison/滑县", code=2).stderr
    done = applied.run("show", "cross-province-2022/monthly-data/滑县", code=2)
    assert "/2022-06" in done.stderr, "the periods to choose from"
    assert applied.run("submit", "cross-province-2022/monthly-data/滑县/6")
    assert "campaign/milestone/unit" in applied.run("submit", "滑县", code=2).stderr


def test_who_did_it_must_be_said(applied: Duban) -> None:
    del applied.settings["DUBAN_ACTOR"]
    assert "--by" in applied.run("submit", LIAISON, code=2).stderr


def test_as_of_a_past_moment(applied: Duban) -> None:
    applied.set_clock("2022-06-07T10:00:00+08:00")
    # The fax of 1 June, typed on 7 June: by what was recorded on the 6th it was overdue.
    applied.run("submit", LIAISON, "--on", "2022-06-01")

    def names(*arguments: str) -> set[tuple[str, str]]:
        rows = applied.json("overdue", "--unit", "滑县", *arguments)
        return {(row["campaign"], row["milestone"]) for row in rows}

    liaison = ("sunshine-2022", "liaison")
    assert liaison in names("--at", "2022-06-06")
    assert liaison not in names()
    assert liaison not in names("--at", "2022-06-07"), "a date means all recorded on that day"
    assert liaison not in names("--at", "2022-06-01"), "still its own day"
    assert applied.run("overdue", "--at", "2022-07-01", code=2)


def test_overdue_as_json_csv_and_xlsx(applied: Duban, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    applied.set_clock("2022-06-07T10:00:00+08:00")
    rows = applied.json("overdue", "--campaign", "sunshine-2022", "--level", "county")
    first = rows[0]
    assert list(first)[:11] == [
        "campaign", "milestone", "title", "unit", "period", "due", "effective_due", "late_after",
        "state", "days_overdue", "working_days_overdue",
    ]  # fmt: skip
    assert first["due"] == "2022-05-31"
    assert (first["days_overdue"], first["working_days_overdue"]) == (7, 4)
    assert [row["days_overdue"] for row in rows] == sorted(
        (row["days_overdue"] for row in rows), reverse=True
    )
    # Due on the holiday of 3 June: late only after Monday 6 June.
    report = next(row for row in rows if row["milestone"] == "deployment-report")
    assert (report["late_after"], report["days_overdue"]) == ("2022-06-06", 4)
    file = tmp_path / "overdue.xlsx"
    applied.run("overdue", "--format", "xlsx", "-o", file)
    sheet = load_workbook(file).active
    assert sheet is not None
    assert sheet.max_row == len(applied.json("overdue")) + 1
    assert applied.run("overdue", "--fail-if-any", code=3)
    assert applied.run("overdue", "--department", "厅办公室", "--fail-if-any")
    assert applied.json("overdue", "--track", "freight", "--min-days", "8") == []


def test_without_a_database_it_says_what_to_do(duban_on_each: Duban) -> None:
    duban = duban_on_each
    done = duban.run("overdue", code=1)
    assert "duban apply" in done.stderr
    assert not duban.home.exists(), "asking makes nothing"


def test_contacts_all_rows_or_none(applied: Duban, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "name,unit,role,email,campaign\n"
        "甲联络员,滑县,contact,a@example.org,\n"
        "乙联络员,滑城,contact,b@example.org,\n"
        "丙联络员,滑县,boss,not-an-address,\n",
        encoding="utf-8",
    )
    done = applied.run("contacts", "import", file, code=2)
    assert "contacts.csv:3: unit" in done.stderr
    assert "contacts.csv:4: email" in done.stderr
    assert "contacts.csv:4: role" in done.stderr
    assert applied.json("contacts", "list") == []
    file.write_text("姓名,单位,角色,邮箱\n甲联络员,滑县,联络员,a@example.org\n", encoding="gb18030")
    applied.run("contacts", "import", file, "--yes")
    (row,) = applied.json("contacts", "list")
    assert (row["name"], row["unit"], row["role"]) == ("甲联络员", "滑县", "contact")
