"""Puts characters together to lines, as the eye does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from workflows.documents.pdf.page import Char

_SAME_LINE = 0.5  # of the height of a character, between the middles of two
_LATIN_GAP = 0.2  # of its height: a space between Latin letters
_GAP = 0.8  # and between all others, which are spread to fill a line
_CHINESE = "\u2e80"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and the box around it; `number` counts on its page from 1."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    page: int = 0
    number: int = 0


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """The lines from above to below."""
    rows: list[list[Char]] = []
    at = height = 0.0
    for char in sorted(chars, key=lambda one: -one.middle[1]):
        middle = char.middle[1]
        if not rows or at - middle > _SAME_LINE * max(height, char.size):
            rows.append([])
            at, height = middle, char.size
        rows[-1].append(char)
    return [_line(sorted(row, key=lambda one: one.x0)) for row in rows]


def _line(row: Sequence[Char]) -> Line:
    text, before = "", None
    for char in row:
        if before is not None:
            if _is_twice(before, char):  # drawn again beside itself to look bold
                continue
            latin = max(before.text[-1], char.text[0]) < _CHINESE
            if char.x0 - before.x1 > (_LATIN_GAP if latin else _GAP) * before.size:
                text += " "
        text += char.text
        before = char
    return Line(
        text,
        row[0].x0,
        max(one.x1 for one in row),
        min(one.y0 for one in row),
        max(one.y1 for one in row),
        median(one.size for one in row),
    )


def _is_twice(first: Char, second: Char) -> bool:
    return first.text == second.text and second.x0 - first.x0 < 0.3 * (first.x1 - first.x0)
