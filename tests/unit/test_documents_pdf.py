"""PDF files as plans: lines become paragraphs and ruled lines tables; scans are named."""

import zlib
from pathlib import Path

import pytest

from config.errors import InputError
from config.i18n import using_language
from tests.support.pdf_files import SCANNED, at, pdf, rule
from workflows.documents import Document, Paragraph, Place, Table, read_document

LEFT, TOP, PITCH = 80.0, 740.0, 28.0
WIDTH = 26  # characters on a line


def read(folder: Path, *pages: str) -> Document:
    file = folder / "plan.pdf"
    file.write_bytes(pdf(pages))
    return read_document(file)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def lines(*texts: str, top: float = TOP) -> str:
    """Lines from above to below; a full-width space at the beginning is an indent."""
    return "".join(
        at(LEFT + 16 * (len(text) - len(text.lstrip("\u3000"))), top - PITCH * number, text.strip())
        for number, text in enumerate(texts)
    )


FULL = "各单位要在五月底前完成摸底形成清单明确责任人逐项销号并报送领导小组办公室存"[:WIDTH]
TITLE = at(LEFT + 120, 790, "护栏整治专项工作", 22) + at(LEFT + 164, 762, "实施方案", 22)


def head(number: int) -> str:
    return at(200, 815, "某市交通局文件", 9) + at(280, 40, f"—{number}—", 12)


def test_lines_are_joined_over_pages_without_heads_and_numbers(tmp_path: Path) -> None:
    first = lines("\u3000\u3000一、目标", f"\u3000\u3000{FULL[:24]}", FULL, "完成。",
                  f"\u3000\u3000（一）{FULL[:21]}", FULL)  # fmt: skip
    second = lines(f"{FULL[:-1]}。", "\u3000\u3000二、步骤", "\u3000\u30005月20日前报送。")
    third = lines("\u3000\u3000三、要求", "附件1", FULL, FULL)
    found = read(tmp_path, TITLE + head(1) + first, head(2) + second, head(3) + third)
    assert texts(found) == [
        "护栏整治专项工作实施方案", "一、目标", f"{FULL[:24]}{FULL}完成。",
        f"（一）{FULL[:21]}{FULL}{FULL[:-1]}。", "二、步骤", "5月20日前报送。", "三、要求", "附件1",
        FULL + FULL,
    ]  # fmt: skip
    assert found.blocks[4].place == Place(page=2, line=3)


def test_paragraphs_without_indents_but_with_room_between(tmp_path: Path) -> None:
    found = read(
        tmp_path, lines(FULL, FULL, FULL, FULL) + lines(FULL, FULL, top=TOP - 4 * PITCH - 14)
    )
    assert texts(found) == [FULL * 4, FULL * 2]


def test_spaces(tmp_path: Path) -> None:
    """Those that are written, and gaps that are as wide as one."""
    text = at(80, 700, "填报单位： 填报人：") + at(80, 670, "单") + at(120, 670, "位")
    assert texts(read(tmp_path, text)) == ["填报单位： 填报人：", "单 位"]


def grid(top: float, rows: int, columns: int = 3) -> str:
    across = [rule(LEFT, top - 30 * row, LEFT + 120 * columns, top - 30 * row)
              for row in range(rows + 1)]  # fmt: skip
    down = [rule(LEFT + 120 * column, top, LEFT + 120 * column, top - 30 * rows)
            for column in range(columns + 1)]  # fmt: skip
    return "".join(across + down)


def cells(top: float, *rows: tuple[str, ...]) -> str:
    return "".join(
        at(LEFT + 120 * column + 5, top - 30 * number - 20, text, 12)
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
        if text
    )


def test_a_table_that_goes_on_over_pages(tmp_path: Path) -> None:
    names = ("序号", "单位", "时限")
    first = lines("分工表", top=780) + grid(750, 3) + cells(750, names, ("1", "北城", ""), ("2",))
    second = grid(790, 2) + cells(790, names, ("3", "南城", "五月底前")) + lines("说明。", top=600)
    found = read(tmp_path, first, second)
    assert tables(found)[0].rows == (
        names, ("1", "北城", ""), ("2", "", ""), ("3", "南城", "五月底前"),
    )  # fmt: skip
    assert texts(found) == ["分工表", "说明。"]


def test_merged_cells_of_a_table(tmp_path: Path) -> None:
    """Where a line is missing, the cells are one."""
    left, middle, right = LEFT, LEFT + 120, LEFT + 240
    ruled = (
        rule(left, 700, right, 700) + rule(left, 640, right, 640) + rule(middle, 670, right, 670)
        + rule(left, 700, left, 640) + rule(middle, 700, middle, 640) + rule(right, 700, right, 640)
    )  # fmt: skip
    text = at(left + 5, 665, "北城", 12) + cells(700, ("", "摸底"), ("", "整改"))
    (table,) = tables(read(tmp_path, lines("表") + ruled + text))
    assert table.rows == (("北城", "摸底"), ("", "整改"))
    assert table.repeated == (("北城", "摸底"), ("北城", "整改"))


def test_a_line_that_ends_near_its_cells_edge_was_broken_there(tmp_path: Path) -> None:
    text = "".join(
        at(x, y, words, 12)
        for x, y, words in (
            (LEFT + 5, 686, "安装监控设备不少"), (LEFT + 5, 672, "于二百套"),
            (LEFT + 125, 686, "一、摸底"), (LEFT + 125, 672, "二、整改"),
        )
    )  # fmt: skip
    (table,) = tables(read(tmp_path, grid(700, 1, 2) + text))
    assert table.rows == (("安装监控设备不少于二百套", "一、摸底\n二、整改"),)


def test_a_table_with_open_sides(tmp_path: Path) -> None:
    ruled = "".join(rule(LEFT, y, LEFT + 360, y) for y in (700, 670, 640))
    ruled += rule(LEFT + 120, 700, LEFT + 120, 640)
    rows = (("单位", "时限"), ("北城", "6月底前"))
    (table,) = tables(read(tmp_path, ruled + cells(700, *rows)))
    assert table.rows == rows


def test_pages_that_are_pictures_are_noted(tmp_path: Path) -> None:
    with using_language("en"):
        found = read(tmp_path, lines(FULL), SCANNED + at(500, 20, "扫描", 9))
    assert found.notes == ("pages that are pictures without text and were not read (1): 2",)


BOMB = b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>stream\n" + zlib.compress(bytes(110_000_000), 1)
WITHOUT_NAMES = (
    pdf([lines(FULL)]).replace(b"/UniGB-UCS2-H", b"/Identity-H  ").replace(b"(GB1)", b"(Own)")
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pdf([SCANNED, SCANNED + at(500, 20, "扫描", 9)]), "is a scan"),
        (pdf([""]), "holds no text"),
        (pdf([lines(FULL)], encrypted=True), "password"),
        (WITHOUT_NAMES, "fonts do not tell"),
        (b"%PDF-1.4\nnonsense", "is damaged"),
        (pdf([at(80, 700, "字" * 20_000) * 3]), "more than a plan"),
        (BOMB, "more than a plan"),
        (pdf([" "] * 301), "more than 300 pages"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "plan.docx").write_bytes(content)  # whatever its name says
    with pytest.raises(InputError, match=says) as caught:
        read_document(tmp_path / "plan.docx")
    assert caught.value.mend
