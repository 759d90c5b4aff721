"""Single passages of a plan and the duties that are read in them."""

from datetime import date
from pathlib import Path

import pytest

from config.settings import BUNDLED_ORGANISATION
from workflows.documents.model import Document, Paragraph, Place, Table
from workflows.drafting.deliverables import deliverables_in
from workflows.drafting.draft import draft
from workflows.drafting.duties import DutiesRead, read_duties
from workflows.drafting.outline import outline
from workflows.drafting.retitling import retitle
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation

LOCAL = {"levels": ["prefecture", "county"]}
CITIES = {"levels": ["prefecture"]}

SCHOOLS = """
levels: {office: 市, county: "县（市、区）"}
units:
  - {id: east, name: 东岭区, level: county, mailbox: east@example.org}
  - {id: west, name: 西湾县, level: county, mailbox: west@example.org}
  - {id: office, name: 市领导小组, level: office, mailbox: office@example.org}
departments:
  - {id: office, name: 市教育局, mailbox: office@example.org}
"""
BRANCHES = """
levels: {corps: 总队, branch: 支队}
units:
  - {id: north, name: 北江支队, level: branch, mailbox: north@example.org}
  - {id: south, name: 南江支队, level: branch, mailbox: south@example.org}
  - {id: corps, name: 总队, level: corps, mailbox: corps@example.org, reminded_through: departments}
departments:
  - {id: safety, name: 总队防火处, mailbox: safety@example.org}
"""
SET_CITIES = """
levels: {province: 省教育厅, city: 设区市}
units:
  - {id: lake, name: 湖州市, level: city, mailbox: lake@example.org}
  - {id: hill, name: 丽水市, level: city, mailbox: hill@example.org}
  - {id: top, name: 省教育厅, level: province, mailbox: top@example.org,
     reminded_through: departments}
departments:
  - {id: office, name: 厅办公室, mailbox: office@example.org}
"""


@pytest.fixture(scope="module")
def henan() -> Organisation:
    return read_organisation(BUNDLED_ORGANISATION)


def read(organisation: Organisation, *lines: str) -> DutiesRead:
    blocks = tuple(Paragraph(line, Place(line=number)) for number, line in enumerate(lines, 1))
    return read_duties(outline(Document("plan.txt", blocks)), organisation, year=2024)


def read_in(tmp_path: Path, organisation: str, *lines: str) -> DutiesRead:
    file = tmp_path / "organisation.yaml"
    file.write_text(organisation, encoding="utf-8")
    return read(read_organisation(file), *lines)


def owed(found: DutiesRead) -> list[tuple[str, object]]:
    named = {key: one.value for key, one in found.groups.items()}
    return [
        (one.due.value, named.get(one.who.value, one.who.value) if isinstance(one.who.value, str)
         else one.who.value)
        for one in found.duties
    ]  # fmt: skip


def test_a_level_is_called_as_the_organisation_calls_it(tmp_path: Path) -> None:
    branches = read_in(tmp_path, BRANCHES, "一、安排", "（一）各支队5月底前完成排查。")
    counties = read_in(tmp_path, SCHOOLS, "一、安排", "（一）各县（市、区）5月底前完成排查。")
    cities = read_in(tmp_path, SET_CITIES, "一、安排", "（一）各设区市教育局5月底前完成排查。")

    assert owed(branches) == [("5月底前", ["北江支队", "南江支队"])]
    assert owed(counties) == [("5月底前", ["东岭区", "西湾县"])]
    assert owed(cities) == [("5月底前", ["湖州市", "丽水市"])]


@pytest.mark.parametrize(
    "line",
    [
        "经研究，决定自即日起至2024年10月，在全省开展整治行动。现将有关事项通知如下：",
        "《工作方案》已经3月6日厅长办公会研究同意，现印发给你们，请抓好落实。",
        "据气象部门预测，6月至8月全省降水量偏多。",
        "兰考县的方案4月18日前并入开封市，不再单独报送。",
    ],
)
def test_what_a_circular_tells_is_no_duty(henan: Organisation, line: str) -> None:
    found = read(henan, line, "一、安排", "（一）5月底前，各地完成排查。")

    assert owed(found) == [("5月底前", LOCAL)]


@pytest.mark.parametrize(
    "line",
    [
        "（一）4月至6月，各地于每月28日前报送进展情况表。",
        "（一）各地于每月28日前（4月至6月）报送进展情况表。",
    ],
)
def test_months_around_a_monthly_duty_are_those_in_which_it_recurs(
    henan: Organisation, line: str
) -> None:
    (duty,) = read(henan, "一、报送", line).duties

    assert duty.kind == "monthly"
    assert duty.first is not None and duty.first.value == "2024-04"
    assert duty.last is not None and duty.last.value == "2024-06"


def test_a_weekly_report_is_asked_about_and_not_due_when_its_months_end(
    henan: Organisation,
) -> None:
    found = read(henan, "一、报送", "（一）6月至9月，各地每周五前报送一周情况。")

    assert not found.duties
    assert "每周五前" in found.questions[0].asks


def test_the_shares_of_a_number_are_one_duty_of_those_that_have_shares(
    henan: Organisation,
) -> None:
    line = "（一）11月底前，全省新建检测点不少于60处，其中郑州市不少于5处，其他省辖市各不少于2处。"
    (duty,) = read(henan, "一、安排", line).duties

    assert duty.who.value == CITIES


def test_what_never_ends_is_no_duty_of_the_stage_that_it_stands_in(henan: Organisation) -> None:
    found = read(
        henan, "一、步骤", "（一）整治阶段（4月1日—9月30日）", "1.各地要常态化开展路面巡查。",
        "2.4月底前，各地完成信息核查。",
    )  # fmt: skip

    assert owed(found) == [("4月底前", LOCAL)]


def test_the_bureau_of_who_was_named_is_nobody_else(henan: Organisation) -> None:
    line = "（一）郑州市、洛阳市运营单位要于6月10日前备齐物资，由市交通运输局组织核验。"

    assert owed(read(henan, "一、安排", line)) == [("6月10日前", ["郑州市", "洛阳市"])]


def test_a_request_is_no_heading(henan: Organisation) -> None:
    line = "（一）各地请于收到本通知之日起7个工作日内确定联络员并反馈。年度总结12月10日前报送。"

    assert len(read(henan, "一、报送", line).duties) == 2


def test_months_that_are_named_are_those_of_what_is_done_each_month(henan: Organisation) -> None:
    found = read(henan, "一、督查", "（一）5月、6月，省厅每月组织一轮暗访。")

    assert owed(found) == [("5月", "省厅"), ("6月", "省厅")]


def test_a_report_three_times_a_month_is_three_duties(henan: Organisation) -> None:
    found = read(henan, "一、报送", "（一）自4月中旬起，各地每月10日、20日、月底前报送进度。")

    dues = [(one.due.value, one.first and one.first.value) for one in found.duties]
    assert dues == [("每月10日前", "2024-05"), ("每月20日前", "2024-04"), ("每月底前", "2024-04")]


def test_numbers_without_a_date_are_due_when_the_whole_ends(henan: Organisation) -> None:
    found = read(
        henan, "一、目标", "整治行动自4月10日开始，至7月20日结束。", "1.全省完工不少于120座。",
        "二、要求", "（一）7月31日前，各地报送总结。",
    )  # fmt: skip

    assert ("7月20日", "省厅") in owed(found)


def test_what_was_reached_in_an_earlier_year_is_no_goal(henan: Organisation) -> None:
    found = read(
        henan, "一、目标", "2023年，全省投诉4.1万件，覆盖率达到91%。到2024年底，办结率达到98%以上。"
    )

    assert [one.due.value for one in found.duties] == ["2024年底"]


def test_a_paragraph_that_begins_with_a_stage_is_of_that_stage(henan: Organisation) -> None:
    found = read(
        henan, "一、步骤", "动员启动（4月）。各地制定实施方案，4月20日前报省厅。",
        "推进实施（5月至10月）。各地开展排查整治。",
    )  # fmt: skip

    assert owed(found) == [("4月20日前", LOCAL), ("5月至10月", LOCAL)]


def test_who_leads_and_who_helps_is_said_in_a_sentence_too(henan: Organisation) -> None:
    found = read(
        henan,
        "一、任务",
        "（一）建设平台。厅运管处牵头，省通信中心配合，7月底前建成平台。",
        "（二）培训演练。由厅执法局牵头，省运输中心配合。各地5月底前完成培训。",
    )

    assert owed(found) == [("7月底前", "省厅"), ("5月底前", LOCAL)]
    assert [one.departments and one.departments.value for one in found.duties] == [
        ("厅运管处", "省通信中心"),
        ("厅执法局", "省运输中心"),
    ]


def test_a_zone_to_which_the_circular_goes_takes_part(henan: Organisation) -> None:
    found = read(
        henan, "关于做好安全工作的通知", "各省辖市、郑州航空港区、省直管县（市）交通运输局：",
        "现将有关事项通知如下：", "一、排查", "（一）各地5月底前完成排查。",
    )  # fmt: skip

    assert owed(found) == [("5月底前", {"levels": ["prefecture", "county", "zone"]})]


def test_notes_stand_in_any_kind_of_bracket(henan: Organisation) -> None:
    found = read(
        henan, "一、任务", "1.改善照明。更换灯具。〔完成时限：8月25日前；责任单位：开封市、洛阳市〕"
    )

    assert owed(found) == [("8月25日前", ["开封市", "洛阳市"])]


def test_a_monthly_report_of_a_stage_ends_with_it(henan: Organisation) -> None:
    found = read(
        henan, "一、步骤", "第一阶段：整治（4月至6月）。各地每月最后一天前报送月报表。",
        "第二阶段：总结（7月）。各地7月20日前报送总结。",
    )  # fmt: skip

    assert [(one.due.value, one.last and one.last.value) for one in found.duties] == [
        ("每月最后一天前", "2024-06"),
        ("7月20日前", None),
    ]


def test_a_row_with_two_months_is_two_duties(henan: Organisation) -> None:
    rows = (("工作内容", "责任单位", "时间"), ("开展交叉执法", "各省辖市", "7月和10月"))
    table = Table(rows, rows, Place(table=1))
    blocks = (Paragraph("一、安排", Place(line=1)), table)
    found = read_duties(outline(Document("plan.txt", blocks)), henan, year=2024)

    assert owed(found) == [("7月", CITIES), ("10月", CITIES)]


def test_a_bracket_without_keys_says_who_and_by_when(henan: Organisation) -> None:
    found = read(
        henan, "一、任务", "1.排查危险路段，建立台账。（各省辖市负责，厅运管处指导，4月底前完成）",
        "2.更新公示牌。（厅执法局牵头，省运输中心配合，5月底前）",
    )  # fmt: skip

    assert owed(found) == [("4月底前", CITIES), ("5月底前", "省厅")]


def test_a_heading_over_nothing_but_notes_says_what_is_done(henan: Organisation) -> None:
    found = read(
        henan, "一、任务", "1．开展服务质量监测", "牵头处室：厅运管处", "完成时限：2024年12月底",
        "2．开展培训", "牵头处室：厅执法局", "完成时限：2024年10月底",
    )  # fmt: skip

    assert [(one.title.value, one.due.value) for one in found.duties] == [
        ("开展服务质量监测", "2024年12月底"),
        ("开展培训", "2024年10月底"),
    ]


def test_what_is_done_by_half_a_year_is_neither_heading_nor_stage(henan: Organisation) -> None:
    found = read(
        henan, "一、任务", "1.改造危桥。上半年完成施工图审查，11月底前完工。各地要加强管理。",
        "2.厅运管处上半年出台管理办法。厅办公室7月15日前下达资金。",
    )  # fmt: skip

    assert [one.due.value for one in found.duties][:2] == ["上半年", "11月底前"]
    assert [one.due.value for one in found.duties][-2:] == ["上半年", "7月15日前"]


def test_dates_before_who_hands_in_are_all_theirs(henan: Organisation) -> None:
    line = "（一）6月28日、9月27日和12月20日前，各地分别将半年、三季度和年度工作情况报省厅。"
    found = read(henan, "一、报送", line)

    assert owed(found) == [("6月28日前", LOCAL), ("9月27日前", LOCAL), ("12月20日前", LOCAL)]


def titles(organisation: Organisation, *lines: str) -> list[str]:
    blocks = tuple(Paragraph(line, Place(line=number)) for number, line in enumerate(lines, 1))
    plan = outline(Document("plan.txt", blocks))
    duties = read_duties(plan, organisation, year=2024).duties
    for duty in duties:
        duty.deliverables = deliverables_in(duty.sentence.text, duty.sentence.place)
    retitle(duties, plan, organisation)
    return [duty.title.value for duty in duties]


def test_a_title_says_what_is_handed_in_and_not_only_to_whom(henan: Organisation) -> None:
    assert titles(
        henan, "一、安排", "（一）责任落实。各地4月20日前公布责任人名单，4月25日前报省厅运管处。",
        "（二）编制方案。各地编制实施方案，5月18日前报省厅审核。",
    ) == ["公布责任人名单", "报送（责任落实）", "编制实施方案"]  # fmt: skip


def test_duties_of_one_title_are_told_apart_by_their_dates(henan: Organisation) -> None:
    line = "（一）各地每月10日、20日前报送进度情况表。"

    assert titles(henan, "一、报送", line) == ["报送进度情况表", "报送进度情况表（每月20日前）"]


def test_the_numbers_of_a_goal_are_one_duty(henan: Organisation) -> None:
    line = "到2024年11月底，全省新开线路不少于150条；新建站台不少于70个；使用率达到90%。"
    (duty,) = read(henan, "一、工作目标", line).duties

    assert len(duty.parts) == 3


def test_other_places_are_all_but_those_that_were_named(henan: Organisation) -> None:
    line = "（一）许昌市、兰考县6月底前实现全覆盖，其他地区年底前实现全覆盖。"
    found = read(henan, "一、任务", line)

    assert owed(found) == [
        ("6月底前", ["许昌市", "兰考县"]),
        ("年底前", {"levels": ["prefecture", "county"], "except": ["许昌市", "兰考县"]}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "本意见自印发之日起施行，有效期至2024年12月31日。",
        "对验收合格的站点，省厅将按照标准给予补助。",
        "其他地区可结合实际探索开展。",
    ],
)
def test_what_holds_or_may_be_done_is_no_duty(henan: Organisation, line: str) -> None:
    found = read(henan, "一、任务", f"（一）各地5月底前完成排查。{line}")

    assert owed(found) == [("5月底前", LOCAL)]


def test_what_recurs_from_then_on_begins_after_the_date_before(henan: Organisation) -> None:
    line = "（一）各地7月15日前完成补录，此后每月10日前更新上月数据。"
    found = read(henan, "一、任务", line, "（二）12月20日前，各地报送总结。")

    (monthly,) = (one for one in found.duties if one.kind == "monthly")
    assert monthly.first is not None and monthly.first.value == "2024-08"


def numbers(organisation: Organisation, line: str) -> tuple[object, list[tuple[object, object]]]:
    blocks = (Paragraph("一、任务", Place(line=1)), Paragraph(line, Place(line=2)))
    drafted = draft(Document("plan.txt", blocks), organisation, date(2024, 1, 5), year=2024)
    (duty,) = drafted.duties
    who = duty.who.value
    who = drafted.groups[who].value if isinstance(who, str) and who in drafted.groups else who
    return who, [(one.value["value"], one.value.get("who")) for one in duty.targets]


def test_who_is_taken_out_of_a_duty_is_not_bound_by_its_numbers(henan: Organisation) -> None:
    line = "（一）除济源市外，各省辖市8月底前至少优化10条线路。"

    assert numbers(henan, line) == (
        {"levels": ["prefecture"], "except": ["济源市"]},
        [(10, None)],
    )


def test_the_number_of_the_others_binds_the_others_alone(henan: Organisation) -> None:
    line = "（一）11月底前，全省新建60处检测点，其中郑州市不少于5处，其他省辖市各不少于2处。"

    who, found = numbers(henan, line)
    assert who == CITIES
    assert found[-2:] == [(5, "郑州市"), (2, {"levels": ["prefecture"], "except": ["郑州市"]})]


def test_a_last_working_day_is_read_as_the_last_day_and_asked_about(henan: Organisation) -> None:
    found = read(henan, "一、报送", "（一）各地在6月、8月的最后一个工作日前报送进展表。")

    assert [one.due.value for one in found.duties] == ["6月底前", "8月底前"]
    assert [one.title.value for one in found.duties] == ["报送进展表（6月）", "报送进展表（8月）"]
    assert "最后一个工作日" in found.questions[0].asks


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("自5月起，各地每月28日前报送进展情况，至9月结束。5月10日前报送名单。", "05", "09"),
        ("各地每月28日前报送进展情况，6月起报，10月止。12月20日前报送总结。", "06", "10"),
        ("5月起，各地每月8日前填报数据，11月填报全年最后一次。12月20日前报送总结。", "05", "11"),
    ],
)
def test_a_monthly_report_ends_when_the_words_say_so(
    henan: Organisation, words: str, first: str, last: str
) -> None:
    found = read(henan, "一、报送", f"（一）{words}").duties
    monthly = [one for one in found if one.kind == "monthly"]
    assert len(found) == 2
    assert [(one.first and one.first.value, one.last and one.last.value) for one in monthly] == [
        (f"2024-{first}", f"2024-{last}")
    ]


def test_units_that_are_excepted_after_the_date(henan: Organisation) -> None:
    found = read(henan, "一、任务", "（一）9月10日前，除郑州市外，各省辖市完成复核。").duties
    assert [(one.due.value, one.who.value) for one in found] == [
        ("9月10日前", {"levels": ["prefecture"], "except": ["郑州市"]})
    ]


def test_a_heading_says_whose_tasks_stand_under_it(henan: Organisation) -> None:
    found = read(
        henan,
        "一、省辖市承担的工作",
        "1.5月10日前，对客运企业逐户建档。",
        "二、高速中心应当完成的任务",
        "1.6月10日前，公布服务区名单。",
    ).duties
    assert [one.who.value for one in found] == [CITIES, "高速中心"]


def test_a_heading_of_its_own_goes_before_who_acted_above(tmp_path: Path) -> None:
    found = read_in(
        tmp_path,
        SCHOOLS,
        "一、任务",
        "1.西湾县5月10日前组建巡查队。",
        "2.东岭区：6月10日前完成清理。",
    ).duties
    assert [one.who.value for one in found] == ["西湾县", "东岭区"]


def test_what_nobody_has_to_do_is_no_duty(henan: Organisation) -> None:
    found = read(
        henan, "一、任务", "（一）8月底前，各省辖市建成共享仓库，洛阳市可与济源市共用，不单独建设。"
    ).duties
    assert [one.title.value for one in found] == ["建成共享仓库"]


def test_who_is_chosen_has_the_tasks_that_follow(henan: Organisation) -> None:
    found = read(
        henan,
        "一、突破（5月至9月）",
        "选择南阳、信阳、永城作为重点地区。重点地区的任务是：",
        "一是5月底前开通线路；",
        "二是7月底前建成共同配送中心。",
        "重点地区以外的市县8月底前更换标识。",
    ).duties
    three = ["南阳市", "信阳市", "永城市"]
    assert [(one.due.value, one.who.value) for one in found] == [
        ("5月底前", three),
        ("7月底前", three),
        ("8月底前", {**LOCAL, "except": three}),
    ]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("省直管县（市）的复核由省运输中心负责，7月底前完成。", "省厅"),
        ("黄河沿线的开封市、濮阳市问题较多，要倒排工期，7月底前完成整治。", ["开封市", "濮阳市"]),
        ("与外省交界的三门峡市、商丘市，7月底前建立联合巡查机制。", ["三门峡市", "商丘市"]),
        ("厅里成立暗访组，7月底前开展一轮暗访。", "省厅"),
        ("中小型站场由所在市县负责，7月底前清理完毕。", LOCAL),
    ],
)
def test_who_stands_elsewhere_in_the_sentence(henan: Organisation, words: str, who: object) -> None:
    found = read(henan, "一、任务", f"（一）{words}").duties
    assert [one.who.value for one in found if one.due.value == "7月底前"][-1] == who


def test_a_paper_by_each_on_a_day_of_its_own(henan: Organisation) -> None:
    words = "总结由各省辖市12月5日前、高速中心12月10日前报送。"
    found = read(henan, "一、报送", f"（一）{words}").duties
    assert [(one.due.value, one.who.value) for one in found] == [
        ("12月5日前", CITIES),
        ("12月10日前", "高速中心"),
    ]


@pytest.mark.parametrize(
    "words",
    ["重大情况要随时报告。", "其他市县的任务另行下达。", "所在地主管部门负责督促落实。"],
)
def test_what_goes_with_a_duty_is_none_of_its_own(henan: Organisation, words: str) -> None:
    found = read(henan, "一、任务", f"（一）各省辖市6月底前完成培训。{words}").duties
    assert [one.title.value for one in found] == ["完成培训"]


def test_each_of_those_before_owes_it(henan: Organisation) -> None:
    words = "开封市负责公路沿线，高速中心负责服务区，11月10日前各自完成清理。"
    found = read(henan, "一、任务", f"（一）{words}").duties
    assert [sorted(one.who.value) for one in found] == [sorted(["开封市", "高速中心"])]


def test_who_may_be_later_owes_it_later(henan: Organisation) -> None:
    words = "各省辖市8月底前完成整治。三门峡市地处山区，可放宽至9月底前。"
    found = read(henan, "一、任务", f"（一）{words}").duties
    assert [(one.due.value, one.who.value) for one in found] == [
        ("8月底前", {**CITIES, "except": ["三门峡市"]}),
        ("9月底前", "三门峡市"),
    ]


def test_the_body_responsible_is_no_note(henan: Organisation) -> None:
    found = read(
        henan,
        "一、验收",
        "10月15日前，责任主体对照标准完成自查。",
        "责任主体要摸清现状，4月25日前报送报告。",
    ).duties
    assert [one.due.value for one in found] == ["10月15日前", "4月25日前"]


@pytest.mark.parametrize(
    "words", ["平台应具备查询、统计等功能。", "调查不得以电话代替。", "各地要发挥主渠道作用。"]
)
def test_what_is_only_demanded_of_a_stage_is_no_duty(henan: Organisation, words: str) -> None:
    found = read(henan, "一、调查（4月）", f"{words}各省辖市4月20日前上报名单。").duties
    assert [one.due.value for one in found] == ["4月20日前"]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("郑州、洛阳以外的省辖市，6月底前完成建设。", {**CITIES, "except": ["郑州市", "洛阳市"]}),
        ("全省物流企业应于6月底前完成注册。", LOCAL),
        ("安阳、濮阳5月底前建成园区，上述两市于6月底前提交报告。", ["安阳市", "濮阳市"]),
        ("省级层面：6月底前出台指导意见。", "省厅"),
        ("除郑州市外，各省辖市5月底前完成建设，郑州市提前至6月底前。", "郑州市"),
    ],
)
def test_units_beyond_above_and_of_a_level(henan: Organisation, words: str, who: object) -> None:
    found = read(henan, "一、任务", f"（一）{words}").duties
    assert [one.who.value for one in found if one.due.value == "6月底前"] == [who]


def test_a_monthly_report_is_first_and_last_due_as_a_bracket_says(henan: Organisation) -> None:
    words = "各地每月10日前报送报表（首次5月，末次11月）。12月20日前报送总结。"
    monthly = read(henan, "一、报送", f"（一）{words}").duties[0]
    assert (monthly.first and monthly.first.value, monthly.last and monthly.last.value) == (
        "2024-05",
        "2024-11",
    )


def test_by_whom_and_the_rest_of_all_named_in_the_sentence(henan: Organisation) -> None:
    words = (
        "该项工作由郑州市率先开展，5月底前完成；洛阳市、南阳市接续开展，7月底前完成；"
        "其余各市10月底前全面铺开。"
    )
    found = read(henan, "一、任务", f"（一）{words}").duties
    assert [one.who.value for one in found] == [
        "郑州市",
        ["洛阳市", "南阳市"],
        {**CITIES, "except": ["郑州市", "洛阳市", "南阳市"]},
    ]


def test_what_others_organise_is_not_theirs(henan: Organisation) -> None:
    found = read(henan, "一、任务", "（一）各省辖市6月底前参加由省厅组织的培训。").duties
    assert [one.who.value for one in found] == [CITIES]


def test_a_leading_office_is_no_place_that_owes(tmp_path: Path) -> None:
    organisation = SCHOOLS.replace("office: 市,", "office: 市领导小组办公室,")
    found = read_in(tmp_path, organisation, "一、任务", "（一）物业企业6月底前完成改造。").duties
    assert [one.who.value for one in found] == [["东岭区", "西湾县"]]
