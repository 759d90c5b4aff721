"""The lights on the status board, in each of its formats, with the targets behind pace."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.cli.sheets import write_workbook
from scheduler.cli.status_sheet import board_workbook
from scheduler.cli.status_table import board_text
from tests.support.command_line import command
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.targets import REPAIRS, report
from web.status_page import status_page
from workflows.lights import LIGHT_LOOKS, Light
from workflows.reporting.declared import Lights
from workflows.standing import Selection
from workflows.status import CampaignBoard, status

HOSTILE = "<i>=1+1[/b]"


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[SampleOffice]:
    """On 14 June: a plan due tomorrow, and a milestone with whose target one city is behind."""
    here = SampleOffice(tmp_path)
    here.apply(PLAN, REPAIRS)
    here.at("2022-06-08 09:00")
    report(here, "bridges", "north", "1", "2022-06-07")
    report(here, "bridges", "north", "2", "2022-06-08")
    report(here, "bridges", "south", "4", "2022-06-08")
    here.at("2022-06-14 09:00")
    yield here
    here.close()


def board(office: SampleOffice, **wanted: str) -> CampaignBoard:
    """The one campaign's board now."""
    with office.database.read() as session:
        (found,) = status(session, office.clock(), Selection(**wanted))
    return found


def lights(found: CampaignBoard) -> dict[str, list[str | None]]:
    """Each unit's lights, milestone by milestone."""
    return {
        line.unit_id: [cell.light.value if cell and cell.light else None for cell in line.cells]
        for line in found.lines
    }


def test_a_unit_that_is_behind_is_yellow_before_the_date(behind: SampleOffice) -> None:
    found = board(behind)
    assert lights(found) == {
        "north": ["yellow", "yellow"], "south": [None, "green"], "hill": [None, "green"],
    }  # fmt: skip
    assert found.lights == {
        Light.DONE: 0, Light.GREY: 0, Light.GREEN: 2, Light.YELLOW: 2, Light.RED: 0,
    }  # fmt: skip
    assert [line.cells[1].mark for line in found.lines if line.cells[1]] == ["▲", "●", "●"]
    assert [(one.unit, one.standing.target.id) for one in found.behind] == [
        ("", "all-bridges"),
        ("北城市", "bridges"),
    ]
    assert [one.unit for one in board(behind, unit_id="hill").behind] == []


def test_a_past_moment_shows_the_lights_of_then(behind: SampleOffice) -> None:
    before = board(behind)
    behind.at("2022-06-20 09:00")
    report(behind, "bridges", "north", "9", "2022-06-14")
    with behind.database.read() as session:
        (then,) = status(session, at("2022-06-14 09:00"), as_of_past=True)
    assert then == before
    assert lights(board(behind))["north"] == ["red", "green"]


def test_the_table_names_each_light_and_what_is_behind(behind: SampleOffice) -> None:
    text = board_text([board(behind)], for_file=True)
    assert "▲ due soon or behind 2" in text and "● on course 2" in text
    assert "北城市" in text.partition("Targets behind pace")[2]
    assert "2 座, 2022-06-08" in text and "10 座 by 2022-06-30" in text
    hostile = replace(board(behind), rule=Lights.model_validate({"words": {"yellow": HOSTILE}}))
    assert HOSTILE in board_text([hostile], for_file=True)


def test_who_has_reported_nothing_stands_in_one_row(behind: SampleOffice) -> None:
    behind.at("2022-07-05 09:00")
    rows = [row for _light, row in board(behind).behind_rows()]
    (opened,) = [row for row in rows if row[2] == "开通热线"]
    assert opened[1:4] == ("北城市, 南城市, 山县", "开通热线", "nothing reported")
    assert len([row for row in rows if row[2] == "加固桥梁"]) == 3, "north, south, and hill alone"


def test_the_page_is_lit_and_lets_no_word_in(behind: SampleOffice) -> None:
    found = board(behind)
    text = status_page([found], "as of 14 June")
    assert '<td class="yellow">' in text and '<i class="yellow">▲</i>due soon or behind 2' in text
    assert "<caption>Targets behind pace" in text
    hostile = replace(found, rule=Lights.model_validate({"words": {"yellow": HOSTILE}}))
    text = status_page([hostile], "as of 14 June")
    assert "&lt;i&gt;=1+1" in text and HOSTILE not in text


def test_the_workbook_is_lit_and_lists_what_is_behind(behind: SampleOffice, tmp_path: Path) -> None:
    found = replace(board(behind), rule=Lights.model_validate({"words": {"yellow": HOSTILE}}))
    write_workbook(board_workbook([found], "as of 14 June"), tmp_path / "status.xlsx")
    book = load_workbook(tmp_path / "status.xlsx")
    counts, one, _milestones, late = book.worksheets
    assert [cell.value for cell in counts[5]][8:13] == [0, 0, 2, 2, 0]
    assert f"▲ {HOSTILE} 2" in one["A3"].value
    assert one["B7"].fill.fgColor.rgb == "00" + LIGHT_LOOKS[Light.YELLOW].fill
    assert [late.cell(5, place).value for place in (2, 3, 4, 5)] == [
        "▲", "北城市", "加固桥梁", "2 座, 2022-06-08",
    ]  # fmt: skip
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {
        "s", "n", "d", "inlineStr",
    }  # fmt: skip
    book.close()


def test_machines_get_the_lights_and_the_figures(
    behind: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(behind, "status", "--format", "json")
    (campaign,) = json.loads(capsys.readouterr().out)["campaigns"]
    assert campaign["lights"] == {"done": 0, "grey": 0, "green": 2, "yellow": 2, "red": 0}
    assert campaign["light_words"]["yellow"] == "due soon or behind"
    assert campaign["units"][0]["cells"][0]["light"] == "yellow"
    own = campaign["behind"][1]
    assert (own["id"], own["figure"], own["goal"], own["forecast"]) == ("north", 2, 10, 18)
    command(behind, "status", "--format", "csv", "--light", "yellow")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["light"] for row in rows} == {"yellow"}
    assert [row["light_word"] for row in rows] == ["due soon or behind"] * 2


def test_a_light_that_is_asked_for_narrows_the_units(
    behind: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(behind, "status", "--light", "green", "--light", "red")
    text = capsys.readouterr().out
    assert "南城市" in text and "山县" in text and "北城市" not in text
    command(behind, "status", "--light", "red")
    assert "nothing" in capsys.readouterr().out


def test_show_tells_the_light_and_what_comes_of_the_figures(
    behind: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(behind, "show", "bridges-2022/repairs/north")
    text = capsys.readouterr().out
    assert "light: ▲ due soon or behind" in text
    assert "加固桥梁, 4 座 by 2022-06-15, 10 座 by 2022-06-30: 2 座, 2022-06-08; " in text
    assert "expected by now 3.4 座" in text
    assert "at this rate 18 座 by 2022-06-30" in text


def test_units_in_one_row_have_no_figure_of_one_of_them(
    behind: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    for unit, signs in (("north", "25"), ("south", "8")):
        command(behind, "units", "set", unit, f"signs={signs}", "--by", "甲")
    behind.at("2022-07-04 09:00")
    command(behind, "status", "--format", "json")
    capsys.readouterr()
    command(behind, "status")
    (row,) = [one for one in capsys.readouterr().out.splitlines() if "全部标志更换" in one]
    assert "北城市, 南城市, 山县" in row
    assert "each its own by" in row and "25" not in row.replace("2022", "")
