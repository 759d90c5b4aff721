"""Plain text as a plan document: encodings, paragraphs, and tables as programs write them down."""

from pathlib import Path

import pytest

from config.errors import InputError
from workflows.documents import Document, Paragraph, Place, Table, read_document
from workflows.documents.spaces import clean, one_line, paragraphs_of


def read(folder: Path, text: str, encoding: str = "utf-8", name: str = "plan.txt") -> Document:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return read_document(file)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_each_line_is_a_paragraph(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, "\u3000\u3000一、目标\r\n\r\n5月底前，各市\u00a0完成。\r\n", encoding)
    assert found.blocks == (
        Paragraph("一、目标", Place(line=1)),
        Paragraph("5月底前，各市 完成。", Place(line=3)),
    )


STACKED = """附件1

联络员名单

\t姓名
\t单位

及处室
\t联系电话
（手机）

\t
\t北城
\t

\t乙

丙
\t南城
\t


附件2
后面的一段。
"""


def test_cells_saved_one_a_line(tmp_path: Path) -> None:
    """What a word processor's text file has for a table."""
    found = read(tmp_path, STACKED)
    (table,) = tables(found)
    assert table.rows == (
        ("姓名", "单位\n及处室", "联系电话\n（手机）"),
        ("", "北城", ""),
        ("乙\n丙", "南城", ""),
    )
    assert table.row_place(1) == Place(table=1, row=2, line=12)
    assert texts(found) == ["附件1", "联络员名单", "附件2", "后面的一段。"]


def test_a_heading_after_one_empty_line_is_no_cell(tmp_path: Path) -> None:
    found = read(tmp_path, "\t甲\n\t乙\n\n\t1\n\t2\n\n路灯情况统计表\n\n\t丙\n\t丁\n\n\t3\n\t4\n")
    assert [len(table.rows) for table in tables(found)] == [2, 2]
    assert texts(found) == ["路灯情况统计表"]


def test_paragraphs_indented_with_a_tab_are_no_table(tmp_path: Path) -> None:
    prose = "\t一、总体要求\n\t各单位要在5月底前完成摸底，形成问题清单，并报送领导小组办公室。\n"
    more = "\t（一）宣传动员。\n\n\t二、步骤\n"
    found = read(tmp_path, prose + more)
    assert not tables(found) and len(texts(found)) == 4


def test_long_cells_and_a_table_with_text_right_below(tmp_path: Path) -> None:
    first, second = (
        "各单位要在5月底前完成摸底，形成问题清单。" * 4,
        "（二）逐项销号，报送领导小组。" * 4,
    )
    text = f"\t任务\n\t时限\n\n\t{first}\n\n{second}\n\t5月底前\n（含当日）\n附件2\n后面的一段。\n"
    found = read(tmp_path, text)
    (table,) = tables(found)
    assert table.rows == (("任务", "时限"), (f"{first}\n{second}", "5月底前\n（含当日）"))
    assert texts(found) == ["附件2", "后面的一段。"]


def test_items_and_labels_with_tabs_are_no_table(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "1.\t摸底登记。\n2.\t整改到位。\n联系方式\n联系人：某甲\t电话：1\n邮箱：a@example.org\t传真：2\n",
    )
    assert not tables(found) and texts(found)[0] == "1. 摸底登记。"
    assert texts(found)[-1] == "邮箱：a@example.org 传真：2"


def test_lines_broken_at_a_width(tmp_path: Path) -> None:
    sentence = "各单位要在5月底前完成摸底，形成问题清单，明确责任人和时限，逐项销号，并报送领导小组"
    paragraph = "\u3000\u3000" + sentence * 6 + "。"
    broken = "\n".join(paragraph[at : at + 30] for at in range(0, len(paragraph), 30))
    found = read(tmp_path, f"一、目标\n{broken}\n{broken}\n（一）摸底\n{broken}\n")
    whole = sentence * 6 + "。"
    assert texts(found) == ["一、目标", whole, whole, "（一）摸底", whole]


def test_many_paragraphs_on_one_line(tmp_path: Path) -> None:
    sentence = (
        "各单位要在5月底前完成摸底，形成问题清单，明确责任人和时限，逐项销号，并报送 PDF 文件。" * 3
    )
    line = f"{sentence} 四、步骤 (一)动员部署阶段(5月) {sentence} （二） 落实责任 {sentence}"
    assert texts(read(tmp_path, f"{line}\n")) == [
        sentence, "四、步骤", "(一)动员部署阶段(5月)", sentence, "（二） 落实责任", sentence,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "序号\t事项\t时限\n1\t摸底\t5月底前\n2\t\t6月底前\n",
        "| 序号 | 事项 | 时限 |\n|---|:--|--|\n| 1 | 摸底 | 5月底前 |\n| 2 |  | 6月底前 |\n",
        "┌──┬──┬──┐\n│序号│事项│时限│\n├──┼──┼──┤\n│1│摸底│5月底前│\n│2│ │6月底前│\n└──┴──┴──┘\n",
    ],
)
def test_rows_on_a_line(tmp_path: Path, text: str) -> None:
    (table,) = read(tmp_path, f"分工表\n{text}其他\n").blocks[1:2]
    assert isinstance(table, Table)
    assert table.rows == (("序号", "事项", "时限"), ("1", "摸底", "5月底前"), ("2", "", "6月底前"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        ("\ufeff\u3000\n".encode(), "holds no text"),
        (b"\0\1\2\3" * 50, "no document that can be read"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"Rar!\x1a\x07", "packed"),
        (b"a\n\n" * 30_000, "more than a plan"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_document(file)
    assert "plan.txt" in caught.value.message and caught.value.mend


def test_white_space() -> None:
    assert clean("\u3000\u3000单\u00a0\u2003 位\u200b\ufeff\x07\n\n 甲 ") == "单 位\n甲"
    assert clean("5⽉底前") == "5月底前"  # a radical that looks like the character
    assert one_line("联系电话\n（手机）") == "联系电话（手机）"
    assert one_line("PDF\nWORD") == "PDF WORD"
    assert paragraphs_of("关于印发\n方案的通知\n一、目标\n完成。\n报送。") == [
        "关于印发方案的通知", "一、目标", "完成。", "报送。",
    ]  # fmt: skip
