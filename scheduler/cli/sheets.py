"""Writes workbooks that print well, and in which no text ever becomes a formula."""

import io
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from config.errors import InputError
from config.i18n import _
from config.plain_text import visible
from scheduler.cli.output import Row, cell, is_formula, write_file

_LONGEST_CELL = 32_767  # characters, says Excel


def write_workbook(book: Workbook, output: Path | None) -> None:
    """Write an openpyxl workbook to `output`, or to standard output where that is no terminal."""
    if output is None and sys.stdout.isatty():
        raise InputError(_("an .xlsx file cannot be shown here"), _("add -o FILE.xlsx"))
    buffer = io.BytesIO()
    book.save(buffer)
    if output is None:
        sys.stdout.buffer.write(buffer.getvalue())
    else:
        write_file(output, buffer.getvalue())


def write_sheet(
    rows: Sequence[Row], columns: Mapping[str, str], output: Path | None, title: str
) -> None:
    """Write rows as a workbook of one sheet; the columns as in `write_rows`."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_title(title or "Duban")
    sheet.append(list(columns.values()))
    for number, row in enumerate(rows, start=2):
        for place, key in enumerate(columns, start=1):
            fill_cell(sheet.cell(number, place), row.get(key))
    for heading in sheet[1]:
        heading.font = Font(bold=True)
    for number, key in enumerate(columns, start=1):
        widest = max([len(columns[key]), *(len(cell(row.get(key))) for row in rows)])
        sheet.column_dimensions[get_column_letter(number)].width = min(widest * 1.6 + 2, 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    print_on_a4(sheet, "1:1")
    write_workbook(book, output)


def print_on_a4(sheet: Any, repeated: str) -> None:
    """A4 landscape, as wide as the page, with the rows `repeated` on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = repeated


def sheet_title(text: str) -> str:
    """`text` as the name of a sheet: Excel takes 31 characters, and not all."""
    return re.sub(r"[\\/*?:\[\]]", " ", visible(text))[:31].strip() or "Duban"


def fill_cell(target: Any, value: Any) -> None:
    """Put a value into a cell; text stays text, whatever it looks like."""
    if isinstance(value, datetime):
        target.value = value.replace(tzinfo=None)  # Excel knows no time zones
    elif isinstance(value, int | float | date) and not isinstance(value, bool):
        target.value = value
    else:
        text = cell(value)[:_LONGEST_CELL]
        target.value = text
        target.data_type = "s"  # never a formula or an error value
        if is_formula(text):
            target.quotePrefix = True  # nor after somebody has edited the cell
