"""Sentences, their parts between ；, and the clauses between ，. Brackets are never cut."""

from collections.abc import Iterator
from dataclasses import dataclass

_OPEN = dict(zip("（(《“【〔[「‘", "）)》”】〕]」’", strict=True))
_ENDS = "。！？!?"
_PARTS = "；;"
_CLAUSES = "，,"
_LONGEST = 300  # a bracket that is open longer was never closed


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: its words, and where they begin in it."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.start + len(self.text)


def sentences_in(text: str) -> list[Piece]:
    """The sentences of a paragraph, each with its full stop."""
    return list(_cut(text, 0, _ENDS, keep=True))


def parts_in(sentence: Piece) -> list[Piece]:
    """The parts of a sentence between semicolons."""
    return list(_cut(sentence.text, sentence.start, _PARTS))


def clauses_in(part: Piece) -> list[Piece]:
    """The clauses of a part between commas."""
    return list(_cut(part.text, part.start, _CLAUSES))


def _cut(text: str, offset: int, signs: str, keep: bool = False) -> Iterator[Piece]:
    start = 0
    for place in outside_brackets(text):
        if text[place] in signs:
            yield from _piece(text, start, place + keep, offset)
            start = place + 1
    yield from _piece(text, start, len(text), offset)


def _piece(text: str, start: int, end: int, offset: int) -> Iterator[Piece]:
    words = text[start:end]
    bare = words.strip()
    if bare.strip(_ENDS + _PARTS + _CLAUSES + "、和及与　 "):
        yield Piece(bare, offset + start + words.index(bare))


def outside_brackets(text: str) -> Iterator[int]:
    """The places of a text that stand in no bracket and in no name between marks."""
    place = 0
    while place < len(text):
        close = _OPEN.get(text[place])
        if close is not None:
            end = _closing(text, place, close)
            if end > place:
                place = end + 1
                continue
        yield place
        place += 1


def _closing(text: str, start: int, close: str) -> int:
    """Where the bracket that opens at `start` closes; -1 where it does not."""
    opened = text[start]
    depth = 0
    for place in range(start, min(len(text), start + _LONGEST)):
        if text[place] == opened:
            depth += 1
        elif text[place] == close:
            depth -= 1
            if not depth:
                return place
    return -1
