"""Gathers the blocks of a document as a reader finds them, within bounds that no plan reaches."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.errors import InputError
from config.files import shown_path
from config.i18n import _
from workflows.documents.model import Block, Document, Paragraph, Place, Table
from workflows.documents.spaces import clean, joined, paragraphs_of

MAX_BLOCKS = 20_000
MAX_TEXT = 5_000_000  # characters
MAX_CELLS = 200_000  # of all tables, empty ones too
MAX_COLUMNS = 200
MAX_DEPTH = 200  # of elements in elements

Grid = Sequence[Sequence[str]]


class Gathering:
    """The blocks of one document so far. `file` is what messages name."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._blocks: list[Block] = []
        self._notes: list[str] = []
        self._text = self._cells = 0
        self.tables = self.paragraphs = 0

    def paragraph(self, text: str, place: Place | None = None, heading: int = 0) -> None:
        """Take a paragraph, or several where its line breaks part it; an empty one is passed
        over. Without `place` it is counted. Raises InputError."""
        for part in paragraphs_of(clean(text)):
            self.paragraphs += 1
            self._take(len(part))
            where = place or Place(paragraph=self.paragraphs)
            self._blocks.append(Paragraph(part, where, heading))

    def table(
        self,
        rows: Grid,
        repeated: Grid | None = None,
        place: Place | None = None,
        row_lines: Sequence[int] = (),
    ) -> None:
        """Take a table; its place gets its number. One without any text is passed over.
        Raises InputError."""
        width = max((len(row) for row in rows), default=0)
        self._cells += width * len(rows)
        if width > MAX_COLUMNS or self._cells > MAX_CELLS:
            raise self.too_much()
        own = _grid(rows, width)
        if not any(map(any, own)):
            return
        self.tables += 1
        self._take(sum(len(cell) for row in own for cell in row))
        same = _grid(repeated, width) if repeated else own
        where = replace(place or Place(), table=self.tables)
        self._blocks.append(Table(own, same, where, tuple(row_lines)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was gathered."""
        return not self._blocks

    def last_table(self) -> Table | None:
        """The table that came last, where nothing came after it."""
        last = self._blocks[-1] if self._blocks else None
        return last if isinstance(last, Table) else None

    def lengthen(self, rows: Grid, repeated: Grid) -> None:
        """Add rows, as wide as it is, to the table that came last. Raises InputError."""
        last = self.last_table()
        if last is None:
            return
        width = len(last.rows[0])
        self._cells += width * len(rows)
        if self._cells > MAX_CELLS:
            raise self.too_much()
        own, same = _grid(rows, width), _grid(repeated, width)
        self._take(sum(len(cell) for row in own for cell in row))
        self._blocks[-1] = replace(last, rows=last.rows + own, repeated=last.repeated + same)

    def complete_last_row(self, rest: Sequence[str]) -> None:
        """Add the rest of its texts to the last row of the table that came last."""
        if (last := self.last_table()) is None:
            return
        self._take(sum(map(len, rest)))

        def whole(row: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(joined(cell, more) for cell, more in zip(row, rest, strict=True))

        self._blocks[-1] = replace(
            last,
            rows=(*last.rows[:-1], whole(last.rows[-1])),
            repeated=(*last.repeated[:-1], whole(last.repeated[-1])),
        )

    def note(self, text: str) -> None:
        """What could not be read."""
        self._notes.append(text)

    def document(self, name: str) -> Document:
        """All that was gathered. Raises InputError where that is nothing."""
        if not self._blocks:
            raise self.refused(_("it holds no text"), _("is it the right file?"))
        return Document(name, tuple(self._blocks), tuple(self._notes))

    def too_much(self) -> InputError:
        """What to say of a file that holds more than a plan can."""
        return self.refused(
            _("it holds far more than a plan, or is built to look so"),
            _("is it the right file? copy the plan alone into a new one"),
        )

    def refused(self, what: str, mend: str) -> InputError:
        """What to say of the file when it is refused."""
        return InputError(f"{shown_path(self.file)}: {what}", mend)

    def _take(self, length: int) -> None:
        self._text += length
        if len(self._blocks) >= MAX_BLOCKS or self._text > MAX_TEXT:
            raise self.too_much()


def _grid(rows: Grid, width: int) -> tuple[tuple[str, ...], ...]:
    cleaned = ([clean(cell) for cell in row] for row in rows)
    return tuple((*row, *[""] * (width - len(row))) for row in cleaned)
