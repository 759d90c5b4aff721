"""Opens the database: SQLite in WAL by default. Short transactions; writers begin IMMEDIATE.

Under WAL a transaction that reads first and writes later fails at once when another writer came
between, whatever the timeout; so writing transactions take the lock when they begin.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session

from config.errors import DubanError, InputError, StateError
from config.i18n import _
from workflows.schema_version import HEAD

_BUSY_SECONDS = 30


class Database:
    """One database, with a way to read and a way to write it."""

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy URL. Nothing is opened yet."""
        self.url = url
        self.engine = _engine(url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading: one consistent snapshot, taken back at the end."""
        with _clear_errors(self.url), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one writing transaction: committed at the end, taken back on any error."""
        with _clear_errors(self.url):
            connection = self.engine.connect().execution_options(duban_write=True)
            with connection, Session(connection, expire_on_commit=False) as session:
                yield session
                session.commit()

    def exists(self) -> bool:
        """Whether there is a database with a schema."""
        file = self.file
        if file is not None and not file.exists():
            return False
        return self.schema_version() is not None

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for another database."""
        url = make_url(self.url)
        if not url.drivername.startswith("sqlite") or not url.database:
            return None
        return Path(url.database)

    def schema_version(self) -> str | None:
        """The migration the schema is at, or None where there is none."""
        with _clear_errors(self.url), self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def require(self) -> None:
        """Make sure that there is a database in the current schema, migrating an older one.

        Raises StateError where there is none yet.
        """
        if not self.exists():
            raise StateError(
                _("there is no database yet at {url}").format(url=self.shown),
                _("run “duban apply” first"),
            )
        self.migrate()

    def migrate(self) -> None:
        """Create or upgrade the schema. Does nothing where it is current."""
        file = self.file
        if file is not None and not file.exists():
            try:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(
                    _("cannot create the folder {folder}: {reason}").format(
                        folder=file.parent, reason=error.strerror
                    ),
                    _("choose another DUBAN_HOME"),
                ) from None
        if self.schema_version() == HEAD:
            return
        from workflows.migrate import upgrade  # Alembic is large: only where it has work to do

        with _clear_errors(self.url):
            upgrade(self.engine)

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return make_url(self.url).render_as_string(hide_password=True)

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(url)
    except Exception as error:
        raise InputError(
            _("the database URL cannot be used: {reason}").format(reason=error),
            _("write e.g. sqlite:///var/duban.db"),
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: BEGIN is ours (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a mark in the outbox must survive a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("duban_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _clear_errors(url: str) -> Iterator[None]:
    """Say what a database failure means, in place of the driver's traceback."""
    try:
        yield
    except DubanError:
        raise
    except (OperationalError, DatabaseError) as error:
        reason = str(error.orig)
        shown = make_url(url).render_as_string(hide_password=True)
        message = _("the database {url} cannot be used: {reason}").format(url=shown, reason=reason)
        if "locked" in reason:
            mend = _("another program holds it; try again when that has finished")
        elif "not a database" in reason or "malformed" in reason:
            mend = _("that file is not a Duban database, or is damaged: restore a backup")
        elif "unable to open" in reason or "readonly" in reason:
            mend = _("check the folder and its permissions, or set DUBAN_HOME")
        else:
            mend = _("check the database and its disk; nothing was changed")
        raise StateError(message, mend) from error
