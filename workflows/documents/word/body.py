"""Walks through the body of a Word file: paragraphs and tables in their order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.documents.gathering import MAX_COLUMNS, Gathering
from workflows.documents.numerals import before
from workflows.documents.word.numbering import Numbering
from workflows.documents.word.runs import Runs
from workflows.documents.word.styles import Styles, outline_level
from workflows.documents.word.tree import Element, attribute, child, is_on, name_of, number

_AROUND = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "Choice"})
_CONTENTS = "Table of Contents"


@dataclass(slots=True)
class _Said:
    """A paragraph: the number before it, its text, and its level of heading."""

    label: str
    text: str
    heading: int


@dataclass(slots=True)
class _Rows:
    """A table's cells so far; `same` has the text of a merged cell in all its places."""

    own: list[list[str]] = field(default_factory=list)
    same: list[list[str]] = field(default_factory=list)


class Body:
    """Gives a document's blocks to `gathering`."""

    def __init__(self, styles: Styles, numbering: Numbering, gathering: Gathering) -> None:
        self._styles, self._numbering, self._gathering = styles, numbering, gathering
        self._runs = Runs(styles)
        self._carried = ""  # text of a paragraph whose end was deleted: it goes on in the next

    @property
    def unread(self) -> int:
        """How many large pictures and objects of other programs there were so far."""
        return self._runs.unread

    def take(self, parent: Element) -> None:
        """Take all blocks in an element. Raises InputError."""
        for element in _inside(parent):
            if name_of(element) == "p":
                said = self._paragraph(element)
                boxes = self._runs.boxes
                if said and said.text.strip():
                    self._gathering.paragraph(
                        before(said.label, said.text.lstrip()), heading=said.heading
                    )
                for box in boxes:
                    self.take(box)
            elif name_of(element) == "tbl":
                self._table(element)

    def _paragraph(self, element: Element) -> _Said | None:
        """What a paragraph says; None where it is deleted or not text of its own."""
        properties = child(element, "pPr")
        style = attribute(child(properties, "pStyle"))
        text = self._carried + self._runs.text(element)
        self._carried = ""
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self._carried = text
            return None
        if self._styles.is_contents(style) or self._styles.hides(style):
            return None
        if not text.strip() and is_on(child(mark, "vanish")):
            return None
        return _Said(self._label(properties, style), text, self._heading(properties, style))

    def _label(self, properties: Element | None, style: str) -> str:
        listed = child(properties, "numPr", "numId")
        level = child(properties, "numPr", "ilvl")
        of_style, level_of_style, named_by = self._styles.numbering(style)
        use = attribute(listed) if listed is not None else of_style
        if use in {"", "0"}:  # 0 takes a style's number away
            return ""
        if level is not None:
            return self._numbering.label(use, number(level))
        if level_of_style:
            return self._numbering.label(
                use, int(level_of_style) if level_of_style in "12345678" else 0
            )
        return self._numbering.label(use, self._numbering.level_of_style(use, named_by or style))

    def _heading(self, properties: Element | None, style: str) -> int:
        if (outline := child(properties, "outlineLvl")) is not None:
            return outline_level(outline)
        return self._styles.heading(style)

    def _table(self, table: Element) -> None:
        cells = [list(_cells(row)) for row in _rows(table)]
        if len(cells) == 1 and len(cells[0]) == 1:  # a frame around text
            self.take(cells[0][0])
            return
        rows = _Rows()
        for row, its_cells in zip(_rows(table), cells, strict=True):
            self._row(row, its_cells, rows)
        self._gathering.table(rows.own, rows.same)

    def _row(self, row: Element, cells: list[Element], rows: _Rows) -> None:
        above = rows.same[-1] if rows.same else []
        before_it = min(number(child(row, "trPr", "gridBefore")), MAX_COLUMNS)
        own, same = [""] * before_it, [""] * before_it
        for cell in cells:
            properties = child(cell, "tcPr")
            span = min(max(1, number(child(properties, "gridSpan"), 1)), MAX_COLUMNS)
            across, down = child(properties, "hMerge"), child(properties, "vMerge")
            text = self._cell(cell)
            if across is not None and attribute(across) != "restart" and same:
                own, same = own + [""] * span, same + [same[-1]] * span
            elif down is not None and attribute(down) != "restart" and len(above) > len(same):
                place = len(same)
                own += [text] + [""] * (span - 1)
                same += [text or above[place]] * span
            else:
                own += [text] + [""] * (span - 1)
                same += [text] * span
            if len(same) > 2 * MAX_COLUMNS:
                raise self._gathering.too_much()
        rows.own.append(own)
        rows.same.append(same)

    def _cell(self, cell: Element) -> str:
        """A cell's text; the rows of a table in it are lines."""
        lines: list[str] = []
        for element in _inside(cell):
            if name_of(element) == "p":
                said = self._paragraph(element)
                boxes = self._runs.boxes
                if said:
                    lines.append(before(said.label, said.text.strip()))
                lines.extend(self._cell(box) for box in boxes)
            elif name_of(element) == "tbl":
                lines.extend(
                    " ".join(self._cell(inner).replace("\n", " ") for inner in _cells(row))
                    for row in _rows(element)
                )
        return "\n".join(line for line in lines if line)


def _inside(parent: Element) -> Iterator[Element]:
    """The paragraphs, tables, rows or cells in an element, through what is only wrapped around
    them; a table of contents is passed over."""
    for element in parent:
        name = name_of(element)
        if name == "AlternateContent":
            chosen = child(element, "Choice")
            chosen = child(element, "Fallback") if chosen is None else chosen
            if chosen is not None:
                yield from _inside(chosen)
        elif name in _AROUND:
            if attribute(child(element, "sdtPr", "docPartObj", "docPartGallery")) != _CONTENTS:
                yield from _inside(element)
        else:
            yield element


def _rows(table: Element) -> Iterator[Element]:
    for row in _inside(table):
        properties = child(row, "trPr")
        gone = child(properties, "del") is not None or is_on(child(properties, "hidden"))
        if name_of(row) == "tr" and not gone:
            yield row


def _cells(row: Element) -> Iterator[Element]:
    return (one for one in _inside(row) if name_of(one) == "tc")
