"""The summary of a form as a workbook that an office goes on working in."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from config.i18n import _
from config.plain_text import without_controls
from workflows.forms.declared import FieldType, FormField
from workflows.forms.face import width_of
from workflows.forms.summary import Summary
from workflows.forms.values import as_json

_UNIT = 10  # characters of the column of units
_LINE = 15  # points
_PAGE = 220  # halves of a character that can still be read on a line of A4 across


def write_summary(summary: Summary) -> bytes:
    """An .xlsx workbook: all lines, a grid's figures with their sums, and who has not handed in."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise RuntimeError("no sheet")
    sheet.title = _("Summary")
    columns = [FormField(id="unit", title=_("unit"), width=_UNIT), *summary.columns]
    _draw(
        sheet, summary, columns,
        [[one.unit, *(_value(field, value) for field, value in zip(
            summary.columns, one.values, strict=True))] for one in summary.lines],
    )  # fmt: skip
    if summary.figures:
        figures = book.create_sheet(_("Figures"))
        number = FieldType.NUMBER
        heads = [columns[0]] + [
            FormField(id=f"f{n}", title=one.title[:500], type=number, width=7)
            for n, one in enumerate(summary.figures)
        ]
        rows: list[list[Any]] = [
            [unit, *(_number(one.by_unit[n]) for one in summary.figures)]
            for n, unit in enumerate(summary.units)
        ]
        rows.append([_("total"), *(as_json(one.total) for one in summary.figures)])
        _draw(figures, summary, heads, rows)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _value(field: FormField, value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.type is FieldType.DATE and isinstance(value, str):
        return date.fromisoformat(value)
    if field.type is FieldType.PERCENT and isinstance(value, int | float):
        return value / 100
    return value


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else as_json(value)


def _draw(
    sheet: Any, summary: Summary, columns: Sequence[FormField], rows: Sequence[Sequence[Any]]
) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    from workflows.sheets.writing import print_on_a4

    thin = Side(style="thin", color="999999")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    last = len(columns)
    width = sum(2 * width_of(one) + 2 for one in columns)
    head, room = 1, 2 * width_of(columns[0])
    while head < last and room < _PAGE // 2:
        room += 2 * width_of(columns[head]) + 2
        head += 1
    for number, (text, size) in enumerate(
        ((_("{title} (summary)").format(title=summary.title), 16), (summary.sentence, 11)), start=1
    ):
        cell = sheet.cell(number, 1, without_controls(text))
        cell.data_type = "s"  # never a formula
        cell.font = Font(bold=number == 1, size=size)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=head)
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = 16 * (ceil(2 * len(summary.sentence) / room) + 1)
    for column, field in enumerate(columns, start=1):
        cell = sheet.cell(3, column, without_controls(field.title))
        cell.data_type = "s"
        cell.font, cell.border = Font(bold=True), border
        cell.fill = PatternFill("solid", fgColor="E7E6E6")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = 2 * width_of(field) + 2
    heights = [-(-2 * len(one.title) // (2 * width_of(one))) for one in columns]
    sheet.row_dimensions[3].height = 16 * max(heights) + 6
    for number, row in enumerate(rows, start=4):
        for column, (field, value) in enumerate(zip(columns, row, strict=True), start=1):
            plain = without_controls(value) if isinstance(value, str) else value
            cell = sheet.cell(number, column, plain)
            if isinstance(plain, str) and plain:
                cell.data_type = "s"  # never a formula
            cell.border = border
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if field.type is FieldType.PERCENT:
                cell.number_format = "0.##%"
            elif field.type is FieldType.DATE:
                cell.number_format = "yyyy-mm-dd"
        sheet.row_dimensions[number].height = _LINE * _lines(columns, row) + 4
    sheet.freeze_panes = "B4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(last)}{max(3 + len(rows), 3)}"
    sheet.print_title_cols = "A:A"
    print_on_a4(sheet, "1:3")
    # What would be too small to read goes on over several pages, each with the units.
    sheet.page_setup.fitToWidth = max(1, ceil(width / _PAGE))


def _lines(columns: Sequence[FormField], row: Sequence[Any]) -> int:
    """How many lines the longest cell of a row takes; at most twenty."""
    texts = [
        (width_of(field), value)
        for field, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    ]
    return min(20, max([1, *(
        sum(-(-max(len(line), 1) // width) for line in value.splitlines() or [""])
        for width, value in texts
    )]))  # fmt: skip
