"""Reads a Word file's paragraphs and tables as a stream, within the bounds of workbooks.

python-docx builds trees of whole parts, which a small file can make too large for any machine
(docs/adr/0007-reading-sheets.md holds for workbooks, and for the same reasons here).
"""

from workflows.forms.lines import Line
from workflows.sheets.model import LONGEST_CELL, MAX_COLUMNS, Budget
from workflows.sheets.package import Package
from workflows.sheets.workbook import main_part
from workflows.sheets.xml_part import Attributes, DamagedError, TooMuchError, XmlPart

_MAX_LINES = 20_000
# What stands twice in a file: for programs that cannot show the other, and where it was moved from.
_TWICE = ("Fallback", "moveFrom")


def read_word(package: Package, budget: Budget) -> list[Line]:
    """Every paragraph outside of tables and every row of a table, in their order. A table inside a
    cell counts as the cell's text. Raises InputError."""
    with package.guarded():
        return _Body(budget).read(package, main_part(package))


class _Body:
    """Collects the lines of one document."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._depth = self._twice = self._tables = self._paragraphs = 0
        self._in_cell = False
        self._row = self._length = 0
        self._cells: list[str] = []
        self._above: dict[int, str] = {}
        self._span, self._continues = 1, False
        twice = dict.fromkeys(_TWICE, self._twice_start)
        twice_over = dict.fromkeys(_TWICE, self._twice_over)
        self._xml = XmlPart(
            {
                "tbl": self._table, "tr": self._table_row, "tc": self._cell, "p": self._paragraph,
                "gridSpan": self._spans, "gridBefore": self._skips, "vMerge": self._merged,
                "t": self._text, "br": self._break, "cr": self._break, "tab": self._tab, **twice,
            },
            {
                "tbl": self._table_over, "tr": self._row_over, "tc": self._cell_over,
                "p": self._paragraph_over, "t": self._text_over, **twice_over,
            },
        )  # fmt: skip

    def read(self, package: Package, part: str) -> list[Line]:
        self._xml.read(package.chunks(part))
        return self._lines

    def _twice_start(self, _attributes: Attributes) -> None:
        self._twice += 1

    def _twice_over(self) -> None:
        self._twice -= 1

    def _table(self, _attributes: Attributes) -> None:
        self._depth += 1
        if self._depth == 1:
            self._tables += 1
            self._row = 0
            self._above = {}

    def _table_over(self) -> None:
        self._depth -= 1

    def _table_row(self, _attributes: Attributes) -> None:
        if self._depth == 1:
            self._row += 1
            self._cells = []

    def _skips(self, attributes: Attributes) -> None:
        if self._depth == 1:
            self._cells += [""] * _count(attributes)
            self._require_few()

    def _cell(self, _attributes: Attributes) -> None:
        if self._depth == 1:
            self._in_cell = True
            self._pieces = []
            self._span, self._continues = 1, False

    def _spans(self, attributes: Attributes) -> None:
        if self._depth == 1 and self._in_cell:
            self._span = _count(attributes)

    def _merged(self, attributes: Attributes) -> None:
        if self._depth == 1 and self._in_cell:
            self._continues = _value(attributes) != "restart"

    def _cell_over(self) -> None:
        if self._depth != 1:
            return
        self._in_cell = False
        text = self._taken()
        for column in range(len(self._cells), len(self._cells) + self._span):
            value = self._above.get(column, "") if self._continues and not text else text
            self._above[column] = value
            self._cells.append(value)
            if value:
                self._budget.take(value, len(self._lines) + 1, column)
        self._require_few()

    def _require_few(self) -> None:
        if len(self._cells) > 2 * MAX_COLUMNS:
            raise TooMuchError

    def _row_over(self) -> None:
        if self._depth == 1:
            self._keep(Line(tuple(self._cells), self._tables, self._row, table=self._tables))

    def _paragraph(self, _attributes: Attributes) -> None:
        if self._depth == 0:
            self._paragraphs += 1

    def _paragraph_over(self) -> None:
        if self._depth:
            self._pieces.append("\n")
            return
        text = self._taken()
        if text:
            self._budget.take(text, len(self._lines) + 1, 0)
            self._keep(Line((text,), -self._paragraphs, self._paragraphs))

    def _text(self, _attributes: Attributes) -> None:
        if not self._twice:
            self._xml.keep_text()

    def _text_over(self) -> None:
        text = self._xml.take_text()
        self._length += len(text)
        if self._length > 2 * LONGEST_CELL:  # of one cell or paragraph
            raise TooMuchError
        self._pieces.append(text)

    def _break(self, _attributes: Attributes) -> None:
        self._pieces.append("\n")

    def _tab(self, _attributes: Attributes) -> None:
        self._pieces.append("\t")

    def _taken(self) -> str:
        text, self._pieces, self._length = "".join(self._pieces).strip(), [], 0
        return text

    def _keep(self, line: Line) -> None:
        if len(self._lines) >= _MAX_LINES:
            raise TooMuchError
        self._lines.append(line)


def _value(attributes: Attributes) -> str:
    return next((value for key, value in attributes.items() if key.endswith("val")), "")


def _count(attributes: Attributes) -> int:
    try:
        return max(1, min(int(_value(attributes) or "1"), MAX_COLUMNS))
    except ValueError:
        raise DamagedError from None
