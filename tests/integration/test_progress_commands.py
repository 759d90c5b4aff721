"""`duban progress`: figures are set, corrected, taken back, split and shown by the command line."""

import io
import json
from typing import Any

import pytest

from config.errors import DubanError, InputError, StateError
from config.i18n import using_language
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.targets import REPAIRS, numbers
from workflows.lights import Light

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own


@pytest.fixture
def repairing(office: SampleOffice) -> SampleOffice:
    """The office with a milestone that has a target of each kind, on 8 June."""
    office.apply(REPAIRS)
    office.at("2022-06-08 09:00")
    return office


def put(office: SampleOffice, *words: str) -> None:
    command(office, "progress", "set", "桥梁", *words, "--by", "甲")


def shown(
    office: SampleOffice, capsys: pytest.CaptureFixture[str], *words: str
) -> list[dict[str, Any]]:
    capsys.readouterr()
    command(office, "progress", "show", *words, "--format", "json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_figure_is_set_corrected_and_taken_back(
    repairing: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repairing, "bridges", "北城", "1,000", "--yes", "--note", "笔误")
    assert "北城市 · 加固桥梁: 1000 座 (2022-06-08)" in capsys.readouterr().err
    put(repairing, "加固桥梁", "北城", "3座", "--on", "2022-06-07")
    put(repairing, "bridges", "north", "4")
    put(repairing, "bridges", "north", "4")
    assert "on record already" in capsys.readouterr().err
    assert numbers(repairing).units["bridges", "north"].figure == 4
    told = shown(repairing, capsys, "桥梁", "--target", "bridges", "--history")
    assert [(one["figure"], one["corrects"], one["holds"], one["by"]) for one in told] == [
        ("1000", "", False, "甲"), ("3", "", True, "甲"), ("4", "1000", True, "甲"),
    ]  # fmt: skip
    assert told[0]["note"] == "笔误"
    command(repairing, "progress", "withdraw", "桥梁", "bridges", "北城", "--by", "乙")
    assert "taken back: 北城市 · 加固桥梁: 4 座 (2022-06-08)" in capsys.readouterr().err
    assert numbers(repairing).units["bridges", "north"].figure == 3
    command(repairing, "progress", "withdraw", "桥梁", "bridges", "北城", "--by", "乙")
    with pytest.raises(StateError, match="no such figure"):
        command(repairing, "progress", "withdraw", "桥梁", "bridges", "北城", "--by", "乙")
    last = shown(repairing, capsys, "桥梁", "--unit", "北城", "--history")[-1]
    assert (last["figure"], last["corrects"], last["by"]) == ("taken back", "3", "乙")


@on_sqlite
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["bridges", "北城", "1"], "1 is less than 2"),
        (["bridges", "北城", "20"], "10 times"),
        (["lamps", "北城", "5001"], "most there can be"),
    ],
)
def test_what_is_hardly_so_is_asked_about(
    repairing: SampleOffice, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    put(repairing, "bridges", "北城", "2", "--on", "2022-06-07")
    with pytest.raises(InputError, match="with --yes") as caught:
        put(repairing, *words)
    assert "nobody can be asked" in caught.value.message
    assert why in capsys.readouterr().err
    assert ("lamps", "north", "") not in numbers(repairing).lines
    assert numbers(repairing).units["bridges", "north"].figure == 2
    put(repairing, *words, "--yes")
    assert numbers(repairing).lines[words[0], "north", ""][-1].value == int(words[2])


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@on_sqlite
def test_on_a_terminal_somebody_answers(
    repairing: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    put(repairing, "lamps", "北城", "5001")
    assert not numbers(repairing).lines
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    put(repairing, "lamps", "北城", "5001")
    assert numbers(repairing).lines["lamps", "north", ""][-1].value == 5001


@on_sqlite
def test_a_campaign_that_rests_takes_figures_too(repairing: SampleOffice) -> None:
    command(repairing, "campaign", "pause", "桥梁", "--by", "甲")
    put(repairing, "bridges", "北城", "2")
    assert numbers(repairing).units["bridges", "north"].figure == 2


@on_sqlite
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["bridges", "北城", "x"], "is no number"),
        (["bridges", "北城", "1,2"], "is no number"),
        (["bridges", "北城", "1e999999999"], "is no number"),
        (["bridges", "北城", ""], "is no number"),
        (["bridges", "北城", "1", "2"], "one word too many"),
        (["bridges", "东城", "1"], "unknown unit"),
        (["roads", "北城", "1"], "unknown target"),
        (["sorts", "北城", "1", "--category", "x"], "unknown category"),
        (["sorts", "北城", "1"], "needs its category"),
        (["bridges", "1"], "does not report"),
        (["surveyed", "北城", "98%"], "both numbers"),
        (["bridges", "北城", "1", "--on", "2022-06-09"], "still to come"),
    ],
)
def test_what_cannot_be_is_refused(repairing: SampleOffice, words: list[str], why: str) -> None:
    with pytest.raises(DubanError, match=why) as caught:
        put(repairing, *words, "--yes")
    assert caught.value.mend
    assert not numbers(repairing).lines


@on_sqlite
def test_each_kind_of_figure(repairing: SampleOffice) -> None:
    put(repairing, "surveyed", "北城", "49／50")
    put(repairing, "opened", "北城", "是")
    put(repairing, "sorts", "北城", "1", "--category", "涵洞")
    put(repairing, "lamps", "北城", "0.05万盏")
    put(repairing, "fourfold", "199")
    found = numbers(repairing)
    assert found.units["surveyed", "north"].level == 98
    assert found.units["opened", "north"].light is Light.DONE
    assert found.lines["lamps", "north", ""][-1].value == 500
    assert found.totals["fourfold"].figure == 199


def test_a_province_s_target_is_split(
    repairing: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    def split(*words: str) -> str:
        capsys.readouterr()
        command(repairing, "progress", "split", "桥梁", "lamps", *words, "--by", "甲")
        return capsys.readouterr().err

    said = split("北城市=300", "南城=350盏")
    assert "add up to 650 of 700 盏: 50 less" in said
    assert "1 units have no share: 山县" in said
    assert "just the target" in split("山县=50", "--origin", "unit")
    assert "50 more" in split("山县=100")
    assert "山县: has no share any more" in split("山县=")
    assert "北城市: 300 盏" in split()
    assert numbers(repairing).units["lamps", "south"].goal == 350
    for words, why in [
        (["北城市"], "cannot read"),
        (["北城市=1", "north=2"], "named twice"),
        (["省局=1"], "does not report"),
        (["北城市=-1"], "cannot be"),
        (["北城市=1/2"], "no"),
        (["北城市=1", "--origin", "x"], "unknown origin"),
    ]:
        with pytest.raises(DubanError, match=why):
            split(*words)
    for target in ("bridges", "all-bridges", "fourfold"):
        with pytest.raises(StateError, match="cannot be split"):
            command(repairing, "progress", "split", "桥梁", target, "北城市=1", "--by", "甲")


@on_sqlite
def test_show_says_who_is_missing_and_where_it_is_heading(
    repairing: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repairing, "bridges", "北城", "1", "--on", "2022-06-07")
    put(repairing, "bridges", "北城", "2")
    put(repairing, "bridges", "南城", "0")
    put(repairing, "lamps", "南城", "70")
    rows = shown(repairing, capsys, "桥梁")
    of = {(one["target"], one["unit"]): one for one in rows}
    total = of["bridges", ""]
    assert (total["figure"], total["goal"], total["missing"]) == (2, 30, ["山县"])
    assert of["bridges", "北城市"]["forecast"] == "at this rate all 10 座 on 20 June"
    assert of["bridges", "北城市"]["word"] == "on course"
    assert of["bridges", "山县"]["figure"] is None
    assert of["lamps", "南城市"]["figure"] == 70
    assert of["lamps", "南城市"]["goal"] is None  # it is nobody's until it is split
    with using_language("zh"):
        capsys.readouterr()
        command(repairing, "progress", "show", "--target", "bridges", "--sums")
        out = capsys.readouterr().out
    assert "3个单位中1个未报送：山县" in out
    assert "按目前进度" in out
    past = shown(repairing, capsys, "桥梁", "--target", "bridges", "--at", "2022-06-07")
    assert {one["figure"] for one in past} == {None}  # it was not known then


@on_sqlite
def test_where_there_was_nothing_yet_it_is_said(
    repairing: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    command(repairing, "progress", "show", "桥梁", "--at", "2022-05-01")
    assert "no target has figures or goals here at that time" in capsys.readouterr().err
