"""Sentences of plans: who, by when, joined and told apart, what is asked. General official words;
the places do not exist."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.draft import PLANS
from tests.support.plan_texts import as_document
from workflows.drafting.departments import read_offices
from workflows.drafting.duties import DutiesRead, read_duties
from workflows.drafting.model import Outcome
from workflows.drafting.notes import read_notes
from workflows.drafting.outline import outline
from workflows.drafting.places import Places, selector_of
from workflows.drafting.sentences import parts_in, sentences_in
from workflows.drafting.titling import LONGEST, title_of
from workflows.drafting.who import Actors
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.selectors import Selector, select

CITIES = {"levels": ["prefecture"]}
LOCAL = {"levels": ["prefecture", "county"]}


@pytest.fixture(scope="module")
def province() -> Organisation:
    return read_organisation(PLANS / "organisation.yaml")


def read(organisation: Organisation, *lines: str) -> DutiesRead:
    text = "\n".join(["整治工作方案", "一、重点任务", *lines])
    return read_duties(outline(as_document(text)), organisation, year=2025)


def found(read: DutiesRead) -> list[tuple[str, Any, str]]:
    groups = {key: one.value for key, one in read.groups.items()}
    return [
        (
            one.due.value,
            groups.get(one.who.value, one.who.value)
            if isinstance(one.who.value, str)
            else one.who.value,
            one.title.value,
        )
        for one in read.duties
    ]


def test_sentences_are_not_cut_in_brackets() -> None:
    one, two = sentences_in("报送总结（含经验。数据；问题）；再报。明确“三个。一”批次！")

    assert [part.text for part in parts_in(one)] == ["报送总结（含经验。数据；问题）", "再报。"]
    assert two.text == "明确“三个。一”批次！"


@pytest.mark.parametrize(
    ("clause", "selector"),
    [
        ("各地要组织排查", LOCAL),
        ("各市州水利局要组织排查", CITIES),
        ("临江、安坪两市要率先完成", ["临江市", "安坪市"]),
        ("各市州、省直管县教育局报送名单", LOCAL),
        ("各省直管县要主动对接", ["禾水县", "枫台县"]),
        ("省教育厅组织培训", "省厅"),
        ("厅安全处负责统计", "省厅"),
        ("省检测院开展抽检", "省检测院"),
        ("全省创建示范食堂", "省厅"),
        ("供水企业要完成改造", LOCAL),
        ("由省厅牵头组织验收", "省厅"),
    ],
)
def test_who_acts(province: Organisation, clause: str, selector: Any) -> None:
    places = Places(province)
    actor = Actors(places).find(clause)

    assert actor is not None
    assert selector_of(actor.units, places) == selector


@pytest.mark.parametrize(
    "clause", ["对各地开展督导", "鼓励各市州先行", "督促企业整改", "组织各市州窗口人员培训"]
)
def test_who_is_spoken_of_does_not_act(province: Organisation, clause: str) -> None:
    assert Actors(Places(province)).find(clause) is None


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_selector_picks_exactly_its_units(data: st.DataObject) -> None:
    organisation = read_organisation(PLANS / "organisation.yaml")
    places = Places(organisation)
    units = data.draw(st.sets(st.sampled_from(sorted(organisation.by_id)), min_size=1))

    picked = select(Selector.model_validate(selector_of(units, places)), organisation, {})

    assert {unit.id for unit in picked} == units


def test_a_place_that_is_not_known_is_asked_about(province: Organisation) -> None:
    read_ = read(province, "（一）临江市、安平市5月底前完成改造。")

    assert found(read_) == [("5月底前", "临江市", "完成改造")]
    assert "安坪" in read_.questions[0].asks


def test_an_undated_sentence_takes_the_date_before_it(province: Organisation) -> None:
    read_ = read(
        province, "（一）6月底前，省厅印发标准。各市州组织培训。鼓励各地探索创新。要及时通报。"
    )

    assert found(read_) == [
        ("6月底前", "省厅", "印发标准"),
        ("6月底前", CITIES, "组织培训"),
    ]
    assert read_.duties[1].due.sure == "likely"


def test_dates_do_not_pass_from_paragraph_to_paragraph(province: Organisation) -> None:
    read_ = read(province, "（一）宣传", "6月底前，省厅制作海报。", "各市州要广泛张贴。")

    assert [title for _due, _who, title in found(read_)] == ["制作海报"]


def test_the_time_of_an_item_holds_for_each_that_acts_in_it(province: Organisation) -> None:
    read_ = read(
        province,
        "1.排查。各市州要定期检查。要建立台账。省厅将适时组织抽查。（完成时间：7月底前；责任部门：厅安全处、基础处）",
    )

    assert found(read_) == [("7月底前", CITIES, "定期检查"), ("7月底前", "省厅", "组织抽查")]
    departments = read_.duties[0].departments
    assert departments is not None
    assert departments.value == ("安全处", "基础处")


def test_papers_and_dates_pair_up(province: Organisation) -> None:
    read_ = read(province, "（一）各市州部署情况和工作总结分别于6月3日和10月31日前报送。")

    assert found(read_) == [
        ("6月3日前", CITIES, "报送部署情况"),
        ("10月31日前", CITIES, "报送工作总结"),
    ]


def test_units_and_dates_pair_up(province: Organisation) -> None:
    read_ = read(province, "（一）临江市、安坪市分别于5月底、7月底前建成示范路段。")

    assert [(due, who) for due, who, _title in found(read_)] == [
        ("5月底前", "临江市"),
        ("7月底前", "安坪市"),
    ]


def test_a_later_date_in_a_sentence_is_a_duty_of_its_own(province: Organisation) -> None:
    read_ = read(province, "（一）7月底前，省厅开展检查，对问题进行通报，8月底前督促整改到位。")

    assert [due for due, _who, _title in found(read_)] == ["7月底前", "8月底前"]


def test_making_and_handing_in_a_plan_are_one_duty(province: Organisation) -> None:
    read_ = read(
        province,
        "（一）部署。5月底前，各市州要制定工作方案，明确联系人。",
        "（二）报送。各市州于5月底前报送工作方案；每月5日前报送进展情况。",
    )

    assert found(read_)[0] == ("5月底前", CITIES, "报送工作方案")
    assert read_.duties[0].sentence.clause == "一（一）；一（二）"
    assert len(read_.duties) == 2


def test_a_stage_gives_its_span_and_definite_acts_its_end(province: Organisation) -> None:
    read_ = read(
        province,
        "（一）试点阶段（5月6日-6月20日）",
        "各市州要组织做好培训，报送试点经验。省厅不断完善系统，印发《管理办法》。",
        "（二）推广阶段（6月21日-9月30日）",
        "省厅7月底前下发手册。各市州全面推广系统应用。",
    )

    assert [(one.kind, one.due.value) for one in read_.duties] == [
        ("phase", "5月6日-6月20日"),
        ("once", "2025-06-20"),
        ("phase", "5月6日-6月20日"),
        ("once", "2025-06-20"),
        ("once", "7月底前"),
        ("phase", "6月21日-9月30日"),
    ]
    assert [(one.title.value, one.end and one.end.value) for one in read_.stages] == [
        ("试点阶段", "2025-06-20"),
        ("推广阶段", "2025-09-30"),
    ]


def test_numbers_without_a_date_are_due_when_all_is_complete(province: Organisation) -> None:
    read_ = read(
        province,
        "（一）全省新增病床不少于500张。",
        "（二）各市州新增病床至少50张。",
        "（三）10月底前，省厅开展评估，全面完成目标任务。11月，省厅总结经验。",
    )

    last = read_.duties[-1]
    assert (last.due.value, last.due.sure, last.who.value) == ("10月底前", "guess", CITIES)
    assert len(read_.duties) == 3


def test_a_dated_sentence_without_a_duty_is_asked_about(province: Organisation) -> None:
    read_ = read(province, "（一）教育部于5月底前印发标准。")

    assert not read_.duties
    assert [one.outcome for one in read_.explained][-1] is Outcome.ASKED
    assert "5月底前" in read_.questions[0].asks


def test_a_table_of_tasks_is_read_by_rows(province: Organisation) -> None:
    read_ = read(
        province,
        "（一）分工如下：",
        "|序号|工作任务|完成时限|责任单位|",
        "|1|开展水源评估|2025年4月底|各市州、省检测院|",
        "|2|发布公报|12月20日前|安全处|",
        "|3|日常监测|长期坚持|省检测院|",
    )

    assert found(read_) == [
        ("2025年4月底", {"union": [CITIES, "省检测院"]}, "开展水源评估"),
        ("12月20日前", "省厅", "发布公报"),
    ]


def test_a_line_that_heads_a_list_gives_it_its_date_and_actor(province: Organisation) -> None:
    read_ = read(
        province,
        "（一）4月底前，各市州完成以下工作：",
        "1.建立台账。",
        "2.开展培训。",
        "3.省厅印发指南。",
    )

    assert found(read_) == [
        ("4月底前", CITIES, "建立台账"),
        ("4月底前", CITIES, "开展培训"),
        ("4月底前", "省厅", "印发指南"),
    ]
    assert [one.sentence.clause for one in read_.duties] == ["一（一）1", "一（一）2", "一（一）3"]


def test_a_list_inside_a_paragraph_is_read_item_by_item(province: Organisation) -> None:
    read_ = read(
        province,
        "（一）1.制定方案（责任部门：规划处；完成时限：5月底前）；"
        "2.各市州开展巡查（责任部门：安全处；完成时限：8月底前）。",
    )

    assert [(one.due.value, one.sentence.clause) for one in read_.duties] == [
        ("5月底前", "一（一）1"),
        ("8月底前", "一（一）2"),
    ]
    assert [one.departments and one.departments.value for one in read_.duties] == [
        ("规划处",),
        ("安全处",),
    ]


def test_notes_may_be_sentences(province: Organisation) -> None:
    read_ = read(
        province,
        "1.健全制度。完善台账管理。责任单位：各市州。完成时限：4月底前。",
        "2.其他。要抓好落实。",
    )

    assert found(read_) == [("4月底前", CITIES, "完善台账管理")]


def test_checks_of_a_level_are_of_that_level(province: Organisation) -> None:
    read_ = read(province, "（一）10月10日前完成市级验收，10月底前完成省级抽验。")

    assert [who for _due, who, _title in found(read_)] == [CITIES, "省厅"]


def test_offices_share_the_first_letters_of_the_one_before(province: Organisation) -> None:
    offices = read_offices(["厅安全处、基础处，宣传中心", "规划处"], province)

    assert offices.departments == ["安全处", "基础处", "宣传中心", "规划处"]


def test_notes_name_the_lead_first() -> None:
    notes = read_notes("配合单位：乙处；牵头单位：甲处；完成时限：6月底前")

    assert notes is not None
    assert (notes.date, notes.offices) == ("6月底前", ["甲处", "乙处"])


@given(
    st.lists(st.text("要将报送完成对的在和，。；：（）《》“”、5月底前日", max_size=60), max_size=3)
)
@settings(max_examples=40, deadline=None)
def test_titles_are_short_whatever_is_written(clauses: list[str]) -> None:
    assert len(title_of(clauses)) <= LONGEST + 12


WORDS = [
    *("一、", "（一）", "1.", "各市州", "省厅", "临江、", "5月底前", "每月5日前", "不少于3个"),
    *(
        "，",
        "。",
        "；",
        "（",
        "）",
        "“",
        "：",
        "报送",
        "总结",
        "完成",
        "分别于",
        "和",
        "附件1",
        "除",
        "外",
    ),
]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=14).map("".join), max_size=8))
@settings(max_examples=50, deadline=None)
def test_whatever_is_written_is_read_without_failing(lines: list[str]) -> None:
    organisation = read_organisation(PLANS / "organisation.yaml")
    read_ = read(organisation, *lines)

    for duty in read_.duties:
        assert duty.title.value
        assert duty.sentence.clause


def test_every_sentence_of_the_plans_is_explained(province: Organisation) -> None:
    from workflows.documents.reading import read_document

    for file in sorted(Path(PLANS).glob("*.txt")):
        plan = outline(read_document(file))
        explained = read_duties(plan, province, year=2025).explained
        told = "".join(one.sentence.text for one in explained)
        for passage in plan.passages:
            for sentence in sentences_in(passage.text):
                assert sentence.text[:12].split("（")[0] in told


@pytest.mark.parametrize(
    ("clauses", "title"),
    [
        (["完成不少于12个、各县完成不少于8个的候车亭改造"], "完成候车亭改造"),
        (["按照统一部署", "制定工作方案"], "制定工作方案"),
        (["形成自查报告并报送省厅"], "报送自查报告"),
        (["填写联络员信息表", "　上报省厅"], "报送联络员信息表"),
        (["对各地工作进行督导"], "督导各地工作"),
        (["将工作总结以正式文件形式报送省厅"], "报送工作总结"),
        (["围绕办理流程等重点内容制作宣传资料", "并展开宣传"], "制作宣传资料"),
        (["厅机关按照接口要求", "及时升级监管平台"], "升级监管平台"),
    ],
)
def test_titles_say_what_is_done(clauses: list[str], title: str) -> None:
    assert title_of(clauses) == title
