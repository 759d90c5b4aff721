"""Reads when a rung comes due: so many days from the due date, or when a light turns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from types import MappingProxyType

from config.i18n import _

_HOUR = re.compile(r"(?: at |)(?P<hour>\d{1,2}):(?P<minute>\d{2})")
_WHEN = re.compile(r"(?P<days>\d{1,3}) (?P<sort>working|calendar) days? (?P<side>before|after)")
_WHEN_ZH = re.compile(r"到期(?P<side>前|后)(?P<days>\d{1,3})个?(?P<sort>工作日|日|天)")
_EVERY = re.compile(r"(?P<days>\d{1,3}) (?P<sort>working|calendar) days?")
_EVERY_ZH = re.compile(r"每(?P<days>\d{1,3})个?(?P<sort>工作日|日|天)")
_ON_THE_DAY = ("on the day", "到期当日", "到期当天")
_TURNS: Mapping[str, str] = MappingProxyType(
    {
        "light turns yellow": "yellow",
        "light turns red": "red",
        "亮黄灯时": "yellow",
        "亮红灯时": "red",
    }
)


@dataclass(frozen=True, slots=True)
class Offset:
    """A number of days from the due date; negative is before it. `at` is an hour of the day,
    local to the campaign; without one the mail goes with the day's digest."""

    days: int
    working: bool
    at: time | None = None


def parse_turn(text: str) -> str:
    """The colour to which the assignment's light has to turn: `yellow`, `red`; '' where the rung
    is planned by a day."""
    return _TURNS.get(text, "")


@lru_cache(maxsize=4096)
def parse_offset(text: str) -> Offset:
    """Read `2 working days before`, `on the day at 14:00`, `到期后3个工作日`. Raises ValueError."""
    for words in _ON_THE_DAY:
        if text == words:
            return Offset(0, working=False)
        hour = _HOUR.fullmatch(text.removeprefix(words)) if text.startswith(words) else None
        if hour is not None and int(hour["hour"]) < 24 and int(hour["minute"]) < 60:
            return Offset(0, working=False, at=time(int(hour["hour"]), int(hour["minute"])))
    match = _WHEN.fullmatch(text) or _WHEN_ZH.fullmatch(text)
    if match is None:
        raise ValueError(
            _(
                "cannot read “{text}”\nwrite e.g. 10 working days before, on the day, "
                "on the day at 14:00, 2 calendar days after, light turns yellow"
            ).format(text=text)
        )
    days = int(match["days"])
    if match["side"] in {"before", "前"}:
        days = -days
    return Offset(days, match["sort"] in {"working", "工作日"})


def parse_interval(text: str) -> Offset:
    """Read `2 working days`. Raises ValueError."""
    match = _EVERY.fullmatch(text) or _EVERY_ZH.fullmatch(text)
    if match is None or int(match["days"]) == 0:
        raise ValueError(_("cannot read “{text}”\nwrite e.g. 2 working days").format(text=text))
    return Offset(int(match["days"]), match["sort"] in {"working", "工作日"})
