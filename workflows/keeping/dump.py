"""A table's rows as lines of JSON, and back: the same bytes from SQLite and from PostgreSQL.

The columns are read from the database itself, not from today's models, so that a backup of an
older schema can be read for as long as its migrations are there.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    collate,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

_BATCH = 1000  # rows in memory at a time
_PLAIN = (Boolean, Integer, Float, String)


def reflect(session: Session, names: Collection[str]) -> list[Table]:
    """Those of the named tables that are there, each after the ones that it refers to."""
    metadata = MetaData()
    metadata.reflect(session.connection(), only=lambda name, _metadata: name in names)
    tables = [table for table in metadata.sorted_tables if table.name in names]
    for column in (column for table in tables for column in table.columns):
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    return tables


def dump_rows(session: Session, table: Table) -> Iterator[bytes]:
    """Every row as one line, by primary key."""
    columns = sorted(table.columns, key=lambda column: column.name)
    names = [column.name for column in columns]
    writers = [(column.name, write) for column in columns if (write := _writer(column))]
    query = select(*columns).order_by(*(_by_code_point(session, key) for key in table.primary_key))
    found = session.connection().execute(query, execution_options={"yield_per": _BATCH})
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in found:
        values = dict(zip(names, row, strict=True))
        for name, write in writers:
            if values[name] is not None:
                values[name] = write(values[name])
        yield encode(values).encode("utf-8", "surrogatepass") + b"\n"


def digest_of(lines: Iterable[bytes]) -> str:
    """The SHA-256 of those lines."""
    digest = sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


def load_rows(session: Session, table: Table, lines: Iterable[bytes]) -> int:
    """Insert the rows; return how many. Raises ValueError, KeyError or TypeError for a line that
    does not fit the table."""
    names = sorted(column.name for column in table.columns)
    if session.connection().dialect.name == "postgresql":
        count = _copy(session, table, names, _read(table, names, lines))
    else:
        count = _insert(session, table, _read(table, names, lines))
    continue_numbers(session, table)
    return count


def _read(table: Table, names: list[str], lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    wanted = set(names)
    for line in lines:
        values = json.loads(line)
        if values.keys() != wanted:
            raise KeyError(f"{table.name}: other columns than {names}")
        yield values


def _insert(session: Session, table: Table, rows: Iterator[dict[str, Any]]) -> int:
    readers = [(column.name, read) for column in table.columns if (read := _reader(column))]
    statement, count = insert(table), 0
    while batch := list(islice(rows, _BATCH)):
        for values in batch:
            for name, read in readers:
                if values[name] is not None:
                    values[name] = read(values[name])
        session.connection().execute(statement, batch)
        count += len(batch)
    return count


def _copy(session: Session, table: Table, names: list[str], rows: Iterator[dict[str, Any]]) -> int:
    """By COPY, which takes a third of the time. PostgreSQL reads moments and days as they stand in
    a line, and JSON as text."""
    from psycopg import Error

    texts = {column.name for column in table.columns if isinstance(column.type, JSON)}
    columns = ", ".join(f'"{name}"' for name in names)
    count = 0
    cursor = session.connection().connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for values in rows:
                for name in texts:
                    if values[name] is not None:
                        values[name] = json.dumps(values[name])
                copy.write_row([values[name] for name in names])
                count += 1
    except Error as error:
        raise DBAPIError("COPY", None, error) from None  # told as every failure of a database
    finally:
        cursor.close()
    return count


def _by_code_point(session: Session, column: Column[Any]) -> Any:
    """In the order that every database shares, whatever its collation."""
    if session.connection().dialect.name == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column


def _writer(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What makes a line's value of the database's; None where they are the same."""
    match column.type:
        case DateTime():
            return _utc
        case Date():
            return date.isoformat
        case JSON():
            return None
        case kind if isinstance(kind, _PLAIN):
            return None
    raise TypeError(f"{column}: a backup cannot hold a {column.type!r}")


def _reader(column: Column[Any]) -> Callable[[Any], Any] | None:
    match column.type:
        case DateTime():
            return datetime.fromisoformat
        case Date():
            return date.fromisoformat
    return None


def _utc(moment: datetime) -> str:
    # SQLite keeps no zone: what is stored is UTC (workflows/columns.py).
    if moment.tzinfo is None:
        return f"{moment.isoformat()}+00:00"
    return moment.astimezone(UTC).isoformat()


def continue_numbers(session: Session, table: Table) -> None:
    """PostgreSQL numbers the next row by a sequence, which inserted numbers do not move."""
    key = table.autoincrement_column
    if session.connection().dialect.name != "postgresql" or key is None:
        return
    newest = session.connection().execute(select(func.max(key))).scalar()
    if newest is not None:
        session.connection().execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :newest)"),
            {"table": f'"{table.name}"', "column": key.name, "newest": newest},
        )
