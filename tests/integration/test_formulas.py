"""No text in the record becomes a formula in a spreadsheet; numbers stay numbers."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.cli.output import Format, write_rows
from tests.support.command_line import command
from tests.support.office import SampleOffice
from workflows.people.reading import read_contacts

FORMULAS = [
    "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)", "\t=1+1", "\n=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "=", "@", "#N/A",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_starts_no_formula(capsys: pytest.CaptureFixture[str], text: str) -> None:
    # OWASP, “CSV Injection”: a quote before =, +, -, @, tab, CR and LF.
    write_rows([{"a": text, "b": [text, text]}], Format.CSV, None, {"a": "A", "b": "B"})
    _head, cells = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert not any(cell[0] in "=+-@\t\r\n＝＋－＠" for cell in cells)
    assert cells[0] in {f"'{text}", text}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_workbook_holds_no_formula(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.xlsx"
    write_rows([{"a": text}], Format.XLSX, file, {"a": "A"})
    book = load_workbook(file)
    cell = book.worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert bool(cell.quotePrefix) == (text[0] != "#")
    book.close()


def test_numbers_stay_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"a": -5, "b": -0.5, "c": "-5", "d": "-1,234.5", "e": "+12%", "f": 7}
    write_rows([row], Format.CSV, None, {})
    assert capsys.readouterr().out.splitlines()[1] == '-5,-0.5,-5,"-1,234.5",+12%,7'
    file = tmp_path / "x.xlsx"
    write_rows([row], Format.XLSX, file, {key: key for key in row})
    book = load_workbook(file)
    assert [cell.value for cell in book.worksheets[0][2]] == [-5, -0.5, "-5", "-1,234.5", "+12%", 7]
    book.close()


def test_an_exported_contact_list_comes_back_as_it_was(
    office: SampleOffice, tmp_path: Path
) -> None:
    office.add_contact("north", "contact", "+wang@north.example.org")
    exported = tmp_path / "out.csv"
    command(office, "contacts", "list", "--format", "csv", "--output", str(exported))
    assert "'+wang@north.example.org" in exported.read_text("utf-8-sig")
    (row,) = read_contacts(exported, office.organisation, [])
    assert row.address == "+wang@north.example.org"


def test_what_no_sheet_can_hold_is_written_out(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    write_rows([{"a": "x\x1b\x00\ud800\uffff" + "y" * 40_000}], Format.XLSX, file, {"a": "A"})
    book = load_workbook(file)
    value = str(book.worksheets[0]["A2"].value)
    assert value.startswith("x\\x1b\\x00\\ud800\\uffffy") and len(value) == 32_767
    book.close()
