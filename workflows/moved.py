"""The mark on a record that has moved to another database: nobody works on it any more.

Its schema is no program's, so that every Duban refuses it, an older one too ("made by a newer
Duban, its schema is moved"). A table beside it says where the record is and what the schema was.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from config.errors import StateError
from config.i18n import _

MOVED = "moved"  # in place of the migration that the schema is at


class OvertakenError(StateError):
    """The record is not this program's any more: it has moved, or a newer Duban has upgraded it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a record has gone: `url` without a password, `at` (aware) in the office's zone."""

    url: str
    at: datetime
    schema: str  # the migration that the old record is at


def mark_moved(connection: Connection, url: str, at: datetime) -> None:
    """Mark the record; `url` has no password, `at` is aware."""
    connection.execute(text("CREATE TABLE moved_to (url TEXT, at TEXT, schema_version TEXT)"))
    connection.execute(
        text("INSERT INTO moved_to SELECT :url, :at, version_num FROM alembic_version"),
        {"url": url, "at": at.isoformat()},
    )
    connection.execute(text("UPDATE alembic_version SET version_num = :moved"), {"moved": MOVED})


def read_mark(connection: Connection) -> Moved:
    """What the mark of a record whose schema is `MOVED` says."""
    url, at, schema = connection.execute(text("SELECT url, at, schema_version FROM moved_to")).one()
    return Moved(url, datetime.fromisoformat(at), schema)


def remove_mark(connection: Connection) -> None:
    """The record is in force again, in the schema that it had."""
    schema = read_mark(connection).schema
    connection.execute(text("UPDATE alembic_version SET version_num = :old"), {"old": schema})
    connection.execute(text("DROP TABLE moved_to"))


def has_moved(moved: Moved, shown: str) -> OvertakenError:
    """What to say to whoever opens a record that has moved; `shown` names it."""
    return OvertakenError(
        _("the record of {place} has moved: since {moment} it is at {url}").format(
            place=shown, moment=f"{moved.at:%Y-%m-%d %H:%M}", url=moved.url
        ),
        _("set DUBAN_DATABASE_URL, or database_url in duban.toml; the way back: docs/keeping.md"),
    )
