"""Units against milestones as a workbook: empty, to be filled in, or with what is on record."""

import io

from sqlmodel import Session, col, select

from config.i18n import _
from config.plain_text import without_controls
from workflows.reminding import local_date
from workflows.states import State
from workflows.submissions.words import Mark, mark_word
from workflows.tables import Assignment, Campaign, MilestoneRow, UnitRow

_NOT_OWED = "—"
_WIDE = 12  # of a column, in halves of a Chinese character: a day fits


def write_matrix(session: Session, campaign_id: str, *, empty: bool) -> bytes:
    """The campaign's table as an .xlsx workbook; what it says comes in again by an import."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    from workflows.sheets.writing import print_on_a4

    campaign = session.get_one(Campaign, campaign_id)
    found = session.exec(
        select(Assignment, MilestoneRow.title, MilestoneRow.position)
        .join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .where(Assignment.campaign_id == campaign_id, Assignment.state != State.CANCELLED)
    ).all()
    columns = sorted({(position, one.period, title) for one, title, position in found})
    cells = {(one.unit_id, position, one.period): one for one, _title, position in found}
    ids = {one.unit_id for one, _title, _position in found}
    units = [
        one for one in session.exec(select(UnitRow).order_by(col(UnitRow.position)))
        if one.id in ids
    ]  # fmt: skip
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise RuntimeError("no sheet")
    sheet.title = _("Hand-ins")
    sheet.append([without_controls(campaign.title)])
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.append(
        [
            _("In each cell the day, e.g. {day}; or {words}; empty: not handed in yet").format(
                day=f"{campaign.year}-06-05",
                words=_(", ").join(mark_word(one) for one in (Mark.NIL, Mark.WAIVED)),
            )
        ]
    )
    headings = [f"{title}（{period}）" if period else title for _place, period, title in columns]
    sheet.append([_("unit"), *map(without_controls, headings)])
    for unit in units:
        row = [without_controls(unit.name)]
        for position, period, _title in columns:
            one = cells.get((unit.id, position, period))
            row.append(_NOT_OWED if one is None else "" if empty else _text(one, campaign))
        sheet.append(row)
    thin = Side(style="thin")
    for line in sheet.iter_rows(min_row=3):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.number_format = "@"
            cell.font = Font(bold=cell.row == 3)
            if cell.value:
                cell.data_type = "s"  # never a formula
    for k in range(1, len(columns) + 2):
        sheet.column_dimensions[get_column_letter(k)].width = _WIDE
    # A sheet that no program has opened yet has no heights of its own.
    lines = max(-(-2 * len(heading) // (_WIDE - 1)) for heading in ["", *headings])
    sheet.row_dimensions[3].height = 15 * lines + 8
    for k in range(4, len(units) + 4):
        sheet.row_dimensions[k].height = 20
    sheet.freeze_panes = "B4"
    sheet.print_title_cols = "A:A"
    print_on_a4(sheet, "1:3")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(one: Assignment, campaign: Campaign) -> str:
    """What the record says of an assignment, as an import reads it."""
    if one.state is State.WAIVED:
        return mark_word(Mark.WAIVED)
    if one.state not in {State.SUBMITTED, State.ACCEPTED} or one.submitted_at is None:
        return ""
    mark = Mark.ACCEPTED if one.state is State.ACCEPTED else Mark.NIL if one.nil else Mark.SUBMITTED
    return f"{local_date(one.submitted_at, campaign.time_zone)} {mark_word(mark)}"
