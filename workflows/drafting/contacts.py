"""Lists of people in a plan's attachments, offered to `duban contacts import`: never part of the
draft itself, which many read."""

import csv
import io
import re
from collections.abc import Sequence

from workflows.documents.model import Table
from workflows.people.layout import Layout, find_layout
from workflows.sheets.cells import is_formula

_NOBODY = frozenset({"", "/", "-", "—", "…", "……", "XX", "XXX", "××", "×××", "某某"})

_NAME = re.compile(r"[\u3400-\u9fff·•]{2,12}|[A-Za-z][A-Za-z .'-]{1,40}")


def is_contact_list(table: Table) -> bool:
    """Whether a table lists people by name; one that is to be filled in does not."""
    for n, row in enumerate(table.rows):
        if any(one.rstrip().endswith(("：", ":")) for one in row):
            continue  # 联系人： is a label to fill in, and heads no column
        below = table.rows[n + 1] if n + 1 < len(table.rows) else ()
        layout = find_layout(row, below)
        if layout is not None:
            return any(_names(layout, one) for one in table.rows[n + layout.height :])
    return False


def _names(layout: Layout, row: Sequence[str]) -> bool:
    for person in layout.people:
        for column in person.fields["name"]:
            name = "".join(row[column].split()) if column < len(row) else ""
            if name not in _NOBODY and _NAME.fullmatch(name):
                return True
    return False


def contact_sheet(tables: Sequence[Table]) -> str:
    """The lists as one CSV text, as `contacts import` takes them: headings repeat for each."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for n, table in enumerate(tables):
        if n:
            writer.writerow([])
        for row in table.rows:
            writer.writerow([_cell(one) for one in row])
    return buffer.getvalue()


def _cell(text: str) -> str:
    text = " ".join(text.split())
    return f" {text}" if is_formula(text) else text
