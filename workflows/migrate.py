"""Runs the migrations through Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from config.errors import StateError
from config.i18n import _
from workflows.engines import WRITE

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(engine: Engine, version: str | None, shown: str) -> None:
    """Bring the schema from `version` (None: there is none) to the newest, in one transaction.

    Raises StateError where that is no version of ours, or the tables are another program's;
    `shown` is the database's name there.
    """
    config = alembic_config()
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StateError(
            _("the database {url} was made by a newer Duban (its schema is {version})").format(
                url=shown, version=version
            ),
            _("install that version again, or restore a backup from before it"),
        )
    if version is None and (tables := inspect(engine).get_table_names()):
        raise StateError(
            _("the database {url} is another program's: it holds the table “{table}”").format(
                url=shown, table=tables[0]
            ),
            _("give Duban a database of its own: set DUBAN_HOME or DUBAN_DATABASE_URL"),
        )
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
