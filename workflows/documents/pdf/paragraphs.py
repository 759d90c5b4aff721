"""Joins the lines of a PDF into paragraphs, by how plans are set: the first line is indented, the
others reach from margin to margin, the last ends where the text does."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from workflows.documents.pdf.lines import Line
from workflows.documents.pdf.page import Page
from workflows.documents.spaces import begins_anew, ends_sentence

_OUTER = 0.12  # of a page's height, above and below: where running heads and numbers stand
_NUMBER = re.compile(
    r"[-—–－―─·•\s]*(第?\s*\d{1,4}\s*页?|[ivxl]{1,6})(\s*[/／，,]?\s*共?\s*\d{1,4}\s*页?)?[-—–－―─·•\s]*"
)
# What a line cannot be broken in: a word or number, and marks with the character beside them.
_UNIT = re.compile(r"[（《“‘【〔(]*([A-Za-z0-9.@/_:%+-]+|.)[，。、；：！？）》”’】〕),.;:!?…]*")
_ATTACHMENT = re.compile(r"附件\s*[\d一二三四五六七八九十]*\s*[：:]?")
_CHINESE = "\u2014"  # from here on a character is as wide as high
_FEW = 8  # lines: fewer do not show where the margin is
_WIDE_STEP = 1.3  # pitches: from such a line to the next there is room between paragraphs
_LONGEST_HEAD = 60  # characters


def without_heads(pages: Sequence[tuple[Page, list[Line]]]) -> list[list[Line]]:
    """The lines of each page but its number and what stands above or below every page."""
    outer = [[line for line in lines if _is_outer(line, page)] for page, lines in pages]
    often = Counter(
        sign for lines in outer for sign in {_sign(line) for line in lines if _may_be_head(line)}
    )
    needed = 2 if len(pages) == 2 else 3
    heads = {sign for sign, count in often.items() if count >= needed}
    kept = []
    for (_page, lines), its_outer in zip(pages, outer, strict=True):
        drop = {id(line) for line in its_outer if _sign(line) in heads and _may_be_head(line)}
        ends = [line for line in (*lines[:1], *lines[-1:]) if line in its_outer]
        drop |= {id(line) for line in ends if _NUMBER.fullmatch(line.text)}
        kept.append([line for line in lines if id(line) not in drop])
    return kept


def _is_outer(line: Line, page: Page) -> bool:
    return line.y0 > (1 - _OUTER) * page.height or line.y1 < _OUTER * page.height


def _may_be_head(line: Line) -> bool:
    return len(line.text) <= _LONGEST_HEAD and not ends_sentence(line.text)


def _sign(line: Line) -> tuple[str, int]:
    """What two heads have in common: their words but for numbers, and about their height."""
    return re.sub(r"\d+", "#", line.text), round(line.y0 / 4)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the text of a document, or of its wide pages, is set; in points."""

    left: float
    right: float
    size: float
    pitch: float

    @classmethod
    def of(cls, lines: Sequence[Line], width: float) -> "Setting":
        """Told by where most lines begin and end, on pages of that width."""
        begins = Counter(round(line.x0) for line in lines)
        often = max(2, len(lines) // 20)
        left = min((at for at, count in begins.items() if count >= often), default=min(begins))
        ends = sorted(line.x1 for line in lines)
        steps = sorted(
            above.y0 - line.y0
            for above, line in pairwise(lines)
            if above.page == line.page and above.y0 > line.y0 + 1
        )
        size = median(line.size for line in lines)
        pitch = steps[len(steps) // 4] if steps else 2 * size  # most of them within paragraphs
        right = ends[int(len(ends) * 0.9)] if len(ends) >= _FEW else width - left
        return cls(left, right, size, pitch)


def paragraphs_of(lines: Sequence[Line], setting: Setting) -> Iterator[list[Line]]:
    """The lines of each paragraph."""
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and _begins(paragraph[-1], line, setting):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _begins(above: Line, line: Line, setting: Setting) -> bool:
    """Whether a line begins a paragraph of its own."""
    em = max(line.size, 1.0)
    if abs(above.size - line.size) > 0.15 * em:
        return True
    step = _WIDE_STEP * setting.pitch * max(1.0, line.size / max(setting.size, 1.0))
    if above.page == line.page and above.y0 - line.y0 > step:
        return True
    if _ATTACHMENT.fullmatch(line.text):
        return True
    indent = (line.x0 - setting.left) / em
    full = above.x1 > setting.right - (1.2 + _unbroken(line.text, indent)) * em
    if _is_centred(line, setting):  # a title that is too long for one line goes on
        is_title = line.size > 1.15 * setting.size and (full or _is_centred(above, setting))
        return not is_title or begins_anew(line.text)
    if _is_centred(above, setting) or not full:
        return True
    if ends_sentence(above.text) and begins_anew(line.text):
        return True
    if indent < 0.9:
        return False
    alike = abs(above.x0 - line.x0) < 0.5 * em and not 1.5 < indent < 2.5
    return not alike or ends_sentence(above.text) or begins_anew(line.text)


def _unbroken(text: str, indent: float) -> float:
    """How wide the first thing of a line is that has to stay together, in heights of a character:
    the line above may have had no room for it. An indented line begins anew sooner."""
    unit = _UNIT.match(text)
    width = sum(1.0 if one >= _CHINESE else 0.55 for one in unit[0]) if unit else 1.0
    return min(width, 1.5) if indent >= 0.9 else width


def _is_centred(line: Line, setting: Setting) -> bool:
    before, after = line.x0 - setting.left, setting.right - line.x1
    return min(before, after) > 2.5 * line.size and abs(before - after) < 1.5 * line.size
