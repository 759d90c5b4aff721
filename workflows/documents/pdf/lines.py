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
    """The lines from above to below, those without anything but spaces left out."""
    rows: list[list[Char]] = []
    at = height = 0.0
    for char in sorted(chars, key=lambda one: -one.middle[1]):
        middle = char.middle[1]
        if not rows or at - middle > _SAME_LINE * max(height, char.size):
            rows.append([])
            at, height = middle, char.size
        rows[-1].append(char)
    shown = (row for row in rows if any(not char.text.isspace() for char in row))
    return [_line(sorted(row, key=lambda one: one.x0)) for row in shown]


def _line(row: Sequence[Char]) -> Line:
    text, before, spaced = "", None, False
    seen = [char for char in row if not char.text.isspace()]
    for char in row:
        if char.text.isspace():
            spaced = True
            continue
        if before is not None:
            if _is_twice(before, char):  # drawn again beside itself to look bold
                continue
            latin = max(before.text[-1], char.text[0]) < _CHINESE
            least = _LATIN_GAP if latin or spaced else _GAP
            if char.x0 - before.x1 > least * before.size:
                text += " "
        text += char.text
        before, spaced = char, False
    return Line(
        text,
        seen[0].x0,
        max(one.x1 for one in seen),
        min(one.y0 for one in seen),
        max(one.y1 for one in seen),
        median(one.size for one in seen),
    )


def _is_twice(first: Char, second: Char) -> bool:
    return first.text == second.text and second.x0 - first.x0 < 0.3 * (first.x1 - first.x0)
