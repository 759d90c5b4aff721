"""Puts a restored SQLite file in the place of the old one, which is kept beside it.

The new content goes in through SQLite's own backup interface, as one transaction of the database
that is there: whoever opens it finds the old record or the new one, even after a power cut. A
file renamed under a program that has it open would be mixed with that program's log
(sqlite.org/howtocorrupt.html, section 2.4).
"""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from config.errors import StateError
from config.files import shown_path
from config.i18n import _
from workflows.keeping.new_files import disk_errors_said, fsync_file, fsync_folder

PATIENCE = 2.0  # seconds for a command that is about to end
_BESIDE = ("-wal", "-shm", "-journal")


def place_sqlite(staged: Path, target: Path, aside: Path) -> Path | None:
    """Make `staged`'s content that of `target`; return where the old file is kept (`aside`), or
    None where there was none. `staged` must lie on the same disk and be closed.

    Raises StateError where another program has the database open, or the disk does not let it.
    """
    with _errors_said(target):
        if aside.exists():  # an earlier restore's, in the same second
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        _settle(staged)
        if not target.exists():
            _move_strays(target, aside)
            staged.replace(target)
            fsync_folder(target.parent)
            return None
        try:
            with closing(_alone(target)) as own:
                _exchange(own, staged, aside)
        except sqlite3.DatabaseError as error:
            if not _is_unusable(error):
                raise
            _replace_unusable(staged, target, aside)
    return aside


def require_alone(target: Path) -> None:
    """Raise StateError where another program has the database open."""
    if target.exists():
        try:
            with _errors_said(target):
                _alone(target).close()
        except sqlite3.DatabaseError:
            return  # no database any more: nobody can be working with it


def _alone(target: Path) -> sqlite3.Connection:
    """A connection that keeps everybody else out until it is closed."""
    connection = sqlite3.connect(target, isolation_level=None, timeout=PATIENCE)
    try:
        seize(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def seize(connection: sqlite3.Connection) -> None:
    """Keep everybody else out until the connection is closed. Raises OperationalError.

    A database can leave the write-ahead log only where nobody else has it open, and every program
    that has used it holds it open: the answer is SQLite's, and cannot be out of date.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _settle(staged: Path) -> None:
    """Put everything into the one file, on the disk."""
    with closing(sqlite3.connect(staged, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    staged.chmod(0o600)
    fsync_file(staged)


def _exchange(own: sqlite3.Connection, staged: Path, aside: Path) -> None:
    """Copy `own` to `aside`, then `staged` into `own`; on any error neither has happened."""
    try:
        aside.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(aside)) as copy:
            own.backup(copy)
        fsync_file(aside)
        with closing(sqlite3.connect(staged)) as source:
            source.backup(own)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _replace_unusable(staged: Path, target: Path, aside: Path) -> None:
    """The old file is no database any more: it is kept as it is."""
    os.link(target, aside)
    _move_strays(target, aside)
    staged.replace(target)
    fsync_folder(target.parent)


def _move_strays(target: Path, aside: Path) -> None:
    """A log that was left behind belongs to a file that is gone: it must not be read as ours."""
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{target}{ending}").rename(f"{aside}{ending}")


def _is_unusable(error: sqlite3.DatabaseError) -> bool:
    return _code(error) in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


def _code(error: sqlite3.DatabaseError) -> int:
    """SQLite's primary result code (sqlite.org/rescode.html)."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


@contextmanager
def _errors_said(target: Path) -> Iterator[None]:
    """Say why the file cannot be replaced; that it is no database is the caller's matter."""
    with disk_errors_said(target):
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _is_unusable(error):
                raise
            if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                mend = _("stop “duban serve” and every other Duban on this home, then try again")
            else:
                mend = _("check the disk and the folder's permissions; the old record is unchanged")
            raise StateError(
                _("{file} cannot be replaced: {reason}").format(
                    file=shown_path(target), reason=error
                ),
                mend,
            ) from None
