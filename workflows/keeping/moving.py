"""Moves a record from SQLite into an empty PostgreSQL database, and proves that all arrived.

The old file is kept to itself meanwhile, so that nothing is written that would stay behind. What
arrives is one transaction: broken off, the target is as it was.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Table, inspect, select
from sqlalchemy.schema import DropTable
from sqlmodel import Session

from config.errors import StateError
from config.i18n import _
from workflows.database import Database
from workflows.database_errors import clear_errors
from workflows.keeping.backing_up import require_sound
from workflows.keeping.dump import digest_of, dump_rows, load_rows, reflect
from workflows.keeping.postgres_place import require_nobody_else
from workflows.keeping.schemas import VERSION_TABLE, schema_of, tables_of
from workflows.keeping.sqlite_place import PATIENCE, seize


@dataclass(frozen=True, slots=True)
class MovedTable:
    """A table that is the same on both sides; `sha256` is that of its rows."""

    name: str
    rows: int
    sha256: str


@contextmanager
def held(url: str) -> Iterator[Session]:
    """A session in one writing transaction on an SQLite file that nobody else can even open.

    Raises StateError where another program has it open.
    """
    database = Database(url, busy_seconds=PATIENCE)
    try:
        with database.read() as session:
            connection = session.connection().connection.driver_connection
        # It goes back into the pool, and is the one connection that can still work.
        try:
            seize(connection)  # type: ignore[arg-type]
        except sqlite3.OperationalError as error:
            raise StateError(
                _("another program uses {url}: {reason}").format(url=database.shown, reason=error),
                _("stop “duban serve” and every other Duban on this home, then try again"),
            ) from None
        with database.write() as session:
            yield session
    finally:
        database.close()


def take_in(old: Session, new: Session, shown: str) -> list[MovedTable]:
    """Bring every row of `old` into `new`'s database, in `new`'s transaction, and compare.

    Where `new` holds that record already, whole, since a move was broken off at its very last
    step, nothing is brought. `shown` names the target. Raises StateError where it holds anything
    else, or something did not arrive as it was.
    """
    from workflows.migrate import require_ours, upgrade_to

    require_sound(old)
    connection = new.connection()
    require_nobody_else(connection)
    require_ours(connection, shown)
    if has_record(new) and _holds_rows(new):
        return _require_same(old, new, shown)
    upgrade_to("head", connection)
    moved = [_bring(old, new, *tables) for tables in _in_pairs(old, new)]
    connection.exec_driver_sql("ANALYZE")  # else the first tick knows of no row
    return moved


def empty(place: Database) -> None:
    """Take everything of Duban's out of a database. Raises StateError."""
    with place.write() as session:
        for table in reversed(reflect(session, tables_of(schema_of(session)))):
            session.connection().execute(DropTable(table))
        session.connection().exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")


def has_record(session: Session) -> bool:
    """Whether the database has a schema of Duban's, be it without a row."""
    return VERSION_TABLE in inspect(session.connection()).get_table_names()


def same_tables(old: Session, new: Session) -> list[MovedTable] | None:
    """Every table, where both records hold the same rows in the same schema; else None."""
    if schema_of(old) != schema_of(new):
        return None
    found = []
    for theirs, own in _in_pairs(old, new):
        counted = _Digest()
        for _line in counted.over(dump_rows(old, theirs)):
            pass
        if digest_of(dump_rows(new, own)) != counted.hex:
            return None
        found.append(MovedTable(own.name, counted.count, counted.hex))
    return found


def _require_same(old: Session, new: Session, shown: str) -> list[MovedTable]:
    found = same_tables(old, new)
    if found is None:
        raise StateError(
            _("{url} holds a record already").format(url=shown),
            _("name an empty database, e.g. made with createdb; nothing was changed"),
        )
    return found


def _holds_rows(session: Session) -> bool:
    connection = session.connection()
    return any(
        connection.execute(select(table).limit(1)).first() is not None
        for table in reflect(session, tables_of(schema_of(session)))
    )


def _in_pairs(old: Session, new: Session) -> Iterator[tuple[Table, Table]]:
    """Each table as both databases have it, after those that it refers to."""
    names = tables_of(schema_of(new))
    theirs = {table.name: table for table in reflect(old, names)}
    if missing := names - theirs.keys():
        raise StateError(
            _("the database is damaged: it has no table “{table}”").format(table=min(missing)),
            _("restore the last good backup; keep the damaged file"),
        )
    return ((theirs[table.name], table) for table in reflect(new, names))


def _bring(old: Session, new: Session, source: Table, target: Table) -> MovedTable:
    digest = _Digest()
    try:
        load_rows(new, target, digest.over(_lines(old, source)))
    except (ValueError, KeyError, TypeError) as error:
        raise StateError(
            _("the table “{table}” cannot be read: {reason}").format(
                table=source.name, reason=error
            ),
            _("run “duban doctor” and “duban verify”; nothing was changed"),
        ) from None
    if digest_of(dump_rows(new, target)) != digest.hex:
        raise StateError(
            _("the table “{table}” did not arrive as it was").format(table=target.name),
            _("nothing was changed; the record is where it was"),
        )
    return MovedTable(target.name, digest.count, digest.hex)


def _lines(old: Session, source: Table) -> Iterator[bytes]:
    """Its rows. What goes wrong here is the old database's, not that of the transaction around."""
    with clear_errors(str(old.connection().engine.url)):
        yield from dump_rows(old, source)


class _Digest:
    """Counts and hashes the lines that go by."""

    def __init__(self) -> None:
        self.count, self._hash = 0, sha256()

    @property
    def hex(self) -> str:
        return self._hash.hexdigest()

    def over(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.count += 1
            self._hash.update(line)
            yield line
