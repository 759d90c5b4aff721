"""The table's rows for days and months, once or as a phase."""

from workflows.phrases.model import LAST_DAY, Due, Lacks, OnDate, Unsupported
from workflows.phrases.pieces import (
    BEFORE,
    CLOCK,
    DEADLINE,
    EACH,
    LOOSE_PART,
    NOT_INSIDE,
    NOTED,
    PART,
    SURE_PART,
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
_HOUR = r"(?:\((?:星期|周)[一二三四五六日天]\))?(?:\d{1,2}[时点])?"
_POINT = (  # where a phase starts: 5月30日, 5月中旬, 5月, and in 5-6月 only the number
    year_piece("1") + r"(?P<month1>\d{1,2})"
    rf"(?:月份?(?:(?P<day1>\d{{1,2}})(?:[日号]{_HOUR}|(?={TO}))|(?P<part1>{PART}))?"
    rf"|(?={TO}\d{{1,2}}月))"
)
_END = (
    rf"(?:{year_piece('2')}(?P<month2>\d{{1,2}})月份?"
    rf"(?:(?P<day2>\d{{1,2}})[日号]{_HOUR}|(?P<part2>{PART}))?|(?P<only2>\d{{1,2}})[日号]{_HOUR})"
)


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
        rf"{_MONTH}份?(?P<part>{SURE_PART}){NOTED}{BEFORE}",
        _part,
        "the last day of that part: the 10th (上旬), the 20th (中旬), the last (下旬, 底, 末)",
        ("5月底前", "6月上旬前", "6月中旬前", "7月下旬", "五月末"),
    ),
    Row(
        "loose part of a month",
        rf"{_MONTH}份?(?P<part>{LOOSE_PART}){BEFORE}",
        _part,
        "as 上旬 and 中旬: the 10th, the 20th",
        ("7月初", "7月中"),
        clear=False,
    ),
    Row(
        "within a month",
        rf"{_MONTH}份?(?:内{NOT_INSIDE}|\((?:含|含当月)\)(?=之前|以前|前)){BEFORE}",
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
        rf"{_MONTH}(?!份?[度饼球龄])(?!{EACH})份?",
        _month,
        "a phase from its first to its last day, due on the last",
        ("11月", "2022年11月份"),
    ),
)
