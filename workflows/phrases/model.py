"""What a deadline phrase says: the kinds of due date."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

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
class EachQuarter:
    """Due each quarter on `day` of its `month` (1, 2 or 3); a day that it lacks is its last."""

    month: int
    day: int

    def falls_in(self, month: int) -> bool:
        """Whether one is due in that month of the year."""
        return month % 3 == self.month % 3

    def in_month(self, year: int, month: int) -> date:
        """The due date in that month, one that `falls_in` is true of."""
        return EachMonth(self.day).in_month(year, month)


class Unit(StrEnum):
    """In what a period counts."""

    DAYS = "calendar days"
    WORKING = "working days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class SinceIssued:
    """Due so long after the plan's date of issue; the day of issue itself does not count."""

    count: int
    unit: Unit

    def of_days(self, issued: date) -> date:
        """The due date where it counts in calendar days or months. A month ends on the day of
        the same number, or on its last (Civil Code of the PRC, articles 201 and 202)."""
        if self.unit is not Unit.MONTHS:
            return issued + timedelta(days=self.count)
        years, month = divmod(issued.year * 12 + issued.month - 1 + self.count, 12)
        return EachMonth(issued.day).in_month(years, month + 1)


@dataclass(frozen=True, slots=True)
class After:
    """Due `days` after the nominal due date of `milestone`, for the same unit."""

    milestone: str
    days: int
    working: bool


class Lacks(StrEnum):
    """Why no due date of a declaration says what a phrase of a plan says."""

    DAILY = "daily"
    WEEKLY = "weekly"
    EACH_TEN_DAYS = "each ten days"  # 每旬, 每半月, 每两周
    EACH_HALF_YEAR = "each half year"
    YEARLY = "yearly"
    DAY = "day"  # each month or quarter, but on which day?
    LAST_WORKING_DAY = "last working day"  # of each month or quarter
    MONTH = "month"  # 本月底, 25日前: of which month?
    EVENT = "event"  # counts from something whose date the plan does not give
    NO_SUCH_DAY = "no such day"  # 2月30日
    UNCLEAR = "unclear"  # 6月前: before it begins, or before it ends?


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A phrase that is understood, but is no due date of a declaration."""

    lacks: Lacks


Due = OnDate | Span | EachMonth | EachQuarter | SinceIssued | After


class PhraseError(ValueError):
    """A deadline phrase that cannot be read; the message says why."""
