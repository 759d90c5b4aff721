"""The ledger: filters, every answer of the server, the reasons; no link and no formula."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.errors import InputError, StateError
from config.settings import SmtpSecurity
from scheduler.doctor.carriers import check_carrier, check_failing
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, PLAN
from tests.support.smtp import DROP, MailServer


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, server: MailServer) -> Iterator[SampleOffice]:
    """An office that has sent to two units: one mail at the third try, one refused."""
    made = SampleOffice(
        tmp_path_factory.mktemp("ledger"),
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_security=SmtpSecurity.NONE,
        smtp_profile="netease",
        smtp_per_minute=4,
    )
    made.add_contact("north", "contact", "=wang@north.example.org")
    made.add_contact("south", "contact", "li@south.example.org")
    made.apply(PLAN.replace("[北城市]", "[北城市, 南城市]"), BUREAU)
    server.answers_once["RCPT:=wang@north.example.org"].extend(["450 busy", DROP])
    server.answers["RCPT:li@south.example.org"] = "550 Mailbox not found"
    made.tick("2022-06-13 09:00")
    made.tick("2022-06-13 09:02")
    made.tick("2022-06-13 09:10")
    yield made
    made.close()


def listed(office: SampleOffice, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """The addresses that a list has, sorted."""
    capsys.readouterr()
    command(office, "outbox", "list", "--format", "json", *options)
    return sorted(row["address"] for row in json.loads(capsys.readouterr().out))


def test_the_list_is_narrowed(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    everybody = listed(office, capsys)
    north, south = "=wang@north.example.org", "li@south.example.org"
    assert {north, south} < set(everybody)
    assert listed(office, capsys, "--unit", "南城市") == [south]
    assert listed(office, capsys, "--unit", "north") == [north]
    assert listed(office, capsys, "--campaign", "bridges-2022") == everybody
    assert listed(office, capsys, "--failed") == [north, south]
    assert listed(office, capsys, "--failed", "--status", "failed") == [south]
    assert listed(office, capsys, "--from", "2022-06-13", "--to", "2022-06-13") == everybody
    assert listed(office, capsys, "--to", "2022-06-12") == []
    assert listed(office, capsys, "--from", "2022-06-14") == []
    with pytest.raises(InputError, match="unknown"):
        command(office, "outbox", "list", "--campaign", "nothing like it")


def test_the_export_has_each_answer_and_why(office: SampleOffice, tmp_path: Path) -> None:
    file = tmp_path / "ledger.csv"
    command(office, "outbox", "export", str(file), "--unit", "north")
    ((row),) = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    assert row["address"] == "'=wang@north.example.org"
    assert row["tries"] == "3"
    first, second, third = row["answers of the server"].split("；")
    assert first == "2022-06-13 09:00:00 put off 450 busy"
    assert second.startswith("2022-06-13 09:02:00 put off")
    assert third.startswith("2022-06-13 09:10:00 taken 250 OK")
    delivery = office.deliveries()[0]
    assert row["hash of the content"] == delivery.body_hash != ""
    assert row["Message-ID"] == delivery.message_id
    assert "[north]: " in row["reasons"] and "2022-06-13" in row["reasons"]


def test_a_workbook_of_all_holds_no_formula_and_no_link(
    office: SampleOffice, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.xlsx"
    command(office, "outbox", "export", str(file))
    book = load_workbook(file)
    heads, *rows = book.worksheets[0].values
    assert heads[:2] == ("Message-ID", "address")
    assert [row[1] for row in rows] == [one.address for one in office.deliveries()]
    assert all(cell.data_type != "f" for row in book.worksheets[0] for cell in row)
    assert not any("http" in str(value) for row in rows for value in row)
    book.close()


def test_one_delivery_is_shown_with_its_tries(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(office, "outbox", "show", "2")
    shown = capsys.readouterr().out
    assert "2022-06-13 09:00:00: refused 550 Mailbox not found" in shown


def test_an_address_that_fails_is_shown_until_somebody_says_that_it_is_mended(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(office, "contacts", "list")
    assert "550 Mailbox not found" in capsys.readouterr().out
    with office.database.read() as session:
        (finding,) = check_failing(session)
        (carrier,) = check_carrier(session, office.settings, office.clock())
    assert "li@south.example.org (550 Mailbox not found)" in finding.message
    assert carrier.message == "netease: 4 mails a minute, 100 an hour, 400 a day"
    command(office, "contacts", "mended", "li@south.example.org", "--by", "tester")
    with office.database.read() as session:
        assert list(check_failing(session)) == []
    with pytest.raises(StateError, match="no mail to"):
        command(office, "contacts", "mended", "li@south.example.org", "--by", "tester")


def test_other_endings_of_the_file_are_refused(office: SampleOffice, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither \.csv nor \.xlsx"):
        command(office, "outbox", "export", str(tmp_path / "ledger.doc"))


def test_a_mail_that_the_carriers_limit_keeps_says_so(
    tmp_path: Path, server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    office = SampleOffice(
        tmp_path / "other",
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_security=SmtpSecurity.NONE,
        smtp_per_hour=1,
    )
    office.apply(PLAN.replace("[北城市]", "[北城市, 南城市]"))
    office.tick("2022-06-13 09:00")
    command(office, "outbox", "list", "--status", "queued")
    shown = capsys.readouterr().out
    with office.database.read() as session:
        (carrier,) = check_carrier(session, office.settings, office.clock())
    assert carrier.message == "its limit is reached: next mail at 06-13 10:01"
    assert "waits for" in shown and "carrier limit: next at 06-13 10:01" in shown
    office.close()
