"""Sheets of a workbook that an office goes on working in: typed cells with few styles, a header
that stays, filters, colours that follow what is typed, A4 to print."""

from collections.abc import Iterable, Sequence
from copy import copy
from enum import Enum
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from notifications.documents.report_tables import Column, Kind, ReportTable
from workflows.lights import LIGHT_LOOKS, Light
from workflows.sheets.writing import fill_cell, print_on_a4, sheet_title

_FONT = "微软雅黑"  # on every office machine; others take their own for it
_LINE = Side(style="thin", color="8A8A8A")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_POINTS = 15.0  # the height of a line of text


class Look(Enum):
    """How a cell looks; those that hold values are named as the kinds of a report's columns."""

    TITLE = "title"
    LINE = "line"
    NOTE = "note"
    HEAD = "head"
    SIDEWAYS = "sideways"
    TEXT = "text"
    MIDDLE = "middle"
    NUMBER = "number"
    FIGURE = "figure"
    SHARE = "share"
    DAY = "day"
    LIGHT = "light"


_FORMATS = {Look.NUMBER: "0", Look.FIGURE: "#,##0.##", Look.SHARE: "0.0%", Look.DAY: "yyyy-mm-dd"}
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")
_ALIGNED = {
    Look.TITLE: Alignment(horizontal="left", vertical="center"),
    Look.SIDEWAYS: Alignment(
        horizontal="center", vertical="bottom", text_rotation=90, wrap_text=True
    ),
    Look.LINE: _LEFT, Look.NOTE: _LEFT, Look.TEXT: _LEFT,
    Look.FIGURE: _RIGHT, Look.SHARE: _RIGHT,
}  # fmt: skip


class Book:
    """A workbook whose cells have a handful of styles, each made once: a style for each cell would
    take most of the time."""

    def __init__(self, footer: str) -> None:
        self.book = Workbook()
        self.footer = footer
        self._spare: Worksheet | None = self.book.worksheets[0]
        self._titles: set[str] = set()
        scratch = self.book.worksheets[0]
        self._styles = {look: _styled(scratch, look) for look in Look}

    def page(self, title: str) -> "Page":
        """A new sheet; a title that another has gets a number."""
        found, number = sheet_title(title), 2
        while found.casefold() in self._titles:
            found, number = f"{sheet_title(title)[:27]} {number}", number + 1
        self._titles.add(found.casefold())
        sheet = self._spare or self.book.create_sheet()
        self._spare, sheet.title = None, found
        return Page(self, sheet)

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, look: Look) -> None:
        """A typed value in a cell that looks so."""
        target: Any = sheet.cell(row, column)
        target._style = copy(self._styles[look])  # as openpyxl's own copies of cells do
        if value is not None and value != "":
            fill_cell(target, value)


class Page:
    """A sheet that is filled from above. `row` is the next one, from 1."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet = book, sheet
        self.row = 1

    def line(self, text: str, wide: int, look: Look = Look.LINE, across: float = 0) -> None:
        """A text over `wide` columns; `across` is their width in characters, over which it
        wraps."""
        self.book.put(self.sheet, self.row, 1, text, look)
        self.sheet.merge_cells(
            start_row=self.row, end_row=self.row, start_column=1, end_column=max(wide, 2)
        )
        if across:
            self.sheet.row_dimensions[self.row].height = _POINTS * 1.15 * lines_of(text, across)
        self.row += 1

    def heads(self, columns: Sequence[Column]) -> None:
        """A row of headings, with the widths of the columns."""
        for place, column in enumerate(columns, start=1):
            self.book.put(self.sheet, self.row, place, column.title, Look.HEAD)
            self.sheet.column_dimensions[get_column_letter(place)].width = column.width
        tallest = max(lines_of(column.title, column.width - 2) for column in columns)
        self.sheet.row_dimensions[self.row].height = _POINTS * max(tallest, 1) + 6
        self.row += 1

    def rows(self, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> tuple[int, int]:
        """Rows of values below their headings; the first and the last row of them."""
        first = self.row
        for values in rows:
            tallest = 1
            for place, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
                self.book.put(self.sheet, self.row, place, value, Look[column.kind.name])
                if column.kind is Kind.TEXT and isinstance(value, str):
                    tallest = max(tallest, lines_of(value, column.width - 1))
            self.sheet.row_dimensions[self.row].height = _POINTS * tallest + 3
            self.row += 1
        return first, self.row - 1

    def table(self, table: ReportTable) -> tuple[int, int]:
        """A table that can be filtered, whose header and steady columns stay in view and whose
        header is printed on each page. The first and the last row of its values."""
        head = self.row
        self.heads(table.columns)
        first, last = self.rows(table.columns, table.rows)
        end = get_column_letter(len(table.columns))
        self.sheet.auto_filter.ref = f"A{head}:{end}{max(last, head)}"
        self.sheet.freeze_panes = f"{get_column_letter(table.steady + 1)}{head + 1}"
        self.for_print(f"{head}:{head}")
        return first, last

    def for_print(self, repeated: str | None = None) -> None:
        """A4 landscape with narrow margins, page numbers, and rows that each page repeats."""
        sheet: Any = self.sheet
        print_on_a4(sheet, repeated)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = margins.top = 0.4  # inches
        margins.bottom = 0.55
        margins.header = margins.footer = 0.25
        sheet.oddFooter.left.text = self.book.footer.replace("&", "&&")
        sheet.oddFooter.right.text = "&P / &N"

    def colour(self, ref: str, light: Light, formula: str) -> None:
        """Colour the cells of `ref` as the light where `formula` holds of the first of them."""
        look = LIGHT_LOOKS[light]
        rule: Any = FormulaRule(formula=[formula], stopIfTrue=True)  # type: ignore[no-untyped-call]
        rule.dxf = DifferentialStyle(
            font=Font(color=look.ink, bold=light is Light.RED or None),
            fill=PatternFill("solid", bgColor=look.fill),
        )
        self.sheet.conditional_formatting.add(ref, rule)

    def colour_words(self, ref: str) -> None:
        """Colour cells that begin with a light's sign as that light."""
        first = ref.split(":")[0]
        for light, look in LIGHT_LOOKS.items():
            self.colour(ref, light, f'LEFT({first},1)="{look.sign}"')

    def bars(self, ref: str) -> None:
        """Bars within the cells of `ref`, from 0 to 1."""
        rule: Any = DataBarRule("num", 0, "num", 1, color="8DB4E2", showValue=True)  # type: ignore[no-untyped-call]
        self.sheet.conditional_formatting.add(ref, rule)


def lines_of(text: str, width: float) -> int:
    """How many lines `text` takes in a column of so many half-width characters."""
    wide = max(width, 2)
    return sum(int(max(columns_of(line) - 0.01, 0) // wide) + 1 for line in text.split("\n"))


def columns_of(text: str) -> float:
    """How many half-width characters `text` is wide."""
    return sum(1.9 if east_asian_width(one) in "WFA" else 1.0 for one in text)


def _styled(sheet: Worksheet, look: Look) -> Any:
    cell: Any = Cell(sheet, row=1, column=1)
    bold = look in {Look.TITLE, Look.HEAD}
    size = {Look.TITLE: 16, Look.NOTE: 9, Look.SIDEWAYS: 9}.get(look, 10)
    cell.font = Font(name=_FONT, size=size, bold=bold or None)
    cell.alignment = _ALIGNED.get(look, _CENTRE)
    cell.number_format = _FORMATS.get(look, "General")
    if look in {Look.HEAD, Look.SIDEWAYS}:
        cell.fill = PatternFill("solid", fgColor="EEF1F5")
    if look not in {Look.TITLE, Look.LINE, Look.NOTE}:
        cell.border = _BOX
    return copy(cell._style)
