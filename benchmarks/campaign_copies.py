"""Copies a campaign with all that it has within the database, a table in a statement.

So a large record is made in a part of the time that applying and playing each campaign takes, and
memory does not grow with it. Ids keep their distances; names, UIDs and hashes differ from copy to
copy as they do in a real record, so that indexes are filled in the same disorder. Hashes are of the
same length, and of nothing: `duban verify` would find it.
"""

from collections.abc import Mapping
from hashlib import md5
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, func, insert, literal, select, text

from workflows.tables import all_tables

TABLES: dict[str, Table] = {
    name: all_tables().tables[name]
    for name in (
        "campaign", "milestone", "campaign_version", "contact", "assignment", "event", "delivery",
        "notice_item", "reminder",
    )
}  # fmt: skip
NUMBERED = ("contact", "assignment", "event", "delivery", "notice_item", "reminder")
_OF = {"assignment_id": "assignment", "event_id": "event", "delivery_id": "delivery"}


def last_ids(connection: Connection) -> dict[str, int]:
    """The last id of each table that numbers its rows."""
    return {
        name: connection.execute(select(func.max(TABLES[name].c.id))).scalar() or 0
        for name in NUMBERED
    }


def copy_campaign(
    connection: Connection, source: str, target: str, number: int, block: Mapping[str, int]
) -> None:
    """The `source`, which has the ids up to those of `block`, once more as the campaign `target`,
    the `number`th (from 1) that is made of it."""

    def other(column: Any) -> Any:
        return func.replace(column, source, target)

    for name, table in TABLES.items():
        columns: Any = table.c
        values: dict[str, Any] = {
            key: other(columns[key])
            for key in ("campaign_id", "address", "title")
            if key in columns
        }
        if name in NUMBERED:
            values |= moved_on(table, block, literal(number))
            where = columns.id <= block[name]
        elif name == "campaign":
            values["id"] = literal(target)
            where = columns.id == source
        else:
            where = columns.campaign_id == source
            if name == "campaign_version":
                values["id"] = columns.id + number
        values |= other_hashes(table, literal(target))
        insert_copies(connection, table, values, where)


def moved_on(table: Table, steps: Mapping[str, int], place: Any) -> dict[str, Any]:
    """The ids of a copy: moved on by as many as one of them has."""
    owner = {"id": table.name, **_OF}
    return {key: table.c[key] + place * steps[of] for key, of in owner.items() if key in table.c}


def insert_copies(connection: Connection, table: Table, values: dict[str, Any], *only: Any) -> None:
    """Put a table's rows once more into it, with other `values`."""
    query = select(*(values.get(one.name, one) for one in table.c)).where(*only)
    connection.execute(insert(table).from_select([one.name for one in table.c], query))


def other_hashes(table: Table, salt: Any) -> dict[str, Any]:
    """What looks random is another for each copy, as long as it was."""
    columns: Any = table.c
    values: dict[str, Any] = {}
    for key in ("hash", "previous_hash"):
        if table.name == "event":
            once = func.md5(columns[key].concat(salt))
            values[key] = func.substr(once.concat(once), 1, func.length(columns[key]))
    if table.name == "assignment":
        values["uid"] = func.md5(columns.uid.concat(salt)).concat("0000")
    if table.name == "delivery":
        once = func.md5(columns.message_id.concat(salt))
        values["message_id"] = literal("<").concat(once).concat("0000@example.org>")
    return values


def prepare_for_copies(engine: Engine) -> None:
    """What is copied need not survive a power cut; SQLite has no `md5` of its own."""
    event.listen(engine, "connect", _make_ready)


def settle_copies(engine: Engine) -> None:
    """Let the database know what it has, and where its numbers go on."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            for name in (*NUMBERED, "campaign_version"):
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"  # noqa: S608
                        f" (SELECT max(id) FROM {name}))"
                    )
                )
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_ready(connection: Any, _record: Any) -> None:
    if hasattr(connection, "create_function"):
        connection.create_function("md5", 1, _md5, deterministic=True)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")


def _md5(said: str) -> str:
    return md5(said.encode(), usedforsecurity=False).hexdigest()
