"""Numbers to reach, as plans write them, read into targets."""

from typing import Any

import pytest

from workflows.documents.model import Place
from workflows.drafting.model import Sure
from workflows.drafting.numerals import read_number
from workflows.drafting.targets import read_numbers, targets_in

HERE = Place(line=3)


def values(text: str) -> list[dict[str, Any]]:
    return [one.value for one in targets_in(text, HERE)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("1,200", 1200), ("２０万", 200_000), ("1.5亿", 150_000_000), ("二十", 20),
     ("一百零五", 105), ("两", 2), ("十二", 12), ("三千", 3000), ("二〇二二", 2022), ("", None),
     ("一二三", None), ("½", None)],
)  # fmt: skip
def test_numbers_are_read_in_figures_and_in_words(text: str, number: float | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("修复危桥不少于12座。", {"value": 12, "unit_of_measure": "座"}),
        ("新建充电桩70个以上。", {"value": 70, "unit_of_measure": "个"}),
        ("登记件数达到20万件。", {"value": 200_000, "unit_of_measure": "件"}),
        ("至少开通二条专线。", {"value": 2, "unit_of_measure": "条"}),
        ("完成投资3.5亿元。", {"value": 3.5, "unit_of_measure": "亿元"}),
        ("按期办结率98%以上。", {"measure": "share", "value": 98, "unit_of_measure": "%"}),
        ("满意率达到百分之九十。", {"measure": "share", "value": 90, "unit_of_measure": "%"}),
        ("实现视频监控全覆盖。", {"measure": "share", "value": 100, "unit_of_measure": "%"}),
        ("事故控制在5起以内。", {"operator": "<=", "value": 5, "unit_of_measure": "起"}),
        ("力争改造站亭40座。", {"value": 40, "unit_of_measure": "座", "binding": "strive"}),
        ("客运量在2021年基础上翻两番。",
         {"baseline": {"times": 4, "attribute": "base_2021"}, "unit_of_measure": "个"}),
        ("事故起数同比下降10%以上。",
         {"operator": "<=", "baseline": {"times": 0.9, "attribute": "base_last_year"},
          "unit_of_measure": "个"}),
        ("新建驿站至少包括公园型、街角型各1个。",
         {"categories": {"公园型": 1, "街角型": 1}, "unit_of_measure": "个"}),
        ("新建驿站至少1个公园型或街角型。",
         {"categories": {"公园型": 1, "街角型": 1}, "need": "any", "unit_of_measure": "个"}),
    ],
)  # fmt: skip
def test_a_number_to_reach_becomes_a_target(text: str, goal: dict[str, Any]) -> None:
    (found,) = values(text)
    del found["title"]
    assert found == goal


@pytest.mark.parametrize(
    "text",
    [
        "收到通知后5个工作日内报送方案。",
        "按照《推进12件民生实事》（路发〔2022〕123号）要求开展工作。",
        "各单位至少确定一名联络员。",
        "形成1份报告，6月30日前报送。",
        "落实3类9证要求，2022年第三季度完成。",
        "鼓励各地加大力度。",
    ],
)
def test_dates_documents_and_persons_are_no_numbers_to_reach(text: str) -> None:
    assert values(text) == []


def test_levels_have_numbers_of_their_own() -> None:
    def who(words: str) -> Any:
        return next(({"levels": [key]} for name, key in levels if name in words), None)

    levels = (("各市", "city"), ("各县", "county"))
    text = "全省改造站台100个以上；各市完成不少于12个、各县完成不少于8个的站台改造。"
    whole, cities, counties = targets_in(text, HERE, who)
    assert whole.value["scope"] == "province"
    assert (cities.value["who"], cities.value["value"]) == ({"levels": ["city"]}, 12)
    assert (counties.value["who"], counties.value["value"]) == ({"levels": ["county"]}, 8)
    assert "站台改造" in cities.value["title"]
    assert cities.sure is Sure.CERTAIN


def test_percentage_points_are_asked_about() -> None:
    found = read_numbers("办结率提高5个百分点。", HERE)
    assert found.targets == []
    assert "办结率提高5个百分点" in found.asks[0]


def test_a_verb_holds_for_the_whole_list() -> None:
    lamps, shelters = values("力争改造路灯300盏、站亭40座。")
    assert (lamps["title"], shelters["title"]) == ("改造路灯", "站亭")
    assert {one["binding"] for one in (lamps, shelters)} == {"strive"}


def test_a_number_in_quotation_marks_is_a_name() -> None:
    assert targets_in("7月1日至8月31日开展“百吨王”集中整治", Place()) == []


def test_what_is_striven_for_is_told_by_the_words_right_before_the_number() -> None:
    (striven,) = targets_in("继续教育覆盖率力争达到95%", Place())
    (must,) = targets_in("达到服务能力基本标准的机构占比不低于85%", Place())

    assert striven.value["binding"] == "strive"
    assert "binding" not in must.value
    assert must.value["title"] == "达到服务能力基本标准的机构占比"


def test_a_number_that_tells_which_ones_count_is_no_target() -> None:
    (found,) = targets_in("绿色出行比例达到70%以上的城市不少于12个", Place())

    assert found.value["value"] == 12


def test_a_number_that_stands_alone_counts_what_was_named_before_it() -> None:
    text = "优化线网，设置专线，省辖市至少开通2条，省直管县（市）至少开通1条。"
    assert [one["title"] for one in values(text)] == ["省辖市设置专线", "省直管县（市）设置专线"]
    (goal,) = values("试点城市7月15日前完成不少于50栋建筑的设备安装。")
    assert goal["title"].endswith("完成建筑的设备安装")


def test_a_share_of_a_number_counts_the_same_thing() -> None:
    found = targets_in("全省新建检测点不少于60处，其中郑州市、洛阳市各不少于5处", Place())

    assert [one.value["title"] for one in found] == ["全省新建检测点", "新建检测点"]


def test_a_share_of_the_others_is_not_called_by_those_that_were_named() -> None:
    found = targets_in("南宁、柳州支队新建充电场所各不少于200处，其余支队各不少于50处", Place())

    assert found[1].value["title"] == "其余新建充电场所"
