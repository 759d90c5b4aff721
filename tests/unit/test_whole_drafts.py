"""A whole draft as its user meets it: nothing of the document is dropped, all stands in order."""

from datetime import date

import pytest

from config.settings import BUNDLED_ORGANISATION
from tests.support.plan_texts import as_document
from workflows.drafting.draft import draft
from workflows.drafting.model import Draft, Outcome
from workflows.drafting.naming import slug
from workflows.drafting.writing import write_draft
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation

TABLE = """2022年桥梁整治行动方案
一、工作要求
全省新建桥梁60座以上。
二、任务分工
|序号|重点任务|责任单位|完成时限|
|1|建立隐患台账|各地|2022年6月底|
|2|开展常态化巡查|各地|长期坚持|
|3|公布典型案例|厅运管处|待定|
|4|安装护栏|郑州市、洛阳市| |
三、其他
|单位|任务数|
|郑州市|12|
|洛阳市|8|
9月底前，各地报送总结。
"""


@pytest.fixture(scope="module")
def province() -> Organisation:
    return read_organisation(BUNDLED_ORGANISATION)


def drafted(text: str, organisation: Organisation) -> Draft:
    return draft(as_document(text), organisation, date(2022, 5, 1))


def test_each_row_of_a_table_is_told_of(province: Organisation) -> None:
    found = drafted(TABLE, province)
    rows = {one.sentence.text: one for one in found.explained}
    assert rows["建立隐患台账，各地，2022年6月底"].outcome is Outcome.DUTY
    assert rows["建立隐患台账，各地，2022年6月底"].sure is not None
    assert rows["开展常态化巡查，各地，长期坚持"].outcome is Outcome.ENCOURAGED
    assert rows["公布典型案例，厅运管处，待定"].outcome is Outcome.ASKED
    assert rows["安装护栏，郑州市、洛阳市"].outcome is Outcome.ASKED
    assert rows["单位，任务数"].outcome is Outcome.ASKED
    text = write_draft(found, province).text
    assert "“待定”: by which day is it due?" in text
    assert "this table was not read" in text
    assert text.index("made no milestone") < text.index("开展常态化巡查，各地，长期坚持")


def test_milestones_and_questions_stand_in_the_order_of_the_document(
    province: Organisation,
) -> None:
    found = drafted(TABLE, province)
    assert [one.title.value[:4] for one in found.duties] == ["新建桥梁", "建立隐患", "报送总结"]
    clauses = [one.sentence.clause for one in found.questions]
    assert clauses == sorted(clauses, key=["", "二", "三"].index), clauses


def test_few_units_are_named_where_they_owe_and_many_have_a_name_that_says_who(
    province: Organisation,
) -> None:
    text = """2022年桥梁整治行动方案
一、任务
6月底前，郑州、洛阳建立台账。
7月底前，郑州、洛阳完成排查。
8月底前，各地（滑县除外）完成整改。
9月底前，各地（滑县除外）完成验收。
10月底前，各省辖市报送总结。
"""
    found = drafted(text, province)
    assert [one.who.value for one in found.duties] == [
        ["郑州市", "洛阳市"], ["郑州市", "洛阳市"], "local-without-huaxian",
        "local-without-huaxian", {"levels": ["prefecture"]},
    ]  # fmt: skip
    assert list(found.groups) == ["local-without-huaxian"]


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        ("驾驶员端是否实时显示抽成比例", "jiashiyuanduan-shifou-shishi-xianshi"),
        ("在当地完成未知的消防设施维护", "dangdi-wancheng-weizhi-xiaofang-sheshi"),
        ("建立健全长效机制", "jianli-jianquan-changxiao-jizhi"),
    ],
)
def test_ids_are_cut_between_words(title: str, id_: str) -> None:
    assert slug(title) == id_


def test_what_a_sentence_says_of_the_campaign_and_what_an_attachment_is_are_told(
    province: Organisation,
) -> None:
    text = """2022年桥梁整治行动方案
一、任务
6月底前，各地报送台账。联系邮箱：bridges@example.org。
附件1
任务分工表
|任务|责任单位|完成时限|
|完成排查|各地|6月、9月|
附件2
任务数分配表
|单位|任务数|
|郑州市|12|
|洛阳市|8|
"""
    found = drafted(text, province)
    told = {one.sentence.text: one.outcome for one in found.explained}
    assert told["联系邮箱：bridges@example.org。"] is Outcome.HEAD
    assert told["附件1 任务分工表"] is Outcome.PART
    assert told["附件2 任务数分配表"] is Outcome.ASKED
    assert [one.title.value for one in found.duties[1:]] == ["完成排查（6月）", "完成排查（9月）"]
    assert "附件2" in {one.sentence.clause for one in found.questions}


def test_who_only_helps_has_no_duty_of_its_own(province: Organisation) -> None:
    text = """2022年桥梁整治行动方案
一、任务
厅运管处于6月底前通报排查情况。省运输中心配合。
"""
    found = drafted(text, province)
    assert [one.title.value for one in found.duties] == ["通报排查情况"]
    assert found.duties[0].departments is not None
    assert found.duties[0].departments.value == ("厅运管处", "省运输中心")
    assert [one.outcome for one in found.explained][-1] is Outcome.PART


def test_no_dated_sentence_is_dropped(province: Organisation) -> None:
    text = """2022年桥梁整治行动方案
一、任务
1.每半年报送一次总结。每周五前报送信息。
2.鼓励各地于9月底前先行试点。2021年12月底前完成普查的不再报送。
3.8月20日前、11月20日前分别报送进展情况。
"""
    found = drafted(text, province)
    told = {one.sentence.text: one.outcome for one in found.explained}
    assert told["每半年报送一次总结。"] is told["每周五前报送信息。"] is Outcome.ASKED
    assert told["鼓励各地于9月底前先行试点。"] is Outcome.ENCOURAGED
    assert told["2021年12月底前完成普查的不再报送。"] is Outcome.ASKED
    assert [one.deliverables[0].value["name"] for one in found.duties] == ["进展情况"] * 2
    assert len(set(found.questions)) == len(found.questions)
    left = write_draft(found, province).left_over
    assert [one.text for one in left] == ["鼓励各地于9月底前先行试点。"]


def test_a_second_plan_in_the_file_is_asked_about_and_its_dates_are_named(
    province: Organisation,
) -> None:
    text = """2022年桥梁整治行动方案
一、准备阶段（3月1日-3月31日）
6月底前，各地完成危桥排查，将排查表（附件1）报送省厅。
附件1
危桥排查表
|桥名|位置|备注|
| | | |
（数据统计截止日期2022年3月底）
2022年隧道整治行动方案
北交路〔2022〕46号
一、工作目标
到2022年底，全省完成隧道整治50座以上。
"""
    found = drafted(text, province)
    asked = [one for one in found.questions if one.sentence.text == "2022年隧道整治行动方案"]
    assert len(asked) == 1
    left = write_draft(found, province).left_over
    assert [one.text for one in left] == ["到2022年底，全省完成隧道整治50座以上。"]
    told = {one.sentence.text: one.outcome for one in found.explained}
    assert told["准备阶段（3月1日-3月31日）"] is Outcome.HEAD


def test_a_year_that_is_not_the_titles_is_asked_about(province: Organisation) -> None:
    plan = as_document("2022年桥梁整治行动方案\n一、任务\n6月底前，各地报送台账。\n")
    found = draft(plan, province, date(2022, 5, 1), year=2031)
    assert "the title says 2022" in next(one.asks for one in found.questions if one.about == "year")
    assert found.head.year.value == 2031


def test_a_duty_is_quoted_as_it_stands(province: Organisation) -> None:
    text = """2022年桥梁整治行动方案
一、任务
8月底前，厅运管处牵头，厅执法局配合，开展“回头看”。
"""
    found = drafted(text, province)
    words = "8月底前，厅运管处牵头，厅执法局配合，开展“回头看”"
    assert [one.sentence.text for one in found.duties] == [words]
    assert f"  # line 3 一：{words}\n" in write_draft(found, province).text
    assert [one.sure for one in found.explained if one.outcome is Outcome.DUTY] != [None]


def test_titles_do_not_say_who(province: Organisation) -> None:
    text = """2022年桥梁整治行动方案
一、任务
8月底前，省厅厅运管处牵头，厅执法局配合，开展桥梁“回头看”。
9月底前，各省辖市要对危桥整改率达到100%，各省辖市要新建桥梁12座以上。
"""
    found = drafted(text, province)
    assert found.duties[0].title.value == "开展桥梁“回头看”"
    titles = [one.value["title"] for duty in found.duties for one in duty.targets]
    assert titles == ["危桥整改率", "新建桥梁"]


def test_a_time_line_without_headings_is_read(province: Organisation) -> None:
    text = """2023年绿色出行行动方案
一、进度安排
|3月10日前|各地制定方案|
|11月20日前|各地报送总结|
|持续推进|引导市民绿色出行|
"""
    found = drafted(text, province)
    assert [(one.due.value, one.title.value) for one in found.duties] == [
        ("3月10日前", "制定方案"), ("11月20日前", "报送总结"),
    ]  # fmt: skip
    assert [one.outcome for one in found.explained][-1] is Outcome.ENCOURAGED
