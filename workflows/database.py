"""Opens the database and gives sessions on it: one way to read, one way to write.

What SQLite and PostgreSQL each need is in workflows/engines.py, what their failures mean in
workflows/database_errors.py.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event, text
from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.database_errors import clear_errors
from workflows.engines import (
    BUSY_SECONDS,
    STUCK_SECONDS,
    WRITE,
    Writing,
    end_stuck,
    make_engine,
    name_connection,
    parse_url,
    shown_url,
)
from workflows.moved import MOVED, OvertakenError, has_moved, read_mark
from workflows.schema_version import HEAD

_T = TypeVar("_T")
_SHARED_STUCK = 30  # seconds: such a transaction is short, and keeps every other kind out


class Database:
    """One database, with a way to read and a way to write it."""

    def __init__(
        self, url: str, *, busy_seconds: float = BUSY_SECONDS, durable: bool = True
    ) -> None:
        """`url` is a SQLAlchemy URL; `busy_seconds` is how long a writer waits for another.

        What is committed survives a power cut, unless it is not `durable`: a SQLite file that can
        be made again, of a replay. Nothing is opened yet.
        """
        self.url = url
        self.engine = make_engine(url, busy_seconds, durable=durable)
        self.file = _file_of(url)  # None for another database than SQLite
        self.stuck_seconds = STUCK_SECONDS  # after which a writer that does nothing is given up

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading: one consistent snapshot, taken back at the end."""
        with clear_errors(self.url), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self, *, shared: bool = False) -> Iterator[Session]:
        """A session in one writing transaction: committed at the end, taken back on any error.

        It is the only one, unless it is `shared`: on PostgreSQL it then runs beside others that
        are, never beside one that is not. Who shares appends no event, and changes only rows that
        it holds by `alone` or by locks of its own (docs/adr/0015).
        """
        with clear_errors(self.url):
            stuck = min(self.stuck_seconds, _SHARED_STUCK) if shared else self.stuck_seconds
            connection = self.engine.connect().execution_options(**{WRITE: Writing(shared, stuck)})
            with (
                connection,
                connection.begin(),  # the lock is had from here on
                Session(connection, expire_on_commit=False) as session,
            ):
                yield session
                session.flush()

    def end_stuck_writers(self) -> int:
        """End writers of other processes that keep all others out and do nothing, since they were
        frozen or have vanished; return how many. SQLite has none: a lock goes with its process."""
        if self.file is not None:
            return 0
        with clear_errors(self.url), self.engine.connect() as connection:
            return end_stuck(connection)

    def refresh_statistics(self) -> None:
        """Tell PostgreSQL that very many rows have come: by what it knew of the evening before,
        each claim of a morning would look through all that waits. SQLite plans without."""
        if self.file is not None:
            return
        with clear_errors(self.url), self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "ANALYZE (SKIP_LOCKED)"
                " assignment, campaign, contact, delivery, milestone, reminder, unit"
            )

    def show_as(self, name: str) -> None:
        """Let the server's list of who is connected have this process by that name."""
        if self.file is None:
            event.listen(self.engine, "connect", lambda one, _record: name_connection(one, name))
            self.engine.dispose()  # those that have the old name
            with self.read() as session:
                session.connection()

    def exists(self) -> bool:
        """Whether there is a database with a schema."""
        if self.file is not None and not _size(self.file):
            return False
        return self.schema_version() is not None

    def schema_version(self) -> str | None:
        """The migration the schema is at, or None where there is none.

        Raises StateError where the record has moved to another database.
        """
        with clear_errors(self.url), self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            query = text("SELECT version_num FROM alembic_version")
            version: str | None = connection.execute(query).scalar()
            if version == MOVED:
                raise has_moved(read_mark(connection), self.shown)
            return version

    def require(self) -> None:
        """Make sure that there is a database in the current schema, migrating an older one.

        Raises StateError where there is none yet, or a newer one.
        """
        if not self.exists():
            mend = _("run “duban apply” first")
            if self.file is not None and _size(self.file) is not None:
                mend = _(
                    "the file holds no record: restore a backup, or begin anew with “duban apply”"
                )
            raise StateError(_("there is no database yet at {url}").format(url=self.shown), mend)
        self.migrate()

    def require_not_overtaken(self) -> None:
        """For a program that has been running for a while: raises OvertakenError where the record
        has moved meanwhile, or where a newer Duban has upgraded its schema."""
        version = self.schema_version()
        if version is not None and version > HEAD:  # they are numbers of four digits
            raise OvertakenError(
                _("a newer Duban has upgraded {url} (its schema is {version})").format(
                    url=self.shown, version=version
                ),
                _("start this one again in that version"),
            )

    def migrate(self) -> None:
        """Create or upgrade the schema. Does nothing where it is current.

        Raises StateError where a newer Duban has made it, or another program.
        """
        file = self.file
        if file is not None and _size(file) is None:
            try:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.touch(mode=0o600)  # SQLite would let others read it, and its log with it
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

        with clear_errors(self.url):
            upgrade(self.engine, self.shown)

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return shown_url(self.url)

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()


def alone(session: Session, name: str) -> None:
    """From here to the end of this writing transaction no other that asks for the same `name` goes
    on. SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        take = text("SELECT pg_advisory_xact_lock(:key)")
        session.connection().execute(take, {"key": lock_key(name)})


def lock_key(name: str) -> int:
    """The number of PostgreSQL's advisory lock of that name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)


def batched(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in lists short enough for one query: SQLite allows 32,766 values in it, and where
    there are some 10,000 it reads a whole table rather than its index."""
    waiting = iter(items)
    while batch := list(islice(waiting, 2_000)):
        yield batch


def _file_of(url: str) -> Path | None:
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def _size(file: Path) -> int | None:
    """The file's size in bytes; None where there is none. Raises StateError."""
    try:
        return file.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StateError(
            _("the database {file} cannot be reached: {reason}").format(
                file=file, reason=error.strerror
            ),
            _("check the folder and its permissions, or set DUBAN_HOME"),
        ) from None
