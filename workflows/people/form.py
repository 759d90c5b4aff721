"""The list that is sent to units, and the record's own in the same shape: what goes out in it
comes in again unchanged."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from config.i18n import _
from config.plain_text import without_controls
from workflows.people.record import has_mailbox
from workflows.tables import Contact

_ROWS = 60  # empty ones in the form
_WIDTHS = {
    "name": 12, "gender": 6, "unit": 22, "area": 16, "position": 14, "phone": 18, "email": 30,
    "role": 12, "campaign": 24, "note": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormHead:
    """What stands above the list."""

    title: str
    unit: str = ""  # the unit that fills it in; '' leaves the column for it


def headings() -> dict[str, str]:
    """The columns of the list, each with its heading in the language in force."""
    return {
        "name": _("name"), "gender": _("gender"), "unit": _("unit"), "area": _("area"),
        "position": _("position"), "phone": _("phone"), "email": _("email"), "role": _("role"),
        "campaign": _("campaign"), "note": _("note"),
    }  # fmt: skip


def role_words() -> dict[str, str]:
    """The roles, each with its word in the language in force."""
    return {"contact": _("contact"), "deputy": _("deputy"), "lead": _("lead")}


def contact_values(contact: Contact, unit: str) -> dict[str, str]:
    """A contact as a row of the list."""
    roles = role_words()
    return {
        "name": contact.name,
        "gender": contact.gender,
        "unit": unit,
        "area": contact.area,
        "position": contact.position,
        "phone": contact.phone,
        "email": contact.address if has_mailbox(contact) else "",
        "role": roles.get(contact.role, contact.role),
        "campaign": contact.campaign_id,
        "note": contact.note,
    }


def write_list(head: FormHead, rows: Sequence[dict[str, str]], *, empty: bool) -> bytes:
    """The list as an .xlsx workbook; `empty` adds rows to fill in and says how."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from workflows.sheets.writing import print_on_a4

    columns = headings()
    if empty:
        del columns["campaign"]
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise RuntimeError("no sheet")
    sheet.title = _("Contacts")
    width = len(columns)
    sheet.append([without_controls(head.title)])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 36
    sheet.append([_("Unit filling this in (seal): {unit}").format(unit=head.unit)])
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    sheet.append(list(columns.values()))
    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    last = 3 + len(rows) + (_ROWS if empty else 0)
    for number in range(3, last + 1):
        values = rows[number - 4] if 0 <= number - 4 < len(rows) else {}
        for place, key in enumerate(columns, start=1):
            cell = sheet.cell(number, place)
            cell.border = border
            cell.number_format = "@"  # so that no telephone number becomes 1.38E+10
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if number == 3:
                cell.font = Font(bold=True)
                cell.alignment = Alignment(horizontal="center", vertical="center")
            elif key in values:
                cell.value = without_controls(values[key])
                cell.data_type = "s"  # never a formula
    for place, key in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS[key]
    role = get_column_letter(list(columns).index("role") + 1)
    choice = DataValidation(
        "list", formula1=f'"{",".join(role_words().values())}"', allow_blank=True
    )
    choice.error = _("choose one from the list")
    choice.showErrorMessage = True
    choice.add(f"{role}4:{role}{max(last, 4)}")
    sheet.add_data_validation(choice)
    sheet.freeze_panes = "A4"
    print_on_a4(sheet, "1:3")
    if empty:
        _explain(book.create_sheet(_("How to fill it in")))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _explain(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 100
    for line in (
        _("1. One person a row; a unit may name several people."),
        _("2. Role: contact (who reports), deputy (when the contact is away), lead (in charge)."),
        _("3. Reminders go to the e-mail address; without one they go to the unit's mailbox."),
        _("4. Area: the county or section, where the person is not of the unit's own office."),
        _("5. No formulas; send the file itself back, not a picture or a PDF of it."),
    ):
        sheet.append([line])
