"""Text that was broken at a fixed width, as mail programs and converters do, put together again."""

from collections.abc import Sequence

from workflows.documents.spaces import begins_anew, ends_sentence

_FEWEST = 10  # lines from which a width can be told
_NARROW, _WIDE = 40, 160  # columns: widths at which text is broken
_RAGGED = 4  # columns by which a line may be shorter, where a word or a mark moves on
_SHARE = 0.4  # of all lines, which must be as long as the longest
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


def _width(line: str) -> int:
    return sum(2 if one >= _CHINESE or one in "“”‘’…—" else 1 for one in line.rstrip())
