"""Deadline phrases: how plans write a due date (`5月底前`, `每月5日前`), read into dates.

The readings follow the table in docs/declarations.md: `月底前` is the month's last day; `上旬前`,
`中旬前`, `下旬前` are the 10th, the 20th and the last day; `X日前` includes that day; a month
alone is a phase from its first to its last day.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from config.i18n import _

_LEAP_YEAR = 2024  # stands for a year that is not known yet
YEARS = range(1990, 2111)  # a year outside is a slip of the pen
LAST_DAY = 31  # of a month, whichever it is: clipped to the month's length


@dataclass(frozen=True, slots=True)
class OnDate:
    """Due once, on `due`."""

    due: date


@dataclass(frozen=True, slots=True)
class Span:
    """A phase from `start` to `due`, both included."""

    start: date
    due: date


@dataclass(frozen=True, slots=True)
class EachMonth:
    """Due each month on `day`; a day that the month lacks is its last."""

    day: int

    def in_month(self, year: int, month: int) -> date:
        """The due date in that month."""
        return date(year, month, min(self.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class After:
    """Due `days` after the nominal due date of `milestone`, for the same unit."""

    milestone: str
    days: int
    working: bool


Due = OnDate | Span | EachMonth | After


class PhraseError(ValueError):
    """A deadline phrase that cannot be read; the message says why."""


_YEAR = r"(?:(?P<year{0}>\d{{4}})年)?"
_DAY = r"(?P<month{0}>\d{{1,2}})月(?P<day{0}>\d{{1,2}})[日号]"
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_ISO_SPAN = re.compile(
    r"(?P<from>\d{4}-\d{1,2}-\d{1,2})\s*(?:/|至|到|~|—)\s*(?P<to>\d{4}-\d{1,2}-\d{1,2})"
)
_SPAN = re.compile(
    _YEAR.format("1")
    + _DAY.format("1")
    + r"(?:至|到|-|—|–|~|～)"
    + _YEAR.format("2")
    + _DAY.format("2")
)
_SPAN_IN_MONTH = re.compile(
    _YEAR.format("1") + _DAY.format("1") + r"(?:至|到|-|—|–|~|～)(?P<day2>\d{1,2})[日号]"
)
_DATE = re.compile(_YEAR.format("") + _DAY.format("") + r"(?:之?前|以前)?")
_PART = re.compile(
    _YEAR.format("") + r"(?P<month>\d{1,2})月(?:份)?(?P<part>上旬|中旬|下旬|底|末)(?:之?前|以前)?"
)
_MONTH = re.compile(_YEAR.format("") + r"(?P<month>\d{1,2})月(?:份)?")
_YEAR_END = re.compile(r"(?P<year>\d{4})?年[底末](?:之?前|以前)?")
_EACH_DAY = re.compile(r"每月(?:末)?(?P<day>\d{1,2})[日号](?:之?前|以前)?")
_EACH_END = re.compile(r"每月[底末](?:之?前|以前)?")
_AFTER = re.compile(
    r"(?P<days>\d{1,3})\s+(?P<sort>working|calendar)\s+days?\s+after\s+(?P<milestone>[\w.-]+)"
)
_AFTER_ZH = re.compile(r"(?P<milestone>[\w.-]+?)后(?P<days>\d{1,3})个?(?P<sort>工作日|日|天)内?")

_PART_DAY = {"上旬": 10, "中旬": 20, "下旬": LAST_DAY, "底": LAST_DAY, "末": LAST_DAY}


def parse_due(text: str, year: int | None) -> Due:
    """Read a due date as a plan writes it; `year` is meant where the phrase names none.

    None is a year that is not known yet: the phrase is read, and 29 February let pass.

    Raises PhraseError, saying what cannot be read or which date does not exist.
    """
    phrase = text.strip() if text.isascii() else "".join(text.split())
    if match := _ISO_SPAN.fullmatch(phrase):
        return _span(_iso(match["from"]), _iso(match["to"]))
    if _ISO.fullmatch(phrase):
        return OnDate(_iso(phrase))
    if match := _SPAN.fullmatch(phrase):
        start = _date(match["year1"] or year, match["month1"], match["day1"])
        end_year = match["year2"] or match["year1"] or year
        return _span(start, _date(end_year, match["month2"], match["day2"]))
    if match := _SPAN_IN_MONTH.fullmatch(phrase):
        start = _date(match["year1"] or year, match["month1"], match["day1"])
        return _span(start, _date(start.year, start.month, match["day2"]))
    if match := _DATE.fullmatch(phrase):
        return OnDate(_date(match["year"] or year, match["month"], match["day"]))
    if match := _PART.fullmatch(phrase):
        first = _date(match["year"] or year, match["month"], 1)
        return OnDate(EachMonth(_PART_DAY[match["part"]]).in_month(first.year, first.month))
    if match := _MONTH.fullmatch(phrase):
        first = _date(match["year"] or year, match["month"], 1)
        return Span(first, EachMonth(LAST_DAY).in_month(first.year, first.month))
    if match := _YEAR_END.fullmatch(phrase):
        return OnDate(_date(match["year"] or year, 12, LAST_DAY))
    if match := _EACH_DAY.fullmatch(phrase):
        day = int(match["day"])
        if not 1 <= day <= LAST_DAY:
            raise PhraseError(_("no month has a day {day}").format(day=day))
        return EachMonth(day)
    if _EACH_END.fullmatch(phrase):
        return EachMonth(LAST_DAY)
    if match := _AFTER.fullmatch(phrase) or _AFTER_ZH.fullmatch(phrase):
        working = match["sort"] in {"working", "工作日"}
        return After(match["milestone"], int(match["days"]), working)
    raise PhraseError(_("cannot read the date “{phrase}”").format(phrase=text))


def phrase_mend() -> str:
    """How a due date may be written: the hint that goes with a PhraseError."""
    return _(
        "write e.g. 2022-05-31, 5月底前, 6月中旬前, 8月20日前, 每月5日前, 11月, "
        "5月30日至6月20日, or “3 working days after MILESTONE”"
    )


def _date(year: int | str | None, month: int | str, day: int | str) -> date:
    try:
        found = date(int(year or _LEAP_YEAR), int(month), int(day))
    except ValueError:
        if year is None:
            raise PhraseError(
                _("no year has a day {month}-{day}").format(month=month, day=day)
            ) from None
        raise PhraseError(
            _("{year}-{month}-{day} is not a day of the calendar").format(
                year=year, month=month, day=day
            )
        ) from None
    if found.year not in YEARS:
        raise PhraseError(_("{year} cannot be the year of a plan").format(year=year))
    return found


def _iso(text: str) -> date:
    return _date(*text.split("-"))


def _span(start: date, due: date) -> Span:
    if due < start:
        raise PhraseError(
            _("it ends on {due}, before it starts on {start}").format(due=due, start=start)
        )
    return Span(start, due)
