"""Word files as plans: what Word shows is read, numbers of lists above all."""

from pathlib import Path

import pytest
from docx import Document as WordDocument

from config.errors import InputError
from config.i18n import using_language
from tests.support.plan_files import cell, level, listed, numbering, p, packed, parts, table
from workflows.documents import Document, Paragraph, Place, Table, read_document
from workflows.documents.numerals import numeral


def read(folder: Path, body: str, numbers: str = "", styles: str = "") -> Document:
    file = folder / "plan.docx"
    file.write_bytes(packed(parts(body, numbers, styles)))
    return read_document(file)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def only_table(document: Document) -> Table:
    (found,) = (block for block in document.blocks if isinstance(block, Table))
    return found


def test_what_an_office_program_writes(tmp_path: Path) -> None:
    word = WordDocument()
    word.add_paragraph("2031年护栏整治方案")
    word.add_heading("一、目标", 1)
    grid = word.add_table(2, 3)
    grid.cell(0, 0).merge(grid.cell(1, 0)).text = "北城"
    grid.cell(0, 1).merge(grid.cell(0, 2)).text = "时限"
    word.add_paragraph("完成。")
    word.save(str(tmp_path / "plan.docx"))
    assert read_document(tmp_path / "plan.docx").blocks == (
        Paragraph("2031年护栏整治方案", Place(paragraph=1)),
        Paragraph("一、目标", Place(paragraph=2), heading=1),
        Table(
            (("北城", "时限", ""), ("", "", "")),
            (("北城", "时限", "时限"), ("北城", "", "")),
            Place(table=1),
        ),
        Paragraph("完成。", Place(paragraph=3)),
    )


OUTLINE = numbering(
    level(0, "chineseCounting", "%1、"),
    level(1, "chineseCountingThousand", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimalEnclosedCircle", "%4"),
    level(4, "decimal", "%1.%5", "<w:isLgl/>"),
    uses='<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="5"/></w:lvlOverride></w:num>',
)


def test_numbers_that_word_counts(tmp_path: Path) -> None:
    body = (
        p("目标", listed(1)) + p("任务", listed(1)) + p("宣传", listed(1, 1))
        + p("摸底", listed(1, 1)) + p("登记", listed(1, 2)) + p("2031年起上报", listed(1, 2))
        + p("逐条", listed(1, 3))
        + p("整改", listed(1, 1)) + p("复核", listed(1, 2)) + p("总结", listed(1, 4))
        + p("没有编号", listed(0)) + p("另起", listed(2))
        + p("接着", listed(2)) + p("子项", listed(2, 1)) + p("又起", listed(2))
        + p("越级", listed(2, 2)) + p("回头", listed(2, 1))
    )  # fmt: skip
    assert texts(read(tmp_path, body, OUTLINE)) == [
        "一、目标", "二、任务", "（一）宣传", "（二）摸底", "1.登记", "2. 2031年起上报", "①逐条",
        "（三）整改", "1.复核", "2.1 总结", "没有编号", "五、另起", "六、接着", "（一）子项",
        "七、又起", "1.越级", "（二）回头",
    ]  # fmt: skip


def test_numbers_and_headings_of_styles(tmp_path: Path) -> None:
    styles = """
      <w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 1"/>
        <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
      <w:style w:type="paragraph" w:styleId="b"><w:name w:val="我的"/>
        <w:basedOn w:val="a"/></w:style>
      <w:style w:type="paragraph" w:styleId="c"><w:name w:val="小标题"/>
        <w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
      <w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>"""
    numbers = numbering(level(0, "japaneseCounting", "第%1章", '<w:pStyle w:val="a"/>'))
    body = (
        p("总则 1", '<w:pStyle w:val="t"/>') + p("总则", '<w:pStyle w:val="a"/>')
        + p("分则", '<w:pStyle w:val="b"/>') + p("一节", '<w:pStyle w:val="c"/>')
        + p("二节", '<w:outlineLvl w:val="2"/>')
    )  # fmt: skip
    found = read(tmp_path, body, numbers, styles).blocks
    assert [(one.text, one.heading) for one in found if isinstance(one, Paragraph)] == [
        ("第一章 总则", 1), ("第二章 分则", 1), ("一节", 2), ("二节", 3),
    ]  # fmt: skip


def test_tracked_changes_hidden_text_and_fields(tmp_path: Path) -> None:
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    body = (
        "<w:p><w:r><w:t>5月</w:t></w:r><w:del><w:r><w:delText>底</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>20日</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
        "<w:r><w:t>前</w:t><w:footnoteReference w:id='1'/></w:r>"
        f"{field.format('begin')}<w:r><w:instrText>DATE</w:instrText></w:r>"
        f"{field.format('separate')}<w:r><w:t>报送</w:t></w:r>{field.format('end')}</w:p>"
        + p("各单位要", "<w:rPr><w:del/></w:rPr>") + p("落实。")
        + "<w:p><w:r><w:t>印发</w:t><w:br/><w:t>方案</w:t></w:r></w:p>"
    )  # fmt: skip
    assert texts(read(tmp_path, body)) == ["5月20日前报送", "各单位要落实。", "印发方案"]


def test_boxes_and_content_controls(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
        + table(cell(p("框一") + p("框二")))
    )  # fmt: skip
    found = read(tmp_path, body)
    assert texts(found) == ["正文", "框内", "控件", "框一", "框二"]


def test_cells(tmp_path: Path) -> None:
    """Merged ones, ones numbered by Word, a table in one, rows that were deleted."""
    numbers = numbering(level(0, "decimal", "%1"))
    down, down_begins = "<w:vMerge/>", '<w:vMerge w:val="restart"/>'
    body = table(
        cell("序号") + cell(p("责任") + p("单位"), '<w:gridSpan w:val="2"/>'),
        cell(p("", listed(1))) + cell("北城", down_begins) + cell("甲"),
        cell(p("", listed(1))) + cell("", down) + cell(table(cell("乙") + cell("丙"))),
        "<w:trPr><w:del/></w:trPr>" + cell("删"),
        '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("") + cell("丁"),
    )
    found = only_table(read(tmp_path, body, numbers))
    assert found.rows == (
        ("序号", "责任\n单位", ""), ("1", "北城", "甲"), ("2", "", "乙 丙"), ("", "", "丁"),
    )  # fmt: skip
    assert found.repeated[0] == ("序号", "责任\n单位", "责任\n单位")
    assert found.repeated[2] == ("2", "北城", "乙 丙")


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("chineseCounting", 10, "十"), ("chineseCounting", 18, "十八"),
        ("chineseCountingThousand", 20, "二十"), ("chineseCountingThousand", 105, "一百零五"),
        ("chineseLegalSimplified", 12, "壹拾贰"), ("ideographDigital", 10, "一〇"),
        ("decimalEnclosedCircle", 21, "㉑"), ("decimalEnclosedCircle", 51, "51"),
        ("decimalFullWidth", 12, "１２"), ("decimalZero", 7, "07"), ("upperRoman", 14, "XIV"),
        ("lowerLetter", 28, "bb"), ("ideographTraditional", 2, "乙"), ("unheard-of", 3, "3"),
    ],
)  # fmt: skip
def test_numerals(form: str, number: int, shown: str) -> None:
    assert numeral(number, form) == shown


PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="w"><wp:extent cx="5000000" cy="7000000"/>'
    '<a:blip xmlns:a="a"/></wp:inline></w:drawing></w:r></w:p>'
)


def test_pictures_are_noted(tmp_path: Path) -> None:
    with using_language("en"):
        found = read(tmp_path, p("正文") + PICTURE)
    assert found.notes == ("pictures or embedded objects that were not read: 1",)


SOUND = parts(p("甲"))
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]><w:document/>'
DEEP = b"<a>" * 60 + b"</a>" * 60


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (packed(SOUND)[:300], "is damaged"),
        (packed({**SOUND, "word/document.xml": DOCTYPE}), "is damaged"),
        (packed({**SOUND, "word/document.xml": DEEP}), "is damaged"),
        (packed({**SOUND, "word/document.xml": b"<w:document/>"}), "is damaged"),
        (packed({**SOUND, "word/document.xml": b"<a>" + b"<b/>" * 600_000 + b"</a>"}), "a plan"),
        (packed({**SOUND, "word/document.xml": b"<a>" + b" " * 70_000_000 + b"</a>"}), "a plan"),
        (packed({**SOUND, "word/vbaProject.bin": b"x"}), "macros"),
        (packed(parts(p(" "))), "holds no text"),
        (packed(parts(PICTURE)), "pictures alone"),
        (packed({"xl/workbook.xml": b"<a/>"}), "is a workbook"),
        (packed({"OFD.xml": b"<a/>"}), "is an OFD file"),
        (packed({"readme.txt": b"a"}), "packed folder"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "password"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le"), "is a workbook or"),
        (packed(parts(table(cell("a") * 300 + cell("b")))), "more than a plan"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "plan.docx").write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_document(tmp_path / "plan.docx")
    assert "plan.docx" in caught.value.message and caught.value.mend
