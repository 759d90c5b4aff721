"""Days as people write them, in the language in force."""

from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date

from config.i18n import language


def short_day(day: date, today: date) -> str:
    """`6月5日`, `5 June`, as written on `today`; a day of another year has its year."""
    return day_in(day, today, language(), "M月d日", "d MMMM")


def day_in(day: date, today: date, code: str, chinese: str, english: str) -> str:
    """`day` in the language `code` (`zh` or `en`) by that language's pattern (Unicode TR 35), with
    its year where that is not the year of `today`, on which it is written."""
    return day_by(day, code, chinese, english, other_year=day.year != today.year)


@cache
def day_by(day: date, code: str, chinese: str, english: str, *, other_year: bool) -> str:
    """The same; whether it has its year is said."""
    # Cached: the same few days stand in every mail of a morning.
    if code == "zh":
        return format_date(day, f"y年{chinese}" if other_year else chinese, locale=_as("zh_CN"))
    return format_date(day, f"{english} y" if other_year else english, locale=_as("en_GB"))


_as = cache(Locale.parse)  # Babel looks through all that it knows for each name
