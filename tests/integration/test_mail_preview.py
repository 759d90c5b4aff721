"""`duban mail preview`: the mail of any rung and person as it would go out, with nothing done."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.support.contents import everything
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import PLAN
from tests.support.program import run_here
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.tables import Campaign

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleOffice]:
    """An office whose contact has been reminded, and whose home the commands use."""
    here = SampleOffice(tmp_path)
    here.add_contact("north", "contact", WANG)
    here.add_contact("north", "lead", LEAD)
    here.apply(PLAN)
    here.tick("2022-06-13 09:00")
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUBAN_ORGANISATION", str(tmp_path / "organisation.yaml"))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    monkeypatch.setenv("DUBAN_PUBLIC_URL", "https://duban.example.org")
    yield here
    here.close()


def test_any_rung_person_and_day(
    office: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = everything(office.database)

    def shown(*options: str) -> tuple[str, str]:
        code, out, err = run_here(capsysbinary, "mail", "preview", PLAN_KEY, *options)
        assert code == 0, err
        return out, err

    text, about = shown("--rung", "before-2")
    assert "before-2 on 2022-06-13 to wang@north.example.org (contact): [Due 1]" in about
    assert "due on Wednesday 15 June, in 2 working days" in text
    assert "https://duban.example.org/answer/…" in text
    assert "/subscribe/" not in text
    assert "https://duban.example.org/subscribe/…" in shown("--rung", "before-2", "--first")[0]
    assert "due today" in shown("--rung", "before-2", "--day", "2022-06-15")[0]
    html, about = shown("--rung", "lead", "--format", "html")
    assert "to lead@north.example.org (lead): [Overdue 1] since 15 Jun" in about
    assert "Told before: 13 June: to wang (contact), sent" in html
    first, _about = shown("--rung", "lead", "--format", "html", "--first")
    assert first == html and "/answer/" not in html  # a lead hands nothing in
    assert everything(office.database) == before


def test_a_whole_mail_for_a_mail_program(
    office: SampleOffice, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "mail.eml"
    options = ("--rung", "due-day", "--format", "eml", "-o", str(file))
    assert run_here(capsysbinary, "mail", "preview", PLAN_KEY, *options)[0] == 0
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == WANG and mail["Subject"] == "[Due 1] next 15 Jun · 北城市"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip


def test_what_the_ladder_does_not_know(
    office: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for options, says in (
        (["--rung", "never"], "there is no rung “never”\n  → write one of: before-10, "),
        (["--rung", "lead", "--to", WANG], f"does not go to {WANG}\n  → write one of: {LEAD}"),
        (["--day", "1789-07-14"], "1789 is out of range"),
    ):
        code, _out, err = run_here(capsysbinary, "mail", "preview", PLAN_KEY, *options)
        assert code == 2 and says in err


def test_what_would_not_be_sent_says_so(
    office: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert "not be sent" not in run_here(capsysbinary, "mail", "preview", PLAN_KEY)[2]
    office.act("submit")
    _code, text, about = run_here(capsysbinary, "mail", "preview", PLAN_KEY)
    assert about.startswith(f"This would not be sent now: {PLAN_KEY} is submitted.\n")
    assert "报送排查方案" in text
    office.act("reopen")
    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock())
        change_status(session, session.get_one(Campaign, "bridges-2022"), "pause", deed)
    _code, _text, about = run_here(capsysbinary, "mail", "preview", PLAN_KEY)
    assert about.startswith("This would not be sent now: the campaign is paused.\n")


def test_a_past_rung_knows_nothing_of_later_mails(
    office: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    office.tick("2022-06-15 09:00")

    def shown(day: str) -> str:
        options = ("--rung", "lead", "--day", day)
        return run_here(capsysbinary, "mail", "preview", PLAN_KEY, *options)[1]

    assert "15 June: to wang" in shown("2022-06-20") and "13 June: to wang" in shown("2022-06-20")
    assert "Told before: 13 June: to wang (contact), sent\n" in shown("2022-06-15")
    assert "Told before" not in shown("2022-06-13")
