"""A year as a small calendar: twelve months, three beside each other, with what is no usual day."""

from calendar import Calendar
from datetime import date
from itertools import zip_longest

from config.i18n import _
from workflows.holiday_years import SATURDAY, HolidayYear

_BESIDE = 3
_CELL = 4  # columns of a day with its mark


def year_view(year: HolidayYear) -> str:
    """Weeks from Monday; `*` a day off, `+` a weekend day on which offices work."""
    months = [_month(year, month) for month in range(1, 13)]
    blocks = []
    for first in range(0, 12, _BESIDE):
        rows = zip_longest(*months[first : first + _BESIDE], fillvalue=" " * 7 * _CELL)
        blocks.append("\n".join("   ".join(row).rstrip() for row in rows))
    legend = _("* a day off   + a weekend day on which offices work   · a weekend")
    return "\n\n".join([*blocks, legend]) + "\n"


def _month(year: HolidayYear, month: int) -> list[str]:
    heading = f"{year.year}-{month:02}".center(7 * _CELL)
    weeks = Calendar().monthdatescalendar(year.year, month)
    return [heading, *("".join(_cell(year, day, month) for day in week) for week in weeks)]


def _cell(year: HolidayYear, day: date, month: int) -> str:
    if day.month != month:
        return " " * _CELL
    if day in year.off:
        mark = "*"
    elif day.weekday() < SATURDAY:
        mark = " "
    else:
        mark = "+" if day in year.worked else "·"
    return f"{day.day:>2}{mark} "
