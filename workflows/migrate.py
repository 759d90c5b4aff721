"""Runs the migrations through Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from config.errors import StateError
from config.i18n import _
from workflows.engines import STUCK_SECONDS, WRITE, Writing

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(engine: Engine, shown: str) -> None:
    """Bring the schema to the newest migration, in one transaction.

    Raises StateError where the database is at no version of ours, or its tables are another
    program's; `shown` is its name there.
    """
    options = {WRITE: Writing(shared=False, stuck_seconds=STUCK_SECONDS)}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        # Looked at under the write lock: another process may be migrating at the same time.
        require_ours(connection, shown)
        upgrade_to("head", connection)


def upgrade_to(revision: str, connection: Connection) -> None:
    """Bring the schema to a migration, in the transaction that `connection` is in."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known_revisions() -> list[str]:
    """Every schema version that there has been, the newest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return [one.revision for one in scripts.walk_revisions()]


def require_ours(connection: Connection, shown: str) -> None:
    """Raise StateError where the database is at no version of ours, or its tables are another
    program's; `shown` is its name there."""
    version = MigrationContext.configure(connection).get_current_revision()
    if version is not None and version not in known_revisions():
        raise StateError(
            _("the database {url} was made by a newer Duban (its schema is {version})").format(
                url=shown, version=version
            ),
            _("install that version again, or restore a backup from before it"),
        )
    if version is None and (tables := inspect(connection).get_table_names()):
        raise StateError(
            _("the database {url} is another program's: it holds the table “{table}”").format(
                url=shown, table=tables[0]
            ),
            _("give Duban a database of its own: set DUBAN_HOME or DUBAN_DATABASE_URL"),
        )
