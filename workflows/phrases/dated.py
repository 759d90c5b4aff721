"""The table's rows for one date or one phase: days, months, quarters, half years, the year."""

from datetime import date

from workflows.phrases.model import LAST_DAY, Due, Lacks, OnDate, Unsupported
from workflows.phrases.pieces import (
    BEFORE,
    CLOCK,
    DEADLINE,
    PART,
    TO,
    Groups,
    day_of,
    in_month,
    part_end,
    part_start,
    span,
    year_of,
    year_piece,
)
from workflows.phrases.rows import Row

_MONTH = year_piece() + r"(?P<month>\d{1,2})月"
_NUMERIC = r"(?P<year{0}>\d{{4}})[-./](?P<month{0}>\d{{1,2}})[-./](?P<day{0}>\d{{1,2}})日?"
_HOUR = r"(?:\d{1,2}[时点])?"
_POINT = (  # where a phase starts: 5月30日, 5月中旬, 5月, and in 5-6月 only the number
    year_piece("1") + r"(?P<month1>\d{1,2})"
    rf"(?:月份?(?:(?P<day1>\d{{1,2}})(?:[日号]{_HOUR}|(?={TO}))|(?P<part1>{PART}))?"
    rf"|(?={TO}\d{{1,2}}月))"
)
_END = (
    rf"(?:{year_piece('2')}(?P<month2>\d{{1,2}})月份?"
    rf"(?:(?P<day2>\d{{1,2}})[日号]{_HOUR}|(?P<part2>{PART}))?|(?P<only2>\d{{1,2}})[日号])"
)
_QUARTER = year_piece() + r"(?:第|(?<![上下每这]))(?P<quarter>[1-4])季度"
_EACH = r"一[次通调报评会研总督分例小检考汇排清]"  # 一月一调度, 一季度一通报: each month
_HALF = year_piece() + r"(?P<half>[上下])半年"
_NO_INSIDE = r"(?!部(?!署)|容|外|蒙|河|科)"  # 内部, 内容, 内河
_AT_END = rf"(?:末|底|结束|内{_NO_INSIDE}){BEFORE}"
# 去年底 is past, 5年内 counts years, 青年 and 学年 are words.
_NO_OTHER_YEAR = r"(?<![去上前近半学财周青少老成百\d])"
_THE_YEAR = (
    rf"(?:(?P<year>\d{{4}})年?|{_NO_OTHER_YEAR}(?:(?P<next>[明次翌])|[今本当每])年?"
    rf"|{_NO_OTHER_YEAR})"
)

# Holidays on the first of a month: the month before.
_MONTH_BEFORE = {"元旦": 12, "五一": 4, "劳动": 4, "七一": 6, "八一": 7, "十一": 9, "国庆": 9}


def _numeric(groups: Groups, year: int | None) -> Due:
    return OnDate(day_of(year_of(groups, year), groups["month"], groups["day"]))


def _numeric_span(groups: Groups, year: int | None) -> Due:
    start = day_of(year_of(groups, year, "1"), groups["month1"], groups["day1"])
    return span(start, day_of(year_of(groups, year, "2"), groups["month2"], groups["day2"]))


def _numeric_months(groups: Groups, year: int | None) -> Due:
    start = day_of(year_of(groups, year, "1"), groups["month1"], 1)
    return span(start, in_month(year_of(groups, year, "2"), groups["month2"], LAST_DAY))


def _span(groups: Groups, year: int | None) -> Due:
    first_year = year_of(groups, year, "1")
    if groups["day1"]:
        start = day_of(first_year, groups["month1"], groups["day1"])
    else:
        start = in_month(first_year, groups["month1"], part_start(groups["part1"]))
    end_year = year_of(groups, first_year, "2")
    if groups["only2"]:
        return span(start, day_of(first_year, groups["month1"], groups["only2"]))
    if groups["day2"]:
        return span(start, day_of(end_year, groups["month2"], groups["day2"]))
    return span(start, in_month(end_year, groups["month2"], part_end(groups["part2"])))


def _part(groups: Groups, year: int | None) -> Due:
    return OnDate(in_month(year_of(groups, year), groups["month"], part_end(groups["part"])))


def _month_end(groups: Groups, year: int | None) -> Due:
    return OnDate(in_month(year_of(groups, year), groups["month"], LAST_DAY))


def _month(groups: Groups, year: int | None) -> Due:
    first = day_of(year_of(groups, year), groups["month"], 1)
    return span(first, in_month(first.year, first.month, LAST_DAY))


def _unclear_month(groups: Groups, year: int | None) -> Unsupported:
    day_of(year_of(groups, year), groups["month"], 1)
    return Unsupported(Lacks.UNCLEAR)


def _unclear(_groups: Groups, _year: int | None) -> Unsupported:
    return Unsupported(Lacks.UNCLEAR)


def _months(groups: Groups, year: int | None, first: int, count: int) -> tuple[date, date]:
    named = year_of(groups, year)
    return day_of(named, first, 1), in_month(named, first + count - 1, LAST_DAY)


def _quarter(groups: Groups, year: int | None) -> Due:
    return span(*_months(groups, year, 3 * int(groups["quarter"] or 0) - 2, 3))


def _quarter_end(groups: Groups, year: int | None) -> Due:
    return OnDate(_months(groups, year, 3 * int(groups["quarter"] or 0) - 2, 3)[1])


def _half(groups: Groups, year: int | None) -> Due:
    return span(*_months(groups, year, 1 if groups["half"] == "上" else 7, 6))


def _half_end(groups: Groups, year: int | None) -> Due:
    return OnDate(_months(groups, year, 7 if groups["half"] == "下" else 1, 6)[1])


def _mid_year(groups: Groups, year: int | None) -> Due:
    return OnDate(_months(groups, year, 1, 6)[1])


def _year(groups: Groups, year: int | None) -> Due:
    return span(*_months(groups, year, 1, 12))


def _year_end(groups: Groups, year: int | None) -> Due:
    return OnDate(_months(groups, year, 1, 12)[1])


def _before_holiday(groups: Groups, year: int | None) -> Due:
    month = _MONTH_BEFORE[groups["quoted"] or groups["named"] or ""]
    return OnDate(in_month(year_of(groups, year), month, LAST_DAY))


DATED = (
    Row(
        "numeric span",
        rf"{_NUMERIC.format(1)}(?:/|{TO}){_NUMERIC.format(2)}(?!\d){BEFORE}",
        _numeric_span,
        "a phase, both days included",
        ("2022-05-30/2022-06-20", "2022.5.30-2022.6.20"),
    ),
    Row(
        "numeric months",
        rf"(?P<year1>\d{{4}})[./](?P<month1>\d{{1,2}}){TO}(?P<year2>\d{{4}})[./](?P<month2>\d{{1,2}})(?![\d./年])",
        _numeric_months,
        "a phase, from the first day of the one month to the last day of the other",
        ("2022.5-2022.10",),
    ),
    Row(
        "numeric date",
        rf"{_NUMERIC.format('')}(?!\d){BEFORE}",
        _numeric,
        "that day, included",
        ("2022-05-31", "2022.5.30", "2022/5/30前"),
    ),
    Row(
        "month.day",
        r"(?P<month>\d{1,2})\.(?P<day>\d{1,2})日?(?P<before>之前|以前|前(?![后往期言]))",
        _numeric,
        "that day, included; only where a word for a deadline follows",
        ("5.30前",),
        clear=False,
    ),
    Row(
        "phase",
        rf"{_POINT}{TO}{_END}{BEFORE}",
        _span,
        "a phase, from the first day of the one to the last day of the other",
        (
            "5月30日至6月20日",
            "2022年5月30日-6月20日",
            "5月3日至20日",
            "6-8月",
            "6月至8月底",
            "11月至次年3月",
        ),
    ),
    Row(
        "day",
        rf"{_MONTH}份?的?(?P<day>\d{{1,2}})(?:[日号]{CLOCK}|(?=之前|以前|前)){BEFORE}",
        _numeric,
        "that day, included; an hour is not kept",
        (
            "5月31日前",
            "5月31号",
            "二〇二二年十一月二十日前",
            "6月10日（周五）17:00前",
            "次年1月10日前",
        ),
    ),
    Row(
        "part of a month",
        rf"{_MONTH}份?(?P<part>{PART}){BEFORE}",
        _part,
        "the last day of that part: the 10th (上旬, 初), the 20th (中旬, 中), the month's last "
        "(下旬, 底, 末)",
        ("5月底前", "6月上旬前", "6月中旬前", "7月下旬", "7月初", "7月中", "五月末"),
    ),
    Row(
        "within a month",
        rf"{_MONTH}份?(?:内{_NO_INSIDE}|\((?:含|含当月)\)(?=之前|以前|前)){BEFORE}",
        _month_end,
        "the month's last day",
        ("6月内", "6月（含）前"),
    ),
    Row(
        "week of a month",
        rf"{_MONTH}份?的?第[1-5一二三四五]周{BEFORE}",
        _unclear_month,
        "",
        ("6月第二周",),
    ),
    Row("before a month", rf"{_MONTH}份?{DEADLINE}", _unclear_month, "", ("6月前",)),
    Row(
        "month",
        rf"{_MONTH}(?!份?[度饼球龄])(?!{_EACH})份?",
        _month,
        "a phase from its first to its last day, due on the last",
        ("11月", "2022年11月份"),
    ),
    Row(
        "end of a quarter",
        _QUARTER + _AT_END,
        _quarter_end,
        "the quarter's last day",
        ("第二季度末", "二季度末前", "2022年第3季度结束前"),
    ),
    Row("before a quarter", _QUARTER + DEADLINE, _unclear, "", ("三季度前",)),
    Row(
        "quarter",
        rf"{_QUARTER}(?!{_EACH})",
        _quarter,
        "a phase, due on the quarter's last day",
        ("第二季度", "2022年四季度"),
    ),
    Row(
        "end of a half year",
        _HALF + _AT_END,
        _half_end,
        "30 June or 31 December",
        ("上半年末", "下半年底前"),
    ),
    Row("before a half year", _HALF + DEADLINE, _unclear, "", ("下半年前",)),
    Row("half year", _HALF, _half, "a phase of six months", ("上半年", "2022年下半年")),
    Row(
        "middle of the year",
        rf"(?:{_THE_YEAR}年中|{_NO_OTHER_YEAR}半年[末底]){DEADLINE}",
        _mid_year,
        "30 June",
        ("年中前",),
        clear=False,
    ),
    Row(
        "end of the year",
        rf"{_THE_YEAR}年度?(?:[底末]|终(?=之前|以前|前)){BEFORE}",
        _year_end,
        "31 December",
        ("年底前", "年末", "2022年底", "今年年底前", "到2022年底"),
    ),
    Row(
        "within the year",
        rf"{_THE_YEAR}年度?内{_NO_INSIDE}{BEFORE}",
        _year_end,
        "31 December",
        ("年内", "2022年内"),
    ),
    Row(
        "the whole year",
        rf"{year_piece()}全年(?!龄)",
        _year,
        "a phase, due on 31 December",
        ("全年",),
        clear=False,
    ),
    Row(
        "before a holiday",
        rf"{year_piece()}(?:“(?P<quoted>五一|七一|八一|十一)”|(?<![第二三四五六七八九])(?P<named>元旦|劳动|国庆|五一|十一)(?=节|小?长假|假期|之?前))"
        rf"(?:国际劳动节|劳动节|节|小?长假|假期)*{DEADLINE}",
        _before_holiday,
        "the day before",
        ("国庆节前", "元旦前", "“五一”前"),
        clear=False,
    ),
    Row(
        "before a holiday of the lunar year",
        rf"{year_piece()}(?:春节|清明|端午|中秋)(?:节|小?长假|假期)*{DEADLINE}",
        lambda _groups, _year: Unsupported(Lacks.EVENT),
        "",
        ("春节前", "中秋节前"),
    ),
)
