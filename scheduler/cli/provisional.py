"""Says of dates that they hang on holidays which are not published yet."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from config.i18n import _
from scheduler.cli.output import say
from workflows.holiday_updating import outdated_years
from workflows.working_days import working_days


def unpublished(days: Iterable[date]) -> list[int]:
    """The years of these days whose official notice is not known."""
    table = working_days()
    return [year for year in sorted({day.year for day in days}) if not table.is_published(year)]


def provisional_words(years: Iterable[int]) -> str:
    """That what falls into these years may still move."""
    return _(
        "the holidays of {years} are not published: dates there, of reminders too, are provisional"
    ).format(years=_(", ").join(map(str, years)))


def say_outdated(session: Session) -> None:
    """Say where dates are worked out by other holidays than are known now."""
    for noted, _known in outdated_years(session):
        say(
            _("the record goes by other holidays of {year}: “duban holidays update {year}”").format(
                year=noted.year
            )
        )
