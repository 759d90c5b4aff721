"""Prints rows as a table, CSV, JSON or .xlsx, to the terminal or into a file.

What the record holds steers neither a terminal nor a spreadsheet. A CSV file gets a byte order
mark, since Excel takes it for GBK otherwise; standard output never does.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from config.plain_text import UNUSABLE, one_line, visible

# What a spreadsheet may take for a formula (OWASP, “CSV Injection”), full-width signs included.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
MAX_ID = 2**31 - 1  # what PostgreSQL's integers hold
_LONGEST_CELL = 32_767  # characters, says Excel

Row = Mapping[str, Any]


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


FormatOption = Annotated[Format, typer.Option("--format", help=_("how to print"))]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help=_("into a file"))]


def write_rows(
    rows: Sequence[Row],
    form: Format,
    output: Path | None,
    columns: Mapping[str, str],
    *,
    csv_columns: Sequence[str] | None = None,
    title: str = "",
) -> None:
    """Print `rows`. `columns` gives the table's keys with their headings; CSV and JSON have all
    keys, or `csv_columns`. Lists are joined with `；`."""
    match form:
        case Format.TABLE:
            emit(_table(rows, columns, title, for_file=output is not None), output)
        case Format.CSV:
            keys = csv_columns or (list(rows[0]) if rows else list(columns))
            emit(_csv(rows, keys), output, bom=True)
        case Format.JSON:
            emit(json_text([dict(row) for row in rows]), output)
        case Format.XLSX:
            _write_xlsx(rows, columns, output, title)


def json_text(data: Any) -> str:
    """Data as JSON that people can read and that steers no terminal."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_json)
    return UNUSABLE.sub(_json_escape, text) + "\n"


def emit(text: str, output: Path | None, *, bom: bool = False) -> None:
    """Write text to `output`, or to standard output."""
    if output is None:
        sys.stdout.write(text)
        return
    encoding = "utf-8-sig" if bom else "utf-8"
    write_file(output, text.encode(encoding))


def write_file(output: Path, content: bytes) -> None:
    """Write a file that the user named. Raises InputError."""
    try:
        output.write_bytes(content)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(
            _("cannot write {file}: {reason}").format(
                file=output, reason=getattr(error, "strerror", None) or error
            ),
            _("check the folder and its permissions"),
        ) from None


def say(text: str) -> None:
    """A line for the person, beside the data on standard output."""
    typer.echo(visible(text), err=True)


def print_line(text: str) -> None:
    """One line on standard output, whatever the record holds."""
    typer.echo(one_line(text))


def cell(value: Any) -> str:
    """A value as text that steers no terminal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, list | tuple):
        return "；".join(cell(one) for one in value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return visible(str(value))


def _table(rows: Sequence[Row], columns: Mapping[str, str], title: str, *, for_file: bool) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", pad_edge=False)
    for key, heading in columns.items():
        numeric = bool(rows) and isinstance(rows[0].get(key), int)
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row.get(key))) for key in columns))
    buffer = io.StringIO()
    terminal = sys.stdout.isatty() and not for_file
    console = Console(
        file=buffer, force_terminal=terminal, width=None if terminal else 200, soft_wrap=False
    )
    console.print(table)
    return buffer.getvalue()


def _csv(rows: Sequence[Row], keys: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([_csv_cell(row.get(key)) for key in keys] for row in rows)
    return buffer.getvalue()


def _csv_cell(value: Any) -> str:
    text = cell(value)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might compute the text; a number is none, negative or not."""
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)


def _json_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _write_xlsx(
    rows: Sequence[Row], columns: Mapping[str, str], output: Path | None, title: str
) -> None:
    if output is None and sys.stdout.isatty():
        raise InputError(_("an .xlsx file cannot be shown here"), _("add -o FILE.xlsx"))
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise RuntimeError("no sheet")
    sheet.title = (title or "Duban")[:31]
    sheet.append(list(columns.values()))
    for number, row in enumerate(rows, start=2):
        for place, key in enumerate(columns, start=1):
            _fill(sheet.cell(number, place), row.get(key))
    for heading in sheet[1]:
        heading.font = Font(bold=True)
    for number, key in enumerate(columns, start=1):
        widest = max([len(columns[key]), *(len(cell(row.get(key))) for row in rows)])
        sheet.column_dimensions[get_column_letter(number)].width = min(widest * 1.6 + 2, 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    buffer = io.BytesIO()
    book.save(buffer)
    if output is None:
        sys.stdout.buffer.write(buffer.getvalue())
    else:
        write_file(output, buffer.getvalue())


def _fill(target: Any, value: Any) -> None:
    """Put a value into a cell; text stays text, whatever it looks like."""
    if isinstance(value, datetime):
        target.value = value.replace(tzinfo=None)  # Excel knows no time zones
    elif isinstance(value, int | float | date) and not isinstance(value, bool):
        target.value = value
    else:
        text = cell(value)[:_LONGEST_CELL]
        target.value = text
        target.data_type = "s"  # never a formula or an error value
        if _is_formula(text):
            target.quotePrefix = True  # nor after somebody has edited the cell
