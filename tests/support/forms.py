"""Forms for tests: an office with the five plans, and hands that fill in what it sends out.

The hands find a cell as a person does: by the words beside it or above it.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

from config.settings import Settings
from tests.support.moments import at
from tests.support.new_database import make_database
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.database import Database
from workflows.forms.declared import FieldType, FormField
from workflows.forms.export import FormFormat
from workflows.forms.face import MERGED, heading
from workflows.forms.owed import Owed
from workflows.loading import load_declarations
from workflows.organisation import read_organisation

APPLIED = "2022-05-20 10:00"
PLANS = sorted(Path("config/campaigns").glob("*.yaml"))


def office_of_plans(file: Path, plans: Sequence[Path] = PLANS) -> Database:
    """A database in which the plans are applied, and nothing has come."""
    database = Database(f"sqlite:///{file}")
    make_database(database)
    organisation = read_organisation(Settings().organisation)
    declared = load_declarations(plans, organisation)
    now = at(APPLIED)
    with database.write() as session:
        planned = plan_apply(session, declared, organisation, now)
        apply(session, planned, organisation, now=now, actor="tester", past=Past.CHASE)
    return database


class Filling:
    """What somebody writes into a form: `header` by field, `rows` by field, a grid's `cells` by
    row and column."""

    def __init__(
        self,
        header: Mapping[str, str] | None = None,
        rows: Sequence[Mapping[str, Any]] = (),
        cells: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.header, self.rows, self.cells = header or {}, rows, cells or {}


def fill(owed: Owed, content: bytes, form_format: FormFormat, filling: Filling) -> bytes:
    """The form with what is written into it."""
    return (_in_sheet if form_format is FormFormat.XLSX else _in_word)(owed, content, filling)


def sample(field: FormField, number: int) -> Any:
    """A value as somebody may write it, and differently each time."""
    return {
        FieldType.TEXT: ["某公司", "A-1 号", "多行\n文字"][number % 3],
        FieldType.NUMBER: [12, "12个", "1,200"][number % 3],
        FieldType.PERCENT: [100, "85%", "100%"][number % 3],
        FieldType.DATE: ["2022-09-30", "2022年9月30日", "9月30日前"][number % 3],
        FieldType.YES_NO: ["是", "否", "√"][number % 3],
        FieldType.CHOICE: field.choices[number % len(field.choices)] if field.choices else "",
    }[field.type]


def kept(field: FormField, number: int) -> Any:
    """What the record keeps of the same sample."""
    return {
        FieldType.TEXT: ["某公司", "A-1 号", "多行\n文字"][number % 3],
        FieldType.NUMBER: [12, 12, 1200][number % 3],
        FieldType.PERCENT: [100, 85, 100][number % 3],
        FieldType.DATE: "2022-09-30",
        FieldType.YES_NO: [True, False, True][number % 3],
        FieldType.CHOICE: field.choices[number % len(field.choices)] if field.choices else "",
    }[field.type]


def _in_sheet(owed: Owed, content: bytes, filling: Filling) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    places = {
        str(cell.value).rstrip("：*"): (cell.row, cell.column)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }

    def put(row: int, column: int, value: Any) -> None:
        sheet.cell(row, column).value = value

    for field in owed.header:
        if field.id in filling.header:
            row, column = places[heading(field).rstrip("*")]
            put(row, column + 1, filling.header[field.id])
    heads = {one.id: places[heading(one).rstrip("*")] for one in owed.columns}
    top = next(iter(heads.values()))[0]
    for n, values in enumerate(filling.rows, start=1):
        for key, value in values.items():
            put(top + n, heads[key][1], value)
    titles = {row.id: places[row.title][0] for row in owed.form.rows}
    for (row_id, column_id), text in filling.cells.items():
        column = 2 if column_id == MERGED else heads[column_id][1]
        put(titles[row_id], column, text)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _in_word(owed: Owed, content: bytes, filling: Filling) -> bytes:
    document = Document(io.BytesIO(content))
    table = document.tables[-1]
    labels = {
        cell.text.rstrip("：*"): (one, row, column)
        for one in document.tables
        for row, line in enumerate(one.rows)
        for column, cell in enumerate(line.cells)
    }
    for field in owed.header:
        if field.id in filling.header:
            one, row, column = labels[heading(field).rstrip("*")]
            one.cell(row, column + 1).text = filling.header[field.id]
    heads = {one.id: labels[heading(one).rstrip("*")][2] for one in owed.columns}
    for n, values in enumerate(filling.rows, start=1):
        while n >= len(table.rows):
            table.add_row()  # type: ignore[no-untyped-call]
        for key, value in values.items():
            shown = value.isoformat() if isinstance(value, date) else str(value)
            table.cell(n, heads[key]).text = shown
    for (row_id, column_id), text in filling.cells.items():
        title = next(row.title for row in owed.form.rows if row.id == row_id)
        table.cell(labels[title][1], 1 if column_id == MERGED else heads[column_id]).text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
