"""The referee's own reading of a ladder: from its stored JSON to the days of its rungs.

Only the calendar's data is shared with the program: whether offices work on a day.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

from workflows.referee.calendar import Calendar

_DAY = timedelta(days=1)
_TURNS = {"light turns yellow": "yellow", "亮黄灯时": "yellow",
          "light turns red": "red", "亮红灯时": "red"}  # fmt: skip
_ON_THE_DAY = ("on the day", "到期当日", "到期当天")
_MOST_DAYS, _MOST_TIMES = 999, 50  # what a declaration may say
_ABOVE = frozenset({"lead", "supervisor"})
_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})$")

Planned = frozenset[tuple[str, date]]  # a rung's id and the day on which it comes due


@dataclass(frozen=True, slots=True)
class Rung:
    """An offset in days from the due date, how it repeats (`every` is 0 where it does not; after
    `changes` times at the interval `then`), at which hour it comes due, whether its mail waits for
    the owner office's release, and whether it ends when it has been seen. What waits for a light
    that `turns` to a colour has no days."""

    id: str
    days: int
    working: bool
    every: int = 0
    every_working: bool = False
    times: int = 1
    held: bool = False
    hour: time = time()
    changes: int = 0
    then: int = 0
    gentle: bool = False
    turns: str = ""


Ladder = tuple[Rung, ...]


def read_ladder(stored: Iterable[Mapping[str, Any]]) -> Ladder:
    """The rungs as a milestone or a declaration keeps them. Raises ValueError, LookupError."""
    return tuple(_read_rung(one) for one in stored)


def _read_rung(stored: Mapping[str, Any]) -> Rung:
    when = stored["when"]
    if not isinstance(when, str):
        raise TypeError(when)
    hour = time()
    if when.startswith(_ON_THE_DAY) or when in _TURNS:
        days = 0
        if clock := _CLOCK.search(when):
            hour = time(int(clock[1]), int(clock[2]))
    else:
        days = _number(when)
    before = when.endswith("before") or when.startswith("到期前")
    every = stored.get("every") or ""
    later = stored.get("then") or {}
    until = stored.get("until") or ("acknowledged" if before and days else "submitted")
    return Rung(
        id=stored["id"],
        days=-days if before else days,
        working=_is_working(when),
        every=_number(every) if every else 0,
        every_working=_is_working(every),
        times=_bounded(int(stored.get("times", 1)), _MOST_TIMES),
        held=_is_held(stored),
        hour=hour,
        changes=_bounded(int(later["after"]), _MOST_TIMES) if later else 0,
        then=_number(later["every"]) if later else 0,
        gentle=until == "acknowledged",
        turns=_TURNS.get(when, ""),
    )


def _is_held(stored: Mapping[str, Any]) -> bool:
    """What goes above the contact is held unless it is said otherwise."""
    if stored.get("release"):
        return bool(stored["release"] == "hold")
    return any(one in _ABOVE or "@" in one for one in stored.get("to", ()))


def _number(text: str) -> int:
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError(text)
    return _bounded(int(found[0]), _MOST_DAYS)


def _bounded(number: int, most: int) -> int:
    """No number in a damaged row makes the referee walk for ever. Raises ValueError."""
    if number > most:
        raise ValueError(f"{number} > {most}")
    return number


def _is_working(text: str) -> bool:
    return "working" in text or "工作日" in text


# What holds where a declaration names no ladder of its own (docs/declarations.md).
DEFAULT = (
    Rung("before-10", -10, working=True, gentle=True),
    Rung("before-5", -5, working=True, gentle=True),
    Rung("before-2", -2, working=True, gentle=True),
    Rung("due-day", 0, working=False),
    Rung("overdue", 2, working=True, every=2, every_working=True, times=10),
    Rung("lead", 3, working=True, held=True),
    Rung("supervisor", 5, working=True, held=True),
)
# To the correction date of what was returned.
CORRECTION = tuple(one for one in DEFAULT if one.id not in {"before-10", "before-5"})


@lru_cache(maxsize=8192)
def planned(
    ladder: Ladder, due: date, late_after: date, issued: date | None, calendar: Calendar
) -> Planned:
    """Every rung's days for a due date; none before the day of issue, none for a light's turn."""
    found = {
        (rung.id, day)
        for rung in ladder
        if not rung.turns
        for day in _days(rung, due, late_after, calendar)
    }
    if issued is None:
        return frozenset(found)
    return frozenset((rung, max(day, issued)) for rung, day in found)


def _days(rung: Rung, due: date, late_after: date, calendar: Calendar) -> Iterator[date]:
    """Before the due date a day off moves back, after it forward and past the last day of grace;
    a repetition that would fall on or before the one before it is left out."""
    previous: date | None = None
    count = rung.days
    for number in range(rung.times if rung.every else 1):
        if number:
            count += rung.then if rung.then and number >= rung.changes else rung.every
        in_working_days = rung.every_working if number else rung.working
        day = walk(due, count, calendar) if in_working_days else due + count * _DAY
        if count <= 0:
            day = last_working_day(day, calendar)
        else:
            day = next_working_day(day, calendar)
            if day <= late_after:
                day = walk(late_after, 1, calendar)
        if previous is None or day > previous:
            previous = day
            yield day


def walk(day: date, count: int, calendar: Calendar) -> date:
    """`count` working days on from `day`, backwards where negative; `day` is not counted."""
    step = _DAY if count > 0 else -_DAY
    for _n in range(abs(count)):
        day = _first_working(day + step, step, calendar)
    return day


def next_working_day(day: date, calendar: Calendar) -> date:
    """`day`, or the first working day after it."""
    return _first_working(day, _DAY, calendar)


def last_working_day(day: date, calendar: Calendar) -> date:
    """`day`, or the last working day before it."""
    return _first_working(day, -_DAY, calendar)


def _first_working(day: date, step: timedelta, calendar: Calendar) -> date:
    while not calendar.is_working_day(day):
        day += step
    return day
