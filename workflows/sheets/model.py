"""What a spreadsheet comes down to: rows of text, each cell with its place for the messages."""

from dataclasses import dataclass, field
from pathlib import Path

from config.errors import InputError
from config.files import shown_path
from config.i18n import _

MAX_BYTES = 10_000_000  # of a file
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 300_000  # with something in them, over all sheets
MAX_TEXT = 20_000_000  # characters in all cells together
LONGEST_CELL = 32_767  # characters, says Excel


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with something in it. `number` is the row's, in a CSV file the line's; the cells
    have no spaces around them, and '' where they are empty."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows that have something in them. `prefix` leads its places: `名单!`, or ''."""

    file: str
    name: str
    prefix: str
    rows: tuple[SheetRow, ...]

    def place(self, row: int, column: int) -> str:
        """The cell as people write it: `B7` of the row 7 and the column 1 (counted from 0)."""
        return f"{self.prefix}{letter(column)}{row}"


def letter(column: int) -> str:
    """The letters of a column, counted from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@dataclass(slots=True)
class Budget:
    """How much of a file has been taken; it refuses what is more than a list can hold."""

    file: Path
    cells: int = 0
    text: int = field(default=0)

    def take(self, value: str, row: int, column: int) -> None:
        """Count one cell that is to be kept. Raises InputError."""
        self.cells += 1
        self.text += len(value)
        if row > MAX_ROWS:
            raise self.refused(
                _("cell {cell} lies below row {count}").format(
                    cell=f"{letter(column)}{row}", count=MAX_ROWS
                ),
                _("delete what stands below the list, and save the file"),
            )
        if column >= MAX_COLUMNS:
            raise self.refused(
                _("cell {cell} lies right of column {count}").format(
                    cell=f"{letter(column)}{row}", count=MAX_COLUMNS
                ),
                _("delete what stands right of the list, and save the file"),
            )
        if len(value) > LONGEST_CELL:
            raise self.refused(
                _("cell {cell} holds more than {count} characters").format(
                    cell=f"{letter(column)}{row}", count=LONGEST_CELL
                ),
                _("shorten it"),
            )
        if self.cells > MAX_CELLS or self.text > MAX_TEXT:
            raise self.refused(
                _("it holds more than {count} cells, or too much text").format(count=MAX_CELLS),
                _("is it the right file? copy the list alone into a new one"),
            )

    def refused(self, what: str, mend: str) -> InputError:
        """What to say of the file when it is refused."""
        return InputError(f"{shown_path(self.file)}: {what}", mend)
