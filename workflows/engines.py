"""Makes the database's engine: what SQLite and PostgreSQL each need to keep the same promises.

On both, readers see one consistent snapshot and writing transactions are serial: each takes the
one write lock when it begins (docs/adr/0004), waits for it, and works on what is committed.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from config.errors import InputError
from config.i18n import _

WRITE = "duban_write"  # the execution option that marks a writing transaction
BUSY_SECONDS = 60
_LOCK = 0x447562616E  # of writers in this database; never changes
_POSTGRES = "postgresql+psycopg"


def make_engine(url: str) -> Engine:
    """The engine for a SQLAlchemy URL of SQLite or PostgreSQL. Raises InputError."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(
            parsed,
            pool_pre_ping=True,  # a server that was restarted closes what is in the pool
            connect_args={
                "application_name": "duban",
                "connect_timeout": 10,
                "options": f"-c lock_timeout={BUSY_SECONDS}s",
            },
        )
    except ModuleNotFoundError:
        raise InputError(
            _("PostgreSQL needs a driver that is not installed"),
            _("install the extra: pip install “duban[postgres]”"),
        ) from None
    event.listen(engine, "begin", _begin_postgres)
    return engine


def parse_url(url: str) -> URL:
    """The URL, with the driver that Duban uses. Raises InputError; a password is never shown."""
    mend = _("write e.g. sqlite:///var/duban.db or postgresql+psycopg://user@host/duban")
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise InputError(_("the database URL cannot be used"), mend) from None
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername=_POSTGRES)
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise InputError(
            _("the database URL cannot be used: {kind} is not supported").format(
                kind=parsed.drivername
            ),
            mend,
        )
    return parsed


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: BEGIN is ours (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a mark in the outbox must survive a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Under WAL a transaction that reads first and writes later fails at once when another writer
    # came between, whatever the timeout; so writers take the lock when they begin.
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITE, False):
        # Each later statement sees what was committed before the lock was had.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
