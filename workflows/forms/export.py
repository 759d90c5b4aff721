"""Empty forms, ready to be sent out: one file for a unit, with what is known filled in."""

import re
from enum import StrEnum

from sqlmodel import Session

from workflows.forms.face import Face, face_of
from workflows.forms.owed import Owed, owed_forms, the_owed
from workflows.forms.skeleton import drawn
from workflows.tables import UnitRow

UNFIT = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


class FormFormat(StrEnum):
    """What file a form is."""

    XLSX = "xlsx"
    DOCX = "docx"


MEDIA_TYPES = {
    FormFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FormFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def empty_form(
    session: Session,
    campaign_id: str,
    form: str,
    unit: UnitRow,
    period: str,
    form_format: FormFormat,
    *,
    milestone_id: str = "",
) -> tuple[str, bytes]:
    """The file name and the bytes of a unit's empty form.

    `period` is the month of the due date, '' where there is one occurrence alone; `milestone_id`
    tells duties apart that ask for the same form. Raises InputError where the unit does not owe it.
    """
    owed = owed_forms(
        session, campaign_id, form, unit_id=unit.id, period=period, milestone_id=milestone_id
    )
    return write_form(the_owed(owed, f"{form} {unit.name} {period}".strip()), form_format)


def write_form(owed: Owed, form_format: FormFormat) -> tuple[str, bytes]:
    """The file name and the bytes of the empty form that is owed."""
    content = written(face_of(owed), str(owed.identity), form_format)
    return file_name(owed, form_format), content


def written(face: Face, identity: str, form_format: FormFormat) -> bytes:
    """The file: the same bytes for the same form, whenever it is written."""
    if form_format is FormFormat.XLSX:
        from workflows.forms.write_xlsx import write_xlsx

        return drawn(face, identity, write_xlsx)
    from workflows.forms.write_docx import write_docx

    return drawn(face, identity, write_docx)


def file_name(owed: Owed, form_format: FormFormat) -> str:
    """A name that tells units and months apart in one folder."""
    parts = [owed.unit.name, owed.form.attachment, owed.deliverable, owed.assignment.period]
    name = "-".join(UNFIT.sub("", one) for one in parts if one)
    return f"{name[:100]}.{form_format}"
