"""Campaigns that rest: overdue, today and briefing leave their duties out and count them aside."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.tables import Campaign

FERRIES = CAMPAIGN.replace("bridges-2022", "ferries-2022").replace("桥梁隐患排查", "渡口整治")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """Two campaigns with one overdue plan each."""
    here = SampleOffice(tmp_path)
    here.apply(PLAN)
    here.apply(PLAN, head=FERRIES)
    here.at("2022-06-20 10:00")
    yield here
    here.close()


def change(office: SampleOffice, what: str) -> None:
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "ferries-2022")
        change_status(session, campaign, what, Deed("tester", office.clock(), office.clock()))


def shown(
    office: SampleOffice, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[str, str]:
    capsys.readouterr()
    command(office, *arguments)
    captured = capsys.readouterr()
    return captured.out, captured.err


LINE = "1 more overdue in campaigns that rest: 渡口整治 (paused, 1)"


def test_what_is_paused_is_counted_aside(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    change(office, "pause")
    listed, said = shown(office, capsys, "overdue", "--format", "csv")
    assert "bridges-2022" in listed and "ferries-2022" not in listed
    assert "1 overdue at 1 units" in said and LINE in said
    text, said = shown(office, capsys, "overdue", "--format", "text")
    assert text.count("北城市") == 1 and LINE in said
    data = json.loads(shown(office, capsys, "today", "--format", "json")[0])
    late = next(one for one in data["sections"] if one["section"] == "overdue")
    assert late["count"] == 1
    assert data["resting"] == [
        {"campaign_id": "ferries-2022", "title": "渡口整治", "status": "paused", "overdue": 1}
    ]
    assert LINE in shown(office, capsys, "today")[1]
    letter, _said = shown(office, capsys, "briefing")
    assert "Overdue: 1, at 1 units" in letter and LINE in letter
    data = json.loads(shown(office, capsys, "briefing", "--format", "json")[0])
    assert [one["overdue"] for one in data["resting"]] == [1]


def test_what_is_closed_is_over(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    change(office, "close")
    for what in ("overdue", "today", "briefing"):
        out, err = shown(office, capsys, what)
        assert "渡口整治" not in out + err and "rest" not in err, what


def test_one_that_is_named_is_shown_whatever_its_status(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    change(office, "pause")
    listed, said = shown(office, capsys, "overdue", "--campaign", "渡口整治", "--format", "csv")
    assert "ferries-2022" in listed and "rest" not in said
    assert "渡口整治" in shown(office, capsys, "today", "--campaign", "ferries-2022")[0]


def test_a_past_day_goes_by_the_status_of_that_day(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    change(office, "close")
    office.at("2022-06-22 10:00")
    listed, _said = shown(office, capsys, "overdue", "--at", "2022-06-19", "--format", "csv")
    assert "ferries-2022" in listed


def test_what_came_in_is_still_to_be_checked(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    office.act("submit", "ferries-2022/plan/north")
    change(office, "pause")
    assert "duban accept ferries-2022/plan/north" in shown(office, capsys, "today")[0]
