"""Writes cells in which no text ever becomes a formula, and sheets that print well."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl.worksheet.properties import PageSetupProperties

from config.plain_text import visible
from workflows.sheets.cells import cell_text, is_formula

_LONGEST_CELL = 32_767  # characters, says Excel


def fill_cell(target: Any, value: Any) -> None:
    """Put a value into a cell; text stays text, whatever it looks like."""
    if isinstance(value, datetime):
        target.value = value.replace(tzinfo=None)  # Excel knows no time zones
    elif isinstance(value, int | float | Decimal | date) and not isinstance(value, bool):
        target.value = value
    else:
        text = cell_text(value)[:_LONGEST_CELL]
        target.value = text
        target.data_type = "s"  # never a formula or an error value
        if is_formula(text):
            target.quotePrefix = True  # nor after somebody has edited the cell


def print_on_a4(sheet: Any, repeated: str | None = None) -> None:
    """A4 landscape, as wide as the page, with the rows `repeated` (`1:3`) on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if repeated:
        sheet.print_title_rows = repeated


def sheet_title(text: str) -> str:
    """`text` as the name of a sheet: Excel takes 31 characters, and not all."""
    return re.sub(r"[\\/*?:\[\]]", " ", visible(text))[:31].strip() or "Duban"
