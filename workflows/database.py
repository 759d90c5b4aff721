"""Opens the database and gives sessions on it: one way to read, one way to write.

What SQLite and PostgreSQL each need is in workflows/engines.py.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session

from config.errors import DubanError, InputError, StateError
from config.i18n import _
from workflows.engines import WRITE, make_engine, parse_url
from workflows.schema_version import HEAD

_T = TypeVar("_T")


class Database:
    """One database, with a way to read and a way to write it."""

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy URL. Nothing is opened yet."""
        self.url = url
        self.engine = make_engine(url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading: one consistent snapshot, taken back at the end."""
        with _clear_errors(self.url), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one writing transaction: committed at the end, taken back on any error."""
        with _clear_errors(self.url):
            connection = self.engine.connect().execution_options(**{WRITE: True})
            with (
                connection,
                connection.begin(),  # the lock is had from here on
                Session(connection, expire_on_commit=False) as session,
            ):
                yield session
                session.flush()

    def exists(self) -> bool:
        """Whether there is a database with a schema."""
        file = self.file
        if file is not None and not file.exists():
            return False
        return self.schema_version() is not None

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for another database."""
        url = parse_url(self.url)
        if url.get_backend_name() != "sqlite" or not url.database:
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
        return parse_url(self.url).render_as_string(hide_password=True)

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()


def batched(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in lists short enough for one query: SQLite allows 32,766 values in it."""
    waiting = iter(items)
    while batch := list(islice(waiting, 10_000)):
        yield batch


@contextmanager
def _clear_errors(url: str) -> Iterator[None]:
    """Say what a database failure means, in place of the driver's traceback."""
    try:
        yield
    except DubanError:
        raise
    except (OperationalError, DatabaseError) as error:
        reason = str(error.orig)
        shown = parse_url(url).render_as_string(hide_password=True)
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
