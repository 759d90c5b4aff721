"""A report of a small office: what it counts and names, at what moment."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from config.errors import InputError
from notifications.documents.report_xlsx import write_xlsx
from tests.support.moments import at
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from tests.support.reports import JUNE, made, play_june
from tests.support.targets import REPAIRS
from workflows.lights import Light
from workflows.reporting.model import Outcome, Sort, Why
from workflows.reporting.report import make_report
from workflows.status import added, count

JULY = "bridges-2022/monthly/{}/2022-07"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite."""
    here = SampleOffice(tmp_path)
    yield here
    here.close()


@pytest.fixture
def played(sqlite: SampleOffice) -> SampleOffice:
    """An office in June, on the 22nd."""
    play_june(sqlite)
    return sqlite


def test_counts_are_those_of_the_board_and_its_sums(played: SampleOffice) -> None:
    (part,) = made(played).campaigns
    cells = [cell for line in part.board.lines for cell in line.cells if cell is not None]
    assert part.board.counts == count(cells) == added([one.counts for one in part.board.columns])
    assert len(part.overdue) == part.board.counts.overdue == part.board.lights[Light.RED]
    assert sum(part.board.lights.values()) == part.board.counts.total


def test_what_is_overdue_is_told_with_its_reasons(played: SampleOffice) -> None:
    (part,) = made(played).campaigns
    found = {
        duty.name: [(one.why, one.until, one.note) for one in duty.reasons] for duty in part.overdue
    }
    assert found[PLAN_KEY] == [(Why.EXTENDED, date(2022, 6, 17), "设备检修")]
    assert found[JUNE.format("south")] == [(Why.RETURNED, date(2022, 6, 17), "缺盖章")]
    assert found[JUNE.format("hill")] == [(Why.ASKED, date(2022, 6, 28), "")]
    assert found[JUNE.format("north")] == []
    assert [duty.days for duty in part.overdue] == sorted(
        (duty.days for duty in part.overdue), reverse=True
    )
    assert [(one.unit, one.outcome, one.before, one.until) for one in part.extensions] == [
        ("北城市", Outcome.GRANTED, date(2022, 6, 15), date(2022, 6, 17)),
        ("山县", Outcome.PENDING, date(2022, 6, 20), date(2022, 6, 28)),
    ]


def test_an_extension_that_was_undone_was_never_given(played: SampleOffice) -> None:
    event = next(one for one in played.events() if one.kind == "approve_extension")
    played.act("undo", PLAN_KEY, event)
    (part,) = made(played).campaigns
    assert [one.outcome for one in part.extensions] == [Outcome.PENDING, Outcome.PENDING]
    duty = next(one for one in part.overdue if one.name == PLAN_KEY)
    assert [one.why for one in duty.reasons] == [Why.ASKED]


def test_targets_stand_beside_what_was_reached(played: SampleOffice) -> None:
    (part,) = made(played).campaigns
    lines = {(line.target_id, line.unit_id): line for line in part.targets}
    north, province = lines["bridges", "north"], lines["all-bridges", ""]
    assert (north.value, north.goal) == (Decimal(5), Decimal(10))
    assert (north.share, north.unit) == (0.5, "北城市")
    assert (province.value, province.missing) == (Decimal(5), ("南城市", "山县"))
    assert not lines["wished", "north"].must
    for target in ("bridges", "signs", "opened"):
        told = [line for (name, unit), line in lines.items() if name == target and unit]
        figures = [line.figure for line in told if line.figure is not None]
        assert (lines[target, ""].figure or 0) == sum(figures)


def test_two_due_dates_in_a_row_are_named(played: SampleOffice) -> None:
    played.at("2022-07-22 09:00")
    played.act("submit", JUNE.format("hill"))
    found = made(played)
    hill = next(one for one in found.lateness if one.unit_id == "hill")
    assert (hill.late, hill.overdue, hill.times) == (1, 2, 3)
    assert hill.lasting is not None
    assert hill.lasting.titles[0] == "报送进展月报（2022年6月）"
    assert hill.lasting.length == 3
    played.act("submit", JULY.format("hill"), on=date(2022, 7, 20))
    hill = next(one for one in made(played).lateness if one.unit_id == "hill")
    assert hill.lasting is None
    assert hill.longest is not None
    assert hill.longest.length == 2  # the month of June and the repairs of 30 June


def test_changes_are_told_since_the_last_report(played: SampleOffice) -> None:
    (part,) = made(played, since="2022-06-13 23:59").campaigns
    found = {(one.sort, one.unit_id, one.title) for one in part.changes}
    assert (Sort.EXTENDED, "north", "报送排查方案") in found
    assert (Sort.OVERDUE, "north", "报送排查方案") in found
    assert (Sort.RETURNED, "south", "报送进展月报（2022年6月）") in found
    assert not any(sort is Sort.HANDED_IN for sort, _unit, _title in found)
    figures = [f"{one.before}→{one.after}" for one in part.changes if one.sort is Sort.FIGURE]
    assert "2→5" in figures
    (part,) = made(played, since="2022-06-22 08:59").campaigns
    assert part.changes == ()


def test_titles_are_those_of_the_plan_in_force_then(played: SampleOffice) -> None:
    before = made(played, "2022-06-22 09:00")
    played.at("2022-06-23 09:00")
    played.apply(PLAN.replace("报送排查方案", "报送新方案"), MONTHLY, ON_HOLIDAY, REPAIRS)
    assert made(played, "2022-06-22 09:00") == before
    (part,) = made(played).campaigns
    assert "报送新方案" in {column.title for column in part.board.columns}


def test_a_campaign_that_was_not_there_yet_is_said(played: SampleOffice) -> None:
    with played.database.read() as session:
        with pytest.raises(InputError, match="applied by then"):
            make_report(session, ["bridges-2022"], at("2022-05-19 09:00"), as_of_past=True)
        with pytest.raises(InputError, match="not before"):
            now = played.clock()
            make_report(session, None, now, since=now + timedelta(days=1))
        assert make_report(session, None, at("2022-05-19 09:00"), as_of_past=True).campaigns == ()


def test_the_workbook_can_be_worked_on(played: SampleOffice) -> None:
    book: Any = load_workbook(io.BytesIO(write_xlsx(made(played), {"city": "市"})))
    assert len(book.sheetnames) == 7
    overview, matrix, overdue, _extensions, targets, _lateness, _changes = book.worksheets
    assert len(overview._charts) == 2
    for sheet in (matrix, overdue, targets):
        assert sheet.freeze_panes and sheet.auto_filter.ref and sheet.print_title_rows
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    head = {cell.value: cell.column for cell in overdue[3]}
    first = [overdue.cell(4, column) for column in head.values()]
    assert [cell.data_type for cell in first].count("d") == 2  # the dates
    assert [cell.data_type for cell in first].count("n") == 2  # the days
    assert "市" in {cell.value for cell in matrix["B"]}
    ranges = [str(one.sqref) for one in matrix.conditional_formatting]
    assert ranges and all("G" in one for one in ranges)
    book.close()


def test_no_text_of_a_report_becomes_a_formula(sqlite: SampleOffice) -> None:
    sqlite.apply(PLAN.replace("报送排查方案", "=1+1"), MONTHLY)
    sqlite.at("2022-06-14 09:00")
    sqlite.act("request_extension", PLAN_KEY, date(2022, 6, 17), note="=HYPERLINK(1)")
    sqlite.at("2022-07-01 09:00")
    book = load_workbook(io.BytesIO(write_xlsx(made(sqlite))))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=1+1" for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)
    book.close()


def test_a_past_report_names_the_dates_of_its_time(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.at("2022-06-10 10:00")
    office.apply(PLAN.replace("06-15", "06-30"))
    for moment, past, due in (
        ("2022-06-10 09:00", True, date(2022, 6, 15)),
        ("2022-06-10 11:00", False, date(2022, 6, 30)),
    ):
        with office.database.read() as session:
            [one] = make_report(session, None, at(moment), as_of_past=past).campaigns
        assert [column.due for column in one.board.columns] == [due]
