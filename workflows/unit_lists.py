"""The names of units in a file: the column under the heading 单位, or a list without headings."""

import re
from collections.abc import Sequence

from workflows.picking import NamedUnit
from workflows.sheets.model import Sheet

_HEADINGS = frozenset({"单位", "单位名称", "责任单位", "报送单位", "地市", "市县", "unit", "units"})
_SPACES = re.compile(r"\s+")


def unit_cells(sheets: Sequence[Sheet]) -> list[NamedUnit]:
    """The cells that name units, each with its file and row; each of them may hold several."""
    return [cell for sheet in sheets for cell in _of_sheet(sheet)]


def _of_sheet(sheet: Sheet) -> list[NamedUnit]:
    for place, row in enumerate(sheet.rows):
        for column, text in enumerate(row.cells):
            if _SPACES.sub("", text).lower() in _HEADINGS:
                below = sheet.rows[place + 1 :]
                return [
                    NamedUnit(one.cells[column], sheet.file, one.number)
                    for one in below
                    if column < len(one.cells) and one.cells[column]
                ]
    return [
        NamedUnit(text, sheet.file, row.number) for row in sheet.rows for text in row.cells if text
    ]
