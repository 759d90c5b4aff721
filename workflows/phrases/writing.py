"""Writes a due date in the words of plans."""

from datetime import date, timedelta

from workflows.phrases.model import (
    LAST_DAY,
    After,
    Due,
    EachMonth,
    EachQuarter,
    OnDate,
    SinceIssued,
    Span,
    Unit,
)

_MONTH_OF_QUARTER = {1: "首月", 2: "第2个月", 3: "末月"}
_COUNTED = {Unit.DAYS: "日", Unit.WORKING: "个工作日", Unit.MONTHS: "个月"}


def to_phrase(due: Due, year: int) -> str:
    """The phrase that `parse_due` reads as `due`; it names a year only where it is not `year`."""
    match due:
        case OnDate(day):
            if _is_last(day):
                return f"{_year(day, year)}{day.month}月底前"
            return f"{_day(day, year)}前"
        case Span(first, last):
            if first.day == 1 and _is_last(last) and f"{first:%Y-%m}" == f"{last:%Y-%m}":
                return f"{_year(first, year)}{first.month}月"
            return f"{_day(first, year)}至{_day(last, first.year)}"
        case EachMonth(number):
            return "每月底前" if number == LAST_DAY else f"每月{number}日前"
        case EachQuarter(3, number) if number == LAST_DAY:
            return "每季度末前"
        case EachQuarter(month, number):
            of_month = "底" if number == LAST_DAY else f"{number}日"
            return f"每季度{_MONTH_OF_QUARTER[month]}{of_month}前"
        case SinceIssued(count, unit):
            return f"印发之日起{count}{_COUNTED[unit]}内"
        case After(milestone, days, working):
            return f"{days} {'working' if working else 'calendar'} days after {milestone}"


def _is_last(day: date) -> bool:
    return (day + timedelta(days=1)).month != day.month


def _year(day: date, year: int) -> str:
    return "" if day.year == year else f"{day.year}年"


def _day(day: date, year: int) -> str:
    return f"{_year(day, year)}{day.month}月{day.day}日"
