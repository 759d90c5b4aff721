"""Figures as a workbook: empty, to be filled in, or with what is on record."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from config.i18n import _
from config.plain_text import without_controls
from workflows.tables import Campaign, Progress, UnitRow
from workflows.targets.declared import Measure
from workflows.targets.figures import NO_CATEGORY
from workflows.targets.recording import standing_by_reporter
from workflows.targets.views import PROVINCE, TargetView, exact, targets_of

_WIDTHS = (40, 14, 14, 12, 12, 10, 14, 30)
_CENTRED = range(2, 8)


@dataclass(frozen=True, slots=True)
class _Line:
    target: str
    unit: str
    category: str
    value: Decimal | str | None
    whole: Decimal | None
    measure: str
    day: date | None
    note: str = ""


def write_figures(
    session: Session, campaign_id: str, *, empty: bool, unit_id: str | None = None
) -> bytes:
    """The campaign's figures as an .xlsx workbook; what it says comes in again by an import.

    With `empty` a row for each target, unit and category, to be filled in; without, a row for each
    day that is on record as well. `unit_id` is for the rows of one unit.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from workflows.sheets.writing import print_on_a4

    campaign = session.get_one(Campaign, campaign_id)
    lines = list(_lines(session, campaign, empty=empty, unit_id=unit_id))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("Figures")
    _put(sheet, 1, 1, campaign.title)
    sheet["A1"].font = Font(bold=True, size=16)
    _put(
        sheet, 2, 1,
        _("The whole is for shares and for “all of” alone; a row without a figure is not read"),
    )  # fmt: skip
    headings = [
        _("target"), _("unit"), _("category"), _("figure"), _("whole"), _("unit of measure"),
        _("as of"), _("note"),
    ]  # fmt: skip
    thin = Side(style="thin")
    box = Border(left=thin, right=thin, top=thin, bottom=thin)
    answers = DataValidation(
        type="list", formula1=f'"{_("yes")},{_("no")}"', allow_blank=True, showErrorMessage=False
    )
    sheet.add_data_validation(answers)
    for number, line in enumerate([None, *lines], start=3):
        values = headings if line is None else [
            line.target, line.unit, line.category, line.value, line.whole, line.measure, line.day,
            line.note,
        ]  # fmt: skip
        for place, value in enumerate(values, start=1):
            cell = _put(sheet, number, place, value)
            cell.border = box
            cell.font = Font(bold=line is None)
            cell.alignment = Alignment(
                horizontal="center" if place in _CENTRED else "left", vertical="center",
                wrap_text=True,
            )  # fmt: skip
        sheet.cell(number, 7).number_format = "yyyy-mm-dd"
        if line is not None and line.measure == _("yes or no"):
            answers.add(sheet.cell(number, 4))
    for k, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(k)].width = width
    sheet.freeze_panes = "C4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(headings))}{len(lines) + 3}"
    print_on_a4(sheet, "1:3")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _lines(
    session: Session, campaign: Campaign, *, empty: bool, unit_id: str | None
) -> Iterator[_Line]:
    names = {
        one.id: one.name for one in session.exec(select(UnitRow).order_by(col(UnitRow.position)))
    }
    known = {} if empty else standing_by_reporter(session, campaign)
    views = targets_of(session, campaign)
    titles = [view.target.title for view in views]
    for view in views:
        # Where two targets have one title, only their ids tell them apart.
        title = view.target.title if titles.count(view.target.title) == 1 else view.id
        for unit in view.who_reports:
            if unit_id is not None and unit != unit_id:
                continue
            name = names.get(unit, unit) if unit != PROVINCE else _("the province")
            for category in tuple(view.target.categories) or (NO_CATEGORY,):
                rows = known.get((view.id, unit, category), {})
                told = [rows[day] for day in sorted(rows) if rows[day].value is not None]
                for row in told or (None,):
                    yield _line(view, title, name, category, row)


def _line(view: TargetView, title: str, unit: str, category: str, row: Progress | None) -> _Line:
    yes_no = view.target.measure is Measure.YES_NO
    measure = _("yes or no") if yes_no else view.target.unit_of_measure
    value: Decimal | str | None = None
    if row is not None and row.value is not None:
        value = exact(row.value)
        if yes_no:
            value = _("yes") if value else _("no")
    whole = None if row is None or row.denominator is None else exact(row.denominator)
    return _Line(
        title, unit, category, value, whole, measure, row.day if row else None,
        row.note if row else "",
    )  # fmt: skip


def _put(sheet: Any, row: int, place: int, value: Decimal | date | str | None) -> Any:
    """A cell; text stays text, whatever it looks like."""
    cell = sheet.cell(row, place)
    if isinstance(value, str):
        cell.value = without_controls(value)
        cell.data_type = "s"
    elif isinstance(value, Decimal):
        cell.value = int(value) if value == value.to_integral_value() else float(value)
    else:
        cell.value = value
    return cell
