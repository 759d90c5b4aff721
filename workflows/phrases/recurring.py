"""The table's rows for what recurs each month or quarter."""

from workflows.phrases.model import LAST_DAY, Due, EachMonth, EachQuarter, Lacks
from workflows.phrases.pieces import (
    BEFORE,
    CLOCK,
    DEADLINE,
    PART,
    TO,
    WITHIN,
    Groups,
    month_day,
    part_end,
)
from workflows.phrases.rows import Row, unsupported

_DAY = rf"(?P<day>\d{{1,2}})(?:[日天]{WITHIN}|[日号]{CLOCK})"
_DAY_OR_PART = rf"的?(?:(?:月?初)?{_DAY}|月?(?P<part>{PART})|最后1[日天]){BEFORE}"
# Each quarter, also where 每 is left out: 季末月25日前. Not 第二季度, 本季度, 雨季.
_QUARTERLY = r"(?:每个?|(?<![一二三四\d本上下该赛旺淡雨冬夏秋春当个各次])(?=季))季度?"
_MONTH_OF_QUARTER = (
    r"的?(?:(?P<first>首月|第1个?月)|(?P<second>第2个?月)|(?P<last>末月?|最后1个?月|第3个?月))份?"
)


def _day(groups: Groups) -> int:
    day = groups.get("day")
    return month_day(day) if day is not None else part_end(groups.get("part"))


def _each_month(groups: Groups, _year: int | None) -> Due:
    return EachMonth(_day(groups))


def _last_of_days(groups: Groups, _year: int | None) -> Due:
    return EachMonth(month_day(groups["day"] or groups["last"]))


def _month_after(groups: Groups, year: int | None) -> Due:
    if groups["days"]:
        return EachMonth(month_day(groups["days"]))
    return _each_month(groups, year)


def _each_quarter(groups: Groups, _year: int | None) -> Due:
    if groups.get("last"):
        return EachQuarter(3, _day(groups))
    return EachQuarter(2 if groups.get("second") else 1, _day(groups))


def _quarter_end(_groups: Groups, _year: int | None) -> Due:
    return EachQuarter(3, LAST_DAY)


RECURRING = (
    Row(
        "each month",
        rf"每个?月(?:末(?=\d))?{_DAY_OR_PART}",
        _each_month,
        "each month on that day, or on its last where it is shorter; the parts of a month as above",
        ("每月5日前", "每月的5日之前", "每月末25日前", "每月底前", "每月中旬前", "每月最后一天"),
    ),
    Row(
        "first days of each month",
        rf"每个?月(?:的?前(?P<day>\d{{1,2}})[日天]{WITHIN}?"
        rf"|\d{{1,2}}[日号]?{TO}(?P<last>\d{{1,2}})[日号])",
        _last_of_days,
        "each month, on the last of these days",
        ("每月前5日内", "每月1日至5日"),
    ),
    Row(
        "the month after",
        rf"(?:每个?月)?的?(?:次|下个?|翌)月{_DAY_OR_PART}"
        rf"|每?个?月度?(?:结束|终了)之?后(?P<days>\d{{1,2}})[日天]{WITHIN}?",
        _month_after,
        "each month on that day, about the month before",
        ("次月5日前", "下月10日前", "次月初5日内", "每月结束后5日内"),
        covers="previous",
    ),
    Row(
        "the month itself",
        rf"(?:每个?月)?当月(?:份?内(?![部容外])|{_DAY_OR_PART})",
        _each_month,
        "each month on that day, about that month",
        ("当月25日前", "当月底前"),
        covers="current",
    ),
    Row(
        "last working day",
        rf"(?:每个?月|{_QUARTERLY}|当月|次月)的?最后1个?工作日{BEFORE}",
        unsupported(Lacks.LAST_WORKING_DAY),
        "",
        ("每月最后一个工作日前", "每季度最后一个工作日"),
    ),
    Row(
        "this month",
        rf"本月(?:份?内(?![部容外])|{_DAY_OR_PART})|本季度?(?:[底末]|内(?![部容外]))",
        unsupported(Lacks.MONTH),
        "",
        ("本月底前", "本季度末"),
    ),
    Row(
        "no month",
        rf"(?:(?<![\d月每当次下上本个])月[底末]|(?<![\d第提前.月])\d{{1,2}}[日号]|[单双]月份?的?\d{{1,2}}[日号]){DEADLINE}",
        unsupported(Lacks.MONTH),
        "",
        ("月底前", "25日前", "双月5日前"),
    ),
    Row(
        "part of no month",
        rf"(?<![\d月每当次下上本个])(?:上中|中下|[上中下])旬{BEFORE}",
        unsupported(Lacks.MONTH),
        "",
        ("中旬前",),
    ),
    Row(
        "end of each quarter",
        rf"{_QUARTERLY}(?:结束(?!之?后|的?次月)|[末底](?![\d月的])){BEFORE}",
        _quarter_end,
        "each quarter's last day",
        ("每季度末", "每季度末前", "季末前"),
        covers="current",
    ),
    Row(
        "month of each quarter",
        rf"{_QUARTERLY}{_MONTH_OF_QUARTER}{_DAY_OR_PART}",
        _each_quarter,
        "each quarter on that day of its first, second or last month",
        ("每季度首月10日前", "每季度第二个月底前", "季末月25日前", "每季度最后一个月中旬前"),
    ),
    Row(
        "after each quarter",
        rf"(?:{_QUARTERLY}(?:结束|终了)?(?:之?后|的?次月)"
        rf"|(?:每个?季度?)?的?[下次][1个]?季度?(?:首月|第1个?月)的?){_DAY}{BEFORE}",
        _each_quarter,
        "on that day of the month after each quarter, about the quarter before",
        ("每季度结束后10日内", "季度结束后15日内", "每季度次月5日前", "下一季度首月10日前"),
        covers="previous",
    ),
)
