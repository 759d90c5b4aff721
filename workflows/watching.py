"""Tells whether anything was committed since one last looked, by any process.

On SQLite a look costs microseconds, on PostgreSQL one query: so an answer may be kept until the
record changes.
"""

import sqlite3
from collections.abc import Hashable
from contextlib import closing
from typing import Any

from workflows.database import Database


class Watch:
    """Gives a mark of the record: the same mark, the same record. For one thread at a time."""

    def __init__(self, database: Database) -> None:
        """Nothing is opened yet."""
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._opened = 0

    @property
    def is_quick(self) -> bool:
        """Whether a look waits for nothing, so that even an event loop may take it."""
        return self._database.file is not None

    def mark(self) -> Hashable | None:
        """The mark of what is committed now; None where it cannot be told."""
        try:
            return self._sqlite_mark() if self.is_quick else self._postgres_mark()
        except Exception:  # of a driver: whoever reads the record itself is told what is wrong
            self.close()
            return None

    def close(self) -> None:
        """Give up the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __del__(self) -> None:
        self.close()

    def _sqlite_mark(self) -> Hashable:
        file = self._database.file
        assert file is not None  # noqa: S101
        status = file.stat()
        here = status.st_dev, status.st_ino
        if self._connection is None or here != self._file:
            self.close()
            if self._file not in (None, here):  # a backup was put in place: who reads, reads that
                self._database.close()
            uri = f"{file.absolute().as_uri()}?mode=rw"
            self._connection = sqlite3.connect(
                uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._file, self._opened = here, self._opened + 1
        # Another number after each commit through another connection, of whatever process.
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return self._opened, version

    def _postgres_mark(self) -> Hashable:
        # Which transactions are over: the same ones, the same record.
        with closing(self._database.engine.raw_connection()) as connection:
            driver: Any = connection.driver_connection
            try:
                driver.autocommit = True  # a transaction around it would be three queries more
                (snapshot,) = driver.execute("SELECT pg_current_snapshot()::text").fetchone()
            finally:
                driver.autocommit = False
        return str(snapshot)
