"""One year's holidays: which days off have which name, which weekends are worked, who says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

SATURDAY = 5


@dataclass(frozen=True)
class HolidayYear:
    """What is known of one year.

    `off` has the days off by their names: working days that are free, and named days of a weekend.
    `worked` are the weekend days on which offices work. `source` is the notice's number and date,
    empty where a library says so. A year that is not `published` is a projection.
    """

    year: int
    off: Mapping[date, str]
    worked: frozenset[date]
    published: bool
    source: str = field(default="", compare=False)

    @cached_property
    def working_days(self) -> list[date]:
        """Every day of the year on which offices work, in order."""
        first = date(self.year, 1, 1)
        length = date(self.year, 12, 31).timetuple().tm_yday
        return [day for n in range(length) if self.is_worked(day := first + timedelta(days=n))]

    def is_worked(self, day: date) -> bool:
        """Whether offices work on a day of this year."""
        return day not in self.off and (day.weekday() < SATURDAY or day in self.worked)

    def differing(self, other: "HolidayYear") -> list[date]:
        """The days of the year that are working days here and not in `other`, or the reverse."""
        return sorted(set(self.working_days) ^ set(other.working_days))

    def as_data(self) -> dict[str, Any]:
        """As the record keeps it, within an event."""
        return {
            "off": {day.isoformat(): name for day, name in sorted(self.off.items())},
            "worked": [day.isoformat() for day in sorted(self.worked)],
            "published": self.published,
            "source": self.source,
        }


def year_from_data(year: int, data: Mapping[str, Any]) -> HolidayYear:
    """What `as_data` gave. Raises ValueError, LookupError, TypeError where it is no such thing."""
    return HolidayYear(
        year,
        {date.fromisoformat(day): str(name) for day, name in data["off"].items()},
        frozenset(date.fromisoformat(day) for day in data["worked"]),
        bool(data["published"]),
        str(data["source"]),
    )
