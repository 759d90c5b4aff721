"""The passages of a plan with what brackets and lines of notes say about them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from config.i18n import _
from workflows.documents.model import Paragraph
from workflows.drafting.actions import Action
from workflows.drafting.departments import read_offices
from workflows.drafting.model import Sentence
from workflows.drafting.notes import Notes, notes_end, read_notes, take_notes
from workflows.drafting.numbering import number_of
from workflows.drafting.outline import Outline, Passage
from workflows.drafting.passages import PassageReader
from workflows.organisation import Organisation

_LABELS = (
    re.compile(r"(?:^|[；。：:;])\s*(?P<label>\d{1,2}[.．、])(?!\d)\s*"),
    re.compile(r"(?:^|[；。：:;])\s*(?P<label>[（(]\d{1,2}[）)])\s*"),
    re.compile(r"(?:^|[；。：:;])\s*(?P<label>[①-⑳])\s*"),
)


@dataclass(slots=True)
class Item:
    """A passage with what is said about it in brackets, and its actions."""

    passage: Passage
    text: str
    notes: Notes
    reader: PassageReader | None = None
    actions: list[Action] = field(default_factory=list)
    lead: "Item | None" = None  # what stands before the list that it is an item of

    def sentence(self, number: int) -> Sentence:
        """One of its sentences as it is cited; the whole passage where it was not read."""
        text = self.reader.sentences[number].text if self.reader else self.passage.text
        return Sentence(text.replace("　", ""), self.passage.place, self.passage.clause)


def items_of(outline: Outline, organisation: Organisation) -> list[Item]:
    """The passages of a plan, and what its head says in sentences, each with its notes."""

    def is_office(text: str) -> bool:
        return _is_office(text, organisation)

    items = []
    opening = [
        Passage(block.text, block.place, _("body"))
        for block in outline.head
        if isinstance(block, Paragraph) and len(block.text) > 20 and "。" in block.text
    ]
    for passage in (*opening, *outline.passages):
        heading = take_notes(passage.heading, is_office)[1] if passage.heading else Notes()
        lead: Item | None = None
        for number, piece in enumerate(_pieces(passage, is_office)):
            text, notes = take_notes(piece.text, is_office)
            notes.add(heading)
            if piece is not passage and len(notes_end(passage.text, is_office)) == 1:
                notes.add(take_notes(passage.text, is_office)[1])  # it speaks of all items
            item = Item(piece, text, notes)
            if not number:
                lead = item
            elif lead is not None and piece.clause != lead.passage.clause:
                item.lead = lead
            items.append(item)
    _spread_notes(items, outline, is_office)
    _words_of_headings(items)
    return items


def _pieces(passage: Passage, is_office: Callable[[str], bool]) -> list[Passage]:
    """A paragraph with a list in it (1.…；2.…) or with several notes as one passage for each."""
    cuts = _labels(passage.text) or _after_notes(passage.text, is_office)
    if not cuts:
        return [passage]
    pieces = []
    edges = [(0, 0, ""), *cuts, (len(passage.text), len(passage.text), "")]
    for (_at, begin, label), (end, _next, _label) in pairwise(edges):
        text = passage.text[begin:end].strip(" 　；;，,")
        if text:
            pieces.append(replace(passage, text=text, clause=f"{passage.clause}{label}"))
    return pieces


def _labels(text: str) -> list[tuple[int, int, str]]:
    """Where the items of a list in a paragraph begin: place, place after the label, label."""
    for pattern in _LABELS:
        found = list(pattern.finditer(text))
        values = [number_of(match["label"].strip() + " ") for match in found]
        numbers = [one.value for one in values if one is not None]
        if len(numbers) >= 2 and numbers == list(range(1, len(found) + 1)):
            return [
                (match.start("label"), match.end(), one.cited if one else "")
                for match, one in zip(found, values, strict=True)
            ]
    return []


def _after_notes(text: str, is_office: Callable[[str], bool]) -> list[tuple[int, int, str]]:
    """Where brackets of notes end, if several stand in a paragraph."""
    ends = notes_end(text, is_office)
    return [(end, end, "") for end in ends[:-1]] if len(ends) > 1 else []


def _spread_notes(items: list[Item], outline: Outline, is_office: Callable[[str], bool]) -> None:
    """A line that is nothing but notes speaks of the paragraphs before it in its clause; the
    notes of a heading, of all that stands under it."""
    for place, item in enumerate(items):
        own = read_notes(item.passage.text)
        if own is None:
            continue
        item.notes, item.text = own, ""
        of_line = item.passage.clause
        for before in reversed(items[:place]):
            if siblings(before.passage.clause) != siblings(of_line) and (
                before.passage.clause != of_line
            ):
                break
            if before.text == "" and before.passage.clause != of_line:
                break  # the line of the item before
            if before.passage.clause != of_line and before.notes:
                break  # it has its own
            before.notes.add(own)
    for heading in outline.headings:
        notes = take_notes(heading.text, is_office)[1]
        if notes:
            for item in items:
                if item.passage.clause.startswith(heading.clause) and heading.clause:
                    item.notes.add(notes)


def _words_of_headings(items: list[Item]) -> None:
    """Where a heading has nothing under it but notes, the heading says what is done."""
    clauses = {item.passage.clause for item in items if item.text.strip()}
    last: dict[str, Item] = {}
    for item in items:
        if item.passage.clause and item.passage.clause not in clauses:
            if (before := last.get(item.passage.clause)) is not None:
                item.notes.add(before.notes)
            last[item.passage.clause] = item
    for item in last.values():
        heading = item.passage.heading or (item.passage.chain[-1] if item.passage.chain else "")
        if item.notes.date and item.passage.table is None and not item.passage.heading:
            item.text = heading


def _is_office(text: str, organisation: Organisation) -> bool:
    found = read_offices([text], organisation)
    return len(found.departments) + len(found.units) > len(found.others)


def siblings(clause: str) -> str:
    """The clause above a numbered item, with a mark: items of one clause share who acts."""
    match = re.fullmatch(r"(.*?)(?:\d+|（\d+）|[①-⑳])", clause)
    return f"{match[1]}*" if match else f"{clause}!"
