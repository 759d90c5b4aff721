"""Deadline phrases in running text: which are found, where, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile import ends_within
from workflows.phrases import Unsupported, find_phrases, parse_due


def found(text: str) -> list[tuple[str, str]]:
    """The words of each phrase and the form a declaration takes, or why it takes none."""
    return [
        (one.words, one.due.lacks.name if isinstance(one.due, Unsupported) else one.phrase)
        for one in find_phrases(text, 2022)
    ]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("五月底前报送，六月中旬前通报。", ["五月底前", "六月中旬前"]),
        ("６ 月 底 前完成", ["６月底前"]),
        ("于2022年6月1日前报送。8月20日前、11月20日前书面报送",
         ["2022年6月1日前", "8月20日前", "11月20日前"]),
        ("8月20日和11月20日前报送", ["8月20日前", "11月20日前"]),
        ("6月、9月、12月底前报送", ["6月底前", "9月底前", "12月底前"]),
        ("分别于3、6、9、12月底前报送", ["3月底前", "6月底前", "9月底前", "12月底前"]),
        ("3月、6月、9月10日前报送", ["3月10日前", "6月10日前", "9月10日前"]),
        ("每月10日、25日前报送", ["每月10日前", "每月25日前"]),
        ("每月5、15、25日前报送", ["每月5日前", "每月15日前", "每月25日前"]),
        ("2023年6月、9月底前", ["2023年6月底前", "2023年9月底前"]),
        ("2023年6月3日和10月31日", ["2023年6月3日", "2023年10月31日"]),
        ("12月20日、1月10日前", ["12月20日前", "2023年1月10日前"]),
        ("11月至次年1月、2月", ["11月至次年1月", "2023年2月"]),
        ("一、三季度末前", ["1季度末前", "三季度末前"]),
        ("1.5月底前完成；①6月底前；2、7月底前", ["5月底前", "6月底前", "7月底前"]),
        ("1、5月底前完成", ["5月底前"]),
        ("（一）试点阶段（2022年5月30日—6月20日）", ["2022年5月30日—6月20日"]),
        ("6-8月开展，7月至9月总结", ["6-8月", "7月至9月"]),
        ("到2022年底，截至6月30日，不晚于7月1日", ["2022年底", "6月30日", "7月1日"]),
        ("完成时间：第二季度末", ["第二季度末"]),
        ("2022.5.30前，2022/6/1，5.30前", ["2022.5.30前", "2022/6/1", "5.30前"]),
        ("6月10日（周五）下班前报送", ["6月10日（周五）下班前"]),
        ("自2022年6月起至12月底，从7月1日一7月15日", ["2022年6月起至12月底", "7月1日一7月15日"]),
        ("6月底前进一步完善，7月底前列入计划，年内部署", ["6月底前", "7月底前", "年内"]),
        ("二O二二年六月廿五日前，6月（含）前", ["2022年6月25日前", "6月（含）前"]),
        ("每季度首月10日前、季末月25日前", ["每季度首月10日前", "季末月25日前"]),
        ("于3月、6月、9月、12月的25日前报送",
         ["3月25日前", "6月25日前", "9月25日前", "12月的25日前"]),
        ("8月20日前（含8月20日），9月30日（含9月30日）前，5月底（31日）前",
         ["8月20日前", "9月30日（含9月30日）前", "5月底（31日）前"]),
        ("3、6、9、12月25日前报送", ["3月25日前", "6月25日前", "9月25日前", "12月25日前"]),
        ("6月10日前自查，20日前整改；月底前总结", ["6月10日前", "6月20日前", "6月底前"]),
        ("6月上旬自查，中旬整改，本月底前总结", ["6月上旬", "6月中旬", "6月底前"]),
        ("第二季度至第三季度，二至四季度，前三季度",
         ["第二季度至第三季度", "二至四季度", "前三季度"]),
        ("6月1日（周三）—3日（周五），6月1日（星期三）8时至6月7日（星期二）",
         ["6月1日（周三）—3日（周五）", "6月1日（星期三）8时至6月7日（星期二）"]),
        ("国庆节前，2022年1月1日0时至12月31日24时", ["国庆节前", "2022年1月1日0时至12月31日24时"]),
        ("收到通知后5个工作日内，自印发之日起一个月内",
         ["收到通知后5个工作日内", "自印发之日起一个月内"]),
    ],
)  # fmt: skip
def test_the_phrases_of_a_sentence(text: str, phrases: list[str]) -> None:
    assert [phrase for _words, phrase in found(text)] == phrases
    for one in find_phrases(text, 2022):
        assert parse_due(one.phrase, 2022) == one.due
        assert text[one.start : one.end] == one.words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("每日监测", "DAILY"), ("每周五前报送", "WEEKLY"), ("每半月通报", "EACH_TEN_DAYS"),
        ("每半年评估", "EACH_HALF_YEAR"), ("每年开展", "YEARLY"), ("按月通报", "DAY"),
        ("每季度通报", "DAY"), ("本月底前", "MONTH"), ("验收合格后10日内", "EVENT"),
        ("整改通知下发后5日内", "EVENT"), ("春节前", "EVENT"), ("于25日前报", "MONTH"),
        ("每月最后一个工作日前", "LAST_WORKING_DAY"), ("6月前完成", "UNCLEAR"),
        ("2025年前建成", "UNCLEAR"), ("中旬前", "MONTH"), ("双月5日前", "MONTH"),
        ("每季度末前5个工作日报送", "UNCLEAR"), ("6月30日前3天报送", "UNCLEAR"),
        ("2月30日前", "NO_SUCH_DAY"),
    ],
)  # fmt: skip
def test_what_no_declaration_can_say_is_found_with_why(text: str, why: str) -> None:
    assert [lacks for _words, lacks in found(text)] == [why]


@pytest.mark.parametrize(
    "text",
    [
        "某交运〔2022〕495号", "2021年道路运输从业资格", "《2022年5月底前任务通知》", "截至目前",
        "在2021年基础上", "98%以上", "电话：0371-87166202", "GB 50763-2012", "24小时内响应",
        "《关于印发〈2022年方案〉的通知》", "一月一调度", "统一月度", "去年底", "附件2月报",
        "2022年内部审计", "旺季末前", "按季节", "3-5日", "3至5个工作日", "10:00前", "第十一前",
        "12345热线",
        "1.2前言", "一季度一通报", "三年行动", "十三届", "2015年以前登记的车辆",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_found(text: str) -> None:
    assert found(text) == []


def test_what_stands_around_a_phrase_is_told() -> None:
    until, since, plain = find_phrases("截至6月30日；自7月1日起；次月5日", 2022)
    assert (until.before, until.since, until.words) == (True, False, "截至6月30日")
    assert (since.before, since.since) == (False, True)
    assert (plain.before, plain.covers) == (False, "previous")
    assert [one.clear for one in find_phrases("5月底前，收到通知后3日内", 2022)] == [True, False]
    assert [one.clear for one in find_phrases("6月5日前查，20日前改；每月初", 2022)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text", ["6月20日前报送。25日前通报", "6月20日前报送，15日前通报", "每月5日前报送，25日前通报"]
)
def test_a_day_without_a_month_is_of_no_other_sentence_and_no_earlier(text: str) -> None:
    assert [lacks for _words, lacks in found(text)][1:] == ["MONTH"]


PIECES = st.sampled_from(
    ["2022", "年", "6", "12", "月", "日", "号", "前", "底", "末", "旬", "上", "中", "下", "每",
     "季度", "半", "、", "和", "至", "-", "起", "后", "内", "个", "工作日", "印发", "通知", "自",
     "《", "》", " ", "\n", ".", "十", "一", "二", "周", "本", "次", "全", "第", "于", "(", ")"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_phrases_lie_in_order_and_never_overlap(text: str) -> None:
    last = 0
    for one in find_phrases(text, 2022):
        assert last <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.words
        last = one.end
        if not isinstance(one.due, Unsupported):
            assert parse_due(one.phrase, 2022) == one.due


@pytest.mark.parametrize(
    "piece", ["1月", "6月、", "《", "每月", "1", "1-", "一", "自本通知", "\n "]
)
def test_no_text_takes_more_than_its_length(piece: str) -> None:
    with ends_within(20):
        find_phrases(piece * (20_000 // len(piece)), 2022)
