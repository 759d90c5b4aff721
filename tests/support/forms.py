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
from openpyxl.cell.cell import MergedCell

from config.settings import Settings
from tests.support.moments import at
from tests.support.new_database import make_database
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.database import Database
from workflows.forms.blanks import BLANK, names_of
from workflows.forms.collecting import Filled
from workflows.forms.declared import FieldType, FormField, Shape
from workflows.forms.export import FormFormat
from workflows.forms.face import MERGED, heading
from workflows.forms.owed import Owed, owed_forms
from workflows.loading import load_declarations
from workflows.organisation_reading import read_organisation

FORMS = [
    ("elderly-travel-2022", "contacts", "zhengzhou"),
    ("elderly-travel-2022", "monthly-progress", "zhengzhou"),
    ("elderly-travel-2022", "monthly-progress", "gongyi"),
    ("sunshine-2022", "liaison", "kaifeng"),
    ("sunshine-2022", "ride-hailing-platforms", "kaifeng"),
    ("sunshine-2022", "freight-platforms", "kaifeng"),
    ("cross-province-2022", "liaison", "luoyang"),
    ("e-certificates-2022", "contacts", "luoyang"),
    ("drivers-home-2022", "projects", "zhengzhou"),
    ("drivers-home-2022", "projects", "expressway-centre"),
]
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


def owed_by(plans: Database, campaign: str, form: str, unit: str, period: str = "") -> Owed:
    """The first such form that the unit owes."""
    with plans.read() as session:
        return owed_forms(session, campaign, form, unit_id=unit, period=period)[0]


def filling_of(owed: Owed) -> Filling:
    """Something in every place."""
    header = {one.id: str(sample(one, 0)) for one in owed.header if not one.prefilled}
    if owed.form.shape is not Shape.GRID:
        count = 1 if owed.form.shape is Shape.RECORD else 3
        rows = [{one.id: sample(one, n) for one in owed.columns} for n in range(count)]
        return Filling(header, rows)
    cells = {}
    for row in owed.form.rows:
        for column in [MERGED] if row.merged else [one.id for one in owed.columns]:
            cells[row.id, column] = written(row.cells.get(column, "没有困难。"))
    return Filling(header, cells=cells)


def written(template: str) -> str:
    """The template with a number for each blank, and a sentence before and after it."""
    text = BLANK.sub(lambda match: f" {number_of(match[1])} ", template)
    return f"截至6月3日，我市积极推进。{text}另有部分正在建设。"


def number_of(name: str) -> int:
    """The number that `written` puts into a blank."""
    return 99 if name == "metro-total" else 10 + sum(map(ord, name)) % 80


def assert_kept(filled: Filled, owed: Owed, filling: Filling) -> None:
    """The form says what `filling_of` wrote into it."""
    assert (filled.owed.identity, filled.remarks) == (owed.identity, [])
    for one in owed.header:
        if not one.prefilled:
            assert filled.content["header"][one.id] == kept(one, 0)
    if owed.form.shape is not Shape.GRID:
        count = len(filling.rows)
        rows = [{one.id: kept(one, n) for one in owed.columns} for n in range(count)]
        assert filled.content["rows"] == rows
        return
    cells = {(row, key): text for row, texts in filled.content["cells"].items()
             for key, text in texts.items()}  # fmt: skip
    assert cells == filling.cells
    asked = [name for row in owed.form.rows for key, text in row.cells.items()
             if key == MERGED or key in {one.id for one in owed.columns}
             for name in names_of(text)]  # fmt: skip
    assert filled.content["blanks"] == {name: number_of(name) for name in asked}


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
            free = column + 1
            while isinstance(sheet.cell(row, free), MergedCell):
                free += 1
            put(row, free, filling.header[field.id])
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
