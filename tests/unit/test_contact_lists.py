"""Liaison lists as units fill them in: any order and place of the headings, merged cells, two
people a row, counties under their city, remarks at the end."""

import csv
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from config.errors import InputError, ProblemsError
from tests.support.hostile import ends_within
from tests.support.processes import in_child
from tests.support.sheets import workbook
from workflows.naming import Named
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.people.reading import read_contacts
from workflows.people.rows import ContactRow

ORGANISATION = """\
levels: {city: 市, county: 县}
units:
  - {id: zhengzhou, name: 郑州市, aliases: [郑州, 郑州市交通运输局], level: city,
     mailbox: zhengzhou@example.org}
  - {id: kaifeng, name: 开封市, aliases: [开封], level: city, mailbox: kaifeng@example.org}
  - {id: lankao, name: 兰考县, level: county, mailbox: lankao@example.org}
departments:
  - {id: transport, name: 运管处, mailbox: transport@example.org}
"""
CAMPAIGNS = [Named("elderly-2022", ("推行适老化交通出行服务",))]


@pytest.fixture
def here(tmp_path: Path) -> Organisation:
    file = tmp_path / "organisation.yaml"
    file.write_text(ORGANISATION, encoding="utf-8")
    return read_organisation(file)


def people(
    here: Organisation, folder: Path, rows: Sequence[Any], merged: Sequence[str] = (),
    **given: str,
) -> list[ContactRow]:  # fmt: skip
    file = workbook(folder / "list.xlsx", rows, merged)
    return read_contacts(file, here, CAMPAIGNS, **given)


def short(found: Sequence[ContactRow]) -> list[tuple[str, str, str, str]]:
    return [(one.unit_id, one.role, one.name, one.address) for one in found]


def test_the_list_of_the_first_plan(here: Organisation, tmp_path: Path) -> None:
    """Title and a line above, spaces and brackets in headings, repeated ones, units merged or
    written once, a telephone as a number, full-width letters, remarks."""
    rows = [
        ["附件1"],
        ["推行适老化交通出行服务联络员名单"],
        ["序号", "姓 名", "性 别", "单   位", "职 务", "联系方式\n（手机）", "电子邮箱", "角色",
         "备注"],
        [1, "联络员　甲", "男", "郑州市交通运输局", "科长", 13800000001, "Ａ＠example.org", None,
         "常在"],
        [2, "联络员乙", "女", None, "科员", "0371-0000002 ", "b @ example.org", "Ｂ角"],
        ["序号", "姓 名", "性 别", "单   位", "职 务", "联系方式\n（手机）", "电子邮箱", "角色",
         "备注"],
        [3, "领导丙", None, "开封", "局长", None, "c@example.org", "分管领导"],
        [4],
        [5, "联络员丁", None, None, None, "13800000004", "/"],
        ["备注：1.请于5月底前报送。", None, None, None, None, "x"],
        ["2.不得空缺"],
        ["填表人：戊", None, None, "联系电话：", None, "13800000009"],
    ]  # fmt: skip
    found = people(here, tmp_path, rows, ["A1:I1", "A2:I2", "D7:D9", "A11:I11"])
    assert short(found) == [
        ("zhengzhou", "contact", "联络员甲", "a@example.org"),
        ("zhengzhou", "deputy", "联络员乙", "b@example.org"),
        ("kaifeng", "lead", "领导丙", "c@example.org"),
        ("kaifeng", "contact", "联络员丁", "tel:13800000004;联络员丁"),
    ]
    first = found[0]
    assert (first.gender, first.position, first.phone, first.note) == (
        "男", "科长", "13800000001", "常在",
    )  # fmt: skip
    assert all(one.campaign_id == "" and one.area == "" for one in found)


@pytest.mark.parametrize("two_rows", [True, False])
@pytest.mark.parametrize("merged", [True, False])
def test_two_people_a_row_and_counties_under_their_city(
    here: Organisation, tmp_path: Path, two_rows: bool, merged: bool
) -> None:
    title = [["河南省道路运输电子证照工作联系表"]]
    if two_rows:
        head = [
            ["序号", "省辖市名称", "县区名称", "分管工作\n负责人", None, None, "具体工作\n联系人",
             None, None, "备注"],
            [None, None, None, "姓名", "职务", "联系电话（手机号码）", "姓名", "职务", "联系电话"],
        ]  # fmt: skip
        spans = ["D2:F2", "G2:I2", "A2:A3", "B2:B3", "C2:C3", "J2:J3"]
        names = [["领导甲", "局长", "13800000001"], ["联系人乙", "科员", "13800000002"]]
    else:
        head = [["序号", "省辖市名称", "县区名称", "分管工作\n负责人", "职务", "联系电话（手机）",
                 "具体工作\n联系人", "职务", "联系电话", "备注"]]  # fmt: skip
        spans = []
        names = [["领导甲", "局长", "13800000001"], ["联系人乙", "科员", "13800000002"]]
    rows = [
        *title,
        *head,
        [1, "郑州市", None, *names[0], *names[1]],
        [2, None, "中牟县", None, None, None, "联系人丙", "科员", "13800000003"],
        [3, None, "XX区"],
        [4, "开封市", "兰考县", None, None, None, "联系人丁", "科员", "13800000004"],
        [5, None, "……"],
    ]
    found = people(here, tmp_path, rows, ["A1:J1", *spans] if merged else [])
    assert [(one.unit_id, one.area, one.role, one.name, one.phone) for one in found] == [
        ("zhengzhou", "", "lead", "领导甲", "13800000001"),
        ("zhengzhou", "", "contact", "联系人乙", "13800000002"),
        ("zhengzhou", "中牟县", "contact", "联系人丙", "13800000003"),
        ("lankao", "", "contact", "联系人丁", "13800000004"),
    ]


@pytest.mark.parametrize(
    "above",
    [
        ["郑州市交通运输新业态平台企业抽成", "“阳光行动”联络员信息表"],
        ["联络员信息表", "填报单位（盖章）：郑州市交通运输局      填报时间：5月"],
        ["Unit filling this in (seal): 郑州"],
    ],
)
def test_the_unit_in_the_title(here: Organisation, tmp_path: Path, above: list[str]) -> None:
    rows = [*([line] for line in above), ["姓名", "职务", "科室", "邮箱"],
            ["甲", "科员", "运管处", "a@example.org"]]  # fmt: skip
    found = people(here, tmp_path, rows)
    assert [(one.unit_id, one.area) for one in found] == [("zhengzhou", "运管处")]


def test_a_cell_may_hold_number_and_address(here: Organisation, tmp_path: Path) -> None:
    rows = [["单位", "姓名", "联系方式"], ["郑州", "甲", "13800000001 Jia@example.org"],
            ["郑州", "乙", "yi@example.org；0371-66660000"], ["郑州", "丙", "bing @example.org"],
            ["郑州", "丁", "13800000004ding@example.org"]]  # fmt: skip
    found = people(here, tmp_path, rows)
    assert [(one.address, one.phone) for one in found] == [
        ("jia@example.org", "13800000001"), ("yi@example.org", "0371-66660000"),
        ("bing@example.org", ""), ("ding@example.org", "13800000004"),
    ]  # fmt: skip


def test_the_last_of_several_people_has_the_columns_after_them(
    here: Organisation, tmp_path: Path
) -> None:
    rows = [["市县", "分管领导", "", "联络员", "", "办公电话", "邮箱"],
            ["", "姓名", "电话", "姓名", "手机", "", ""],
            ["开封市", "甲", "13800000001", "乙", "13800000002", "0378-1234567", "yi@example.org"],
            ]  # fmt: skip
    found = people(here, tmp_path, rows, ["A1:A2", "B1:C1", "D1:E1", "F1:F2", "G1:G2"])
    assert [(one.name, one.address, one.phone) for one in found] == [
        ("甲", "tel:13800000001;甲", "13800000001"), ("乙", "yi@example.org", "13800000002"),
    ]  # fmt: skip


def test_the_unit_and_campaign_given(here: Organisation, tmp_path: Path) -> None:
    rows = [["邮箱", "姓名"], ["a@example.org", "甲"]]
    (one,) = people(here, tmp_path, rows, unit="kaifeng", campaign="elderly-2022")
    assert (one.unit_id, one.campaign_id) == ("kaifeng", "elderly-2022")
    with pytest.raises(ProblemsError, match=r"姓名 \(B2\): it is not said of which unit"):
        people(here, tmp_path, rows)
    other = [["邮箱", "姓名", "单位"], ["a@example.org", "甲", "郑州"]]
    with pytest.raises(ProblemsError, match=r"单位 \(C2\): it is of 郑州市, not of 开封市"):
        people(here, tmp_path, other, unit="kaifeng")


def test_sections_are_kept_as_the_list_names_them(here: Organisation, tmp_path: Path) -> None:
    rows = [["姓名", "工作单位", "邮箱"], ["甲", "郑州市交通运输局 运输处", "a@example.org"],
            ["乙", "运管处", "b@example.org"]]  # fmt: skip
    found = people(here, tmp_path, rows)
    assert [(one.unit_id, one.area) for one in found] == [
        ("zhengzhou", "郑州市交通运输局 运输处"),
        ("transport", ""),
    ]


def test_every_fault_with_its_cell(here: Organisation, tmp_path: Path) -> None:
    rows = [
        ["名单"],
        ["姓名", "单位", "角色", "邮箱", "专项工作"],
        ["甲", "郑州市", None, "a@example.org"],
        [None, "郑州市", None, "nobody@example.org"],
        ["乙\n丙", "正州市", "头儿", "not an address", "铁路"],
        ["丁", "开封", "联络员"],
        ["戊", "郑州市", None, "a@example.org"],
    ]
    with pytest.raises(ProblemsError) as caught:
        people(here, tmp_path, rows)
    assert [(one.line, one.field) for one in caught.value.problems] == [
        (4, "姓名 (A4)"), (5, "姓名 (A5)"), (5, "邮箱 (D5)"), (5, "角色 (C5)"), (5, "单位 (B5)"),
        (5, "专项工作 (E5)"), (6, "邮箱 (D6)"), (7, "姓名 (A7)"),
    ]  # fmt: skip
    assert all(one.mend and one.file.endswith("list.xlsx") for one in caught.value.problems)
    assert "did you mean" in str(caught.value) and "姓名 (A3)" in str(caught.value)
    assert caught.value.problems[3].mend == "write one of contact, deputy, lead", "each once"


@pytest.mark.parametrize(
    "rows",
    [[["日期", "事项"], ["5月", "甲"]], [["姓名"], ["甲"]], [["推行联络员名单"], ["甲", "乙"]]],
)
def test_no_list_at_all(here: Organisation, tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(InputError, match="no row with the headings") as caught:
        people(here, tmp_path, rows)
    assert "contacts export --form" in caught.value.mend


def test_empty_forms_hold_nobody(here: Organisation, tmp_path: Path) -> None:
    rows = [["姓名", "单位", "邮箱"], [None, "郑州市", None], ["", "开封市", ""]]
    assert people(here, tmp_path, rows) == []


def read_many(files: Sequence[Path], organisation: Path) -> tuple[list[int], float]:
    """In a process of its own: how many people each file has, and the megabytes at the peak."""
    here = read_organisation(organisation)
    counts = [len(read_contacts(file, here, CAMPAIGNS)) for file in files]
    return counts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_ten_thousand_people_in_seconds_with_a_bounded_memory(
    here: Organisation, tmp_path: Path
) -> None:
    head = ["姓名", "单位", "联系方式", "邮箱"]
    rows: list[list[Any]] = [
        head,
        *(["甲", "郑州市", 10**10 + n, f"{n}@example.org"] for n in range(10_000)),
    ]
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "many.xlsx")
    with (tmp_path / "many.csv").open("w", encoding="gbk") as stream:
        csv.writer(stream).writerows(rows)
    files = [tmp_path / "many.xlsx", tmp_path / "many.csv"]
    with ends_within(30):
        counts, peak = in_child(read_many, files, tmp_path / "organisation.yaml")
    assert counts == [10_000, 10_000]
    assert peak < 200, f"{peak} MB"
