"""Makes room for a restored record in a PostgreSQL database: the old tables go aside.

They move into a schema of their own, in the transaction that brings the new ones: until its
commit the old record is there, afterwards the new one.
"""

from sqlalchemy import inspect, text
from sqlmodel import Session

from config.errors import StateError
from config.i18n import _
from workflows.keeping.dump import table_names

_VERSION = "alembic_version"


def move_aside(session: Session, schema: str) -> str | None:
    """Move Duban's tables into a new schema of that name; return it, or None where there was
    nothing to move. Raises StateError where another Duban is connected."""
    connection = session.connection()
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'duban' AND pid <> pg_backend_pid()"
        )
    ).scalar_one()
    if others:
        raise StateError(
            _("another Duban is connected to the database"),
            _("stop “duban serve” on every machine, then try again"),
        )
    found = [
        name
        for name in inspect(connection).get_table_names()
        if name in table_names() or name == _VERSION
    ]
    if not found:
        return None
    connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    for name in found:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"')
    return schema
