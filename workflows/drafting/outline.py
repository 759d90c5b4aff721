"""A plan's outline: what stands before its sections, its passages with their clauses and headings,
what stands after them, and its attachments. What bears no number is counted in order."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.documents.model import Block, Document, Paragraph, Place, Table
from workflows.drafting.attachments import Attachment, is_plan, split_attachments
from workflows.drafting.numbering import CLAUSE, ITEM, PART, SECTION, Number, counted, number_of
from workflows.drafting.titles import (
    is_section_title,
    is_title_line,
    opens_tail,
    run_in_heading,
    stands_alone,
)

_IMPRINT = re.compile(r"[（(]?(?:抄\s*[送报]|主\s*送|此件|信息公开|公开(?:方式|形式|属性))")
_LOOSE = 9  # the rank of a heading that no clause counts


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands alone: its words without the number, its clause and what is above."""

    text: str
    place: Place
    clause: str
    rank: int
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a table of the plan's body. `chain` are the headings above it, highest first;
    `heading` is its own, where it begins with one: （一）加强培训。省厅…"""

    text: str
    place: Place
    clause: str
    chain: tuple[str, ...] = ()
    heading: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A document in its parts. `tail` is what follows the last section: whom to ask, mailboxes,
    the list of attachments, the signature and its date."""

    name: str
    head: tuple[Block, ...]
    passages: tuple[Passage, ...]
    headings: tuple[Heading, ...]
    tail: tuple[Block, ...]
    attachments: tuple[Attachment, ...]


def outline(document: Document) -> Outline:
    """The parts of a document. A plan that is attached to a circular is read as the body; where
    the circular has sections of its own, its clauses begin with 附件N."""
    blocks = tuple(
        block for block in document.blocks if isinstance(block, Table) or block.text.strip()
    )
    body, attachments = split_attachments(blocks)
    head, passages, headings, tail = _sections(body)
    kept = []
    for attachment in attachments:
        if not is_plan(attachment):
            kept.append(attachment)
            continue
        prefix = attachment.number if headings else ""
        inner_head, inner, inner_headings, inner_tail = _sections(attachment.blocks, prefix)
        head += (Paragraph(attachment.title, attachment.place), *inner_head)
        passages += inner
        headings += inner_headings
        tail += inner_tail
    return Outline(document.name, head, passages, headings, tail, tuple(kept))


_Sections = tuple[tuple[Block, ...], tuple[Passage, ...], tuple[Heading, ...], tuple[Block, ...]]


def _sections(blocks: tuple[Block, ...], prefix: str = "") -> _Sections:
    end = _tail_begins(blocks)
    start = _sections_begin(blocks[:end])
    walk = _Walk(blocks[start:end], prefix)
    walk.go()
    return blocks[:start], tuple(walk.passages), tuple(walk.headings), blocks[end:]


def _text(block: Block) -> str:
    return block.text.strip() if isinstance(block, Paragraph) else ""


def _tail_begins(blocks: tuple[Block, ...]) -> int:
    """Where the lines after the last sentence begin."""
    end = len(blocks)
    while end and isinstance(blocks[end - 1], Paragraph) and _may_be_tail(_text(blocks[end - 1])):
        end -= 1
    for place in range(end, len(blocks)):
        if opens_tail(_text(blocks[place])):
            return place
    return len(blocks)


def _may_be_tail(text: str) -> bool:
    if _IMPRINT.match(text) and len(text) <= 80:
        return True
    number = number_of(text)
    if number is not None and number.rank <= CLAUSE:
        return False
    return "。" not in text.rstrip("。") and len(text) <= 80 and not text.endswith(("。", "；"))


def _sections_begin(blocks: tuple[Block, ...]) -> int:
    """The first section: the first number, or else the first line that is plainly a title."""
    numbers = [number_of(_text(block)) for block in blocks]
    highest = min((number.rank for number in numbers if number), default=_LOOSE)
    styles = [block.heading for block in blocks if isinstance(block, Paragraph)]
    for place, block in enumerate(blocks):
        number = numbers[place]
        if number is not None and (number.rank <= max(highest, SECTION) or number.rank <= CLAUSE):
            return place
        if place and is_section_title(_text(block)):
            return place
        styled = isinstance(block, Paragraph) and block.heading > min(
            filter(None, styles), default=0
        )
        if place and styled and not is_title_line(_text(block)):
            return place
    for place, block in enumerate(blocks):
        # A short notice without sections: its title and addressees, then what it says.
        if isinstance(block, Table) or _text(block).endswith(("。", "；")):
            return place
    return len(blocks)


@dataclass(slots=True)
class _Level:
    rank: int
    text: str
    cited: str
    value: int
    children: dict[int, int] = field(default_factory=dict)  # the last number of each rank in it


class _Walk:
    """Walks the body once, with the levels that are open."""

    def __init__(self, blocks: tuple[Block, ...], prefix: str) -> None:
        self.blocks = blocks
        self.passages: list[Passage] = []
        self.headings: list[Heading] = []
        self._prefix = prefix
        self._open = [_Level(-1, "", prefix, 0)]
        self._numbers = [number_of(_text(block)) for block in blocks]
        self._styles = _style_ranks(blocks, self._numbers)

    def go(self) -> None:
        for place, block in enumerate(self.blocks):
            if isinstance(block, Table):
                self._passage("", block.place, "", block)
            elif (number := self._numbers[place]) is not None:
                self._numbered(place, block, number)
            elif (rank := self._unnumbered_rank(place, block)) is not None:
                self._enter(rank, _text(block), self._next_number(rank))
                self._heading(block)
            else:
                self._passage(_text(block), block.place, "")

    def _numbered(self, place: int, block: Paragraph, number: Number) -> None:
        text = _text(block)[number.end :]
        following = self._following(place)
        heading, rest = run_in_heading(text, number.rank, following)
        self._enter(number.rank, heading, number)
        if rest:
            self._passage(rest, block.place, heading)
        elif heading:
            self._heading(block)

    def _following(self, place: int) -> tuple[int, str]:
        """The rank of the next block's number, -1 without one, and its text."""
        if place + 1 == len(self.blocks):
            return SECTION, ""
        number = self._numbers[place + 1]
        following = self.blocks[place + 1]
        return (number.rank if number else -1), _text(following) or "表"

    def _enter(self, rank: int, text: str, number: Number | None) -> None:
        while self._open[-1].rank >= rank:
            self._open.pop()
        level = _Level(rank, text, number.cited if number else "", number.value if number else 0)
        self._open[-1].children[rank] = level.value
        self._open.append(level)

    def _next_number(self, rank: int) -> Number | None:
        if rank == _LOOSE:
            return None
        above = next(level for level in reversed(self._open) if level.rank < rank)
        value = above.children.get(rank, 0) + 1
        return Number(rank, value, counted(rank, value), 0)

    def _unnumbered_rank(self, place: int, block: Paragraph) -> int | None:
        """The rank of a heading that bears no number; None where it is none."""
        text = _text(block)
        if block.heading and not text.endswith(("。", "；")):
            return self._styles.get(block.heading, _LOOSE)
        if is_section_title(text):
            return self._gap(place, SECTION)
        if not stands_alone(text) or place + 1 == len(self.blocks):
            return None
        following = self._numbers[place + 1]
        follows_body = following is not None or len(_text(self.blocks[place + 1])) > 30
        return self._gap(place, CLAUSE) if follows_body else None

    def _gap(self, place: int, rank: int) -> int:
        """`rank` where a heading of that rank is missing here, else the rank of a loose one."""
        above = next(level for level in reversed(self._open) if level.rank < rank)
        last = above.children.get(rank, 0)
        for n in range(place + 1, len(self.blocks)):
            number = self._numbers[n]
            if number is None:
                if rank > SECTION and is_section_title(_text(self.blocks[n])):
                    break
                continue
            if number.rank < rank:
                break
            if number.rank == rank:
                between = self.blocks[place + 1 : n]
                skipped = sum(is_section_title(_text(one)) for one in between)
                return rank if number.value == last + 2 + skipped else _LOOSE
        if rank == SECTION or not last:
            return rank
        return rank if self._counted_before(above, rank) else _LOOSE

    def _counted_before(self, above: _Level, rank: int) -> bool:
        """Whether the headings of that rank before this one bore no number either."""
        cited = {number.cited for number in self._numbers if number and number.rank == rank}
        return counted(rank, above.children.get(rank, 0)) not in cited

    def _clause(self) -> str:
        return "".join(level.cited for level in self._open)

    def _titles(self) -> tuple[str, ...]:
        return tuple(level.text for level in self._open if level.text)

    def _heading(self, block: Paragraph) -> None:
        level = self._open[-1]
        above = self._titles()[:-1]
        self.headings.append(Heading(level.text, block.place, self._clause(), level.rank, above))

    def _passage(self, text: str, place: Place, heading: str, table: Table | None = None) -> None:
        chain = self._titles()
        if heading:
            chain = chain[:-1]
        self.passages.append(Passage(text, place, self._clause(), chain, heading, table))


def _style_ranks(blocks: tuple[Block, ...], numbers: list[Number | None]) -> dict[int, int]:
    """The rank of each heading style: that of the numbers it bears, else by their order."""
    levels: dict[int, list[int]] = {}
    for block, number in zip(blocks, numbers, strict=True):
        if isinstance(block, Paragraph) and block.heading:
            levels.setdefault(block.heading, []).extend([number.rank] if number else [])
    ranks: dict[int, int] = {}
    for level in sorted(levels):
        borne = levels[level]
        above = max(ranks.values(), default=PART)
        ranks[level] = max(set(borne), key=borne.count) if borne else min(above + 1, ITEM)
    return ranks if all(a < b for a, b in pairwise(sorted(ranks))) else {}
