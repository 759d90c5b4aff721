"""Plans of other kinds and levels: lists of tasks that are all of a plan, ministries, brackets.
General official words; the places of the province do not exist."""

from datetime import date

import pytest

from benchmarks.draft import PLANS
from tests.support.plan_texts import as_document
from workflows.documents.model import Place
from workflows.drafting.duties import DutiesRead, read_duties
from workflows.drafting.head import read_head
from workflows.drafting.model import Head
from workflows.drafting.outline import outline
from workflows.drafting.targets import targets_in
from workflows.drafting.told import tells_past
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.selectors import Selector, select


@pytest.fixture(scope="module")
def province() -> Organisation:
    return read_organisation(PLANS / "organisation.yaml")


def read(organisation: Organisation, *lines: str) -> DutiesRead:
    return read_duties(outline(as_document("\n".join(lines))), organisation, year=2025)


def owed(read: DutiesRead, organisation: Organisation) -> list[tuple[str, set[str]]]:
    """Each duty's date and the names of who owes it."""
    groups = {key: Selector.model_validate(one.value) for key, one in read.groups.items()}
    return [
        (
            one.due.value,
            {
                unit.name
                for unit in select(Selector.model_validate(one.who.value), organisation, groups)
            },
        )
        for one in read.duties
    ]


def of_levels(organisation: Organisation, *levels: str) -> set[str]:
    return {one.name for one in organisation.units if one.level in levels}


def test_a_list_of_tasks_that_is_all_of_a_plan(province: Organisation) -> None:
    plan = read(
        province,
        "2025年重点任务清单",
        "|序号|重点任务|责任单位|完成时限|",
        "|1|完成隐患摸排|各市州、省直管县水利局|3月31日前|",
        "|2|全省完成改造300公里以上|各地水行政主管部门|10月底前|",
        "|3|开展联合审查|各市州水利局（临江市除外）|第二季度末|",
        "|4|更新治理台账|各市州水利局|4月至11月，每月28日前|",
        "注：1.首列单位为牵头单位。",
        "2.本清单按年度更新。",
    )

    local = of_levels(province, "prefecture", "county")
    cities = of_levels(province, "prefecture")
    assert owed(plan, province) == [
        ("3月31日前", local),
        ("10月底前", local),
        ("第二季度末", cities - {"临江市"}),
        ("每月28日前", cities),
    ]
    last = plan.duties[-1]
    assert last.first is not None and last.last is not None
    assert (last.first.value, last.last.value) == ("2025-04", "2025-11")


def recurring(read: DutiesRead) -> list[tuple[str, str, str]]:
    return [
        (one.due.value, one.first.value, one.last.value)
        for one in read.duties
        if one.first is not None and one.last is not None
    ]


@pytest.mark.parametrize(
    ("sentence", "months"),
    [
        (
            "3月至6月、9月至12月，各市州、省直管县于每月25日前报送隐患清单。",
            [("每月25日前", "2025-03", "2025-06"), ("每月25日前", "2025-09", "2025-12")],
        ),
        (
            "4月至8月,各市州、省直管县每月3日前报送上月进展。",
            [("每月3日前", "2025-04", "2025-08")],
        ),
        (
            "自2025年第二季度起至2026年第二季度止，各市州于每季度结束后10日内报送进展。",
            [("每季度结束后10日内", "2025-07", "2026-07")],
        ),
        (
            "各市州于每季度最后一个月20日前将抽测结果报省厅（2025年6月至2026年3月）。",
            [("每季度最后一个月20日前", "2025-06", "2026-03")],
        ),
        (
            "各市州每月5日前报送上月进度（7月至10月）。",
            [("每月5日前", "2025-07", "2025-10")],
        ),
        (
            "自三季度起，各市州于每季度结束后10日内报送进展，2026年1月20日前报送总结。",
            [("每季度结束后10日内", "2025-10", "2026-01")],
        ),
    ],
)
def test_months_in_which_it_recurs(
    province: Organisation, sentence: str, months: list[tuple[str, str, str]]
) -> None:
    assert recurring(read(province, "工作方案", "一、信息报送", sentence)) == months


def test_halves_of_a_year_frame_the_days(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、督导检查",
        "省厅上半年、下半年各组织一次专项督导，分别于6月底前、11月底前完成。",
    )

    assert [one.due.value for one in plan.duties] == ["6月底前", "11月底前"]


def test_what_counts_from_another_paper_is_asked(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、健全机制",
        "省厅研究制定管理办法，2025年底前印发。各市州要在办法印发后三个月内修订实施细则。",
    )

    assert [one.due.value for one in plan.duties] == ["2025年底前"]
    assert any("办法印发后三个月内" in one.asks for one in plan.questions)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """A ministry above provinces and basins."""
    named = [
        ("p", name, "province") for name in ("甲省", "乙省", "丙省", "丁省", "戊自治区", "己市")
    ]
    named += [("b", "东江管理局", "basin"), ("b", "西河管理局", "basin")]
    units = "".join(
        f"  - {{id: {sort}{n}, name: {name}, level: {level}, mailbox: u{n}@example.org}}\n"
        for n, (sort, name, level) in enumerate(named)
    )
    file = tmp_path_factory.mktemp("nation") / "organisation.yaml"
    file.write_text(
        "levels: {ministry: 部本级, province: 省级, basin: 流域管理机构}\n"
        f"units:\n{units}"
        "  - {id: top, name: 水利部, aliases: [部], level: ministry, mailbox: top@example.org,"
        " reminded_through: departments}\n"
        "departments: [{id: d, name: 河湖司, mailbox: d@example.org}]\n"
        "supervisors: [{name: 督办, mailbox: s@example.org}]\n",
        encoding="utf-8",
    )
    return read_organisation(file)


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("各省级水行政主管部门5月10日前完成自查。", "province"),
        ("各省、自治区、直辖市水利厅（局）5月10日前完成自查。", "province"),
        ("各省（区、市）5月10日前完成自查。", "province"),
        ("各省份5月10日前完成自查。", "province"),
        ("各地要深入摸排，5月10日前完成自查。", "province"),
        ("各流域管理机构5月10日前完成抽查。", "basin"),
        ("各流域管理机构对省份开展抽查，每个省份不少于3个县，5月10日前完成。", "basin"),
        ("水利部5月10日前下发图斑。", "ministry"),
        ("我部5月10日前下发图斑。", "ministry"),
    ],
)
def test_who_acts_under_a_ministry(nation: Organisation, sentence: str, who: str) -> None:
    plan = read(nation, "工作方案", "一、主要任务", sentence)

    assert owed(plan, nation)[0][1] == of_levels(nation, who)


def test_the_other_provinces(nation: Organisation) -> None:
    plan = read(
        nation,
        "工作方案",
        "一、主要任务",
        "甲省、乙省要率先推行，6月底前实现全覆盖。其他省份（丙省除外）12月底前实现全覆盖。",
    )

    provinces = of_levels(nation, "province")
    assert owed(plan, nation) == [
        ("6月底前", {"甲省", "乙省"}),
        ("12月底前", provinces - {"甲省", "乙省", "丙省"}),
    ]


def test_each_by_its_own_day(nation: Organisation) -> None:
    plan = read(
        nation,
        "工作方案",
        "一、信息报送",
        "各省级水行政主管部门于12月25日前、各流域管理机构于12月15日前将总结报送水利部。",
    )

    assert owed(plan, nation) == [
        ("12月25日前", of_levels(nation, "province")),
        ("12月15日前", of_levels(nation, "basin")),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "2022—2024年，全省累计建成农田932万亩，均超额完成任务。",
        "据调度，截至2025年2月底，2024年度项目完工率为81.6%。",
        "截至2024年底，全省总里程达到23.4万公里。",
        "据统计，2024年12月至2025年3月全省事故起数同比分别下降8.2%、11.5%。",
        "2024年的检查共发现问题1104条，截至今年2月底已整改1032条。",
        "春运期间（1月26日至3月5日）严格执行日报告、零报告制度。",
        "行动期间，各单位要坚持边查边改。低温天气来临前，要及时发布预警。",
        "其他市州可结合实际开展进校园活动。",
    ],
)
def test_no_duty(province: Organisation, sentence: str) -> None:
    outlined = outline(
        as_document(
            f"工作方案\n一、总体安排\n（一）巩固提升（3月1日至5月31日）\n{sentence}\n"
            "二、总结\n省厅12月底前形成总结报告。"
        )
    )
    plan = read_duties(outlined, province, year=2025, issued=date(2025, 3, 20))

    assert [one.due.value for one in plan.duties] == ["12月底前"]


def test_a_day_of_one_in_a_stage_is_not_that_of_another(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、总结评估阶段（11月11日至11月30日）",
        "各市州于11月20日前报送工作总结。省厅对各市州工作情况进行评估。",
    )

    assert owed(plan, province) == [
        ("11月20日前", of_levels(province, "prefecture")),
        ("11月11日至11月30日", {"省厅"}),
    ]


@pytest.mark.parametrize(
    ("sentence", "due", "title"),
    [
        ("各市州对急弯路段进行治理，6月底前全部完成。", "6月底前", "治理急弯路段"),
        (
            "各市州要公布清单，将审批时间压缩至10个工作日以内，6月底前完成。",
            "6月底前",
            "公布清单",
        ),
        (
            "各市州要加快支付，中央补助资金支付率9月底前达到60%以上。",
            "9月底前",
            "中央补助资金支付率达到60%以上",
        ),
        (
            "汛期来临前（6月1日前），各市州、省直管县要对校舍、围墙进行全面排查。严禁使用危房。",
            "6月1日前",
            "全面排查校舍、围墙",
        ),
    ],
)
def test_what_is_done(province: Organisation, sentence: str, due: str, title: str) -> None:
    plan = read(
        province, "工作方案", "一、主要任务", f"1.{sentence}", "2.加强宣传。各地要及时总结。"
    )

    assert [(one.due.value, one.title.value) for one in plan.duties] == [(due, title)]


def test_a_body_of_all_levels_goes_on_acting(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、主要任务",
        "省检测院于9月15日前完成师资培训。各级医疗机构要经常性开展全员培训。",
        "各市州于6月底前核对图斑。接到新图斑后要及时组织现场复核。",
    )

    assert [one.due.value for one in plan.duties] == ["9月15日前", "6月底前"]


def test_so_often_in_a_term_is_no_number_of_the_year(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、主要任务",
        "各学校每学期至少组织2次应急演练。",
        "各市州12月5日前报送总结。",
    )

    assert [one.due.value for one in plan.duties] == ["12月5日前"]


def test_copies_are_no_number_to_reach() -> None:
    text = "报送材料（电子版和纸质版各一份，纸质版加盖公章）"

    assert targets_in(text, Place()) == []


def test_a_plan_issued_late_in_the_year_before(province: Organisation) -> None:
    outlined = outline(
        as_document(
            "2025年春运工作方案\n一、工作安排\n"
            "各市州2024年12月底前完成第一轮排查。2024年12月底前已完成改造的车站除外。\n"
            "省厅2024年10月底前印发要点。\n各市州2025年3月5日前报送总结。"
        )
    )
    plan = read_duties(outlined, province, year=2025, issued=date(2024, 11, 20))

    assert [one.due.value for one in plan.duties] == ["2024年12月底前", "2025年3月5日前"]


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("省厅研究制定管理办法，6月底前印发实施。", "研究制定管理办法"),
        ("省检测院6月底前完成并将抽查报告报省厅。", "报送抽查报告"),
        ("征集结果经整理后于6月底前报省厅汇总。", "报送征集结果"),
        ("省直各医院要制定工作方案，6月底前报省厅备案。", "制定工作方案"),
        ("各市州于6月底前报送一次典型案例。", "报送典型案例"),
    ],
)
def test_titles(province: Organisation, sentence: str, title: str) -> None:
    plan = read(province, "工作方案", "一、主要任务", sentence)

    assert [one.title.value for one in plan.duties] == [title]


def head(organisation: Organisation, *lines: str) -> Head:
    found, _questions = read_head(
        outline(as_document("\n".join(lines))), organisation, date(2026, 1, 1)
    )
    return found


def test_what_lasts_into_the_next_year_is_of_the_year_of_issue(province: Organisation) -> None:
    found = head(
        province,
        "安全防范专项行动方案",
        "一、行动时间",
        "2025年11月下旬至2026年3月底。",
        "二、工作步骤",
        "各市州2026年1月20日前完成排查，2026年2月5日前完成督导。",
        "省厅",
        "2025年11月20日",
    )

    assert (found.year.value, found.issued and found.issued.value) == (2025, "2025-11-20")


def test_what_a_web_page_says_around_its_text_is_no_title(province: Organisation) -> None:
    found = head(
        province,
        "首页 > 政府信息公开 > 通知公告",
        "关于开展2025年抽检活动的通知",
        "发布时间：2025-02-10 来源：基础处 浏览次数：1382",
        "各市州：",
        "一、活动安排",
        "各市州6月底前组织抽检。（安全处牵头，基础处配合）",
    )

    assert (found.title.value, found.owner.value) == ("开展2025年抽检活动", "安全处")


def test_the_imprint_after_the_signature(province: Organisation) -> None:
    found = head(
        province,
        "关于开展抽检活动的通知",
        "一、活动安排",
        "各市州6月底前组织抽检。",
        "联系人：安全处",
        "省厅",
        "2025年7月2日",
        "（信息公开形式：主动公开）",
        "抄送：省政府办公厅。",
    )

    assert found.issued is not None
    assert found.issued.value == "2025-07-02"


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("2023年全省配备率为76.4%，较2020年提高21个百分点。", True),
        ("坚持标本兼治，2024年全市共整改隐患2317处，整改率98.6%。", True),
        ("2023年检查发现的问题1104条，2025年6月底前完成整改。", False),
        ("各市州新建站点不少于20个。", False),
    ],
)
def test_numbers_of_the_past(sentence: str, past: bool) -> None:
    assert tells_past(sentence, 2025) is past


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """A county with its towns and bureaus."""
    named = [(name, "town") for name in ("城关镇", "白水镇", "柳林乡", "东风街道")]
    named += [(name, "bureau") for name in ("县水务局", "县住建局", "县农业农村局")]
    units = "".join(
        f"  - {{id: u{n}, name: {name}, level: {level}, mailbox: u{n}@example.org}}\n"
        for n, (name, level) in enumerate(named)
    )
    file = tmp_path_factory.mktemp("county") / "organisation.yaml"
    file.write_text(
        "levels: {county: 县级, town: 乡镇（街道）, bureau: 县直部门}\n"
        f"units:\n{units}"
        "  - {id: top, name: 县整治办, level: county, mailbox: top@example.org}\n"
        "departments: [{id: d, name: 综合组, mailbox: d@example.org}]\n"
        "supervisors: [{name: 督办, mailbox: s@example.org}]\n",
        encoding="utf-8",
    )
    return read_organisation(file)


def test_towns_and_bureaus(county: Organisation) -> None:
    plan = read(
        county,
        "工作要点",
        "一、重点工作",
        "（一）各乡镇（街道）于3月底前完成“回头看”，6月底前整改到位。"
        "〔牵头单位：县农业农村局；责任单位：各乡镇（街道）〕",
        "（二）全年改厕2000户，其中城关镇不少于500户，11月底前全部完工并通过验收。"
        "〔责任单位：各乡镇（街道）〕",
        "（三）县住建局不迟于5月15日印发指导意见；各乡镇（街道）选择2个村开展试点，"
        "8月31日前将经验材料报县住建局。",
        "（四）暗访结果每季度通报一次，县整治办于季后10日内印发通报。",
        "（五）各乡镇（街道）、县直有关单位12月15日前报送工作总结。",
    )

    towns = of_levels(county, "town")
    assert owed(plan, county) == [
        ("3月底前", towns),
        ("6月底前", towns),
        ("11月底前", towns),
        ("5月15日", {"县住建局"}),
        ("8月31日前", towns),
        ("季后10日内", {"县整治办"}),
        ("12月15日前", towns | of_levels(county, "bureau")),
    ]


def test_what_was_counted_before_the_issue(province: Organisation) -> None:
    outlined = outline(
        as_document(
            "通知\n2025年1至4月，全省共检查单位1.2万处次，督促整改隐患3486项。现通知如下：\n"
            "一、方法步骤\n各市州文物局、省直各单位于5月25日之前报送方案。"
        )
    )
    plan = read_duties(outlined, province, year=2025, issued=date(2025, 5, 8))

    assert owed(plan, province) == [
        ("5月25日之前", of_levels(province, "prefecture", "agency")),
    ]


def test_papers_in_turn_after_their_days(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、总结提高",
        "各市州认真总结，分别于11月30日、12月20日前报送治理数据和工作总结。",
    )

    assert [(one.due.value, one.title.value) for one in plan.duties] == [
        ("11月30日前", "报送治理数据"),
        ("12月20日前", "报送工作总结"),
    ]


def test_a_bare_deed_is_told_with_its_heading(province: Organisation) -> None:
    plan = read(
        province,
        "工作方案",
        "一、推进厕所革命",
        "各市州于3月底前建立问题台账，6月底前整改到位。",
    )

    assert [one.title.value for one in plan.duties] == ["建立问题台账", "整改到位：推进厕所革命"]


def test_a_long_list_of_months_makes_no_product_of_duties(province: Organisation) -> None:
    plan = read(province, "工作方案", "一、任务", f"{'3月至6月、' * 40}每月5日前报送。")

    assert len(plan.duties) < 60
