"""Working days of China: weekends, public holidays and the working weekends of each year's notice.

The official data comes from `holidays`. It projects years whose notice is not out yet, so
`is_published` tells which years are certain.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from config.i18n import language


class WorkingDays:
    """Answers for any date, from a table of each year's working days made when first asked.

    Shifts are computed from the date given each time and never accumulate.
    """

    def __init__(self) -> None:
        self._years: dict[int, list[date]] = {}

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        days = self._year(day.year)
        index = bisect_left(days, day)
        return index < len(days) and days[index] == day

    def shift(self, day: date, count: int) -> date:
        """The working day `count` working days after `day`, or before it when negative.

        `day` itself is never counted, whether it is a working day or not; 0 returns `day`.
        """
        step = timedelta(days=1 if count > 0 else -1)
        year, left = day.year, abs(count)
        while left:
            days = self._year(year)
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
            days = self._year(year)
            total += bisect_right(days, end) - bisect_right(days, start)
        return max(total, 0)

    def is_published(self, year: int) -> bool:
        """Whether the official notice of that year's holidays is out (in the data we have)."""
        return year in _china(year, "zh_CN").special_public_holidays

    def day_name(self, day: date) -> str:
        """The holiday on `day` in the language in force, or empty where it has no name."""
        china = _china(day.year, "zh_CN" if language() == "zh" else "en_US")
        name = str(
            china.get(day) or ""
        )  # e.g. 国庆节（补假）: the reason stays out of our brackets
        return name.partition("（")[0].partition(" (")[0]

    def _year(self, year: int) -> list[date]:
        days = self._years.get(year)
        if days is None:
            china = _china(year, "zh_CN")
            first = date(year, 1, 1)
            length = date(year, 12, 31).timetuple().tm_yday
            each: Iterable[date] = (first + timedelta(days=n) for n in range(length))
            days = self._years[year] = [day for day in each if china.is_working_day(day)]
        return days


@cache
def _china(year: int, locale: str):  # type: ignore[no-untyped-def]
    # Imported here: the holiday data is large and most commands never ask.
    from holidays.countries.china import China

    return China(years=[year], language=locale)  # type: ignore[no-untyped-call]


@cache
def working_days() -> WorkingDays:
    """The one table of this process."""
    return WorkingDays()
