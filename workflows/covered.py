"""What a recurring duty reports on: a month, or a quarter."""

from dataclasses import dataclass
from datetime import date, timedelta

_QUARTERS = "一二三四"
MONTH, QUARTER = 1, 3  # their length in months


@dataclass(frozen=True, slots=True)
class Covered:
    """The `months` (1 or 3) from the day `first` on. Said in the declarations' language whatever
    the setting, since titles on record and forms keep the words."""

    first: date
    months: int = MONTH

    @property
    def short(self) -> str:
        """Without the year: 5月, 第二季度."""
        if self.months == QUARTER:
            return f"第{_QUARTERS[(self.first.month - 1) // 3]}季度"
        return f"{self.first.month}月"

    @property
    def full(self) -> str:
        """With the year: 2022年5月, 2022年第二季度."""
        return f"{self.first.year}年{self.short}"


def covered(day: date, months: int, *, previous: bool) -> Covered:
    """The month or quarter in which `day` lies, or the one before it."""
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    if previous:
        before = first - timedelta(days=1)
        first = before.replace(month=(before.month - 1) // months * months + 1, day=1)
    return Covered(first, months)
