"""Makes room for a restored record in a PostgreSQL database: the old tables go aside.

They move into a schema of their own, in the transaction that brings the new ones: until its
commit the old record is there, afterwards the new one.
"""

import re
import time

from sqlalchemy import Connection, inspect, text
from sqlmodel import Session

from config.errors import StateError
from config.i18n import _
from workflows.keeping.schemas import VERSION_TABLE, schema_of, tables_of

_PATIENCE, _PAUSE = 3.0, 0.05  # seconds


def move_aside(session: Session, schema: str) -> str | None:
    """Move Duban's tables into a new schema of that name; return it, or None where there was
    nothing to move. Raises StateError where another Duban is connected, or made the old record and
    is newer."""
    connection = session.connection()
    require_nobody_else(connection)
    there = inspect(connection).get_table_names()
    if VERSION_TABLE not in there:
        return None
    known = tables_of(schema_of(session)) | {VERSION_TABLE}
    found = [name for name in there if name in known]
    connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    for name in found:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"')
    return schema


def require_nobody_else(connection: Connection) -> None:
    """Raise StateError where another Duban is connected to the database."""
    if who := _others(connection):
        raise StateError(
            _("another Duban is connected to the database: {who}").format(who=_(", ").join(who)),
            _("stop “duban serve” and “duban worker” on every machine, then try again"),
        )


def _others(connection: Connection) -> list[str]:
    """Which other Dubans stay connected, by name and address, be it one whose only connection waits
    to write and so has a writer's name, or one with the engine's alone. One that has just gone is
    there for a moment still: the server ends a session after its client has left."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))  # else each look is the first
        found = connection.execute(
            text(
                "SELECT application_name, coalesce(host(client_addr), 'local')"
                " FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND (starts_with(application_name, 'duban')"
                " OR starts_with(application_name, 'dbos'))"
            )
        ).all()
        if not found or time.monotonic() > give_up:
            return sorted({f"{_shown(name)} ({address})" for name, address in found})
        time.sleep(_PAUSE)


def _shown(name: str) -> str:
    """“worker alpha” of what a process with a role calls its connections, else “duban”."""
    match = re.fullmatch(r"duban (web|worker) (?:\S+ ){4}(.+)", name)
    return f"{match[1]} {match[2]}" if match else "duban"
