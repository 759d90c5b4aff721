"""A document as it was read: paragraphs and tables in their order, each with its place."""

from dataclasses import dataclass, replace

from config.i18n import _


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, counted from 1; 0 is what the format does not tell."""

    page: int = 0
    paragraph: int = 0
    line: int = 0
    table: int = 0
    row: int = 0

    def __str__(self) -> str:
        """In the language in force, e.g. 第3页第12行."""
        said = []
        if self.page:
            said.append(_("page {number}").format(number=self.page))
        if self.table:
            said.append(_("table {number}").format(number=self.table))
        if self.row:
            said.append(_("row {number}").format(number=self.row))
        if self.paragraph:
            said.append(_("paragraph {number}").format(number=self.paragraph))
        if self.line:
            said.append(_("line {number}").format(number=self.line))
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its text on one line, and the level of a heading that its style declares
    (1 is the highest; 0 where the format says nothing, as in plain text)."""

    text: str
    place: Place
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the texts of its cells; a merged cell stands at its first place, the others are
    empty, and `repeated` tells the same with each merged cell's text in all its places.

    All rows are equally long. Paragraphs and line breaks in a cell are parted by a newline.
    `row_lines` has the line on which each row begins, where the format has lines.
    """

    rows: tuple[tuple[str, ...], ...]
    repeated: tuple[tuple[str, ...], ...]
    place: Place
    row_lines: tuple[int, ...] = ()

    def row_place(self, row: int) -> Place:
        """The place of a row, which is counted from 0 as in `rows`."""
        line = self.row_lines[row] if self.row_lines else 0
        return replace(self.place, row=row + 1, line=line)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: the file's name and its blocks in order.

    `notes` say, in the language in force, what in it could not be read: pages that are pictures.
    """

    name: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
