"""What pausing, closing and archiving a campaign says and does; and the way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import InputError, StateError
from tests.support.command_line import command
from tests.support.feeds import feed_content
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.referee import found
from workflows.tables import Campaign, CampaignStatus

BY = ("--by", "office")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """One campaign with an overdue plan, a draft to the lead and a mail that waits."""
    here = SampleOffice(tmp_path, "2022-06-14 09:30", spread_minutes=60)
    here.add_contact("north", "lead", "lead@north.example.org")
    here.apply(PLAN, MONTHLY)
    here.at("2022-06-20 09:00")
    here.remind("2022-06-20 09:00")
    yield here
    assert found(here) == []
    here.close()


def said(
    office: SampleOffice, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[str, str]:
    capsys.readouterr()
    command(office, *arguments)
    captured = capsys.readouterr()
    return captured.out, captured.err


def status(office: SampleOffice) -> CampaignStatus:
    with office.database.read() as session:
        return session.get_one(Campaign, "bridges-2022").status


def test_a_plan_says_what_it_would_do_and_does_nothing(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    _out, err = said(office, capsys, "campaign", "close", "bridges-2022", "--plan")
    lines = err.splitlines()
    assert lines[0].startswith("owed: 10, 1 of them overdue")
    assert lines[1] == "mail: 0 held, 3 waiting, 1 reminders in none yet"
    assert lines[-1] == "nothing was changed"
    assert status(office) is CampaignStatus.RUNNING and "close" not in kinds(office)


def kinds(office: SampleOffice) -> list[str]:
    return [one.kind for one in office.events()]


def test_closing_with_something_owed_has_to_be_confirmed(office: SampleOffice) -> None:
    with pytest.raises(InputError, match="add --yes"):
        command(office, "campaign", "close", "bridges-2022", *BY)
    assert status(office) is CampaignStatus.RUNNING
    command(office, "campaign", "close", "bridges-2022", "--yes", *BY)
    assert status(office) is CampaignStatus.CLOSED
    office.at("2022-06-20 11:00")
    office.send()
    assert office.mails() == []


def test_only_what_is_closed_is_archived(office: SampleOffice) -> None:
    with pytest.raises(StateError, match="possible now: pause, close"):
        command(office, "campaign", "archive", "bridges-2022", *BY)


def test_what_is_archived_is_in_no_list_and_no_feed_and_comes_back(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(office, "campaign", "close", "bridges-2022", "--yes", *BY)
    before = feed_content(office)
    assert before.body.count(b"BEGIN:VEVENT")
    command(office, "campaign", "archive", "bridges-2022", *BY, "--why", "年度归档")
    listed, err = said(office, capsys, "campaign", "list")
    assert "bridges-2022" not in listed and "1 archived: --all shows them" in err
    assert "archived" in said(office, capsys, "campaign", "list", "--all")[0]
    for words in (
        ("status", "--format", "csv"),
        ("timeline", "--format", "csv"),
        ("ranking", "--all", "--format", "csv"),
        ("report", "--all", "--format", "md"),
    ):
        assert "北城市" not in said(office, capsys, *words)[0]  # fmt: skip
    named = ("status", "--campaign", "bridges-2022", "--format", "csv")
    assert "北城市" in said(office, capsys, *named)[0]
    # As of a day before, it is where it was.
    assert "北城市" in said(office, capsys, "status", "--at", "2022-06-19", "--format", "csv")[0]
    assert b"BEGIN:VEVENT" not in feed_content(office).body
    office.at("2022-06-21 09:00")
    command(office, "campaign", "unarchive", "bridges-2022", *BY)
    assert status(office) is CampaignStatus.CLOSED
    again = feed_content(office)
    assert again.body.count(b"BEGIN:VEVENT") == before.body.count(b"BEGIN:VEVENT")
    command(office, "campaign", "resume", "bridges-2022", *BY)
    assert office.assignment().next_at is not None
