"""Subjects that a telephone shows whole: the essential first, names shortened to what is left."""

from collections.abc import Sequence
from datetime import date

from config.i18n import _, language
from config.plain_text import single_line
from notifications.wording import day_in

LONGEST = 30  # characters; what is longer is cut off in the lists of most mail programs
_LEAST = 4  # of a shortened name, its mark included
_MARK = "…"


def subject(beginning: str, *names: str, also: Sequence[str] = ()) -> str:
    """`beginning` and as much of the names as fits into `LONGEST` characters, on one line.

    The beginning has the word in brackets, the number and the date, and is never cut; names give
    way from the last on. A short name leaves its room to the longer ones. As many of `also` go
    before the names as leave these whole.
    """
    beginning = single_line(beginning)
    wanted = [name for one in names if (name := single_line(one))]
    for count in range(len(also), 0, -1):
        whole = _dotted(beginning, [single_line(_(", ").join(also[:count])), *wanted])
        if len(whole) <= LONGEST:
            return whole
    while wanted:
        room = LONGEST - len(_dotted(beginning, [""] * len(wanted)))
        fitting = _fitting(wanted, room)
        if fitting:
            return _dotted(beginning, fitting)
        wanted.pop()
    return beginning


def _dotted(beginning: str, names: Sequence[str]) -> str:
    """Names follow with a dot between; after a bracket there is none."""
    dot = _(" · ")
    first = "" if beginning.endswith("】") else " " if beginning.endswith("]") else dot
    return beginning + first + dot.join(names)


def _fitting(names: Sequence[str], room: int) -> list[str]:
    """The names, the longest shortened until all fit; none where they cannot."""
    lengths = [len(name) for name in names]
    while sum(lengths) > room:
        longest = max(range(len(names)), key=lambda place: lengths[place])
        if lengths[longest] <= _LEAST:
            return []
        lengths[longest] -= 1
    return [
        name if len(name) <= length else name[: length - 1].rstrip() + _MARK
        for name, length in zip(names, lengths, strict=True)
    ]


def subject_day(day: date, today: date) -> str:
    """`6月5日`, `5 Jun`: shorter than in a mail's text, as written on `today`; of another year
    `2032年6月5日`, `Jun 2032`, for there is no room for more."""
    english = "d MMM" if day.year == today.year else "MMM"
    return day_in(day, today, language(), "M月d日", english)
