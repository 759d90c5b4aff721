"""New SQLite databases for tests: copied from one that has the schema, which is made once."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from workflows.database import Database


def make_database(database: Database) -> None:
    """Bring a test's database into the current schema; a new file is a copy."""
    file = database.file
    if file is not None and not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_template(), file)
    database.migrate()


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="duban-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "duban.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file
