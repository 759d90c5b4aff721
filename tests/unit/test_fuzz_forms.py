"""Whatever stands in a form that comes in: read, or said clearly, and soon."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from tests.support.bridge_form import owed_alone
from tests.support.fuzzing import fuzz
from tests.support.hostile import ends_within, texts
from workflows.forms.blanks import read_blanks, shown
from workflows.forms.declared import FieldType, FormField
from workflows.forms.export import FormFormat, write_form
from workflows.forms.lines import Line
from workflows.forms.reading import read_content, read_lines
from workflows.forms.values import read_value
from workflows.sheets.model import MAX_ROWS

PIECES = [
    b"<w:tbl>", b"</w:tbl>", b"<w:tr>", b"</w:tr>", b"<w:tc>", b"</w:tc>", b"<w:p>", b"</w:p>",
    b"<w:t>", b"</w:t>", b'<w:gridSpan w:val="199"/>', b'<w:gridSpan w:val="-1"/>', b"<w:vMerge/>",
    b'<w:gridSpan w:val="x"/>', b'<w:gridBefore w:val="9"/>', b"&#0;", b"&lt;", b"]]>",
    b"<!DOCTYPE x>", b'<v t="s">', b"<f>1</f>", b"\xff\xfe", b'Target="../../x"', b"#a/b/c#d",
]  # fmt: skip


def parts_of(form_format: FormFormat) -> dict[str, bytes]:
    _name, content = write_form(owed_alone(), form_format)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = {one: parts_of(one) for one in FormFormat}
READ = [
    (one, name)
    for one, parts in PARTS.items()
    for name in parts
    if name.startswith(("xl/w", "xl/s", "word/doc", "_rels", "docProps", "word/_"))
]


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def check(content: bytes) -> None:
    with ends_within(20):
        try:
            lines, _identity = read_lines(content, "a.docx")
            read_content(owed_alone(), lines, "a.docx")
        except InputError as error:
            assert error.message and "Traceback" not in str(error)


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
def test_spoilt_forms(part: tuple[FormFormat, str], spoils: list[tuple[float, int, bytes]]) -> None:
    form_format, name = part
    content = PARTS[form_format][name]
    for where, length, piece in spoils:
        place = int(where * len(content))
        content = content[:place] + piece + content[place + length :]
    check(packed({**PARTS[form_format], name: content}))


@fuzz()
@given(st.sampled_from(list(FormFormat)), st.binary(max_size=60), st.floats(0, 1))
def test_torn_forms(form_format: FormFormat, piece: bytes, where: float) -> None:
    whole = packed(PARTS[form_format])
    place = int(where * len(whole))
    check(whole[:place] + piece + whole[place + len(piece) :])
    check(whole[:place])


words = texts | st.sampled_from(
    ["序号", "桥名", "长度(米)", "类型", "进度（%）", "填报人：", "注：1", "拱桥", "100%",
     "bridges-2022/plan/north#bridges"]
)  # fmt: skip


@fuzz(2)
@given(st.lists(st.lists(words, max_size=7), max_size=8), st.booleans())
def test_any_lines(rows: list[list[str]], word: bool) -> None:
    lines = [
        Line(tuple(cells), 1, n, None if word else "", 1 if word else 0)
        for n, cells in enumerate(rows, start=1)
    ]
    try:
        read_content(owed_alone(), lines, "a.xlsx")
    except InputError as error:
        assert error.message


@fuzz(2)
@given(texts, st.sampled_from(list(FieldType)), st.integers(1, 9999))
def test_any_value(text: str, sort: FieldType, year: int) -> None:
    try:
        read_value(FormField(id="x", title="某", type=sort, choices=("甲", "乙")), text, year)
    except InputError as error:
        assert error.message


@fuzz(2)
@given(texts, texts)
def test_any_text_in_a_cell_with_blanks(template: str, text: str) -> None:
    for one in (template, f"{template}{{a}}{text}", "累计{a}个，{b}家{c}"):
        with ends_within(20):
            read_blanks(one, text)
            read_blanks(one, shown(one))


def in_word(body: str, head: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{space}"><w:body>{body}'
    return packed(
        {**PARTS[FormFormat.DOCX], "word/document.xml": f"{part}</w:body></w:document>".encode()}
    )


CELL = "<w:tc><w:tcPr><w:gridSpan w:val='199'/></w:tcPr><w:p/></w:tc>"
ENTITIES = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    ("body", "head", "said"),
    [
        ("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", ENTITIES, "damaged"),
        ("<w:p>" + f"<w:r><w:t>{'x' * 9_000}</w:t></w:r>" * 2_000 + "</w:p>", "", "far more than"),
        (f"<w:tbl><w:tr>{CELL * 20_000}</w:tr></w:tbl>", "", "far more than"),
        (
            "<w:tbl>" + "<w:tr><w:tc><w:p/></w:tc></w:tr>" * (MAX_ROWS + 1) + "</w:tbl>",
            "",
            "far mo",
        ),
        ("<w:tbl><w:tr><w:tc>" * 40, "", "damaged"),
    ],
)
def test_a_word_file_that_would_cost_too_much(body: str, head: str, said: str) -> None:
    with ends_within(20), pytest.raises(InputError, match=said):
        read_lines(in_word(body, head), "a.docx")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither .xlsx nor .docx"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "old Word or Excel file"),
        (b"%PDF-1.7", "neither .xlsx nor .docx"),
        (packed({**PARTS[FormFormat.DOCX], "word/vbaProject.bin": b"x"}), "macros"),
        (packed({"content.xml": b"<x/>"}), "OpenDocument"),
        (b"PK\x03\x04" + b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_form_is_said(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_lines(content, "a.docx")
    assert caught.value.mend
