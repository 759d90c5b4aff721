"""Whatever stands in a workbook or a table of hand-ins: read, or said clearly, and soon."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from config.errors import InputError
from tests.support.fuzzing import fuzz
from tests.support.hostile import AWKWARD, ends_within, texts
from workflows.people.words import field_of, is_closing, role_of, unit_of_form
from workflows.sheets import read_sheets
from workflows.submissions.words import read_cell, read_month, split_month

ROWS: list[list[Any]] = [
    ["名单"],
    ["姓名", "单位", "邮箱"],
    ["甲", "郑州市", "a@example.org"],
    [1, 2.5, True],
]
PIECES = [
    b"<row>", b"</row>", b'<c r="A1">', b"<c>", b"</c>", b"<v>", b"</v>", b"<f>1</f>", b'r="',
    b't="s"', b't="d"', b's="99999"', b's="-1"', b"&#0;", b"&lt;", b"]]>", b"<![CDATA[x]]>",
    b'<mergeCell ref="A1:B2"/>', b'<mergeCell ref="B2:A1"/>', b"1e308", b"-1", b"\0", b"\xff\xfe",
    b'encoding="utf-16"', b"<!DOCTYPE x>", b"xmlns:x=", b'Target="../../../x"', b'r:id="rId9"',
]  # fmt: skip


def sound() -> dict[str, bytes]:
    book, buffer = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = sound()
READ = [name for name in PARTS if name.startswith(("xl/w", "xl/s", "xl/_", "_rels"))]


@fuzz(2)
@given(
    st.sampled_from(READ),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES) | st.binary(max_size=6)
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_spoilt_workbooks(part: str, spoils: list[tuple[float, int, bytes]]) -> None:
    content = PARTS[part]
    for where, length, piece in spoils:
        place = int(where * len(content))
        content = content[:place] + piece + content[place + length :]
    with TemporaryDirectory() as folder, ends_within(20):
        file = Path(folder) / "a.xlsx"
        with zipfile.ZipFile(file, "w") as archive:
            for name, sane in PARTS.items():
                archive.writestr(name, content if name == part else sane)
        check(file)


@fuzz()
@given(st.binary(max_size=60), st.floats(0, 1))
def test_torn_workbooks(piece: bytes, where: float) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    whole = buffer.getvalue()
    place = int(where * len(whole))
    with TemporaryDirectory() as folder, ends_within(20):
        file = Path(folder) / "a.xlsx"
        file.write_bytes(whole[:place] + piece + whole[place + len(piece) :])
        check(file)


def check(file: Path) -> None:
    try:
        sheets = read_sheets(file)
    except InputError as error:
        assert error.message and error.mend
    else:
        assert all(any(row.cells) and row.number > 0 for sheet in sheets for row in sheet.rows)


@fuzz()
@given(texts | st.sampled_from(AWKWARD))
def test_words(text: str) -> None:
    with ends_within(20):
        field_of(text), role_of(text), is_closing(text), unit_of_form(text)
        read_cell(text, 2022), read_month(text), split_month(text)
