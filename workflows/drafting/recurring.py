"""Monthly and quarterly duties: their first and last month, and which month they report on."""

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta

from workflows.documents.model import Place
from workflows.drafting.model import Read, Sure
from workflows.drafting.timing import Timed
from workflows.phrases import EachMonth, EachQuarter, OnDate, Span

_PREVIOUS = re.compile(r"上一?个?月|上月|上一月度|上季度|上一季度")
_CURRENT = re.compile(r"当月|本月|当季|本季度")
_MIDDLE = 15  # a report due later in a month is taken to be of that month


def months_between(
    due: EachMonth | EachQuarter,
    begins: Timed | None,
    issued: date | None,
    dates: Iterable[date],
    year: int,
    place: Place,
    within: Timed | None = None,
    until: Timed | None = None,
    follows: bool = False,
    ends: Timed | None = None,
) -> tuple[Read[str], Read[str]]:
    """The first and the last month: as the words say (6月开始); else the first month in which it
    is due after the date of issue or the plan's first date, and the plan's last month, if the words
    do not say when it ends (`ends`). `follows`
    is true where it falls due after each month or quarter (每季度结束后10日内): the periods that
    are named are those on which it reports."""
    if follows and within is not None and isinstance(within.due, Span):
        begun, ended = (
            Read(_month(due, _period_end(due, day), year, 1), Sure.LIKELY, place, within.words)
            for day in (within.due.start, within.due.due)
        )
        return begun, ended
    if within is not None and isinstance(within.due, Span):
        begun, ended = (
            Read(f"{day:%Y-%m}", Sure.CERTAIN, place, within.words)
            for day in (within.due.start, within.due.due)
        )
        return begun, ended
    days = sorted(dates)
    end = days[-1] if days else date(year, 12, 31)
    if until is not None and isinstance(until.due, Span):
        days, end = [until.due.start], until.due.due
    if begins is not None and isinstance(begins.due, OnDate | Span):
        start = begins.due.start if isinstance(begins.due, Span) else begins.due.due
        if follows and isinstance(begins.due, Span):
            start = begins.due.due + timedelta(days=1)
        if isinstance(due, EachMonth) and due.in_month(start.year, start.month) < start:
            start = (start.replace(day=1) + timedelta(days=31)).replace(day=1)  # not before then
        first = Read(f"{start:%Y-%m}", Sure.CERTAIN, place, begins.words)
        earliest = start.replace(day=1)
    else:
        earliest = issued or (days[0] if days else date(year, 1, 1))
        sure = Sure.LIKELY if issued else Sure.GUESS
        first = Read(_month(due, earliest, year, 1), sure, place)
    month = date(end.year, end.month, calendar.monthrange(end.year, end.month)[1])
    last = Read(_month(due, max(month, earliest), year, -1), Sure.GUESS, place)
    if ends is not None and ends.day is not None:
        ended_on = (
            _month(due, _period_end(due, ends.day), year, 1) if follows else f"{ends.day:%Y-%m}"
        )
        last = Read(ended_on, Sure.CERTAIN, place, ends.words)
    if last.value < first.value:
        last = Read(first.value, Sure.GUESS, place)
    return first, last


def _period_end(due: EachMonth | EachQuarter, day: date) -> date:
    """The last day of the month, or of the quarter, in which `day` is."""
    month = day.month if isinstance(due, EachMonth) else (day.month + 2) // 3 * 3
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def _month(due: EachMonth | EachQuarter, limit: date, year: int, step: int) -> str:
    """The month nearest to `limit`, after it (1) or up to it (-1), in which it is due."""
    year, month = limit.year, limit.month
    for _try in range(12):
        falls = not isinstance(due, EachQuarter) or due.falls_in(month)
        if falls:
            day = due.in_month(year, month)
            if (step > 0 and day > limit) or (step < 0 and day <= limit):
                return f"{year}-{month:02}"
        month += step
        if not 1 <= month <= 12:
            year, month = year + step, 1 if step > 0 else 12
    return f"{limit:%Y-%m}"


def covers_month(timed: Timed, text: str, place: Place) -> Read[str]:
    """Which month it reports on: by the words, else by the day on which it is due."""
    if timed.covers:
        return Read(timed.covers, Sure.CERTAIN, place, timed.words)
    for pattern, value in ((_PREVIOUS, "previous"), (_CURRENT, "current")):
        if match := pattern.search(text):
            return Read(value, Sure.CERTAIN, place, match[0])
    day = timed.due.day if isinstance(timed.due, EachMonth | EachQuarter) else _MIDDLE
    return Read("previous" if day <= _MIDDLE else "current", Sure.LIKELY, place, timed.words)
