"""The matrix of a report's workbook: units against milestones, coloured by what the cells say."""

from collections.abc import Callable
from typing import Any

from openpyxl.utils import get_column_letter

from config.i18n import _
from notifications.documents.report_words import as_of, days_note, mark
from notifications.documents.sheet_kit import Look, Page, columns_of
from workflows.lights import LIGHT_LOOKS, Light
from workflows.reporting.model import CampaignReport, Report
from workflows.signs import LOOKS, Sign
from workflows.status import Line, count
from workflows.status_words import count_headings, legend, light_counts

_ACROSS = 165  # characters over which a matrix is spread
_BEFORE = 6  # columns before the milestones: unit, level, the four counts


def matrix_page(
    page: Page, part: CampaignReport, report: Report, levels: Callable[[str], str]
) -> None:
    """One campaign's matrix; `levels` names a level of units by its id."""
    board, sheet = part.board, page.sheet
    wide = _BEFORE + len(board.columns)
    lights = "   ".join(text for _light, text in light_counts(board))
    page.line(part.title, wide, Look.TITLE)
    page.line(f"{as_of(report)}   {part.owner}   {lights}", wide)
    page.line(f"{legend()}   {days_note()}", wide, Look.NOTE)
    head = page.row
    _heading(page, part)
    for line in board.lines:
        _line(page, line, levels(line.level))
    last = page.row - 1
    first = max(10.0, *(columns_of(line.unit) + 1.5 for line in board.lines))
    sheet.column_dimensions["A"].width = first
    second = max(8.0, *(columns_of(levels(line.level)) + 1.5 for line in board.lines))
    sheet.column_dimensions["B"].width = second
    each = max(5.5, min((_ACROSS - first - second - 26) / len(board.columns), 14))
    for place in range(3, _BEFORE + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 6.5
    for place in range(_BEFORE + 1, wide + 1):
        sheet.column_dimensions[get_column_letter(place)].width = each
    below = page.row - len(board.lines)
    _colours(page, f"{get_column_letter(_BEFORE + 1)}{below}:{get_column_letter(wide)}{last}")
    sheet.auto_filter.ref = f"A{below - 1}:{get_column_letter(wide)}{last}"
    sheet.freeze_panes = f"{get_column_letter(_BEFORE + 1)}{below}"
    page.for_print(f"{head}:{below - 1}")
    sheet.print_title_cols = "A:A"


def _heading(page: Page, part: CampaignReport) -> None:
    """Titles, under them the due dates, under these the numbers, where the filters are."""
    headings = list(count_headings().values())[:4]
    board, put, sheet = part.board, page.book.put, page.sheet
    for place, text in enumerate((_("unit"), _("level"), *headings), start=1):
        for row in range(page.row, page.row + 3):
            put(sheet, row, place, text if row == page.row + 2 else None, Look.HEAD)
    for place, column in enumerate(board.columns, start=_BEFORE + 1):
        put(sheet, page.row, place, column.title, Look.SIDEWAYS)
        put(sheet, page.row + 1, place, f"{column.due.month}-{column.due.day}", Look.HEAD)
        put(sheet, page.row + 2, place, column.number, Look.HEAD)
    longest = max(columns_of(column.title) for column in board.columns)
    sheet.row_dimensions[page.row].height = min(max(60, longest * 2.9), 130)
    page.row += 3


def _line(page: Page, line: Line, level: str) -> None:
    counts = count(cell for cell in line.cells if cell is not None)
    values: list[Any] = [
        line.unit, level, counts.due, counts.reported, counts.late, counts.outstanding,
        *(None if cell is None else mark(cell) for cell in line.cells),
    ]  # fmt: skip
    for place, value in enumerate(values, start=1):
        look = Look.TEXT if place == 1 else Look.NUMBER if 2 < place <= _BEFORE else Look.MIDDLE
        page.book.put(page.sheet, page.row, place, value, look)
    page.sheet.row_dimensions[page.row].height = 14.5
    page.row += 1


def _colours(page: Page, ref: str) -> None:
    """The light's colours by a cell's mark: what is typed over it takes its own."""
    first = ref.split(":")[0]
    signs = {light: look.sign for light, look in LIGHT_LOOKS.items()}

    def holds(sign: str) -> str:
        return f'ISNUMBER(SEARCH("{sign}",{first}))'

    due, none = LOOKS[Sign.DUE].mark, LOOKS[Sign.NONE].mark
    page.colour(ref, Light.RED, f'LEFT({first},1)="{signs[Light.RED]}"')
    page.colour(ref, Light.DONE, holds(signs[Light.DONE]))
    page.colour(ref, Light.YELLOW, f"OR({holds(signs[Light.YELLOW])},{holds(due)})")
    grey = f'OR({first}="{signs[Light.GREY]}",{first}="{none}")'
    page.colour(ref, Light.GREY, grey)
    page.colour(ref, Light.GREEN, f"LEN({first})>0")
