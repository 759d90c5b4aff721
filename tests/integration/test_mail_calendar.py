"""`duban replay --mail-calendar`: what goes to whom on which day of a season, with its peaks."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from scheduler.mail_calendar import SentMail, mail_days, sent_mails
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN, write_organisation
from tests.support.program import run_here
from workflows.tables import DeliveryKind

LINE = ["replay", "--from", "2022-06-06", "--to", "2022-06-14", "--mail-calendar"]


def test_each_mail_that_was_sent_with_its_day_and_address(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, announce=True)
    office.apply(PLAN, MONTHLY)
    office.tick("2022-06-13 09:00")
    office.act("submit", PLAN_KEY)
    office.tick("2022-06-14 09:00")
    with office.database.read() as session:
        found = [(one.day.day, one.address, one.kind.value, one.assignments)
                 for one in sent_mails(session)]  # fmt: skip
    assert (13, "north@example.org", "digest", 2) in found
    assert (14, "north@example.org", "notice", 0) in found
    assert len(found) == len(office.mails())
    office.close()


def test_the_busiest_days_are_peaks() -> None:
    first = date(2022, 6, 13)
    mails = [
        SentMail(first + timedelta(day), f"{n}@example.org", DeliveryKind.DIGEST, "", n)
        for day, count in enumerate([5, 1, 7, 2, 6])
        for n in range(count)
    ]
    days = mail_days([*mails, SentMail(first, "x@example.org", DeliveryKind.NOTICE, "", 0)])
    assert [one.mails for one in days] == [6, 1, 7, 2, 6]
    assert [one.peak for one in days] == [True, False, True, False, True]
    assert (days[0].digests, days[0].notices, days[0].assignments) == (5, 1, 10)
    assert days[0].busiest == "4@example.org: 4" and days[1].busiest == ""


def test_the_command_shows_days_or_mails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "bridges-2022.yaml").write_text(CAMPAIGN + PLAN, "utf-8")
    monkeypatch.setenv("DUBAN_ORGANISATION", str(write_organisation(tmp_path)))
    monkeypatch.setenv("DUBAN_CAMPAIGNS_DIR", str(tmp_path / "campaigns"))
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    code, out, err = run_here(capsysbinary, *LINE, "--format", "csv")
    assert code == 0, err
    mails = list(csv.DictReader(io.StringIO(out)))
    assert {"day", "address", "kind", "assignments", "subject"} == set(mails[0])
    assert ("2022-06-06", "north@example.org") in {(one["day"], one["address"]) for one in mails}
    code, out, err = run_here(capsysbinary, *LINE)
    assert code == 0 and "Monday 6 June" in out and "▲" in out
    assert f"{len(mails)} mails to" in err
    assert not (tmp_path / "home").exists()
