"""Whatever stands in a plan document: read, or said clearly, and soon."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from tests.support.fuzzing import fuzz
from tests.support.hostile import AWKWARD, ends_within, texts
from tests.support.pdf_files import at, pdf, rule
from tests.support.plan_files import cell, level, listed, numbering, p, packed, parts, table
from workflows.documents import Table, read_document
from workflows.documents.numerals import numeral
from workflows.documents.spaces import clean, one_line, paragraphs_of

BODY = p("一、目标", listed(1)) + p("5月底前", listed(1, 1)) + table(
    cell("甲", '<w:gridSpan w:val="2"/>'), cell("", '<w:vMerge/>') + cell(table(cell("乙")))
)  # fmt: skip
STYLES = '<w:style w:styleId="a"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>'
LEVELS = (level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
WORD = parts(BODY, numbering(*LEVELS), STYLES)
RULED = "".join(rule(80, y, 280, y) for y in (700, 650, 600)) + "".join(
    rule(x, 600, x, 700) for x in (80, 180, 280)
)
SOUND = {
    "docx": packed(WORD),
    "pdf": pdf([at(80, 750, "一、目标") + RULED + at(90, 670, "甲"), at(80, 700, "完成。")]),
    "html": (
        "<html><head><meta charset=gbk></head><body><div><h1>目标</h1><ol type=i start=3><li>甲"
        "<table><tr><td rowspan=2>乙<td colspan=3>丙<tr><td>丁</table></ol></div></body></html>"
    ).encode("gbk"),
    "mht": (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        b"Content-Type: text/html; charset=gbk\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"<p>=BC=D7</p>\n--x--\n"
    ),
    "txt": (
        "一、目标\n\t姓名\n\t单位\n\n\t\n\n余下\n\t\n\n\n甲\t乙\n丙\t丁\n|a|b|\n|--|--|\n"
    ).encode("utf-16"),
    "md": (
        "---\na: 1\n---\n# 目标\n一\n===\n- [ ] *甲*\n\n|a|b|\n|:-|-|\n|1|`2`|\n```\n> x\n"
    ).encode(),
}  # fmt: skip
PIECES = [
    b"<w:tbl>", b"</w:tbl>", b"<w:tc>", b"</w:p>", b"<w:p>", b'<w:gridSpan w:val="99999"/>',
    b'<w:vMerge/>', b'<w:hMerge/>', b'<w:gridBefore w:val="-1"/>', b'w:val="', b'w:ilvl="99"',
    b'<w:ilvl w:val="8"/>', b'<w:start w:val="99999"/>', b'<w:fldChar w:fldCharType="begin"/>',
    b"<w:txbxContent>", b"<mc:AlternateContent>", b"<!DOCTYPE x>", b"&#0;", b"&x;", b"]]>", b"%9",
    b"<w:numStyleLink w:val='a'/>", b"<td>", b"<table>", b"</table>", b"colspan=99999", b"<!--",
    b"<style>", b"display:none", b"<ol start=99999>", b"charset=utf-7", b"charset=idna", b"\0",
    b"\xff\xfe", b"\t", b"\n\t\n", b"|", b"---\n", b"\x1f\x8b", b" obj", b"endstream", b"/Kids",
    b"1 0 R", b"/Type/Page", b"<<", b">>", b"/Filter/FlateDecode", b"-1 Tf", b" 1e9 Td", b"[",
    b"99999999999", b"/Length 0", b"q 0 0 0 0 0 0 cm", b"/Encrypt 2 0 R",
    "\u3000①第一条（一）".encode(),
]  # fmt: skip

spoils = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES) | st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)


def spoilt(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, piece in changes:
        place = int(where * len(content))
        content = content[:place] + piece + content[place + length :]
    return content


def check(name: str, content: bytes) -> None:
    with TemporaryDirectory() as folder, ends_within(20):
        file = Path(folder) / name
        file.write_bytes(content)
        try:
            document = read_document(file)
        except InputError as error:
            assert error.message and error.mend
            return
    assert document.name == name and document.blocks
    for block in document.blocks:
        assert str(block.place)
        if isinstance(block, Table):
            assert len(block.rows) == len(block.repeated)
            assert len({len(row) for row in (*block.rows, *block.repeated)}) == 1
            assert all(str(block.row_place(row)) for row in range(len(block.rows)))
        else:
            assert block.text == one_line(clean(block.text))


@fuzz(4)
@given(st.sampled_from([name for name in WORD if name.startswith("word/")]), spoils)
def test_spoilt_parts_of_word_files(part: str, changes: list[tuple[float, int, bytes]]) -> None:
    check("a.docx", packed({**WORD, part: spoilt(WORD[part], changes)}))


@fuzz(6)
@given(st.sampled_from(sorted(SOUND)), spoils)
def test_spoilt_documents(sort: str, changes: list[tuple[float, int, bytes]]) -> None:
    check(f"a.{sort}", spoilt(SOUND[sort], changes))


@fuzz()
@given(st.sampled_from(sorted(SOUND)), texts | st.text("\t\n|甲 ─-#*", max_size=60))
def test_any_text(sort: str, text: str) -> None:
    check(f"a.{sort}", text.encode("utf-8", "replace"))


@fuzz()
@given(texts | st.sampled_from(AWKWARD), st.integers(-5, 10**6))
def test_words(text: str, number: int) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "".join(paragraphs_of(cleaned)).replace(" ", "") == one_line(cleaned).replace(" ", "")
    for form in ("chineseCounting", "upperRoman", "lowerLetter", "ideographDigital", "decimalZero"):
        assert len(numeral(number, form)) < 20
