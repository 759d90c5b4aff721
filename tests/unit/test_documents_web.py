"""Web pages and Markdown as plans: the text without what stands around it."""

import base64
from pathlib import Path

import pytest

from config.errors import InputError
from workflows.documents import Document, Paragraph, Place, Table, read_document

LONG = "各单位要在5月底前完成摸底，形成问题清单，明确责任人和时限，逐项销号，并报送领导小组。"


def read(folder: Path, text: str, name: str, encoding: str = "utf-8") -> Document:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return read_document(file)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


SITE = f"""<!DOCTYPE html>
<html><head><meta charset="CHARSET"><title>某局网站</title>
<meta name="ArticleTitle" content="关于印发护栏整治方案的通知">
<script>var a = "脚本";</script></head>
<body><div class="top"><ul><li><a href="/">首页</a></li><li><a href="/x">公开</a></li></ul></div>
<div class="path">当前位置：<a href="/">首页</a>&gt;<a href="/t">通知</a></div>
<div class="main"><h1>关于印发护栏整治方案的通知</h1><div class="info">发布时间：2031-04-01</div>
<div class="text"><p>各区、<b>县</b>：</p>
<p style="display:none">看不见</p>
<p>&nbsp;&nbsp;一、目标<br>{LONG}</p><p>二、步骤</p><p>{LONG}</p><p>{LONG}</p><p>{LONG}</p>
<ol type="1"><li>摸底
登记</li><li>整改</li></ol><p>5月20日前&#65292;PDF
file</p>
<table><caption>分工表</caption><thead>
<tr><th rowspan="2">单位</th><th colspan="2">时限</th></tr></thead>
<tr><td>摸底</td><td>整改<br/>完成</td></tr><tr><td>北城</td><td></td><td>6月底前</td></tr></table>
</div></div>
<div class="side"><a href="1">相关链接一</a><a href="2">相关链接二</a></div>
<footer>版权所有</footer></body></html>"""


@pytest.mark.parametrize(("said", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030")])
def test_a_page_of_a_site(tmp_path: Path, said: str, encoding: str) -> None:
    found = read(tmp_path, SITE.replace("CHARSET", said), "page.html", encoding)
    assert texts(found) == [
        "关于印发护栏整治方案的通知", "各区、县：", "一、目标", LONG, "二、步骤", *[LONG] * 3,
        "1.摸底登记", "2.整改", "5月20日前，PDF file", "分工表",
    ]  # fmt: skip
    (table,) = (block for block in found.blocks if isinstance(block, Table))
    assert table.rows == (("单位", "时限", ""), ("", "摸底", "整改\n完成"), ("北城", "", "6月底前"))
    assert table.repeated[:2] == (("单位", "时限", "时限"), ("单位", "摸底", "整改\n完成"))


def test_lines_of_source_are_no_lines(tmp_path: Path) -> None:
    text = "<p>5月\n底前报送。填报单位：\n填报人<br>PDF\nfile</p>"
    assert texts(read(tmp_path, text, "page.html")) == ["5月底前报送。填报单位： 填报人PDF file"]


def test_the_title_that_only_the_head_of_a_page_names(tmp_path: Path) -> None:
    found = read(tmp_path, SITE.replace("<h1>", "<!--").replace("</h1>", "-->"), "page.html")
    assert found.blocks[0] == Paragraph("关于印发护栏整治方案的通知", Place(paragraph=1), 1)


def test_a_page_laid_out_by_tables(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{LONG}</p>" for _number in range(8))
    menu = "<td><a href='a'>栏目</a></td>"
    text = f"<html><table><tr>{menu}<td><h2>一、目标</h2>{paragraphs}</td></tr></table></html>"
    found = read(tmp_path, text, "page.txt")  # whatever its name says
    assert texts(found) == ["一、目标", *[LONG] * 8]
    assert isinstance(found.blocks[0], Paragraph) and found.blocks[0].heading == 2


def test_a_page_saved_in_one_file(tmp_path: Path) -> None:
    page = base64.encodebytes("<meta charset=utf-8><p>5月底前报送。</p>".encode("gb18030")).decode()
    archive = (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        "Content-Type: text/html; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
        f"{page}\n--x\nContent-Type: image/png\n\n0\n--x--\n"
    )
    assert texts(read(tmp_path, archive, "plan.doc")) == ["5月底前报送。"]


def test_markdown(tmp_path: Path) -> None:
    text = """---
title: x
---
# **护栏**整治方案

<!-- 说明
-->
一、目标
======

各单位要在5月底前
完成[摸底](http://example.org)。

- 登记 `PDF` 和 *WORD*
1. 整改
   到位
> 总结

| 单位 | 时限 |
|------|:----:|
| 北城 | **6月底前**<br>完成 |
| 南城 |  |
"""
    found = read(tmp_path, text, "plan.md")
    assert found.blocks == (
        Paragraph("护栏整治方案", Place(line=4), 1),
        Paragraph("一、目标", Place(line=8), 1),
        Paragraph("各单位要在5月底前完成摸底。", Place(line=11)),
        Paragraph("登记 PDF 和 WORD", Place(line=14)),
        Paragraph("1.整改到位", Place(line=15)),
        Paragraph("总结", Place(line=17)),
        Table(
            (("单位", "时限"), ("北城", "6月底前\n完成"), ("南城", "")),
            (("单位", "时限"), ("北城", "6月底前\n完成"), ("南城", "")),
            Place(table=1, line=19),
            (19, 21, 22),
        ),
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>" + b"<div>" * 5_000 + b"x", "more than a plan|holds no text"),
        (b"<html>" + b"<b/>" * 400_000, "more than a plan"),
        (b"<html><script>x</script>", "holds no text"),
        (b"<table><tr><td colspan=199>a<td colspan=199>b</table>", "more than a plan"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related;", "without a page"),
        (b'<?xml version="1.0"?><?mso?><w:wordDocument/>', "Word 2003"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "plan.html").write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_document(tmp_path / "plan.html")
