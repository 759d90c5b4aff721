"""Circulars and supervision notices as Word files: what they say, and their layout."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx.oxml.ns import qn

from config.errors import InputError
from config.i18n import set_language, using_language
from config.plain_text import without_controls
from notifications.documents.circular import Circular, write_circular
from notifications.documents.notice import write_notice
from notifications.documents.parts import Attachment, Column, Picture, Section, Table
from tests.support.documents import (
    CIRCULAR,
    NOTICE,
    OVERDUE,
    need_programs,
    opened,
    pages,
    texts,
)
from tests.support.hostile import AWKWARD

BARE = Circular("关于甲的通报", "署名甲", date(2022, 9, 8))


@pytest.fixture(autouse=True)
def chinese() -> None:
    set_language("zh")


def test_a_circular_says_all_in_the_order_of_the_standard() -> None:
    cells = ["序号", "责任单位", "事项名称", "逾期天数", *OVERDUE.rows[0], *OVERDUE.rows[1]]
    assert texts(write_circular(CIRCULAR)) == [
        "河南省交通运输厅",
        "豫交通报〔2022〕15号",
        "关于2022年全省交通运输“阳光政务”\n专项工作进展情况的通报",
        "各省辖市交通运输局、厅机关有关处室：",
        "现将截至2022年9月8日的工作进展情况通报如下。",
        "一、总体情况",
        "应报事项1785项，已报送1312项。",
        "二、逾期未报情况",
        "以下事项逾期未报：",
        "表1　逾期未报事项",
        *cells,
        "（一）迟报情况",
        "汝州市3次。",
        "（二）目标对比",
        "图1　完成情况",
        "三、下一步要求",
        "请于9月15日前完成补报；如已报送请忽略。",
        "特此通报。",
        "附件：1.报送情况一览表",
        "2.目标清单",
        "河南省交通运输厅",
        "2022年9月8日",
        "（联系电话：0371-00000000）",
        "附件1",
        "报送情况一览表",
        "表1　逾期未报事项",
        *cells,
        "抄送：省人民政府办公厅，厅领导。",
        "河南省交通运输厅办公室2022年9月8日印发",
    ]


def test_what_is_empty_is_left_out() -> None:
    assert texts(write_circular(BARE)) == ["关于甲的通报", "署名甲", "2022年9月8日"]
    numbered = replace(BARE, reference="文号甲", attachments=[Attachment("清单")])
    assert texts(write_circular(numbered)) == [
        "文号甲",
        "关于甲的通报",
        "附件：清单",
        "署名甲",
        "2022年9月8日",
    ]


def test_the_page_and_the_type_are_those_of_the_standard() -> None:
    document = opened(write_circular(CIRCULAR))
    page = document.sections[0]
    sizes = [page.page_width, page.page_height, page.top_margin, page.bottom_margin]
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 35]
    assert [round(size.mm) for size in (page.left_margin, page.right_margin)] == [28, 26]
    styles = {one.name: one for one in document.styles}
    kinds = [(font(styles[name]), styles[name].font.size) for name in ("Normal", "公文标题")]
    assert [(name, size.pt) for name, size in kinds] == [("仿宋", 16), ("方正小标宋简体", 22)]
    assert [font(styles[name]) for name in ("一级标题", "二级标题")] == ["黑体", "楷体"]
    line = styles["Normal"].paragraph_format.line_spacing.pt
    assert 28 <= line <= 29 and 22 * line <= (page.page_height.pt - 72 * 72 / 25.4)
    by_name = {one.text: one.style.name for one in document.paragraphs}
    assert by_name["二、逾期未报情况"] == "一级标题"
    assert by_name["（一）迟报情况"] == "二级标题"
    even, odd = page.even_page_footer, page.footer
    assert [one.paragraphs[0].alignment for one in (odd, even)] == [2, 0]  # outside edges


def font(style: Any) -> str:
    return str(style.element.rPr.rFonts.get(qn("w:eastAsia")))


def test_fall_backs_are_named_for_each_font() -> None:
    with zipfile.ZipFile(BytesIO(write_notice(NOTICE))) as archive:
        table = archive.read("word/fontTable.xml").decode()
    for name, other in [
        ("仿宋", "仿宋_GB2312"),
        ("方正小标宋简体", "方正小标宋_GBK"),
        ("黑体", "SimHei"),
    ]:
        after = table.partition(f'w:name="{name}"')[2].partition("</w:font>")[0]
        assert other in after.partition("altName")[2].partition("/>")[0]


def test_a_table_repeats_its_header_and_shares_the_width() -> None:
    table = opened(write_circular(CIRCULAR)).tables[0]
    assert table.style.name == "公文表格"
    assert [len(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows] == [1, 0, 0]
    widths = [cell.width.mm for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(156, abs=0.3)
    assert widths[2] / widths[0] == pytest.approx(4 / 0.6, rel=0.01)
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [1, 0, 0, 2]


def test_many_columns_are_set_small() -> None:
    wide = Table([Column(f"第{number}项") for number in range(12)], [["是"] * 12])
    document = opened(write_circular(replace(BARE, sections=[Section(table=wide)])))
    assert document.tables[0].rows[1].cells[0].paragraphs[0].style.name == "表文（小）"


def test_a_picture_is_no_wider_than_the_text() -> None:
    picture = CIRCULAR.sections[3].picture
    assert picture is not None
    wide = replace(BARE, sections=[Section(picture=replace(picture, width=400))])
    [shape] = opened(write_circular(wide)).inline_shapes
    assert shape.width.mm <= 156.1 and shape.width == shape.height
    for content in (b"", b"no picture", b"<svg/>", picture.content[:20]):
        sections = [Section(picture=Picture(content, "图1"))]
        with pytest.raises(InputError, match="“图1”不是Word能显示的图片"):
            write_circular(replace(BARE, sections=sections))


def test_a_notice_has_what_is_owed_and_a_receipt_to_fill_in() -> None:
    content = write_notice(NOTICE)
    owed, receipt = opened(content).tables
    assert [[cell.text for cell in row.cells] for row in owed.rows] == [
        ["序号", "事项名称", "报送时限", "逾期情况", "提醒和催办情况"],
        ["1", "摸排货运平台公司", "5月31日", "自6月1日起，已逾期100天",
         "5月29日提醒；6月2日催报"],
        ["2", "报送9月工作进展", "9月30日", "", ""],
    ]  # fmt: skip
    first = [row.cells[0].text for row in receipt.rows]
    assert first == [
        "督办通知文号",
        "责任单位",
        "序号",
        "1",
        "2",
        "填报人",
        "审核人（签字）",
        "单位盖章",
    ]
    said = texts(content)
    assert "汝州市交通运输局：" in said and "附件：回执" in said
    assert "请于2022年9月15日前反馈至sunshine@example.org" in said


def test_english() -> None:
    with using_language("en"):
        said = texts(write_notice(NOTICE))
        assert (
            "Please return the attached receipt, filled in and sealed, by 15 September 2022."
            in said
        )
        assert "since 1 June, 100 days" in said
        circular = texts(write_circular(CIRCULAR))
        assert "3. 下一步要求" in circular and "Attachment 1" in circular


def test_the_same_document_has_the_same_bytes() -> None:
    for content, again in [
        (write_circular(CIRCULAR), write_circular(CIRCULAR)),
        (write_notice(NOTICE), write_notice(NOTICE)),
    ]:
        assert content == again
        with zipfile.ZipFile(BytesIO(content)) as archive:
            assert {one.date_time for one in archive.infolist()} == {(2022, 9, 8, 0, 0, 0)}
        about = opened(content).core_properties
        assert about.created == about.modified and about.created.date() == date(2022, 9, 8)
        assert about.author == "河南省交通运输厅" and about.title.startswith("关于")


@pytest.mark.parametrize("text", [*AWKWARD, "{_{ 7*7 }_}", "{%p endfor %}", "a\x07b\x0cc", "a\nb"])
def test_text_stays_text(text: str) -> None:
    table = Table([Column(text)], [[text]], text)
    part = Section(text or "-", [text], table)
    content = write_circular(
        replace(
            BARE, title=text, agency=text, reference=text, addressees=[text], opening=[text],
            sections=[part], closing=[text], note=text, copies=[text], issuer=text,
            attachments=[Attachment(text, [part])], signature=text,
        )
    )  # fmt: skip
    clean = without_controls(text.replace("\r\n", "\n")).replace("\t", " ")
    said = texts(content)
    assert not clean.strip() or said.count(clean) >= 5
    assert "49" not in "".join(said)
    owed = replace(NOTICE.owed[0], what=text, sent=text)
    said = texts(write_notice(replace(NOTICE, unit=text, owed=[owed], answer_to=text)))
    assert not clean.strip() or said.count(clean) >= 3


def test_the_pages_that_libreoffice_makes(tmp_path: Path) -> None:
    need_programs()
    long = replace(CIRCULAR, opening=["督" * 28 * 22 * 2])
    found = pages(
        tmp_path,
        circular=write_circular(CIRCULAR),
        long=write_circular(long),
        notice=write_notice(NOTICE),
    )
    first, *middle, last = found["circular"]
    assert len(found["circular"]) == 4 and "豫交通报〔2022〕15号" in first.replace(" ", "")
    assert "图1完成情况" in "".join(middle).replace(" ", "").replace("　", "")
    foot = [line.replace(" ", "") for line in last.split("\n") if line.strip()][-3:]
    assert foot == [
        "抄送：省人民政府办公厅，厅领导。",
        "河南省交通运输厅办公室2022年9月8日印发",
        "—4—",
    ]
    full = [line.replace(" ", "") for line in found["long"][1].split("\n") if line.strip()]
    assert full == ["督" * 28] * 22 + ["—2—"]  # 22 lines of 28 characters
    assert len(found["notice"]) == 3 and "回执" in found["notice"][2].replace(" ", "")
    for page in (page for document in found.values() for page in document):
        assert "{" not in page and "None" not in page
