"""Attachments as forms: lists, grids and records; what is filled in is none."""

from collections.abc import Sequence
from typing import Any

import pytest

from workflows.documents.model import Paragraph, Place, Table
from workflows.drafting.attachments import Attachment
from workflows.drafting.contacts import contact_sheet
from workflows.drafting.forms import Attached, read_attachment
from workflows.drafting.naming import Names, slug

Rows = Sequence[tuple[str, ...]]


def attached(title: str, rows: Rows, *, repeated: Rows | None = None, **around: str) -> Attached:
    blocks: list[Any] = [Table(tuple(rows), tuple(repeated or rows), Place(table=1))]
    if above := around.get("above"):
        blocks.insert(0, Paragraph(above, Place(line=1)))
    blocks += [Paragraph(line, Place(line=9)) for line in around.get("below", "").splitlines()]
    return read_attachment(Attachment("附件2", title, Place(line=1), tuple(blocks)))


def form(title: str, rows: Rows, **more: Any) -> dict[str, Any]:
    found = attached(title, rows, **more).form
    assert found is not None
    return found.value


def _blank(columns: int, rows: int) -> Rows:
    return [("",) * columns] * rows


def titles(fields: list[dict[str, Any]]) -> list[str]:
    return [one["title"] for one in fields]


def test_a_list_with_header_and_notes() -> None:
    found = form(
        "XX市（县）X月危桥整治情况表",
        [
            ("序号", "桥梁\n名称", "是否完工", "完成率", "投资额（万元）", "完工日期"),
            *[("",) * 6] * 12,
        ],
        above="填报单位（盖章）：        填报日期：    年  月  日",
        below="注：1.每座桥填一行。\n2.日期填到日。",
    )
    assert found["title"] == "{unit}{month}危桥整治情况表"
    assert (found["shape"], found["numbered"], found["blank_rows"]) == ("rows", True, 12)
    assert titles(found["columns"]) == [
        "桥梁名称", "是否完工", "完成率", "投资额（万元）", "完工日期",
    ]  # fmt: skip
    assert [one.get("type") for one in found["columns"]] == [
        None, "yes_no", "percent", "number", "date",
    ]  # fmt: skip
    assert found["header"][0]["prefilled"] == "unit"
    assert found["header"][1]["prefilled"] == "today"
    assert found["notes"] == ["每座桥填一行。", "日期填到日。"]


def test_merged_headings_and_headings_that_stand_twice() -> None:
    blank = ("",) * 5
    found = form(
        "人员统计表",
        [("单位", "负责人", "", "联系人", ""), ("", "姓名", "电话", "姓名", "电话"), blank],
        repeated=[("单位", "负责人", "负责人", "联系人", "联系人"),
                  ("单位", "姓名", "电话", "姓名", "电话"), blank],
    )  # fmt: skip
    assert titles(found["columns"]) == [
        "单位", "负责人姓名", "负责人电话", "联系人姓名", "联系人电话",
    ]  # fmt: skip
    flat = form("人员统计表", [("单位", "负责人", "电话", "联系人", "电话"), blank])
    assert titles(flat["columns"])[2::2] == ["负责人电话", "联系人电话"]


def test_a_grid_and_a_record() -> None:
    grid = form(
        "进展情况表",
        [("", "公路", "水路"), ("工作进展", "", ""), ("存在问题", "", ""), ("下一步计划", "", "")],
    )
    assert (grid["shape"], titles(grid["columns"])) == ("grid", ["公路", "水路"])
    assert titles(grid["rows"]) == ["工作进展", "存在问题", "下一步计划"]
    record = form("信息登记表", [("单位", "", "地址", ""), ("联系人", "", "电话", "")])
    assert (record["shape"], titles(record["fields"])) == (
        "record", ["单位", "地址", "联系人", "电话"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [("序号", "地市", "数量"), ("1", "甲市", "29"), ("2", "乙市", "3")],
        [("类别", "标准"), ("一类", "不低于三级"), ("二类", "不低于二级")],
    ],
)
def test_data_is_no_form(rows: Rows) -> None:
    found = attached("标准和数量", rows)
    assert (found.form, found.contacts, found.asks) == (None, [], [])


def test_a_list_of_people_is_for_the_contacts() -> None:
    rows = [("姓名", "单位", "联系方式"), ("梁某某", "郑州市", "=13800000000")]
    found = attached("联络员名单", rows)
    assert found.form is None
    assert contact_sheet(found.contacts).splitlines() == [
        "姓名,单位,联系方式", "梁某某,郑州市, =13800000000",
    ]  # fmt: skip
    assert attached("联络员名单", [rows[0], ("", "", "")]).form is not None


def test_what_cannot_be_read_is_asked() -> None:
    picture = read_attachment(Attachment("附件1", "情况统计表", Place(line=1), ()))
    assert [one.sentence.text for one in picture.asks] == ["附件1 情况统计表"]
    sample = read_attachment(Attachment("附件1", "印章式样", Place(line=1), ()))
    assert sample.asks == []


def test_ids_are_words_and_stand_once() -> None:
    assert slug("2022年报送年度工作总结") == "baosong-niandu-gongzuo-zongjie"
    assert slug("联络员信息表（PDF）") == "lianluoyuan-xinxibiao-pdf"
    names = Names()
    assert [names.name("总结", "x"), names.name("总结", "x"), names.name("。", "duty")] == [
        "zongjie", "zongjie-2", "duty",
    ]  # fmt: skip


def test_labels_above_and_below_the_table_are_its_header() -> None:
    found = form(
        "安全隐患统计表",
        [("序号", "企业名称"), ("1", "")],
        above="填报单位：（盖章）      填报日期：2022年  月  日",
        below="填表人：      审核人：      联系电话：",
    )
    assert titles(found["header"]) == ["填报单位", "填报日期", "填表人", "审核人", "联系电话"]


def test_a_row_of_labels_without_colons_stands_above_the_headings() -> None:
    found = form(
        "食品安全自查情况表",
        [
            ("填报单位", "", "填报时间", ""),
            ("学校名称", "食堂数", "整改率", "备注"),
            ("", "", "", ""),
        ],
    )
    assert titles(found["header"]) == ["填报单位", "填报时间"]
    assert titles(found["columns"]) == ["学校名称", "食堂数", "整改率", "备注"]


def test_more_columns_than_a_form_may_have_are_asked_about() -> None:
    names = tuple(f"第{n}项指标" for n in range(53))
    found = attached("统计表", [names, ("",) * 53])
    assert found.form is not None
    assert len(found.form.value["columns"]) == 50
    assert [one.asks.rpartition(": ")[2] for one in found.asks] == [
        "第50项指标, 第51项指标, 第52项指标"
    ]
