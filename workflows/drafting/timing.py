"""The dates of a sentence that are deadlines: phrases of the one grammar, without mere mentions."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from config.i18n import _
from workflows.phrases import (
    LAST_DAY,
    Due,
    EachMonth,
    EachQuarter,
    Found,
    Lacks,
    OnDate,
    SinceIssued,
    Span,
    Unsupported,
    find_phrases,
    to_phrase,
    why_unsupported,
)

# A date that is no deadline: 2021年基础上, 自5月起, （数据截至3月底）, 同比.
_MENTION_BEFORE = re.compile(
    r"(?:自|从|比|较|同比|与|据|截止日期|印发|颁布|数据截至|统计截止日期|统计截至)$"
)
_MENTION_AFTER = re.compile(
    r"^(?:以来|基础上|水平|同期|期间的|的通知|的规定|度(?!末|底|结束)|版|已|累计|全年(?=.{0,8}已)|[^，。；]{0,8}基础上|(?:、[^，。；]{1,6})?(?:和年度?)?(?:工作)?(?:进展)?情况)"
)
_PUBLISHED = re.compile(r"印发|发布|颁布|公布|施行|修订|修正|起施行")  # 2021年5月20日印发
_COMPARES = re.compile(r"^[^，。；]{0,6}(?:基础上|相比|同期)")
_SHORTENED = re.compile(
    r"(?:压缩|缩短|控制|限定|减少|降低|缩减|延长)[^，。；]{0,4}$"
)  # 压缩至10个工作日内
_REPORTS_ON = re.compile(r"(?:报送|上报|提交|填报)[^，。；（(]{0,8}$")  # 报送上半年工作总结
_YEAR_ONLY = re.compile(r"(?:于|在|到)?(?:\d{4}年|今年|本年度?|当年|全年|年内|\d{4}年度|年度)")


_LATE = 10  # month from which a plan of the next year may be issued
_FRAMES = re.compile(r"(?:期间|内)?[，,\s　]*[^，,。；;]{0,40}")
_FOLLOWS = re.compile(r"[^，,。；;（）()]{0,20}[（(]")
_MOST_FRAMES = 12  # a year has no more months
_LISTED = re.compile(r"\s*(?:、|和|及)\s*")
_RECUR = (Lacks.WEEKLY, Lacks.DAY, Lacks.DAILY)
_SPANS = re.compile(r"至|到|止|[-—–~～]")  # 自5月1日至6月30日: from when to when
_OTHERS_ISSUE = re.compile(
    r"^(?![自从]?[本该此])[^本该此]{0,3}(?:办法|细则|规定)的?(?:印发|下发|发布|公布|颁布|签发)"
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A deadline in a text: `phrase` as a declaration takes it, empty where none can say it."""

    phrase: str
    start: int
    end: int
    words: str
    due: Due | Unsupported
    clear: bool = True
    since: bool = False
    covers: str = ""
    asks: str = ""  # what the words leave open, where a likely reading was taken

    @property
    def recurs(self) -> bool:
        """Whether it comes each month or quarter."""
        return isinstance(self.due, EachMonth | EachQuarter)

    @property
    def usable(self) -> bool:
        """Whether a declaration can say it."""
        return bool(self.phrase)

    @property
    def day(self) -> date | None:
        """The day on which it is due, where it is one day."""
        return self.due.due if isinstance(self.due, OnDate | Span) else None


def deadlines_in(text: str, year: int) -> list[Timed]:
    """The deadlines of a text in their order."""
    found = []
    phrases = find_phrases(text, year)
    for one, following in zip_longest(phrases, phrases[1:]):
        if _is_mention(text, one, year) or one.since or _dates_event(text, one, following):
            continue
        found.append(_timed(one, year))
    return _last_working_days(text, found, year)


def _last_working_days(text: str, found: list[Timed], year: int) -> list[Timed]:
    """6月、8月的最后一个工作日前: each month's last day, and a question."""
    made: list[Timed] = []
    shares = False
    after = len(text)
    for one in reversed(found):
        named = _WORKING.match(text, one.end)
        linked = text[one.end : after].strip() in {"、", "和", "及"}
        shares = named is not None or (shares and linked)
        after = one.start
        if shares and isinstance(one.due, Span):
            end = named.end() if named else one.end
            due, words = OnDate(one.due.due), text[one.start : end]
            asks = _left_open(words, Lacks.LAST_WORKING_DAY)
            phrase = to_phrase(due, year)
            one = Timed(phrase, one.start, end, words, due, False, asks=asks if named else "")
        made.append(one)
    return made[::-1]


def _dates_event(text: str, one: Found, following: Found | None) -> bool:
    """Whether a date is that of the event from which the next counts: 9月开学后1个月内."""
    if following is None or not isinstance(following.due, Unsupported):
        return False
    between = text[one.end : following.start]
    return following.due.lacks is Lacks.EVENT and 0 < len(between) <= 8 and between.isalpha()


def begins_in(text: str, year: int) -> Timed | None:
    """The month with which something begins: 6月开始, 自6月起."""
    for one in find_phrases(text, year):
        if one.since and isinstance(one.due, OnDate | Span):
            return _timed(one, year)
    return None


def without_frames(text: str, dates: list[Timed]) -> tuple[list[Timed], list[Timed]]:
    """The dates without the spans that only frame others, and the months in which a recurring one
    recurs: 4月至11月，各地于每月28日前; 每周五前（6月至9月）; 3月至6月、9月至12月，每月25日前."""
    months = [one for one in dates if isinstance(one.due, Span)]
    if months and all(one.due.start.month == one.due.due.month for one in months):  # type: ignore[union-attr]
        # 5月、6月，省厅每月组织一轮: each of them is named.
        named = [one for one in dates if not _lacks(one, Lacks.DAY)]
        if len(named) < len(dates):
            return named, []
    recurring = [one for one in dates if one.recurs or _lacks(one, *_RECUR)]
    frames = [one for one in months if any(_frames(text, one, other) for other in recurring)]
    if frames:
        # A list of months frames as its last does.
        before = [one for one in months[-_MOST_FRAMES:] if one.end <= frames[0].start]
        for one in reversed(before):
            if _LISTED.fullmatch(text, one.end, frames[0].start):
                frames.insert(0, one)
        frame_starts = {one.start for one in frames}
        return [kept for kept in dates if kept.start not in frame_starts], frames
    return _without_halves(text, dates), []


def _frames(text: str, span: Timed, recurring: Timed) -> bool:
    """Whether a span says in which months something recurs."""
    if span.end <= recurring.start:
        return _FRAMES.fullmatch(text, span.end, recurring.start) is not None
    return _FOLLOWS.fullmatch(text, recurring.end, span.start) is not None


def _without_halves(text: str, dates: list[Timed]) -> list[Timed]:
    """上半年、下半年各组织一次，分别于6月底前、11月底前完成: the days are what is due."""
    spans = [one for one in dates if isinstance(one.due, Span)]
    days = [one for one in dates if isinstance(one.due, OnDate)]
    if len(spans) != len(days) or len(spans) < 2 or "分别" not in text:
        return dates
    pairs = zip(spans, days, strict=True)
    inside = (one.due.start <= day.due.due <= one.due.due for one, day in pairs)  # type: ignore[union-attr]
    return days if all(inside) and spans[-1].end <= days[0].start else dates


def _lacks(one: Timed, *what: Lacks) -> bool:
    return isinstance(one.due, Unsupported) and one.due.lacks in what


def read_deadline(text: str, year: int) -> Timed | None:
    """The deadline that a text is, as in a cell of a table: the last where it has several."""
    found = deadlines_in(text, year) or [
        _timed(one, year) for one in find_phrases(text, year) if not _ALL_YEAR.search(one.words)
    ]
    usable = [one for one in found if one.usable]
    return usable[-1] if usable else (found[-1] if found else None)


_WORKING = re.compile(r"(?:份)?的?最后一个工作日(?:之?前|以前)?")
_ALL_YEAR = re.compile(r"全年|年内|年度|每日|每天")
_BEFORE_MONTH = re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?:份)?(?:之?前|以前)")


def _likely(one: Found, year: int) -> Timed | None:
    """A likely reading of words that leave a day open, to be asked about."""
    if not isinstance(one.due, Unsupported):
        return None
    due: Due | None = None
    match = _BEFORE_MONTH.search(one.words)
    if one.due.lacks is Lacks.LAST_WORKING_DAY:
        due = EachQuarter(3, LAST_DAY) if "季" in one.words else EachMonth(LAST_DAY)
    elif one.due.lacks is Lacks.UNCLEAR and match is not None:
        month, of = int(match["month"]), int(match["year"] or year)
        if 2 <= month <= 12:
            due = OnDate(date(of, month, 1) - timedelta(days=1))
    if due is None:
        return None
    asks = _left_open(one.words, one.due.lacks)
    return Timed(to_phrase(due, year), one.start, one.end, one.words, due, False, asks=asks)


def _timed(one: Found, year: int) -> Timed:
    if (likely := _likely(one, year)) is not None:
        return likely
    if isinstance(one.due, SinceIssued) and _OTHERS_ISSUE.match(one.words.lstrip("于在")):
        # 办法印发后3个月内: of a paper that is still to come.
        return Timed("", one.start, one.end, one.words, Unsupported(Lacks.EVENT), False)
    return Timed(
        one.phrase, one.start, one.end, one.words, one.due, one.clear, one.since, one.covers
    )


def _lacks_event(due: Due | Unsupported) -> bool:
    return isinstance(due, Unsupported) and due.lacks is Lacks.EVENT


def _is_mention(text: str, one: Found, year: int) -> bool:
    after = text[one.end : one.end + 12]
    due = one.due
    if isinstance(due, OnDate | Span) and "年" in one.words and _PUBLISHED.match(after):
        return not one.before
    counts = isinstance(due, SinceIssued | EachMonth | EachQuarter)
    if _MENTION_AFTER.match(after) and not one.before and not counts:
        return True
    named = re.search(r"((?:19|20)\d\d)年", one.words)
    if named is not None and int(named[1]) < year - 1:
        return True
    if re.match(r"[，,]?就?已", after):
        return True
    if _lacks_event(due) and _SHORTENED.search(text[: one.start]):
        return True
    spans = isinstance(due, Span) and _SPANS.search(one.words) is not None
    before = text[: one.start].removesuffix("自" if spans else "")
    if _COMPARES.match(after) or _MENTION_BEFORE.search(before):
        return True
    if one.words.startswith("截") and before.endswith(("数据", "统计")):
        return True
    if _YEAR_ONLY.fullmatch(one.words.strip()) and not one.words.strip().endswith("年内"):
        return True
    if isinstance(due, OnDate | Span) and due.due.year < year:
        # A plan that is issued late in the year before has deadlines there.
        late = due.due.year == year - 1 and due.due.month >= _LATE and one.before
        if not late or one.words.startswith("截"):
            return True
    if isinstance(due, Span) and not one.before and _REPORTS_ON.search(text[: one.start]):
        return True
    opened = text.rfind("“", 0, one.start)
    return opened >= 0 and text.find("”", opened) > one.start


def not_said(words: str, lacks: Lacks) -> str:
    """What is asked of a date that no declaration can say."""
    return _("“{words}”: {why}; which milestones stand for it?").format(
        words=words, why=why_unsupported(lacks)
    )


def _left_open(words: str, lacks: Lacks) -> str:
    """What is asked of a date of which a likely reading was taken."""
    return _("“{words}”: {why}; is the day that was drafted right?").format(
        words=words, why=why_unsupported(lacks)
    )


def span_phrase(start: date, end: date, year: int) -> str:
    """A span as a declaration takes it."""
    return to_phrase(Span(start, end), year)
