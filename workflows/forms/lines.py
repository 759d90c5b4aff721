"""What a filled file comes down to, be it a workbook or a Word file: lines of text with places."""

from dataclasses import dataclass

from config.i18n import _
from workflows.sheets.model import letter


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table, or a paragraph as a row of one cell. Lines of one table or sheet have the
    same `block`; cells that are merged each hold their common text."""

    cells: tuple[str, ...]
    block: int
    number: int  # of the row, or of the paragraph
    sheet: str | None = None  # of a workbook: what leads its places (`名单!`, or '')
    table: int = 0  # of a Word file: the table's number, 0 for a paragraph

    def place(self, column: int) -> str:
        """The cell as people find it: `B7`, or by its table, row and column."""
        if self.sheet is not None:
            return f"{self.sheet}{letter(column)}{self.number}"
        if self.table:
            return _("table {table}, row {row}, column {column}").format(
                table=self.table, row=self.number, column=column + 1
            )
        return _("paragraph {number}").format(number=self.number)

    def cell(self, column: int) -> str:
        """The text of a cell, '' where the line is shorter."""
        return self.cells[column] if column < len(self.cells) else ""
