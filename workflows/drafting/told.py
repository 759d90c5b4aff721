"""Sentences that only tell: details, what was before or was counted, how long the whole lasts."""

import re
from datetime import date

from workflows.drafting.plan_words import COUNTED, DETAILS, PAST, RECURS, TOLD, WHOLE_SPAN
from workflows.drafting.timing import Timed, deadlines_in
from workflows.phrases import OnDate, Span, find_phrases

_YEAR = re.compile(r"(?:\d{4}\s*年?\s*(?:至|到|[—–\-~～]+)\s*)?(\d{4})\s*年")  # 2019—2021年
_UP_TO = re.compile(r"(?:[^，。]{0,10}，)?截[至止]到?(?P<date>[^，。]{2,14})[，,]")
_OF_YEAR = re.compile(rf"(?:^|[，,；;。、])\s*{_YEAR.pattern}")
_MEASURED = re.compile(
    r"据(?:统计|调度|测算)|同比|截[至止][^，。]{2,14}[，,]?[^，。]{0,8}已|均?超额完成"
    r"|全[省市县区国]共[^同]"
)


def is_told(sentence: str, year: int, issued: date | None) -> bool:
    """Whether a sentence only tells. `year` is the plan's, `issued` its date of issue."""
    named = _YEAR.match(sentence)
    if named is not None and int(named[1]) < year:
        return not _has_deadline(sentence, year)
    if _stood_then(sentence, year, issued) or _counted_then(sentence, year, issued):
        return True
    return _lasts(sentence) or any(one.search(sentence) for one in (PAST, DETAILS, TOLD))


def end_of_whole(sentence: str, year: int) -> Timed | None:
    """The end of the whole, where a sentence tells how long it lasts."""
    dates = deadlines_in(sentence, year) if _lasts(sentence) else []
    return next((one for one in reversed(dates) if one.day), None)


def tells_past(sentence: str, year: int) -> bool:
    """Whether a sentence tells numbers of a year before the plan's, or what was measured."""
    years = [int(match[1]) for match in _OF_YEAR.finditer(sentence)]
    past = any(one < year for one in years) and not any(one >= year for one in years)
    return (past or _MEASURED.search(sentence) is not None) and not _has_deadline(sentence, year)


def _lasts(sentence: str) -> bool:
    return WHOLE_SPAN.search(sentence) is not None and not RECURS.search(sentence)


def _has_deadline(text: str, year: int) -> bool:
    return any(one.usable for one in deadlines_in(text, year))


def _stood_then(sentence: str, year: int, issued: date | None) -> bool:
    """Whether it says how things stood on a day before the plan: 截至2月底，完工率为81.6%."""
    match = _UP_TO.match(sentence)
    found = find_phrases(match["date"], year) if match else []
    due = found[0].due if found else None
    if match is None or not isinstance(due, OnDate | Span):
        return False
    if due.due.year >= year and (issued is None or due.due > issued):
        return False
    return not _has_deadline(sentence[match.end() :], year)


def _counted_then(sentence: str, year: int, issued: date | None) -> bool:
    """Whether it counts what was done before the plan was issued: 1至4月，全省共检查…"""
    dates = deadlines_in(sentence, year)
    past = issued is not None and all(one.day and one.day <= issued for one in dates)
    return bool(dates) and past and COUNTED.search(sentence) is not None
