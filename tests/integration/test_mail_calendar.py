"""`duban replay --mail-calendar`: what would go to whom on which day, were nothing handed in."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from notifications.mail_calendar import MailLine, mail_days, mail_lines
from scheduler.tick import sending_window
from tests.support.contents import everything
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, MONTHLY, ON_HOLIDAY, PLAN
from tests.support.program import run_here
from workflows.silencing import Wanted, add_silence
from workflows.tables import Assignment, Delivery, Reminder, ReminderStatus, UnitRow
from workflows.working_days import working_days

LAST = date(2022, 6, 22)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleOffice]:
    """Single, monthly and departments' duties, with contacts and a lead, on 27 May."""
    here = SampleOffice(tmp_path, "2022-05-27 18:30")
    here.apply(PLAN, MONTHLY, BUREAU, ON_HOLIDAY)
    here.add_contact("north", "contact", "wang@example.org")
    here.add_contact("north", "lead", "lead@example.org")
    here.add_contact("south", "contact", "li@example.org")
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUBAN_ORGANISATION", str(tmp_path / "organisation.yaml"))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    yield here
    here.close()


def ahead(office: SampleOffice, until: date = LAST) -> list[MailLine]:
    """The lines to come."""
    window = sending_window(office.settings)
    with office.database.read() as session:
        return list(mail_lines(session, office.clock(), until, office.organisation, window))


def keep_ticking(office: SampleOffice) -> set[tuple[date, str, str, str]]:
    """Tick each working day until the last, releasing what is held; return what was sent: day,
    address, unit, rung."""
    day = date(2022, 5, 28)
    while day <= LAST:
        if working_days().is_working_day(day):
            office.tick(f"{day} 09:00")
            for one in office.deliveries():
                if one.status.value == "held":
                    office.release(one.id)
            office.tick(f"{day} 17:00")
        day += timedelta(days=1)
    with office.database.read() as session:
        rows = session.exec(
            select(
                col(Delivery.local_date),
                col(Reminder.address),
                col(UnitRow.name),
                col(Reminder.reason),
            )
            .join(Reminder, col(Reminder.delivery_id) == Delivery.id)
            .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
            .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
            .where(Reminder.status == ReminderStatus.SENT)
        )
        return set(rows)


def test_it_is_what_then_goes_out(office: SampleOffice) -> None:
    with office.database.write() as session:
        add_silence(
            session,
            Wanted("south", "", date(2022, 6, 8), date(2022, 6, 13), "flood"),
            now=office.clock(),
            today=office.clock().date(),
            actor="tester",
        )
    before = everything(office.database)
    expected = {(one.day, one.address, one.unit, one.rung) for one in ahead(office)}
    assert everything(office.database) == before
    assert len(expected) > 40
    assert keep_ticking(office) == expected


def test_days_with_their_load(office: SampleOffice) -> None:
    lines = ahead(office)
    (day,) = [one for one in mail_days(lines) if one.day == date(2022, 6, 20)]
    here = [one for one in lines if one.day == day.day]
    assert (day.mails, day.lines) == (len({one.address for one in here}), len(here))
    assert day.held == 1  # the lead's: the plan is three working days late
    office.act("submit", PLAN_KEY)
    left = {(one.address, one.title) for one in ahead(office)}
    assert ("lead@example.org", "报送排查方案") not in left and left


def test_the_command(office: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    span = ("--from", "2022-05-28", "--to", "2022-06-22")
    code, table, err = run_here(capsysbinary, "replay", "--mail-calendar", *span)
    assert code == 0 and "Monday 20 June" in table and "the peak: Monday 13 June" in err
    code, out, _err = run_here(capsysbinary, "replay", "--mail-calendar", *span, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and len(rows) == len(ahead(office))
    first = rows[0]
    assert {"day", "address", "unit", "campaign", "title", "rung"} <= first.keys()
    code, out, _err = run_here(capsysbinary, "replay", "--mail-calendar", *span, "--format", "json")
    assert code == 0 and [one["day"] for one in json.loads(out)] == [one["day"] for one in rows]
    code, _out, err = run_here(capsysbinary, "replay", "--from", "2022-05-28")
    assert code == 2 and "--to" in err


def test_of_declarations_that_are_not_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    here = SampleOffice(tmp_path)  # for its organisation alone
    here.close()
    file = tmp_path / "bridges-2022.yaml"
    file.write_text(CAMPAIGN + PLAN, encoding="utf-8")
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("DUBAN_ORGANISATION", str(tmp_path / "organisation.yaml"))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    line = ("replay", "--mail-calendar", "--from", "2022-06-01")
    code, out, err = run_here(capsysbinary, *line, str(file))
    assert code == 0 and "Wednesday 8 June" in out and "digests on" in err
    assert not (tmp_path / "none").exists()
    code, _out, err = run_here(capsysbinary, *line)
    assert code == 1 and "Traceback" not in err
