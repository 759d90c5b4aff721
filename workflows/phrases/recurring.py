"""The table's rows for what recurs, and for what counts from another day."""

from workflows.phrases.model import (
    LAST_DAY,
    After,
    Due,
    EachMonth,
    EachQuarter,
    Lacks,
    SinceIssued,
    Unit,
    Unsupported,
)
from workflows.phrases.pieces import BEFORE, CLOCK, COUNT, PART, TO, WITHIN, Groups, month_day
from workflows.phrases.pieces import part_end as end_of_part
from workflows.phrases.rows import Read, Row

_DAY = rf"(?P<day>\d{{1,2}})[日号]{CLOCK}"
_DAY_OR_PART = rf"(?:{_DAY}|(?P<part>{PART})){BEFORE}"
_QUARTERLY = r"每个?季度?"
_MONTH_OF_QUARTER = (
    r"的?(?:(?P<first>首月|第1个?月)|(?P<second>第2个?月)|(?P<last>末月?|最后1个?月|第3个?月))份?"
)
_PAPER = r"(?:实施方案|工作方案|方案|通知|文件|办法|意见|公告|通告|计划|细则|规定|要点|函)"
_THIS = r"(?:本|该|此)?"
_ISSUED = (
    rf"(?:(?:[自从]?{_THIS}(?<![改办罚询]){_PAPER}的?|[自从]{_THIS}|(?<![知案件法见告划则定点函书单令]))"
    r"(?:印发|下发|发文|成文)"
    rf"|[自从]?{_THIS}{_PAPER}的?(?:发布|公布|颁布|签发|发出|下达)"
    rf"|[自从](?:发布|公布|颁布|签发)"
    rf"|[自从]?(?:收到|接到|接){_THIS}{_PAPER})"
    r"(?:之?(?:当日|次日|日))?(?:起|之后|以后|后)的?"
)
_UNITS = {"工作日": Unit.WORKING, "日": Unit.DAYS, "天": Unit.DAYS, "月": Unit.MONTHS}


def _day(groups: Groups) -> int:
    day = groups.get("day")
    return month_day(day) if day is not None else end_of_part(groups.get("part"))


def _each_month(groups: Groups, _year: int | None) -> Due:
    return EachMonth(_day(groups))


def _each_quarter(groups: Groups, _year: int | None) -> Due:
    if groups.get("last") or groups.get("end"):
        return EachQuarter(3, _day(groups))
    return EachQuarter(2 if groups.get("second") else 1, _day(groups))


def _quarter_end(_groups: Groups, _year: int | None) -> Due:
    return EachQuarter(3, LAST_DAY)


def _since_issued(groups: Groups, _year: int | None) -> Due:
    count, unit = groups["count"] or "", (groups["unit"] or "").removeprefix("个")
    if count == "半":
        return _half_of(unit)
    number = int(count)
    if unit == "半月":
        return SinceIssued(30 * number + 15, Unit.DAYS)
    if unit in {"周", "星期"}:
        return SinceIssued(7 * number, Unit.DAYS)
    if unit == "年":
        return SinceIssued(12 * number, Unit.MONTHS)
    return SinceIssued(number, _UNITS[unit])


def _half_of(unit: str) -> Due:
    if unit == "年":
        return SinceIssued(6, Unit.MONTHS)
    return SinceIssued({"月": 15, "半月": 15}.get(unit, 1), Unit.DAYS)


def _since_issued_in_english(groups: Groups, _year: int | None) -> Due:
    unit = {"w": Unit.WORKING, "c": Unit.DAYS, "m": Unit.MONTHS}[(groups["sort"] or "m")[0]]
    return SinceIssued(int(groups["count"] or 0), unit)


def _after(groups: Groups, _year: int | None) -> Due:
    working = groups["sort"] in {"working", "工作日"}
    return After(groups["milestone"] or "", int(groups["days"] or 0), working)


def _first_days(groups: Groups, _year: int | None) -> Due:
    return EachMonth(month_day(groups["day"] or groups["last"]))


def _month_after(groups: Groups, year: int | None) -> Due:
    if groups["days"]:
        return EachMonth(month_day(groups["days"]))
    return _each_month(groups, year)


def _no(lacks: Lacks) -> Read:
    return lambda _groups, _year: Unsupported(lacks)


RECURRING = (
    Row(
        "each month",
        rf"每个?月(?:末(?=\d))?{_DAY_OR_PART}",
        _each_month,
        "each month on that day, or on its last where it is shorter; the parts of a month as above",
        ("每月5日前", "每月末25日前", "每月底前", "每月中旬前"),
    ),
    Row(
        "each month, first days",
        rf"每个?月(?:的?前(?P<day>\d{{1,2}})[日天]{WITHIN}?"
        rf"|\d{{1,2}}[日号]?{TO}(?P<last>\d{{1,2}})[日号])",
        _first_days,
        "each month, on the last of these days",
        ("每月前5日内", "每月1日至5日"),
    ),
    Row(
        "the month after",
        rf"(?:每个?月)?的?(?:次|下个?|翌)月{_DAY_OR_PART}"
        rf"|每?个?月(?:度?(?:结束|终了))之?后(?P<days>\d{{1,2}})[日天]{WITHIN}?",
        _month_after,
        "each month on that day, about the month before",
        ("次月5日前", "下月10日前", "每月结束后5日内"),
        covers="previous",
    ),
    Row(
        "the month itself",
        rf"(?:每个?月)?当月{_DAY_OR_PART}",
        _each_month,
        "each month on that day, about that month",
        ("当月25日前", "当月底前"),
        covers="current",
    ),
    Row(
        "this month",
        rf"本月(?:份?内(?![部容])|{_DAY_OR_PART})",
        _no(Lacks.MONTH),
        "",
        ("本月底前",),
    ),
    Row(
        "end of each quarter",
        rf"{_QUARTERLY}(?:结束|[末底](?!\d)){BEFORE}",
        _quarter_end,
        "each quarter's last day",
        ("每季度末", "每季度末前", "每季末"),
        covers="current",
    ),
    Row(
        "month of each quarter",
        rf"{_QUARTERLY}(?:{_MONTH_OF_QUARTER}|(?P<end>末)){_DAY_OR_PART}",
        _each_quarter,
        "each quarter on that day of its first, second or last month",
        ("每季度首月10日前", "每季度第二个月底前", "每季度末月25日前", "每季度最后一个月中旬前"),
    ),
    Row(
        "after each quarter",
        rf"{_QUARTERLY}(?:(?:结束|终了)?之?后|(?:的?次月|下个?季度?首月))"
        rf"(?P<day>\d{{1,2}})[日天号](?:{WITHIN}|{BEFORE})",
        _each_quarter,
        "on that day of the month after each quarter, about the quarter before",
        ("每季度结束后10日内", "每季度后15日内"),
        covers="previous",
    ),
    Row(
        "since the date of issue",
        rf"{_ISSUED}{COUNT}{WITHIN}?{BEFORE}",
        _since_issued,
        "counted from the declaration's `issued`, that day not included",
        (
            "印发之日起30日内",
            "自通知印发之日起30日内",
            "收到通知后5个工作日内",
            "印发后15个工作日内",
            "自发布之日起3个月内",
            "文件下发之日起一个月内",
        ),
        clear=False,
    ),
    Row(
        "since the date of issue, in English",
        r"(?P<count>\d{1,3}) (?:(?P<sort>working|calendar) days?|months?) after issued",
        _since_issued_in_english,
        "the same",
        ("30 calendar days after issued", "5 working days after issued", "3 months after issued"),
        in_text=False,
    ),
    Row(
        "after a milestone",
        r"(?P<days>\d{1,3}) (?P<sort>working|calendar) days? after (?P<milestone>[\w.-]+)",
        _after,
        "from that milestone's nominal date, for the same unit",
        ("3 working days after project-list", "10 calendar days after project-list"),
        in_text=False,
    ),
    Row(
        "after a milestone, in Chinese",
        r"(?P<milestone>[\w.-]{1,64}?)后(?P<days>\d{1,3})个?(?P<sort>工作日|日|天)内?",
        _after,
        "the same",
        ("project-list后3个工作日内",),
        in_text=False,
    ),
    Row(
        "after an event",
        rf"(?:(?:之日)?起|之后|以后|后)?{COUNT}{WITHIN}",
        _no(Lacks.EVENT),
        "",
        ("5个工作日内", "之日起10日内"),
    ),
    Row("daily", r"每(?:个?工作)?[日天]|逐日|按日", _no(Lacks.DAILY), "", ("每日", "每个工作日")),
    Row(
        "weekly",
        rf"每(?:个?星期|周(?!期))(?:[一二三四五六日天末]{CLOCK}{BEFORE})?|按周|逐周",
        _no(Lacks.WEEKLY),
        "",
        ("每周五前", "每周"),
    ),
    Row(
        "each ten days or two weeks",
        r"每(?:旬|半个?月|[23]个?(?:周|星期))",
        _no(Lacks.EACH_TEN_DAYS),
        "",
        ("每半月", "每两周"),
    ),
    Row(
        "each half year",
        r"每个?半年|[按逐]半年|半年(?=1次|一次)"
        r"|(?<![近前后上下每])半年(?=报|总结|通报|评估|小结)",
        _no(Lacks.EACH_HALF_YEAR),
        "",
        ("每半年",),
    ),
    Row("yearly", r"每年|按年度?|逐年", _no(Lacks.YEARLY), "", ("每年",)),
    Row(
        "each month or quarter",
        rf"每[23]?个?月|[按逐]月|{_QUARTERLY}|[按逐]季度?",
        _no(Lacks.DAY),
        "",
        ("每月", "按季度"),
    ),
)
