"""Working days of China: weekends, public holidays and the working weekends of each year's notice.

A year is given by the record, once dates were computed with it (workflows/holiday_record.py); else
by a holiday file (workflows/holiday_files.py); else by the library `holidays`, which projects
years whose notice is not out yet, so `is_published` tells which years are certain.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from config.i18n import language
from workflows.holiday_years import SATURDAY, HolidayYear

# As the library has them in English, for years that a file or the record gives.
_ENGLISH = {
    "元旦": "New Year's Day",
    "农历除夕": "Chinese New Year's Eve",
    "春节": "Chinese New Year (Spring Festival)",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labor Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}

Files = Callable[[], Mapping[int, HolidayYear]]


class _Table(NamedTuple):
    """The working days of a year."""

    first: int  # the ordinal of 1 January
    days: Sequence[date]
    through: Sequence[int]  # how many of them lie before 1 January, 2 January, … the year's end


def _table_of(year: int, days: Sequence[date]) -> _Table:
    first, after = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
    working = {one.toordinal() for one in days}
    counts = accumulate((one in working for one in range(first, after)), initial=0)
    return _Table(first, days, [*counts])


class WorkingDays:
    """Answers for any date, from a table of each year's working days made when first asked.

    Shifts are computed from the date given each time and never accumulate.
    """

    def __init__(self) -> None:
        self._tables: dict[int, _Table] = {}
        self._files: Files = dict
        self._read: Mapping[int, HolidayYear] | None = None
        self._record: Mapping[int, HolidayYear] = {}
        self.follows: object = (
            None  # how far the record was read whose years hold; None: not at all
        )
        self.edition = 0  # another one: what was computed before may be otherwise now

    def use_files(self, files: Files) -> None:
        """Take years from holiday files from now on, and nothing from a record. They are read by
        `files` when first asked, which raises what is wrong with them."""
        same = files is self._files is dict and not self._record
        self._files, self._read, self._record, self.follows = files, None, {}, None
        if not same:
            self._begin_anew()

    def use_record(self, years: Mapping[int, HolidayYear], follows: object = None) -> None:
        """Take these years from the record, whatever the files and the library say of them.
        `follows` is how far it was read, for whoever asks whether there is more to read."""
        if dict(years) != dict(self._record):
            self._record = dict(years)
            self._begin_anew()
        self.follows = follows

    def known(self, year: int) -> HolidayYear:
        """What the files or the library say of a year today, whatever the record says."""
        return self.read_files().get(year) or self.from_library(year)

    def read_files(self) -> Mapping[int, HolidayYear]:
        """The years of the holiday files, read when first asked. Raises what is wrong with them."""
        if self._read is None:
            self._read = self._files()
        return self._read

    def from_library(self, year: int) -> HolidayYear:
        """What the library alone says of a year."""
        return _from_library(year)

    def in_force(self, year: int) -> HolidayYear:
        """What holds of a year: the record's, else what is known."""
        return self._record.get(year) or self.known(year)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        first, _days, through = self._tables.get(day.year) or self._table(day.year)
        at = day.toordinal() - first
        return through[at + 1] > through[at]

    def shift(self, day: date, count: int) -> date:
        """The working day `count` working days after `day`, or before it when negative.

        `day` itself is never counted, whether it is a working day or not; 0 returns `day`.
        """
        # Nearly all shifts stay within their year, and are two looks into its table.
        first, days, through = self._tables.get(day.year) or self._table(day.year)
        if count > 0:
            index = through[day.toordinal() - first + 1] + count - 1
            if index < len(days):
                return days[index]
        else:
            index = through[day.toordinal() - first] + count
            if count and index >= 0:
                return days[index]
        return self._across(day, count)

    def _across(self, day: date, count: int) -> date:
        """The same by any number of years."""
        step = timedelta(days=1 if count > 0 else -1)
        year, left = day.year, abs(count)
        while left:
            days = self._table(year).days
            if count > 0:
                index = bisect_right(days, day)
                if index + left <= len(days):
                    return days[index + left - 1]
                left -= len(days) - index
            else:
                index = bisect_left(days, day)
                if index >= left:
                    return days[index - left]
                left -= index
            year += step.days
            day = date(year, 1, 1) - timedelta(days=1) if count > 0 else date(year + 1, 1, 1)
        return day

    def on_or_before(self, day: date) -> date:
        """`day`, or the last working day before it."""
        return day if self.is_working_day(day) else self.shift(day, -1)

    def on_or_after(self, day: date) -> date:
        """`day`, or the next working day after it."""
        return day if self.is_working_day(day) else self.shift(day, 1)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end` (0 if none)."""
        total = 0
        for year in range(start.year, end.year + 1):
            days = self._table(year).days
            total += bisect_right(days, end) - bisect_right(days, start)
        return max(total, 0)

    def is_published(self, year: int) -> bool:
        """Whether the official notice of that year's holidays is in force here."""
        return self.in_force(year).published

    def day_name(self, day: date) -> str:
        """The holiday on `day` in the language in force, or empty where it has no name."""
        year = self.in_force(day.year)
        if not year.source:  # the library has names in both languages
            return _without_reason(str(_china(day.year, _locale()).get(day) or ""))
        name = year.off.get(day, "")
        return name if language() == "zh" else _ENGLISH.get(name, name)

    def _table(self, year: int) -> "_Table":
        tables = self._tables  # another thread may begin anew meanwhile
        found = tables.get(year)
        if found is None:
            found = tables[year] = _table_of(year, self.in_force(year).working_days)
        return found

    def _begin_anew(self) -> None:
        self._tables = {}
        self.edition += 1


def _locale() -> str:
    return "zh_CN" if language() == "zh" else "en_US"


def _without_reason(name: str) -> str:
    # e.g. 国庆节（补假）: the reason stays out of our brackets
    return name.partition("（")[0].partition(" (")[0]


@cache
def _from_library(year: int) -> HolidayYear:
    china = _china(year, "zh_CN")
    first = date(year, 1, 1)
    length = date(year, 12, 31).timetuple().tm_yday
    each: Iterable[date] = (first + timedelta(days=n) for n in range(length))
    off: dict[date, str] = {}
    worked: set[date] = set()
    for day in each:
        free, name = not china.is_working_day(day), _without_reason(str(china.get(day) or ""))
        if free and (name or day.weekday() < SATURDAY):
            off[day] = name
        elif not free and day.weekday() >= SATURDAY:
            worked.add(day)
    return HolidayYear(year, off, frozenset(worked), year in china.special_public_holidays)


@cache
def _china(year: int, locale: str):  # type: ignore[no-untyped-def]
    # Imported here: the holiday data is large and most commands never ask.
    from holidays.countries.china import China

    return China(years=[year], language=locale)  # type: ignore[no-untyped-call]


@cache
def working_days() -> WorkingDays:
    """The one table of this process; what it goes by is set in one place (scheduler/office.py)."""
    return WorkingDays()
