"""SQL is put together once for a test process, not once for each of its thousands of databases.

SQLAlchemy keeps what it has compiled by the statement and by the dialect, which each engine has one
of. Here two dialects of one kind count as the same, and all engines share one store. The program
itself has one engine, and so one store, for as long as it runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_compiled: dict[Any, Any] = {}


def share_compiled_statements() -> None:
    """From now on, in this process."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        for name, answer in (("__eq__", _is_of_the_same_kind), ("__hash__", _kind)):
            setattr(kind, name, answer)
    event.listen(Engine, "engine_connect", _use_the_store)


def _is_of_the_same_kind(one: object, other: object) -> bool:
    return type(one) is type(other) and _version(one) == _version(other)


def _version(one: object) -> object:
    return getattr(one, "server_version_info", None)


def _kind(one: object) -> int:
    return hash(type(one))  # a dialect learns the server's version when it first connects


def _use_the_store(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that the database is given from here on."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
