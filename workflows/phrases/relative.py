"""The table's rows for what counts from another day, and for what recurs as no milestone does."""

from config.i18n import _
from workflows.phrases.model import After, Due, Lacks, PhraseError, SinceIssued, Unit
from workflows.phrases.pieces import BEFORE, CLOCK, COUNT, WITHIN, Groups, without_names
from workflows.phrases.rows import Row, unsupported

_PAPER = r"(?:实施方案|工作方案|方案|通知|文件|办法|意见|公告|通告|计划|细则|规定|要点|函)"
_THIS = r"(?:本|该|此)?"
_FROM_THEN = (
    rf"(?:之?(?:当日|次日|日))?(?:(?:起|之后|以后|后)的?|(?={without_names(COUNT)}{WITHIN}))"
    rf"{COUNT}{WITHIN}?{BEFORE}"
)
_ISSUED = (  # 整改通知下发后 is another paper's issue
    rf"(?:(?:[自从]?{_THIS}(?<![改办罚询]){_PAPER}的?|[自从]{_THIS}|(?<![知案件法见告划则定点函书单令]))"
    r"(?:印发|下发|发文|成文)"
    rf"|[自从]?{_THIS}{_PAPER}的?(?:发布|公布|颁布|签发|发出|下达)"
    r"|[自从](?:发布|公布|颁布|签发))"
)
_RECEIVED = rf"[自从]?(?:(?:收到|接到|接){_THIS}{_PAPER}|[收接]文)"
_LONGEST = 999  # days or months
_UNITS = {"工作日": Unit.WORKING, "日": Unit.DAYS, "天": Unit.DAYS, "月": Unit.MONTHS}


def _since_issued(groups: Groups, _year: int | None) -> Due:
    count, unit = groups["count"] or "", (groups["unit"] or "").removeprefix("个")
    due = _half_of(unit) if count == "半" else _counted(int(count), unit)
    if due.count > _LONGEST:
        raise PhraseError(_("it is due too long after the day of issue"))
    return due


def _counted(number: int, unit: str) -> SinceIssued:
    if unit == "半月":
        return SinceIssued(30 * number + 15, Unit.DAYS)
    if unit in {"周", "星期"}:
        return SinceIssued(7 * number, Unit.DAYS)
    if unit == "年":
        return SinceIssued(12 * number, Unit.MONTHS)
    return SinceIssued(number, _UNITS[unit])


def _half_of(unit: str) -> SinceIssued:
    if unit == "年":
        return SinceIssued(6, Unit.MONTHS)
    return SinceIssued({"月": 15, "半月": 15}.get(unit, 1), Unit.DAYS)


def _since_issued_in_english(groups: Groups, _year: int | None) -> Due:
    unit = {"w": Unit.WORKING, "c": Unit.DAYS, "m": Unit.MONTHS}[(groups["sort"] or "m")[0]]
    return SinceIssued(int(groups["count"] or 0), unit)


def _after(groups: Groups, _year: int | None) -> Due:
    working = groups["sort"] in {"working", "工作日"}
    return After(groups["milestone"] or "", int(groups["days"] or 0), working)


RELATIVE = (
    Row(
        "since the date of issue",
        _ISSUED + _FROM_THEN,
        _since_issued,
        "counted from the declaration's `issued`, that day not included",
        (
            "印发之日起30日内",
            "自通知印发之日起30日内",
            "印发后15个工作日内",
            "自发布之日起3个月内",
            "文件下发之日起一个月内",
        ),
    ),
    Row(
        "since it came",
        _RECEIVED + _FROM_THEN,
        _since_issued,
        "counted from `issued`, too: nobody records when a unit got the paper",
        ("收到通知后5个工作日内", "接到本通知之日起10日内"),
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
        unsupported(Lacks.EVENT),
        "",
        ("5个工作日内", "之日起10日内"),
    ),
    Row(
        "daily",
        r"每(?:个?工作)?[日天]|逐日|按日|(?<!\d)日(?:报告|调度)(?=制度|[、和及]零报告)",
        unsupported(Lacks.DAILY),
        "",
        ("每日", "每个工作日"),
    ),
    Row(
        "weekly",
        rf"每(?:个?星期|周(?!期))(?:[一二三四五六日天末]{CLOCK}{BEFORE})?|按周|逐周",
        unsupported(Lacks.WEEKLY),
        "",
        ("每周五前", "每周"),
    ),
    Row(
        "each ten days or two weeks",
        r"每(?:旬|半个?月|[23]个?(?:周|星期))",
        unsupported(Lacks.EACH_TEN_DAYS),
        "",
        ("每半月", "每两周"),
    ),
    Row(
        "each half year",
        r"每个?半年|[按逐]半年|半年(?=1次|一次)"
        r"|(?<![近前后上下每])半年(?=报|总结|通报|评估|小结)",
        unsupported(Lacks.EACH_HALF_YEAR),
        "",
        ("每半年",),
    ),
    Row("yearly", r"每年|按年度?|逐年", unsupported(Lacks.YEARLY), "", ("每年",)),
    Row(
        "each month or quarter",
        r"每[23]?个?月|[按逐]月|(?:每个?|[按逐])季度?(?!节)",
        unsupported(Lacks.DAY),
        "",
        ("每月", "按季度"),
    ),
)
