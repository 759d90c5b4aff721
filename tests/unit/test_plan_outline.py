"""A plan's outline: clauses by number and by counting, headings, attachments, the rest."""

import pytest

from tests.support.plan_texts import as_document
from workflows.documents.model import Document, Paragraph, Place, Table
from workflows.drafting.numbering import chinese, chinese_value
from workflows.drafting.outline import outline

PLAN = """
2024年校园食品安全提升行动
实施方案
为保障师生饮食安全，制定本方案。
一、总体要求
坚持预防为主。
二、重点任务
（一）排查隐患。各县区于3月底前完成排查。
（二）培训人员
1.培训食堂负责人。4月底前，各市组织培训。
2.5月底前，各市组织考核；
（三）整治阶段（4月1日-6月30日）
各校开展整改。
三、工作要求
（一）加强领导。各地要成立专班。
联系人：李某
邮 箱：shipin@example.org
附件：1.联络员名单
2.整改台账
附件1
联络员名单
姓名：
附 件 2
2024年校园食品安全
整改台账
|序号|问题|
"""

UNNUMBERED = """
河段治理计划
为治理河道，制定本计划。
工作目标
6月底前清淤5公里，水质稳定达到三类。
重点任务
排查入河排口
各县开展排查，逐一登记造册，形成清单并销号管理，做到底数清楚。
（二）开展清淤
各县开展清淤，逐段验收，做到河道畅通、岸坡整洁、水面清澈。
保障措施
各县落实经费。
"""


def test_clauses_are_cited_as_in_the_plan() -> None:
    found = outline(as_document(PLAN))

    assert [(one.clause, one.heading, one.text) for one in found.passages][1:6] == [
        ("二（一）", "排查隐患", "各县区于3月底前完成排查。"),
        ("二（二）1", "培训食堂负责人", "4月底前，各市组织培训。"),
        ("二（二）2", "", "5月底前，各市组织考核；"),
        ("二（三）", "", "各校开展整改。"),
        ("三（一）", "加强领导", "各地要成立专班。"),
    ]
    assert found.passages[2].chain == ("重点任务", "培训人员")
    assert [one.clause for one in found.headings] == ["一", "二", "二（二）", "二（三）", "三"]
    assert len(found.head) == 3
    assert len(found.tail) == 4


def test_attachments_have_their_titles_and_blocks() -> None:
    first, second = outline(as_document(PLAN)).attachments

    assert (first.number, first.title) == ("附件1", "联络员名单")
    assert (second.number, second.title) == ("附件2", "2024年校园食品安全整改台账")
    assert isinstance(second.blocks[0], Table)


def test_sections_without_numbers_are_counted_in_order() -> None:
    found = outline(as_document(UNNUMBERED))

    assert [one.clause for one in found.headings] == [
        "一", "二", "二（一）", "二（二）", "三",
    ]  # fmt: skip
    assert [one.clause for one in found.passages] == ["一", "二（一）", "二（二）", "三"]


def test_styles_make_headings() -> None:
    lines = (
        ("防汛方案", 1),
        ("目标", 2),
        ("各镇6月前完成。", 0),
        ("任务", 2),
        ("清淤", 3),
        ("好。", 0),
    )
    document = Document(
        "plan.docx",
        tuple(Paragraph(text, Place(paragraph=n), level) for n, (text, level) in enumerate(lines)),
    )

    found = outline(document)

    assert [block.text for block in found.head if isinstance(block, Paragraph)] == ["防汛方案"]
    assert [one.clause for one in found.passages] == ["一", "二（一）"]


def test_a_plan_attached_to_a_circular_is_the_body() -> None:
    circular = "关于印发实施方案的通知\n各市水利局：\n现将方案印发给你们，请认真执行。\n附件\n"
    found = outline(as_document(circular + PLAN.replace("各校开展", "各校逐项开展" * 20)))

    assert {one.clause for one in found.passages} >= {"一", "二（一）"}


def test_articles_stand_in_chapters() -> None:
    text = "节水办法\n第一章 总则\n第一条 为节水，制定本办法。\n第二章 职责\n第二条 各县编制计划。"

    assert [one.clause for one in outline(as_document(text)).passages] == [
        "第一章第一条",
        "第二章第二条",
    ]


@pytest.mark.parametrize("value", [1, 9, 10, 11, 20, 21, 99])
def test_chinese_numbers(value: int) -> None:
    assert chinese_value(chinese(value)) == value


def test_attachments_may_be_called_tables() -> None:
    text = "一、任务\n各地落实。\n附表：1.名单\n2.台账\n附表1\n名单\n姓名：\n附表2\n台账\n|序号|"

    found = outline(as_document(text)).attachments

    assert [(one.number, one.title) for one in found] == [("附表1", "名单"), ("附表2", "台账")]


def test_attachments_may_begin_with_their_title() -> None:
    text = (
        "一、任务\n各地落实。\n附件1：名单\n附件2：台账\n附件1：名单\n|姓名|\n附件2：台账\n|序号|"
    )

    found = outline(as_document(text)).attachments

    assert [(one.number, one.title) for one in found] == [("附件1", "名单"), ("附件2", "台账")]
