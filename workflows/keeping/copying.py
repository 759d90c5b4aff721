"""A copy of the record to try something out on; the record itself is not even upgraded.

An SQLite file is read without the write-ahead log being begun or settled, so that afterwards every
byte of it is as it was.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from workflows.database import Database
from workflows.database_errors import clear_errors
from workflows.keeping.dump import dump_rows, load_rows, reflect
from workflows.keeping.schemas import schema_of, tables_of


def copy_record(url: str, target: Path) -> bool:
    """Copy the record at the SQLAlchemy `url` into the new SQLite file `target`, in the schema that
    it has. Returns False, with no file made, where there is no record. Raises StateError."""
    source = Database(url)
    try:
        if source.file is not None:
            return _copy_file(source.file, target, url)
        if not source.exists():
            return False
        _copy_rows(source, target)
        return True
    finally:
        source.close()


def _copy_file(file: Path, target: Path, url: str) -> bool:
    with clear_errors(url):
        if not file.exists() or not file.stat().st_size:
            return False
        logs = [file.with_name(f"{file.name}{end}") for end in ("-wal", "-journal")]
        # Without a log nobody has it open, and reading may leave none beside it. Who opened it
        # meanwhile may have written: then it is read once more, as one reader among others.
        alone = not any(log.exists() for log in logs)
        before = file.stat()
        _back_up(file, target, "immutable=1" if alone else "mode=ro")
        now = file.stat()
        changed = (before.st_mtime_ns, before.st_size) != (now.st_mtime_ns, now.st_size)
        if alone and (changed or any(log.exists() for log in logs)):
            _back_up(file, target, "mode=ro")
    return True


def _back_up(file: Path, target: Path, how: str) -> None:
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?{how}", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise DBAPIError("backup", None, error) from None  # told as every failure of a database


def _copy_rows(source: Database, target: Path) -> None:
    from workflows.migrate import upgrade_to

    copy = Database(f"sqlite:///{target}")
    try:
        with source.read() as session, copy.write() as into:
            schema = schema_of(session)
            upgrade_to(schema, into.connection())
            names = tables_of(schema)
            there = {table.name: table for table in reflect(session, names)}
            for table in reflect(into, names):
                load_rows(into, table, dump_rows(session, there[table.name]))
    finally:
        copy.close()
