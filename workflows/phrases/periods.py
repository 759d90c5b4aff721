"""The table's rows for quarters, half years, the whole year and what comes before a holiday."""

from datetime import date

from config.i18n import _
from workflows.phrases.model import LAST_DAY, Due, Lacks, OnDate, PhraseError, Unsupported
from workflows.phrases.pieces import (
    BEFORE,
    DEADLINE,
    EACH,
    NOT_INSIDE,
    TO,
    Groups,
    day_of,
    in_month,
    span,
    year_of,
    year_piece,
)
from workflows.phrases.rows import Row, unsupported

_QUARTER = year_piece() + r"(?:第|(?<![上下每这前]))(?P<quarter>[1-4])季度"
_HALF = year_piece() + r"(?P<half>[上下])半年"
_AT_END = rf"(?:末|底|结束|内{NOT_INSIDE}){BEFORE}"
# 去年底 is past, 5年内 counts years, 青年 and 学年 are words.
_NO_OTHER_YEAR = r"(?<![去上前近半学财周青少老成百\d])"
_THE_YEAR = (
    rf"(?:(?P<year>\d{{4}})年?|{_NO_OTHER_YEAR}(?:(?P<next>[明次翌])|[今本当每])年?"
    rf"|{_NO_OTHER_YEAR})"
)

_DIGITS = str.maketrans("一二三四", "1234")

# Holidays on the first of a month: the month before.
_MONTH_BEFORE = {
    "元旦": 12,
    "五一": 4,
    "劳动": 4,
    "六一": 5,
    "七一": 6,
    "八一": 7,
    "十一": 9,
    "国庆": 9,
}


def _months(groups: Groups, year: int | None, first: int, count: int) -> tuple[date, date]:
    named = year_of(groups, year)
    return day_of(named, first, 1), in_month(named, first + count - 1, LAST_DAY)


def _quarter(groups: Groups, year: int | None) -> Due:
    return span(*_months(groups, year, 3 * int(groups["quarter"] or 0) - 2, 3))


def _quarter_end(groups: Groups, year: int | None) -> Due:
    return OnDate(_months(groups, year, 3 * int(groups["quarter"] or 0) - 2, 3)[1])


def _quarters(groups: Groups, year: int | None) -> Due:
    first_year = year_of(groups, year, "1")
    first, last = (int((groups[name] or "").translate(_DIGITS)) * 3 for name in ("first", "last"))
    end = in_month(year_of(groups, first_year, "2"), last, LAST_DAY)
    return span(day_of(first_year, first - 2, 1), end)


def _first_quarters(groups: Groups, year: int | None) -> Due:
    return span(*_months(groups, year, 1, 3 * int(groups["count"] or 0)))


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


def _before_year(groups: Groups, year: int | None) -> Unsupported:
    """2022年前 is none where that is past: 2015年以前登记的车辆."""
    named = day_of(year_of(groups, year), 1, 1).year
    if year is not None and named < year:
        raise PhraseError(_("{year} is past").format(year=named))
    return Unsupported(Lacks.UNCLEAR)


def _before_holiday(groups: Groups, year: int | None) -> Due:
    month = _MONTH_BEFORE[groups["quoted"] or groups["named"] or ""]
    return OnDate(in_month(year_of(groups, year), month, LAST_DAY))


PERIODS = (
    Row(
        "end of a quarter",
        _QUARTER + _AT_END,
        _quarter_end,
        "the quarter's last day",
        ("第二季度末", "二季度末前", "2022年第3季度结束前"),
    ),
    Row(
        "quarters",
        rf"{year_piece('1')}(?:第|(?<![上下每这]))(?P<first>[1-4一二三四])(?:季度)?{TO}"
        rf"{year_piece('2')}第?(?P<last>[1-4])季度[末底]?{BEFORE}",
        _quarters,
        "a phase, from the first day of the one to the last day of the other",
        ("第二季度至第三季度", "二至三季度"),
    ),
    Row(
        "first quarters",
        rf"{year_piece()}前(?P<count>[23])个?季度(?:末|内{NOT_INSIDE})?{BEFORE}",
        _first_quarters,
        "a phase, from the first day of the year",
        ("前三季度",),
    ),
    Row("before a quarter", _QUARTER + DEADLINE, unsupported(Lacks.UNCLEAR), "", ("三季度前",)),
    Row(
        "quarter",
        rf"{_QUARTER}(?!{EACH})",
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
    Row("before a half year", _HALF + DEADLINE, unsupported(Lacks.UNCLEAR), "", ("下半年前",)),
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
        "before a year",
        rf"(?P<year>\d{{4}})年{DEADLINE}(?![\d几半])",
        _before_year,
        "",
        ("2025年前",),
    ),
    Row(
        "within the year",
        rf"{_THE_YEAR}年度?内{NOT_INSIDE}{BEFORE}",
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
        rf"{year_piece()}(?:“(?P<quoted>五一|六一|七一|八一|十一)”|(?<![第二三四五六七八九])(?P<named>元旦|劳动|国庆|五一|十一)(?=节|小?长假|假期|之?前))"
        rf"(?:国际劳动节|劳动节|节|小?长假|假期)*{DEADLINE}",
        _before_holiday,
        "the day before",
        ("国庆节前", "元旦前", "“五一”前"),
        clear=False,
    ),
    Row(
        "before a holiday of the lunar year",
        rf"{year_piece()}(?:春节|清明|端午|中秋)(?:节|小?长假|假期)*{DEADLINE}",
        unsupported(Lacks.EVENT),
        "",
        ("春节前", "中秋节前"),
    ),
)
