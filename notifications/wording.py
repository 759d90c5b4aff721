"""How a deadline is put, computed from the day of sending: no mail says “today” on another day.

A day of another year than the one in which it is written has its year.
"""

from datetime import date
from functools import cache, lru_cache

from config.day_words import day_by
from config.day_words import day_in as day_in
from config.day_words import short_day as short_day
from config.i18n import _, language
from workflows.working_days import working_days


def long_day(day: date, today: date) -> str:
    """`6月5日星期日（端午节）`, `Sunday 5 June (Dragon Boat Festival)`, as written on `today`."""
    edition = working_days().edition
    return _long_day(day, language(), edition, other_year=day.year != today.year)


@cache
def _long_day(day: date, code: str, _edition: int, *, other_year: bool) -> str:
    text = day_by(day, code, "M月d日EEEE", "EEEE d MMMM", other_year=other_year)
    holiday = "" if working_days().is_working_day(day) else working_days().day_name(day)
    return _("{day} ({holiday})").format(day=text, holiday=holiday) if holiday else text


def deadline(due: date, late_after: date, today: date) -> str:
    """What to say on `today` of a duty due on `due`; all dates local to the campaign's zone."""
    return _deadline(due, late_after, today, language(), working_days().edition)


@lru_cache(maxsize=1024)  # a morning's duties share their days
def _deadline(due: date, late_after: date, today: date, _language: str, _edition: int) -> str:
    days = working_days()
    if today > late_after:
        return _("was due on {day}, {count} days ago ({working} working days)").format(
            day=long_day(due, today),
            count=(today - due).days,
            working=days.between(due, today),
        )
    if today > due:
        return _("was due on {day}; still on time until the end of {last}").format(
            day=long_day(due, today),
            last=_("today") if late_after == today else long_day(late_after, today),
        )
    if due == today:
        return _("due today, {day}, by the end of the working day").format(day=long_day(due, today))
    if not days.is_working_day(due):
        last = days.on_or_before(due)
        when = _("today") if last <= today else _("by {day}").format(day=long_day(last, today))
        return _("due on {day}, a day off: please hand in {when}, before the days off").format(
            day=long_day(due, today), when=when
        )
    return _("due on {day}, in {working} working days").format(
        day=long_day(due, today), working=days.between(today, due)
    )


def is_overdue(late_after: date, today: date) -> bool:
    """Whether it is overdue on `today`."""
    return today > late_after


def absent_until(name: str, until: date, today: date) -> str:
    """That a contact is away through `until` and nobody is told instead, as written on `today`."""
    return _("{name} is absent until {day}, nobody in place").format(
        name=name, day=short_day(until, today)
    )
