"""Which schema a record is in, and which tables each schema has: today's and every older one."""

from sqlalchemy import create_engine, inspect, text
from sqlmodel import Session

from config.errors import StateError
from config.i18n import _
from workflows.schema_version import HEAD
from workflows.tables import all_tables

VERSION_TABLE = "alembic_version"


def schema_of(session: Session) -> str:
    """The migration that the record is at."""
    query = text("SELECT version_num FROM alembic_version")
    return str(session.connection().execute(query).scalar_one())


def tables_of(version: str) -> set[str]:
    """The tables of a schema. Raises StateError where this program does not know it."""
    if version == HEAD:
        return set(all_tables().tables)
    from workflows.migrate import known_revisions, upgrade_to

    if version not in known_revisions():
        raise StateError(
            _("this Duban does not know the schema {version}").format(version=version),
            _("install the newest Duban"),
        )
    engine = create_engine("sqlite://")  # in memory: the migrations say it themselves
    try:
        with engine.begin() as connection:
            upgrade_to(version, connection)
            return set(inspect(connection).get_table_names()) - {VERSION_TABLE}
    finally:
        engine.dispose()
