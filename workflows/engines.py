"""Makes the database's engine: what SQLite and PostgreSQL each need to keep the same promises.

On both, readers see one consistent snapshot and writing transactions are serial: each takes the
one write lock when it begins (docs/adr/0004), waits for it, and works on what is committed. On
PostgreSQL the coarse jobs of several machines share it (docs/adr/0015).
"""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from config.errors import InputError, StateError
from config.i18n import _
from workflows.filesystems import network_drive_of

WRITE = "duban_write"  # the execution option that marks a writing transaction: a Writing
_RETRY_SECONDS = 0.01
_LOOKS, _LOOK_SECONDS = 100, 0.0003  # how often and in what time another writer is waited for first
BUSY_SECONDS = 60.0  # how long to wait for another writer
# Of SQLite's pages that each connection keeps, and of what it sorts in memory. With 64 MB nothing
# is quicker, not even with 1,000,000 assignments (docs/performance.md): the system keeps the file.
CACHE_KIB = 16_384
STUCK_SECONDS = 300  # after which PostgreSQL ends a writer that holds the lock and does nothing
_LOCK = 0x447562616E  # of writers in this database; never changes
_POSTGRES = "postgresql+psycopg"
_WRITER = "duban, ended when idle for"  # its name at the server, followed by seconds
_END_STUCK = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, 'duban, ended when idle')
    AND starts_with(state, 'idle in transaction') AND clock_timestamp() - state_change
    > make_interval(secs => substring(application_name FROM '[0-9]+$')::int + 1)"""
_LIVELY = (  # the server's end; what a vanished worker holds is free again then
    "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=60000"
)


@dataclass(frozen=True, slots=True)
class Writing:
    """How a transaction writes: whether beside others that share the lock as well, and after how
    many seconds of doing nothing PostgreSQL ends it."""

    shared: bool
    stuck_seconds: int


def make_engine(url: str, busy_seconds: float = BUSY_SECONDS, *, durable: bool = True) -> Engine:
    """The engine for a SQLAlchemy URL of SQLite or PostgreSQL. Raises InputError.

    A SQLite file that is not `durable` may be lost in a power cut; nothing else may.
    """
    parsed = parse_url(url)
    wait = round(busy_seconds * 1000)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            json_deserializer=_read_json,
            json_serializer=_write_json,
            pool_use_lifo=True,  # so that few hold pages of the file: the one used last is next
        )
        event.listen(engine, "do_connect", _refuse_network_drives)
        keep = partial(configure_sqlite, wait=wait, durable=durable)
        event.listen(engine, "connect", lambda one, _record: keep(one))
        event.listen(engine, "begin", partial(_begin_sqlite, wait=wait))
        return engine
    try:
        engine = create_engine(
            parsed,
            pool_pre_ping=True,  # a server that was restarted closes what is in the pool
            connect_args={
                "application_name": "duban",
                "connect_timeout": 10,
                # A cable that was pulled is noticed in a minute on both ends, not in two hours.
                "options": f"-c lock_timeout={wait} {_LIVELY}",
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                "tcp_user_timeout": 60_000,
            },
        )
    except ModuleNotFoundError:
        raise InputError(
            _("PostgreSQL needs a driver that is not installed"),
            _("install the extra: pip install “duban[postgres]”"),
        ) from None
    event.listen(engine, "connect", _configure_postgres)
    event.listen(engine, "begin", _begin_postgres)
    return engine


def parse_url(url: str) -> URL:
    """The URL, with the driver that Duban uses. Raises InputError; a password is never shown."""
    mend = _("write e.g. sqlite:///var/duban.db or postgresql+psycopg://duban@db.example.org/duban")
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise InputError(_("the database URL cannot be used"), mend) from None
    if backend in {"postgresql", "postgres"}:
        if "@" in (parsed.host or ""):  # the rest of a password, which must not be shown
            raise InputError(
                _("the database URL cannot be used: there are two @ in it"),
                _("write %40 for the one in the password"),
            )
        return parsed.set(drivername=_POSTGRES)
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise InputError(
            _("the database URL cannot be used: {kind} is not supported").format(
                kind=parsed.drivername
            ),
            mend,
        )
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise InputError(_("the database URL cannot be used: it names no file"), mend)
    return parsed


def shown_url(url: str) -> str:
    """The URL as it may be shown: without its password, which may stand in a parameter as well."""
    return parse_url(url).set(query={}).render_as_string(hide_password=True)


_EMPTY: Mapping[str, type] = MappingProxyType({"{}": dict, "[]": list})  # most values are
_NOTHING: Mapping[type, str] = MappingProxyType({dict: "{}", list: "[]"})


def _read_json(text: str) -> Any:
    if text in _EMPTY:
        return _EMPTY[text]()
    try:
        return json.loads(text)
    except ValueError:
        raise StateError(
            _("the database is damaged: “{text}” cannot be read").format(text=text[:100]),
            _("restore a backup"),
        ) from None


def _write_json(value: Any) -> str:
    if not value and type(value) in _NOTHING:
        return _NOTHING[type(value)]
    return json.dumps(value)


def _refuse_network_drives(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
    file = Path(arguments[0])
    if kind := network_drive_of(file):
        raise StateError(
            _("the database {file} lies on a network drive ({kind})").format(file=file, kind=kind),
            _("put DUBAN_HOME on a disk of this machine, or use PostgreSQL"),
        )


def configure_sqlite(connection: Any, wait: int, *, durable: bool = True) -> None:
    """Make a driver's new connection ready; `wait` is its busy timeout in milliseconds.

    Raises StateError where the file system allows no write-ahead log.
    """
    try:
        # The driver must not open transactions by itself: BEGIN is ours (see _begin_sqlite).
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {wait}")
        mode = _write_ahead(connection, wait)
        if mode != "wal":
            raise StateError(
                _("the database cannot keep a write-ahead log (its journal is “{mode}”)").format(
                    mode=mode
                ),
                _("put DUBAN_HOME on a disk of this machine, or use PostgreSQL"),
            )
        # A mark must survive a power cut.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except BaseException:
        connection.close()
        raise


def _write_ahead(connection: Any, wait: int) -> str:
    """Turn the write-ahead log on; return the journal's mode.

    Two programs that open a new file at once both want to, and for this SQLite itself does not
    wait for the other, whatever the busy timeout.
    """
    give_up = time.monotonic() + wait / 1000
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if not _locked(error) or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return str(mode)


def _locked(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _begin_sqlite(connection: Connection, wait: int) -> None:
    # Under WAL a transaction that reads first and writes later fails at once when another writer
    # came between, whatever the timeout; so writers take the lock when they begin.
    write = WRITE in connection.get_execution_options()
    if write and wait and _begun_soon(connection.connection.driver_connection, wait):
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begun_soon(connection: Any, wait: int) -> bool:
    """Begin to write as soon as another writer has ended, if that is within a moment. SQLite's own
    waiting looks again after 1, 2, 5, 10 … 100 ms, and a transaction takes a few."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        for _try in range(_LOOKS):
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _locked(error):
                    return False  # the same is met again, and told
                time.sleep(_LOOK_SECONDS)
            else:
                return True
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {wait}")


def _configure_postgres(connection: Any, _record: Any) -> None:
    # A mark in the outbox must survive a crash of the server, whatever it is set to.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def name_connection(connection: Any, name: str) -> None:
    """Show a driver's connection to PostgreSQL under that name, which begins with “duban”."""
    connection.execute("SELECT set_config('application_name', %s, false)", (name,))
    connection.commit()


def _begin_postgres(connection: Connection) -> None:
    writing: Writing | None = connection.get_execution_options().get(WRITE)
    if writing is not None:
        # A machine that vanishes in the middle of a write must not keep the others out. Each
        # statement after the lock sees what was committed before it was had.
        connection.exec_driver_sql(
            f"SET LOCAL idle_in_transaction_session_timeout = '{writing.stuck_seconds}s';"
            f"SET LOCAL application_name = '{_WRITER} {writing.stuck_seconds}';"
            f"SELECT pg_advisory_xact_lock{'_shared' * writing.shared}({_LOCK})"
        )
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def end_stuck(connection: Connection) -> int:
    """End the writers of this database that have done nothing for longer than they may; return
    how many. PostgreSQL does so by itself, unless the last that they asked was a statement with
    many rows: the driver ends it with Flush, at which the server stops its timer."""
    return connection.exec_driver_sql(_END_STUCK).rowcount
