"""Who has already reported comes in from the office's own table: matched, shown, all or nothing,
and no unit is written to about it."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from config.errors import InputError, ProblemsError
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.sheets import workbook

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own
JUNE, JULY = "bridges-2022/monthly/{}/2022-06", "bridges-2022/monthly/{}/2022-07"


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    office.apply(PLAN, MONTHLY)
    office.at("2022-07-01 10:00")
    return office


def take_in(office: SampleOffice, file: Path, *more: str) -> None:
    command(office, "submissions", "import", str(file), "--by", "甲", "--yes", *more)


def stands(office: SampleOffice, name: str) -> tuple[str, str, bool, bool]:
    one = office.assignment(name)
    day = f"{one.submitted_at.astimezone(office.settings.zone):%m-%d}" if one.submitted_at else ""
    return one.state.value, day, one.nil, one.handed_in_late


def table(folder: Path, *rows: list[Any], merged: tuple[str, ...] = ()) -> Path:
    return workbook(folder / "table.xlsx", rows, merged)


def test_units_against_milestones(
    applied: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(
        tmp_path,
        ["桥梁隐患排查报送情况"],
        [
            "序号",
            "责任单位",
            "报送排查方案",
            "报送进展月报（6月）",
            "报送进展月报\n(2022-07)",
            "备注",
        ],
        [1, "北城市交通局", "2022-06-10", "√", None, "x"],
        [2, "南城", "—", "6月22日 零报告", "", None],
        [3, "山县", None, "免报", "未报", None],
        ["备注：截至6月30日"],
    )
    take_in(applied, file, "--on", "2022-06-18")
    assert "+ 北城市 · 报送排查方案：submitted 2022-06-10" in capsys.readouterr().out
    assert stands(applied, "bridges-2022/plan/north") == ("submitted", "06-10", False, False)
    assert stands(applied, JUNE.format("north")) == ("submitted", "06-18", False, False)
    assert stands(applied, JUNE.format("south")) == ("submitted", "06-22", True, True)
    assert stands(applied, JUNE.format("hill"))[0] == "waived"
    assert stands(applied, JULY.format("north"))[0] == "open"
    before = len(applied.events())
    take_in(applied, file, "--on", "2022-06-18")  # again: nothing is new
    assert len(applied.events()) == before
    applied.tick("2022-07-01 10:05")
    assert not [one for one in applied.deliveries() if one.kind.value == "notice"]


@on_sqlite
def test_months_in_a_second_row_of_headings(applied: SampleOffice, tmp_path: Path) -> None:
    file = table(
        tmp_path,
        ["单位", "报送排查方案", "报送进展月报", None],
        [None, None, "6月", "7月"],
        ["北城市", "6.10", "审核通过2022/6/18", None],
        merged=("A1:A2", "B1:B2", "C1:D1"),
    )
    take_in(applied, file, "--campaign", "桥梁")
    assert stands(applied, JUNE.format("north")) == ("accepted", "06-18", False, False)
    assert stands(applied, JULY.format("north"))[0] == "open"


@on_sqlite
def test_a_list_with_a_row_for_each(applied: SampleOffice, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(
        "报送台账\n专项工作,节点事项,单位,月份,报送日期,状态,备注\n"
        "桥梁,排查方案,北城市,,2022-06-10,,纸质\n,进展月报,南城市,6月,2022/6/19,零报告,\n"
        ",进展月报,山县,2022-06,,不适用,没有桥梁\n,进展月报,北城市,6月,,未报送,\n".encode("gbk")
    )
    take_in(applied, file)
    assert stands(applied, "bridges-2022/plan/north") == ("submitted", "06-10", False, False)
    assert stands(applied, JUNE.format("south")) == ("submitted", "06-19", True, False)
    assert stands(applied, JUNE.format("hill"))[0] == "waived"
    assert {one.note for one in applied.events()} >= {"纸质", "没有桥梁"}


@on_sqlite
def test_every_fault_with_its_cell(applied: SampleOffice, tmp_path: Path) -> None:
    applied.act("submit", JUNE.format("hill"))
    applied.act("accept", JUNE.format("hill"))
    file = table(
        tmp_path,
        ["单位", "报送排查方案", "报送进展月报（6月）", "报送进展月报", "报送年报"],
        ["北城市", "2022-07-09", "看情况", "√", ""],
        ["南城市", "2022-06-01", "√", "", ""],
        ["东城市", "", "", "", ""],
        ["南城市", "", "2022-06-19", "", ""],
        ["南城", "", "2022-06-19", "", ""],
    )
    with pytest.raises(ProblemsError) as caught:
        take_in(applied, file)
    assert [(one.line, one.field.rpartition(" ")[2]) for one in caught.value.problems] == [
        (1, "(E1)"), (2, "(C2)"), (2, "(D2)"), (3, "(B3)"), (3, "(C3)"), (4, "(A4)"), (6, "(C6)"),
    ]  # fmt: skip
    assert all(one.mend for one in caught.value.problems)
    assert stands(applied, JUNE.format("south"))[0] == "open"
    later = table(tmp_path, ["单位", "报送排查方案"], ["北城市", "2022-07-09"])
    with pytest.raises(ProblemsError, match=r"\(B2\): 2022-07-09 is still to come"):
        take_in(applied, later)
    waived = table(tmp_path, ["单位", "报送进展月报（6月）"], ["山县", "免报"])
    with pytest.raises(ProblemsError, match="the record says “accepted”, the file “waived”"):
        take_in(applied, waived)


@on_sqlite
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_and_the_record_come_in_again(
    applied: SampleOffice, tmp_path: Path, language: str
) -> None:
    from config.i18n import using_language

    applied.act("submit")
    applied.act("waive", JUNE.format("hill"))
    before = len(applied.events())
    form, out = tmp_path / "form.xlsx", tmp_path / "out.xlsx"
    with using_language(language):
        command(applied, "submissions", "export", "--campaign", "桥梁", "-o", str(out))
        take_in(applied, out)  # all of it is on record
        assert len(applied.events()) == before
        command(applied, "submissions", "export", "--form", "--campaign", "桥梁", "-o", str(form))
    book = load_workbook(form)
    sheet = book.worksheets[0]
    cells = [[one.value for one in row] for row in sheet.iter_rows(min_row=4)]
    assert cells[0][:3] == ["北城市", None, None] and cells[1][:3] == ["南城市", "—", None]
    sheet["C5"] = "2022-06-20"
    book.save(form)
    book.close()
    take_in(applied, form)
    assert stands(applied, JUNE.format("south")) == ("submitted", "06-20", False, False)


@on_sqlite
def test_nobody_is_asked_in_a_script_and_nothing_written(
    applied: SampleOffice, tmp_path: Path
) -> None:
    file = table(tmp_path, ["单位", "报送排查方案"], ["北城市", "2022-06-10"])
    before = len(applied.events())
    with pytest.raises(InputError, match="nothing was changed"):
        command(applied, "submissions", "import", str(file), "--by", "甲")
    command(applied, "submissions", "import", str(file), "--by", "甲", "--dry-run")
    assert len(applied.events()) == before
    with pytest.raises(InputError, match="neither a list nor a table"):
        take_in(applied, table(tmp_path, ["甲", "乙"], ["丙", "丁"]))
