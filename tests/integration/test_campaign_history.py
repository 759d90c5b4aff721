"""Looking back on the versions of a plan, taking one out as a file, and going back to one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import InputError, StateError
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.referee import watched
from workflows.loading import check_file

BY = ("--by", "office", "--why", "会议纪要")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """A campaign of two versions: the second has a later date, another title, one duty more."""
    here = SampleOffice(tmp_path)
    here.apply(PLAN)
    here.at("2022-05-23 10:00")
    here.apply(
        PLAN.replace("2022-06-15", "2022-06-17").replace("报送排查", "报送全面排查"), MONTHLY
    )
    here.at("2022-05-24 10:00")
    yield from watched(here)


def said(office: SampleOffice, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    command(office, "campaign", *arguments)
    return capsys.readouterr().out


def test_each_version_with_what_changed(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said(office, capsys, "history", "桥梁")
    assert "milestones added: 1; other dates: 1; other titles: 1" in " ".join(shown.split())
    first, second = json.loads(said(office, capsys, "history", "桥梁", "--format", "json"))
    assert (first["version"], first["assignments_added"], first["who"]) == (1, 1, "tester")
    assert second["added"] == ["monthly"] and second["dated"] == ["plan"] == second["retitled"]
    assert (second["assignments_added"], second["assignments_moved"]) == (9, 1)


def test_what_the_campaign_became_stands_between(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who paused or closed it, and why, is looked for beside who changed it."""
    command(office, "campaign", "pause", "桥梁", *BY)
    command(office, "campaign", "close", "桥梁", "--yes", "--by", "office")
    lines = json.loads(said(office, capsys, "history", "桥梁", "--format", "json"))
    assert [(one["version"], one["status"]) for one in lines] == [
        (1, None), (2, None), (2, "paused"), (2, "closed"),
    ]  # fmt: skip
    assert (lines[2]["what"], lines[2]["why"]) == ("paused", "会议纪要")
    # The version's own line is still the one that heads its declaration.
    assert said(office, capsys, "history", "桥梁", "--version", "2").startswith("# version 2")


def test_a_version_is_a_declaration_again(office: SampleOffice, tmp_path: Path) -> None:
    file = tmp_path / "first.yaml"
    command(office, "campaign", "history", "桥梁", "--version", "1", "-o", str(file))
    assert file.read_text(encoding="utf-8").startswith("# version 1, applied on 2022-05-20")
    checked = check_file(file, office.organisation)
    assert checked.errors == () and checked.declaration == office.declare(PLAN)
    with pytest.raises(InputError, match="has no version 7"):
        command(office, "campaign", "history", "桥梁", "--version", "7")


def test_going_back_is_a_new_version(
    office: SampleOffice, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="decide"):  # an earlier date, and nine duties less
        command(office, "campaign", "rollback", "桥梁", "--to", "1", "--yes", *BY)
    file = tmp_path / "decisions.yaml"
    said(office, capsys, "rollback", "桥梁", "--to", "1", "--plan", "--template", str(file))
    assert str(office.assignment().due) == "2022-06-17"
    file.write_text(
        "bridges-2022/plan/earlier: take\nbridges-2022/monthly/removed: cancel\n", encoding="utf-8"
    )
    going = ("rollback", "桥梁", "--to", "1", "--yes", "--decisions", str(file))
    command(office, "campaign", *going, *BY)
    assert str(office.assignment().due) == "2022-06-15"
    third = json.loads(said(office, capsys, "history", "桥梁", "--format", "json"))[2]
    assert (third["back_to"], third["why"]) == (1, "会议纪要")
    assert (third["assignments_cancelled"], third["removed"]) == (9, ["monthly"])
    with pytest.raises(StateError, match="is in force"):
        command(office, "campaign", "rollback", "桥梁", "--to", "3", "--yes", *BY)
