"""The words of an office's own tables: headings, marks in cells, days and months."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from config.i18n import N_, _
from workflows.people.words import plain


class Mark(StrEnum):
    """What a cell says has happened."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    NIL = "nil"
    WAIVED = "waived"


MARK_WORDS: Mapping[Mark, str] = MappingProxyType(
    {
        Mark.SUBMITTED: N_("submitted"),
        Mark.ACCEPTED: N_("accepted"),
        Mark.NIL: N_("nil report"),
        Mark.WAIVED: N_("waived"),
    }
)
_MARKS: Mapping[Mark, tuple[str, ...]] = MappingProxyType(
    {
        Mark.SUBMITTED: ("submitted", "已报送", "已报", "已上报", "已交", "已提交", "是", "√", "✓",
                         "✔", "☑", "○", "yes", "x"),
        Mark.ACCEPTED: ("accepted", "审核通过", "已审核", "已办结", "办结", "通过"),
        Mark.NIL: ("nil", "nilreport", "零报告", "零报"),
        Mark.WAIVED: ("waived", "不适用", "免报", "不涉及", "无需报送"),
    }
)  # fmt: skip
_NOT_YET = frozenset(
    {"", "未报送", "未报", "未交", "否", "×", "✗", "✘", "/", "-", "—", "——", "no", "open", "待报送"}
)
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "milestone": ("节点事项", "事项", "工作事项", "报送事项", "节点", "milestone"),
        "period": ("期次", "月份", "报送月份", "所属月份", "期别", "period", "month"),
        "on": ("报送日期", "报送时间", "日期", "收到日期", "收到时间", "on", "date"),
        "mark": ("状态", "报送状态", "报送情况", "是否报送", "state", "status"),
    }
)
_FIELD_OF = {word: field for field, words in FIELDS.items() for word in words}
_MARK_OF = {word: mark for mark, words in _MARKS.items() for word in words}
_BRACKETS = re.compile(r"\([^()]*\)")
_DAY = re.compile(
    r"(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:T?\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_MONTH = re.compile(r"(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*月?(?:份|-01)?")
_OF_MONTH = re.compile(
    r"(?P<title>.*?)\s*[(\s]\s*(?P<month>(?:\d{4}\s*[-/.年]\s*)?\d{1,2}月?)\s*\)?"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says: the mark, if any, and the day, if it names one."""

    mark: Mark | None
    on: date | None


def field_of(heading: str) -> str:
    """The field of an office's list that a heading means; '' for none."""
    text = _BRACKETS.sub("", "".join(plain(heading).split())).casefold()
    return _FIELD_OF.get(text, "")


def read_cell(text: str, year: int) -> Said | None:
    """What a cell says; None where it cannot be read. `year` completes days without one.

    A day alone means that it was handed in on that day.
    """
    wanted = "".join(plain(text).split()).casefold()
    if wanted in _NOT_YET:
        return Said(None, None)
    on, rest = None, wanted
    if match := _DAY.search(wanted):
        on = _date(match, year)
        rest = (wanted[: match.start()] + wanted[match.end() :]).strip(",，;；:：")
        if on is None:
            return None
    rest = _BRACKETS.sub("", rest) or rest.strip("()")  # 不适用（免报）, 2022-06-10（已报送）
    mark = _MARK_OF.get(rest) or (Mark.SUBMITTED if on and not rest else None)
    return None if mark is None else Said(mark, on)


def read_day_cell(text: str, year: int) -> date | None:
    """The day that a cell is, `2022-06-05` or `6月5日`; None for anything else. `year` completes a
    day without one."""
    match = _DAY.fullmatch("".join(plain(text).split()))
    return _date(match, year) if match else None


def read_month(text: str) -> str:
    """A month as the record names it, `2022-06` or, without the year, `06`; '' for none."""
    match = _MONTH.fullmatch(plain(text))
    if match is None or not 1 <= int(match["month"]) <= 12:
        return ""
    month = f"{int(match['month']):02}"
    return f"{match['year']}-{month}" if match["year"] else month


def split_month(heading: str) -> tuple[str, str]:
    """A heading such as 报送月报（6月） as title and month, the month '' where it has none."""
    text = " ".join(plain(heading).split())
    match = _OF_MONTH.fullmatch(text)
    month = read_month(match["month"]) if match else ""
    return (match["title"], month) if match and month else (text, "")


def mark_word(mark: Mark) -> str:
    """The mark in the language in force."""
    return _(MARK_WORDS[mark])


def _date(match: re.Match[str], year: int) -> date | None:
    try:
        return date(int(match["year"] or year), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
