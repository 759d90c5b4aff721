"""Text whose lines are no paragraphs: broken at a fixed width, as mail programs and converters do,
or with many paragraphs on one line, as what is copied from the web."""

import re
from collections.abc import Sequence

from workflows.documents.spaces import begins_anew, ends_sentence

_FEWEST = 10  # lines from which a width can be told
_NARROW, _WIDE = 40, 160  # columns: widths at which text is broken
_RAGGED = 4  # columns by which a line may be shorter, where a word or a mark moves on
_SHARE = 0.4  # of all lines, which must be as long as the longest
_FEWEST_NUMBERS = 3
_RUNS_ON = 200  # characters, from which a line may hold several paragraphs
_HEADING = re.compile(r"[^。；，,;]{5,30}")
_CHINESE = "\u2e80"  # from here on a character takes two columns


def wrapped_at(lines: Sequence[str]) -> int:
    """The width in columns at which the text was broken; 0 where each line is a paragraph."""
    widths = [_width(line) for line in lines if line.strip() and "\t" not in line]
    if len(widths) < _FEWEST:
        return 0
    longest = max(widths)
    full = sum(longest - _RAGGED <= width for width in widths)
    return longest if _NARROW <= longest <= _WIDE and full >= _SHARE * len(widths) else 0


def paragraph_end(lines: Sequence[str], start: int, width: int) -> int:
    """The line after the paragraph that begins on a line, both counted from 0."""
    end = start + 1
    while width and end < len(lines) and _width(lines[end - 1]) >= width - _RAGGED:
        line = lines[end]
        anew = ends_sentence(lines[end - 1].strip()) and begins_anew(line)
        if not line.strip() or line[0].isspace() or anew:
            break
        end += 1
    return end


def parts_of(text: str) -> list[str]:
    """The paragraphs on one line: where a space stands before a number, or after a heading that
    has one, a break was lost."""
    pieces = text.split(" ") if len(text) > _RUNS_ON else []
    if sum(begins_anew(piece) for piece in pieces) < _FEWEST_NUMBERS:
        return [text]
    found: list[str] = []
    after_heading = False
    for piece in pieces:
        if found and not begins_anew(piece) and not after_heading:
            found[-1] += f" {piece}"
        else:
            found.append(piece)
        after_heading = begins_anew(found[-1]) and _HEADING.fullmatch(found[-1]) is not None
    return found


def _width(line: str) -> int:
    return sum(2 if one >= _CHINESE or one in "“”‘’…—" else 1 for one in line.rstrip())
