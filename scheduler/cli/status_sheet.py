"""The status board as a workbook that prints on A4: counts, a sheet a campaign, milestones."""

from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from config.i18n import _
from workflows.lights import LIGHT_LOOKS, Light
from workflows.sheets.writing import fill_cell, print_on_a4, sheet_title
from workflows.status import CampaignBoard, Cell
from workflows.status_words import (
    count_headings,
    count_rows,
    explanation,
    legend,
    light_counts,
    light_headings,
    light_rows,
)
from workflows.targets.words import pace_headings

_LINE = Side(style="thin", color="8A8A8A")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="EEF1F5")
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center")
_WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True)
_SIDEWAYS = Alignment(horizontal="center", vertical="bottom", text_rotation=90, wrap_text=True)
_FONT = "微软雅黑"  # on every office machine; others take their own for it
_WIDTH = 130  # characters over which a board is spread: then 31 units go on one page
_HEAD_ROW = 6  # of a campaign's sheet: numbers, and under them the days and the titles


def board_workbook(boards: list[CampaignBoard], as_of: str) -> Workbook:
    """The workbook. `as_of` says as of when, for people."""
    book = Workbook()
    _counts(book.worksheets[0], boards, as_of)
    titles = {book.worksheets[0].title.casefold()}
    for board in boards:
        sheet = book.create_sheet(_free(sheet_title(board.title), titles))
        _board(sheet, board, as_of)
    if boards:
        _milestones(book.create_sheet(_free(sheet_title(_("Milestones")), titles)), boards, as_of)
    if any(board.behind for board in boards):
        _behind(
            book.create_sheet(_free(sheet_title(_("Targets behind pace")), titles)), boards, as_of
        )
    return book


def _free(title: str, taken: set[str]) -> str:
    """A title that no other sheet has."""
    found, number = title, 2
    while found.casefold() in taken:
        found, number = f"{title[:27]} {number}", number + 1
    taken.add(found.casefold())
    return found


def _counts(sheet: Worksheet, boards: list[CampaignBoard], as_of: str) -> None:
    headings, lights = count_headings(), light_headings()
    wide = 1 + len(headings) + len(lights)
    sheet.title = sheet_title(_("Counts"))
    _line(sheet, 1, _("Status of reporting"), _font(bold=True, size=16), wide)
    _line(sheet, 2, as_of, _font(), wide)
    for place, heading in enumerate([_("campaign"), *headings.values()], start=1):
        _put(sheet, 4, place, heading, font=_font(bold=True), fill=_HEAD, alignment=_CENTRE)
    for place, (light, heading) in enumerate(lights.items(), start=2 + len(headings)):
        _lit(sheet, 4, place, heading, light)
    rows = list(zip(count_rows(boards), light_rows(boards), strict=True))
    for number, ((title, counts), lit) in enumerate(rows, start=5):
        _put(sheet, number, 1, title, alignment=_WRAPPED)
        values = [*(getattr(counts, key) for key in headings), *(lit[light] for light in lights)]
        for place, value in enumerate(values, start=2):
            _put(sheet, number, place, value, alignment=_CENTRE)
    below = 6 + len(rows)
    _line(sheet, below, legend(), _font(), wide, height=30)
    _line(sheet, below + 1, explanation(), _font(), wide, height=30)
    sheet.column_dimensions["A"].width = 50
    for place in range(2, wide + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 10.5
    sheet.freeze_panes = "B5"
    _for_print(sheet, as_of, "1:4")


def _board(sheet: Worksheet, board: CampaignBoard, as_of: str) -> None:
    wide = 1 + len(board.columns)
    counts = "   ".join(
        f"{heading} {getattr(board.counts, key)}" for key, heading in count_headings().items()
    )
    _line(sheet, 1, board.title, _font(bold=True, size=14), wide)
    _line(sheet, 2, f"{as_of}   {board.owner}   {counts}", _font(), wide)
    lights = "   ".join(text for _light, text in light_counts(board))
    _line(sheet, 3, lights, _font(size=10), wide)
    _line(sheet, 4, legend(), _font(size=9), wide, height=14)
    _heading(sheet, board)
    for number, line in enumerate(board.lines, start=_HEAD_ROW + 1):
        sheet.row_dimensions[number].height = 13.5
        _put(sheet, number, 1, line.unit, alignment=_LEFT)
        for place, cell in enumerate(line.cells, start=2):
            _cell(sheet, number, place, cell)
    first = max(10, *(2 * len(line.unit) + 2 for line in board.lines))
    each = max(5.5, min((_WIDTH - first) / len(board.columns), 14))
    sheet.column_dimensions["A"].width = first
    for place in range(2, wide + 1):
        sheet.column_dimensions[get_column_letter(place)].width = each
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    _for_print(sheet, as_of, f"1:{_HEAD_ROW}")


def _heading(sheet: Worksheet, board: CampaignBoard) -> None:
    font = _font(bold=True, size=10)
    above = _HEAD_ROW - 1
    _put(sheet, above, 1, _("unit"), font=font, fill=_HEAD, alignment=_CENTRE)
    _put(sheet, _HEAD_ROW, 1, "", fill=_HEAD)
    sheet.merge_cells(start_row=above, end_row=_HEAD_ROW, start_column=1, end_column=1)
    for place, column in enumerate(board.columns, start=2):
        day = f"{column.number}\n{column.due.month}-{column.due.day}"
        _put(sheet, above, place, day, font=font, fill=_HEAD, alignment=_CENTRE)
        _put(
            sheet, _HEAD_ROW, place, column.title, font=_font(size=9), fill=_HEAD,
            alignment=_SIDEWAYS,
        )  # fmt: skip
    sheet.row_dimensions[above].height = 28
    longest = max(len(column.title) for column in board.columns)
    sheet.row_dimensions[_HEAD_ROW].height = min(max(60, longest * 5), 125)


def _cell(sheet: Worksheet, row: int, place: int, cell: Cell | None) -> None:
    if cell is None:
        _put(sheet, row, place, None)
        return
    if cell.light is None:
        _put(sheet, row, place, cell.mark, alignment=_CENTRE)
    else:
        _lit(sheet, row, place, cell.mark, cell.light)


def _lit(sheet: Worksheet, row: int, place: int, text: str, light: Light) -> None:
    """A cell in a light's colours."""
    look = LIGHT_LOOKS[light]
    _put(
        sheet, row, place, text, alignment=_CENTRE,
        fill=PatternFill("solid", fgColor=look.fill),
        font=_font(color=look.ink, bold=light is Light.RED),
    )  # fmt: skip


def _milestones(sheet: Worksheet, boards: list[CampaignBoard], as_of: str) -> None:
    """What the numbers above the columns are, with their counts."""
    headings = list(count_headings().items())[:4]
    texts = [_("campaign"), "", _("due"), _("title"), *(text for _key, text in headings)]
    _line(sheet, 1, _("Milestones"), _font(bold=True, size=14), len(texts))
    _line(sheet, 2, as_of, _font(), len(texts))
    for place, text in enumerate(texts, start=1):
        _put(sheet, 3, place, text, font=_font(bold=True), fill=_HEAD, alignment=_CENTRE)
    row = 4
    for board in boards:
        for column in board.columns:
            counts = [getattr(column.counts, key) for key, _text in headings]
            values = [board.title, column.number, column.due, column.title, *counts]
            for place, value in enumerate(values, start=1):
                look = _WRAPPED if place in {1, 4} else _CENTRE
                _put(sheet, row, place, value, alignment=look)
            sheet.cell(row, 3).number_format = "yyyy-mm-dd"
            row += 1
    for letter, width in zip("ABCDEFGH", (44, 5, 12, 52, 8, 8, 8, 8), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    _for_print(sheet, as_of, "1:3")


def _behind(sheet: Worksheet, boards: list[CampaignBoard], as_of: str) -> None:
    """With which targets units are behind, and what that comes to."""
    texts = [_("campaign"), *pace_headings()]
    _line(sheet, 1, _("Targets behind pace"), _font(bold=True, size=14), len(texts))
    _line(sheet, 2, as_of, _font(), len(texts))
    for place, text in enumerate(texts, start=1):
        _put(sheet, 3, place, text, font=_font(bold=True), fill=_HEAD, alignment=_CENTRE)
    widths = (34, 5, 26, 42, 24, 20, 12, 42)
    row = 4
    for board in boards:
        for light, (sign, *values) in board.behind_rows():
            _put(sheet, row, 1, board.title, alignment=_WRAPPED)
            _lit(sheet, row, 2, sign, light)
            for place, value in enumerate(values, start=3):
                _put(sheet, row, place, value, alignment=_WRAPPED)
            texts = [board.title, sign, *values]
            lines = (cell_len(text) // width for text, width in zip(texts, widths, strict=True))
            sheet.row_dimensions[row].height = 14 * (1 + max(lines))
            row += 1
    for letter, width in zip("ABCDEFGH", widths, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:H{row - 1}"
    _for_print(sheet, as_of, "1:3")


def _font(**look: Any) -> Font:
    return Font(name=_FONT, **{"size": 10, **look})


def _line(
    sheet: Worksheet, row: int, text: str, font: Font, wide: int, height: float | None = None
) -> None:
    """One text over the width of the sheet."""
    fill_cell(sheet.cell(row, 1), text)
    sheet.cell(row, 1).font = font
    sheet.cell(row, 1).alignment = _WRAPPED if height else _LEFT
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(wide, 8))
    if height:
        sheet.row_dimensions[row].height = height


def _put(sheet: Worksheet, row: int, place: int, value: Any, **look: Any) -> None:
    target = sheet.cell(row, place)
    fill_cell(target, value)
    target.border = _BOX
    target.font = _font()
    for name, part in look.items():
        setattr(target, name, part)


def _for_print(sheet: Worksheet, as_of: str, repeated: str) -> None:
    print_on_a4(sheet, repeated)
    sheet.print_title_cols = "A:A"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = 0.35  # inches
    margins.bottom = 0.5
    margins.header = margins.footer = 0.2
    sheet.oddFooter.left.text = as_of.replace("&", "&&")  # type: ignore[union-attr]
    sheet.oddFooter.right.text = "&P / &N"  # type: ignore[union-attr]
