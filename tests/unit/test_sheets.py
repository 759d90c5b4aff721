"""Spreadsheets come in as text: dates, merged cells, GBK; what is hostile is refused quickly."""

import re
import resource
import struct
import time
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest

from config.errors import InputError
from tests.support.processes import in_child
from tests.support.sheets import SHEET, packed, sheet_xml, workbook
from workflows.sheets import read_sheets


def rows(file: Path) -> list[tuple[int, tuple[str, ...]]]:
    (sheet,) = read_sheets(file)
    return [(one.number, one.cells) for one in sheet.rows]


def refused(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheets(file)
    assert caught.value.mend
    return str(caught.value)


def test_values_as_people_read_them(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        [
            [" 姓名 ", None, "电话"],
            [],
            ["王明", 13800000000, 1.5, True, "not text"],
            [date(2022, 5, 31), datetime(2022, 5, 31, 9, 30), 44712],  # noqa: DTZ001 - as Excel has it
        ],
        C4='yyyy"年"m"月"d"日"',
    )
    assert rows(file) == [
        (1, ("姓名", "", "电话")),
        (3, ("王明", "13800000000", "1.5", "TRUE", "not text")),
        (4, ("2022-05-31", "2022-05-31T09:30:00", "2022-05-31")),
    ]


def test_a_date_format_that_only_chinese_excel_knows(tmp_path: Path) -> None:
    styles = b'<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="58"/></cellXfs>'
    file = packed(
        tmp_path / "a.xlsx",
        {
            SHEET: sheet_xml(b'<row r="2"><c r="B2" s="1"><v>44712</v></c></row>'),
            "xl/styles.xml": (styles, b"</styleSheet>"),
        },
    )
    assert rows(file) == [(2, ("", "2022-05-31"))]


def test_merged_cells_have_their_value_everywhere(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        [["名单"], ["单位", "姓名"], ["郑州市", "甲"], [None, "乙"], ["洛阳市", "丙"]],
        ["A1:B1", "A3:A4"],
    )
    assert rows(file)[0] == (1, ("名单", "名单"))
    assert rows(file)[2:4] == [(3, ("郑州市", "甲")), (4, ("郑州市", "乙"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_text_files(tmp_path: Path, encoding: str, separator: str) -> None:
    file = tmp_path / "a.xls"  # whatever its name says
    file.write_bytes(f"{separator.join(['姓名', '单位'])}\r\n\r\n'=1,x\r\n".encode(encoding))
    found = rows(file)
    assert found[0] == (1, ("姓名", "单位"))
    assert found[1][0] == 3 and found[1][1][0].startswith("=1")


def test_several_sheets_hidden_ones_and_texts_with_readings(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    first, second, third = book.active, book.create_sheet("乙"), book.create_sheet("丙")
    assert first is not None
    first["A1"], second["B7"], third["A1"] = "一", "二", "三"
    third.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    one, two = read_sheets(tmp_path / "a.xlsx")
    assert (one.place(1, 0), two.place(7, 27)) == ("Sheet!A1", "乙!AB7")
    inline = (
        b'<c r="A1" t="inlineStr"><is><r><t>\xe7\x8e\x8b</t></r><rPh><t>wang</t></rPh></is></c>'
    )
    packed(tmp_path / "b.xlsx", {SHEET: sheet_xml(b"<row>" + inline + b"</row>")})
    assert rows(tmp_path / "b.xlsx") == [(1, ("王",))]


def test_formulas_are_named(tmp_path: Path) -> None:
    cells = [["姓名"], ["=A1"], *([f"=A{n}"] for n in range(9))]
    said = refused(workbook(tmp_path / "a.xlsx", cells))
    assert "A2, A3, A4, A5, A6, … hold formulas" in said and "paste as values" in said


def test_formatted_cells_far_out_cost_nothing(tmp_path: Path) -> None:
    empty = b"".join(
        b'<row r="%d" spans="1:3"><c r="A%d" s="1"/><c r="XFD%d" s="1"/></row>' % (n, n, n)
        for n in range(1_000_000, 1_048_577)
    )
    full = b'<row r="1"><c r="A1" t="str"><v>x</v></c></row>'
    file = packed(tmp_path / "a.xlsx", {SHEET: sheet_xml(full, empty)})
    assert rows(file) == [(1, ("x",))]


def old_xls(content: bytes = b"") -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + content


KINDS: dict[str, tuple[bytes, str]] = {
    "html": (b"\xef\xbb\xbf\n<HTML><table><tr><td>=1+1", "web page"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', "web page or XML"),
    "old": (old_xls(), r"old \.xls"),
    "encrypted": (old_xls("EncryptedPackage".encode("utf-16-le")), "password"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "image": (b"\x89PNG\r\n\x1a\n\0\0\0", "neither"),
    "torn": (b"PK\x03\x04" + bytes(2000), "damaged"),
    "nothing": (b"", "is empty"),
    "spaces": (b" \n,,\n", "is empty"),
    "rows": (b"a\n" * 20_001, "more than 20000 rows"),
    "columns": (b"," * 300 + b"x", "cell KO1 lies right of column 200"),
    "field": (b"x" * 200_000, "cannot be read as CSV"),
    "cell": (b"x" * 40_000, "cell A1 holds more than 32767"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_spreadsheet(tmp_path: Path, kind: str) -> None:
    content, says = KINDS[kind]
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_sheets(file)


def shared_texts(items: bytes) -> dict[str, Iterable[bytes]]:
    """The parts that give a workbook's first sheet these shared texts."""
    sort = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    relation = b'<Relationship Id="rId%d" Type="' + sort + b'%s" Target="%s"/>'
    return {
        "xl/sharedStrings.xml": [b"<sst>", items, b"</sst>"],
        "xl/_rels/workbook.xml.rels": [
            b"<Relationships>",
            relation % (1, b"worksheet", b"worksheets/sheet1.xml"),
            relation % (2, b"sharedStrings", b"sharedStrings.xml"),
            b"</Relationships>",
        ],
    }


def test_shared_texts_as_excel_writes_them(tmp_path: Path) -> None:
    items = (
        b"<si><t>\xe5\xa7\x93\xe5\x90\x8d</t></si>"
        b"<si><r><t>\xe7\x8e\x8b</t></r><r><t>\xe6\x98\x8e</t></r><rPh><t>wang</t></rPh></si>"
    )
    cells = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
    file = tmp_path / "a.xlsx"
    packed(file, {SHEET: sheet_xml(cells), **shared_texts(items)})
    assert rows(file) == [(1, ("姓名", "", "王明"))]
    packed(file, {SHEET: sheet_xml(cells.replace(b"1</v>", b"2</v>")), **shared_texts(items)})
    assert "damaged" in refused(file)


def text_cell(place: bytes, text: bytes) -> bytes:
    return b'<c r="%s" t="str"><v>%s</v></c>' % (place, text)


def bombs(folder: Path) -> dict[str, tuple[Path, str]]:
    """Each hostile workbook with what must be said of it."""
    million, spaces = 1_000_000, b" " * 1_000_000
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'
    made: dict[str, tuple[dict[str, Iterable[bytes]], str]] = {
        "zip bomb": ({SHEET: sheet_xml(*[spaces] * 201)}, "larger than 200,000,000 bytes"),
        "one cell": (
            {SHEET: sheet_xml(b'<row r="1"><c r="A1" t="str"><v>', *[b"x" * million] * 30,
                              b"</v></c></row>")},
            "cell A1 holds more than 32767",
        ),
        "one tag": ({SHEET: sheet_xml(b'<c r="', *[b"A" * million] * 10)}, "damaged"),
        "depth": ({SHEET: sheet_xml(b"<a>" * million)}, "damaged"),
        "elements": ({SHEET: sheet_xml(b"<row/>" * 2 * million)}, "far more than a list"),
        "names": ({SHEET: sheet_xml(*(b"<a%d/>" % n for n in range(200_000)))}, "damaged"),
        "entity": ({SHEET: [entity]}, "damaged"),
        "stray": (
            {SHEET: sheet_xml(b'<row r="1048576">' + text_cell(b"C1048576", b"1") + b"</row>")},
            "cell C1048576 lies below row 20000",
        ),
        "one text everywhere": (
            {
                **shared_texts(b"<si><t>" + b"x" * 32_000 + b"</t></si>"),
                SHEET: sheet_xml(b'<row r="1">' + b'<c t="s"><v>0</v></c>' * 190 + b"</row>",
                                 *[b"<row>" + b'<c t="s"><v>0</v></c>' * 190 + b"</row>"] * 9),
            },
            "too much text",
        ),
        "merged": (
            {
                SHEET: [
                    *list(
                        sheet_xml(
                            b'<row r="1">' + text_cell(b"A1", b"x") + b"</row>",
                            b'<row r="19999">' + text_cell(b"GA19999", b"x") + b"</row>",
                        )
                    )[:-1],
                    b"</sheetData><mergeCells>",
                    b'<mergeCell ref="A1:XFD1048576"/>' * 1000,
                    b"</mergeCells></worksheet>",
                ]
            },
            "more than 300000 cells",
        ),
        "macros": ({"xl/vbaProject.bin": [b"x"]}, "macros"),
        "entries": ({f"xl/media/{n}.png": [b""] for n in range(2000)}, "more than 1000 files"),
    }  # fmt: skip
    return {
        name: (packed(folder / f"{name}.xlsx", parts), says) for name, (parts, says) in made.items()
    }


def lying_header(folder: Path) -> Path:
    """A zip whose directory says that a bomb is small."""
    file = packed(folder / "lying.xlsx", {SHEET: (b" " * 1_000_000 for _n in range(5))})
    content = bytearray(file.read_bytes())
    entry = content.rindex(SHEET.encode())
    struct.pack_into("<I", content, entry - 46 + 24, 1000)
    file.write_bytes(content)
    return file


def read_all(files: list[Path]) -> list[tuple[str, float]]:
    """In a process of its own: what is said of each file and after how many seconds; last the
    megabytes at the peak."""
    found = []
    for file in files:
        before = time.perf_counter()
        try:
            read_sheets(file)
            said = "read"
        except InputError as error:
            said = str(error)
        found.append((said, time.perf_counter() - before))
    return [*found, ("", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)]


def test_bombs_are_refused_within_five_seconds_and_200_megabytes(tmp_path: Path) -> None:
    made = bombs(tmp_path)
    files = [file for file, _says in made.values()]
    *found, (_said, peak) = in_child(read_all, [*files, lying_header(tmp_path)])
    for (said, seconds), (name, (_file, says)) in zip(found, made.items(), strict=False):
        assert re.search(says, said), f"{name}: {said}"
        assert seconds < 5, f"{name}: {seconds} s"
    assert "damaged" in found[-1][0] and found[-1][1] < 5
    assert peak < 200, f"{peak} MB"
