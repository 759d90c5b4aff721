"""Reads a day as the user writes it, and says what is wrong with one that there is not."""

import re
from calendar import monthrange
from datetime import date

from config.errors import InputError
from config.i18n import _

_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def read_day(text: str) -> date:
    """The day `2022-09-08`. Raises InputError for another form and for a day that there is not."""
    form = _DAY.fullmatch(text.strip())
    if form is None:
        raise InputError(
            _("“{text}” is not a date").format(text=text[:60]),
            _("write it as year-month-day, e.g. 2022-09-08"),
        )
    year, month, day = map(int, form.groups())
    try:
        return date(year, month, day)
    except ValueError:
        mend = _("write it as year-month-day, e.g. 2022-09-08")
        if 1 <= month <= 12 and year:
            mend = _("the last day of that month is {day}").format(
                day=date(year, month, monthrange(year, month)[1])
            )
        raise InputError(_("there is no day {day}").format(day=text.strip()), mend) from None
