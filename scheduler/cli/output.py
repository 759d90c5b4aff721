"""Prints rows as a table, CSV, JSON or .xlsx, to the terminal or into a file.

What the record holds steers neither a terminal nor a spreadsheet. A CSV file gets a byte order
mark, since Excel takes it for GBK otherwise; standard output never does.
"""

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from config.plain_text import UNUSABLE, one_line, visible
from scheduler.cli.plain_table import plain_table
from workflows.sheets.cells import cell_text, is_formula

MAX_ID = 2**31 - 1  # what PostgreSQL's integers hold
_WIDE = 200  # columns of a table that goes into a file or a pipe
NARROW = 110  # below it a table has few columns

Row = Mapping[str, Any]


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


class TextFormat(StrEnum):
    """How rows are printed that can also be told in sentences."""

    TABLE = "table"
    TEXT = "text"
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
    narrow: Sequence[str] | None = None,
    title: str = "",
) -> None:
    """Print `rows`. `columns` gives the table's keys with their headings; CSV and JSON have all
    keys, or `csv_columns`. On a narrow terminal a table has the columns `narrow` alone. Lists
    are joined with `；`."""
    match form:
        case Format.TABLE:
            width = table_width(for_file=output is not None)
            if narrow is not None and width < NARROW:
                columns = {key: columns[key] for key in narrow}
            emit(table_text(rows, columns, title, for_file=output is not None), output)
        case Format.CSV:
            keys = csv_columns or (list(rows[0]) if rows else list(columns))
            emit(_csv(rows, keys), output, bom=True)
        case Format.JSON:
            emit(json_text([dict(row) for row in rows]), output)
        case Format.XLSX:
            from scheduler.cli.sheets import write_sheet  # openpyxl takes its time

            write_sheet(rows, columns, output, title)


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


_BINARY = frozenset({"xlsx", "docx", "pdf"})


def write_document(content: bytes, output: Path | None, form: str) -> None:
    """Write a document to `output`, or to standard output: one that is no text (`form` is xlsx,
    docx or pdf) only where that is no terminal. Raises InputError."""
    if output is not None:
        write_file(output, content)
    elif form not in _BINARY:
        sys.stdout.write(content.decode())
    elif sys.stdout.isatty():
        raise InputError(
            _("a .{form} file cannot be shown here").format(form=form),
            _("add -o FILE.{form}").format(form=form),
        )
    else:
        sys.stdout.buffer.write(content)


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


def table_width(*, for_file: bool = False) -> int:
    """How many columns a table may take: the terminal's, or what is usual elsewhere."""
    if for_file or not sys.stdout.isatty():
        return _WIDE
    return shutil.get_terminal_size().columns


def render(*parts: Any, for_file: bool = False) -> str:
    """What rich draws, as text; in colour on a terminal alone, and never under NO_COLOR."""
    from rich.console import Console

    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=sys.stdout.isatty() and not for_file,
        width=table_width(for_file=for_file),
        soft_wrap=False,
        highlight=False,
    )
    for part in parts:
        console.print(part)
    return buffer.getvalue()


def table_text(
    rows: Sequence[Row], columns: Mapping[str, str], title: str, *, for_file: bool
) -> str:
    """A table as text, as wide as the terminal, or as is usual in a file."""
    title = one_line(title)
    numeric = [bool(rows) and isinstance(rows[0].get(key), int) for key in columns]
    cells = [[cell_text(row.get(key)) for key in columns] for row in rows]
    if rows and (for_file or not sys.stdout.isatty()):
        drawn = plain_table([*columns.values()], cells, numeric, _WIDE)
        if drawn is not None and len(title) < _WIDE / 2:
            return f"{title}\n{drawn}" if title else drawn
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold", pad_edge=False)
    for heading, is_number in zip(columns.values(), numeric, strict=True):
        table.add_column(Text(heading), justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    # As Text, since rich would read a str as markup; apart, since a table folds its own title.
    above = [Text(title, style="table.title")] if title else []
    return render(*above, table, for_file=for_file)


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, where that is a terminal; call it with what each step was."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=total)

        def advance(step: str) -> None:
            bar.update(task, advance=1, description=escape(one_line(step)))

        yield advance


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on standard error what takes its time, while it does and where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(visible(what))):
        yield


def _csv(rows: Sequence[Row], keys: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([_csv_cell(row.get(key)) for key in keys] for row in rows)
    return buffer.getvalue()


def _csv_cell(value: Any) -> str:
    text = cell_text(value)
    return f"'{text}" if is_formula(text) else text


def _json_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
