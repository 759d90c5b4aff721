"""The passages of a plan with what brackets and lines of notes say about them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from config.i18n import _
from workflows.documents.model import Paragraph
from workflows.drafting.actions import Action
from workflows.drafting.departments import read_offices
from workflows.drafting.model import Sentence
from workflows.drafting.notes import Notes, read_notes, take_notes
from workflows.drafting.outline import Outline, Passage
from workflows.drafting.passages import PassageReader
from workflows.organisation import Organisation


@dataclass(slots=True)
class Item:
    """A passage with what is said about it in brackets, and its actions."""

    passage: Passage
    text: str
    notes: Notes
    reader: PassageReader | None = None
    actions: list[Action] = field(default_factory=list)

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
        text, notes = take_notes(passage.text, is_office)
        if passage.heading:
            notes.add(take_notes(passage.heading, is_office)[1])
        items.append(Item(passage, text, notes))
    _spread_notes(items, outline, is_office)
    return items


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
            before.notes.add(own)
    for heading in outline.headings:
        notes = take_notes(heading.text, is_office)[1]
        if notes:
            for item in items:
                if item.passage.clause.startswith(heading.clause) and heading.clause:
                    item.notes.add(notes)


def _is_office(text: str, organisation: Organisation) -> bool:
    found = read_offices([text], organisation)
    return len(found.departments) + len(found.units) > len(found.others)


def siblings(clause: str) -> str:
    """The clause above a numbered item, with a mark: items of one clause share who acts."""
    match = re.fullmatch(r"(.*?)(?:\d+|（\d+）|[①-⑳])", clause)
    return f"{match[1]}*" if match else f"{clause}!"
