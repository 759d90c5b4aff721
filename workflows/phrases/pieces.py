"""What the table's patterns are made of, and how their groups become dates.

The patterns look at text in the one spelling (spelling.py). Each repetition in them is bounded,
so that no text takes more than its length in time.
"""

import re
from datetime import date

from config.i18n import _
from workflows.phrases.model import LAST_DAY, YEARS, EachMonth, PhraseError, Span

Groups = dict[str, str | None]

_LEAP_YEAR, _LATER_LEAP_YEAR = 2024, 2028  # for a year that is not known yet, and the next

TO = r"(?:起?[至到]|-{1,2}|~{1,2}|一(?=\d))"  # 一 is a dash in many a hasty copy
DEADLINE = r"(?P<before>之前|以前|前(?![后往]))"  # surely one
BEFORE = r"(?P<before>之前|以前|前(?![后往])|为止|截?止)?"
NOTED = r"(?:\([^()\n]{1,12}\)(?=之前|以前|前))?"  # 5月底（含）前
# A day of the week and an hour, as letters of an office have them: 6月10日（周五）17:00前.
CLOCK = (
    r"(?:\(?(?:星期|周)[一二三四五六日天]\)?|\([^()\n]{1,12}\)(?=之前|以前|前))?"
    r"(?:(?:上午|下午|中午|晚上?|当[日天])?(?:\d{1,2}(?:[时点](?:整|半|\d{1,2}分)?|:\d{2})|下班)?"
    r"(?=之前|以前|前))?"
)
SURE_PART = r"(?:上中旬|上旬|中下旬|中旬|下旬|底|末)"
LOOSE_PART = (  # 初步, 初中, 中央, 中期 and the like are other words
    r"(?:初(?!步|级|中|期|次|衷|始|筛|选|审(?![核查计批议])|验(?!收)|评(?![估价比选]))"
    r"|中(?![国央小介心学层外旬部级期医药高考华共办]))"
)
PART = rf"(?:{SURE_PART}|{LOOSE_PART})"
LOOSE = {"初", "中"}  # the parts that people mean differently
_PARTS = {  # of a month: its first day and its last
    "上旬": (1, 10), "初": (1, 10), "上中旬": (1, 20), "中旬": (11, 20), "中": (11, 20),
    "中下旬": (11, LAST_DAY), "下旬": (21, LAST_DAY), "底": (LAST_DAY, LAST_DAY),
    "末": (LAST_DAY, LAST_DAY),
}  # fmt: skip
EACH = r"一[次通调报评会研总督分例小检考汇排清]"  # 一月一调度, 一季度一通报: each month
NOT_INSIDE = r"(?!部(?!署)|容|外|蒙|河|科)"  # 内部, 内容, 内河
COUNT = r"(?P<count>\d{1,3}|半)(?P<unit>个?工作日|日|天|个半月|个月|周|个?星期|年)"
WITHIN = r"(?:之内|以内|内)"


def year_piece(mark: str = "") -> str:
    """A year that may be left out; `mark` tells two of them apart."""
    return (
        rf"(?:(?P<year{mark}>\d{{4}})(?:年度?|\.(?=\d{{1,2}}月))"
        rf"|(?:今年|本年度?|当年|每年)|(?P<next{mark}>明年|次年|翌年))?"
    )


def year_of(groups: Groups, year: int | None, mark: str = "") -> int | None:
    """The year that the groups of `year_piece` say, else `year`."""
    written = groups.get(f"year{mark}")
    if written:
        return int(written)
    if groups.get(f"next{mark}"):
        return _LATER_LEAP_YEAR if year is None else year + 1
    return year


def day_of(year: int | None, month: int | str | None, day: int | str | None) -> date:
    """That day. Raises PhraseError where the calendar has none, or no plan is of such a year."""
    try:
        found = date(_LEAP_YEAR if year is None else year, int(month or 0), int(day or 0))
    except ValueError:
        if year is None:
            raise PhraseError(
                _("no year has a day {month}-{day}").format(month=month, day=day)
            ) from None
        raise PhraseError(
            _("{year}-{month}-{day} is not a day of the calendar").format(
                year=f"{year:04}", month=month, day=day
            )
        ) from None
    if found.year not in YEARS:
        raise PhraseError(_("{year} cannot be the year of a plan").format(year=f"{year:04}"))
    return found


def part_end(part: str | None) -> int:
    """The last day of a part of the month; of the whole month where none is named."""
    return _PARTS[part][1] if part else LAST_DAY


def part_start(part: str | None) -> int:
    """The first day of a part of the month."""
    return _PARTS[part][0] if part else 1


def in_month(year: int | None, month: int | str | None, day: int) -> date:
    """A day of that month, or its last where it is shorter."""
    first = day_of(year, month, 1)
    return EachMonth(day).in_month(first.year, first.month)


def month_day(text: str | None) -> int:
    """A day that some month has."""
    day = int(text or 0)
    if not 1 <= day <= LAST_DAY:
        raise PhraseError(_("no month has a day {day}").format(day=day))
    return day


def span(start: date, due: date) -> Span:
    """From the one to the other. Raises PhraseError where it ends before it starts; a year that
    both share is not named, since it may stand for one that is not known."""
    if due < start:
        form = "%m-%d" if due.year == start.year else "%Y-%m-%d"
        raise PhraseError(
            _("it ends on {due}, before it starts on {start}").format(
                due=due.strftime(form), start=start.strftime(form)
            )
        )
    return Span(start, due)


def without_names(pattern: str) -> str:
    """The same pattern with groups that nobody asks for."""
    return re.sub(r"\?P<\w+>", "?:", pattern)
