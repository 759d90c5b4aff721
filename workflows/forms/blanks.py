"""Blanks in a cell's text: `{stops}` in the plan, ＿＿＿ on paper, a number when it comes back.

People change what stands around a blank: they add spaces and sentences, write full-width digits,
leave the unit of measure away. A blank is found by the words of its own clause, the strict way
first. What is not found, or left empty, is no figure; it is never taken for zero.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

BLANK = re.compile(r"\{([^{}]*)\}")
SHOWN = "＿＿＿"
_IGNORED = re.compile(r"[\s\"'“”‘’「」]+")
_CLAUSE = re.compile(r"[;,。、:!?()]")
# Between the words and their number: what is left of the line, and what people like to add.
_FILL = r"(?:[_()\[\]【】:]|约|共计|共|累计|为|达到|达|有|了|多)*"
_NONE = r"(?:[_()\[\]【】:/\-—]|约|共计|共|为|无|X|x)*"
_NUMBER = r"(?<![\d.])(?P<value>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?)(?!\d|\.\d)"
_TIMES = r"(?P<times>[万亿]?)"
_MOST_OTHER = 12  # characters in place of a number that are taken for an answer
_SURE = 4  # characters of a clause that suffice where it was changed
_MANY = {"": 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class BlanksRead:
    """What a text says in its blanks, by their names in the template."""

    values: dict[str, Decimal] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)  # still there, with nothing in it
    lost: list[str] = field(default_factory=list)  # its words are not there any more
    wrong: dict[str, str] = field(default_factory=dict)  # what stands there, no one number


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The words of a blank's own clause, before and after it."""

    name: str
    left: str
    right: str


def names_of(template: str) -> list[str]:
    """The names of the blanks in a template, in their order."""
    return BLANK.findall(template)


def shown(template: str) -> str:
    """The template as a person gets it."""
    return BLANK.sub(SHOWN, template)


def untouched(template: str, text: str) -> bool:
    """Whether nothing has been filled in or written beside it."""
    return _plain(text).replace("_", "") == _plain(BLANK.sub("", template)).replace("_", "")


def read_blanks(template: str, text: str) -> BlanksRead:
    """Read the numbers out of `text`, which was `template` before somebody filled it in."""
    found = BlanksRead()
    written = _plain(text)
    waiting = list(_anchors(template))
    taken: list[tuple[int, int]] = []
    for strict in (True, False):
        for anchor in [*waiting]:
            matches = [
                match
                for pattern in _patterns(anchor, strict=strict)
                if (match_list := _free(pattern, written, taken))
                for match in match_list
            ]
            if not matches:
                continue
            waiting.remove(anchor)
            numbers = {_number(match) for match in matches}
            if len(numbers) > 1:
                found.wrong[anchor.name] = " / ".join(match[0] for match in matches[:3])
            else:
                found.values[anchor.name] = numbers.pop()
            taken += [match.span("value") for match in matches]
    if waiting and BLANK.findall(template) == [waiting[0].name]:
        alone = re.fullmatch(_alone(waiting[0]), written)
        if alone is not None:  # the cell's one blank, its words typed over: 30辆
            found.values[waiting.pop().name] = _number(alone)
    for anchor in waiting:
        other = re.search(_between(anchor, f"(?P<other>[^;,。]{{0,{_MOST_OTHER}}}?)"), written)
        if re.search(_between(anchor, _NONE), written):
            found.empty.append(anchor.name)
        elif other and (anchor.left or anchor.right):
            found.wrong[anchor.name] = other["other"].strip("_")
        else:
            found.lost.append(anchor.name)
    return found


def _plain(text: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text))


def _anchors(template: str) -> Iterator[_Anchor]:
    parts = BLANK.split(template)  # words, name, words, name, words
    for place in range(1, len(parts), 2):
        before, after = _plain(parts[place - 1]), _plain(parts[place + 1])
        yield _Anchor(parts[place], _CLAUSE.split(before)[-1], _CLAUSE.split(after)[0])


def _patterns(anchor: _Anchor, *, strict: bool) -> Iterator[str]:
    left, right = re.escape(anchor.left), re.escape(anchor.right)
    number = f"{_FILL}{_NUMBER}{_TIMES}"
    if strict:
        yield f"{left}{number}{_FILL}{right}"
        return
    if len(anchor.left) >= 2:
        yield left + number
    if len(anchor.left) > _SURE:
        yield re.escape(anchor.left[-_SURE:]) + number
    if len(anchor.right) >= _SURE:
        yield f"{_NUMBER}{_TIMES}{_FILL}{right}"


def _alone(anchor: _Anchor) -> str:
    return f"{_FILL}{_NUMBER}{_TIMES}(?:{re.escape(anchor.right)})?[;,。]?"


def _between(anchor: _Anchor, what: str) -> str:
    end = re.escape(anchor.right) or "(?=[;,。]|$)"
    return f"{re.escape(anchor.left)}{what}{end}"


def _free(pattern: str, text: str, taken: list[tuple[int, int]]) -> list[re.Match[str]]:
    """The matches whose number is no other blank's."""
    return [
        match
        for match in re.finditer(pattern, text)
        if not any(start < match.end("value") and match.start("value") < end
                   for start, end in taken)
    ]  # fmt: skip


def _number(match: re.Match[str]) -> Decimal:
    return Decimal(match["value"].replace(",", "")) * _MANY[match["times"]]
