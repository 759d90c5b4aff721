"""Writes workbooks into a file or to standard output, where that is no terminal."""

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from config.errors import InputError
from config.i18n import _
from scheduler.cli.output import Row, write_file
from workflows.sheets.cells import cell_text
from workflows.sheets.writing import fill_cell, print_on_a4, sheet_title


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
        widest = max([len(columns[key]), *(len(cell_text(row.get(key))) for row in rows)])
        sheet.column_dimensions[get_column_letter(number)].width = min(widest * 1.6 + 2, 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    print_on_a4(sheet, "1:1")
    write_workbook(book, output)
