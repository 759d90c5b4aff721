"""Copies the pilot's rows to all units of a country and to many campaigns, within the database.

Each statement copies a table's rows of one campaign, so that memory does not grow with their
number. Ids keep their distances; names, addresses, UIDs and hashes differ from copy to copy as
they do in a real record, so that indexes are filled in the same disorder. Hashes are of the same
length, and of nothing.
"""

from hashlib import md5
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    event,
    func,
    insert,
    literal,
    select,
    text,
)

from benchmarks.country.pilot import CAMPAIGN, UNITS
from scheduler.office import Office
from workflows.database import Database
from workflows.plan_rows import unit_row
from workflows.tables import all_tables

_TABLES: dict[str, Table] = {
    name: all_tables().tables[name]
    for name in (
        "campaign", "milestone", "campaign_version", "contact", "assignment", "event", "delivery",
        "notice_item", "reminder",
    )
}  # fmt: skip
_COUNTED = ("contact", "assignment", "event", "delivery", "notice_item", "reminder")
_OF = {"assignment_id": "assignment", "event_id": "event", "delivery_id": "delivery"}
_COPY = Table(
    "copy_of_unit", MetaData(),
    Column("source", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("source_address", String),
    Column("target_address", String),
    Column("place", Integer),
    prefixes=["TEMPORARY"],
)  # fmt: skip


class Copier:
    """Fills a record that holds the pilot alone."""

    def __init__(self, here: Office, units: int) -> None:
        """`units` of the country, of which the pilot's are the first."""
        self._database = Database(here.settings.resolved_database_url)
        event.listen(self._database.engine, "connect", _make_ready)
        self._organisation, self._units = here.organisation, units
        self._pilot: dict[str, int] = {}  # the last id of each table
        self._block: dict[str, int] = {}  # ids that one campaign takes

    def spread(self) -> None:
        """The pilot's campaign for all units."""
        copies = -(-self._units // UNITS)
        with self._database.write() as session:
            connection = session.connection()
            for name in _COUNTED:
                last = connection.execute(select(func.max(_TABLES[name].c.id))).scalar() or 0
                self._pilot[name], self._block[name] = last, last * copies
            rows = [unit_row(one, place) for place, one in enumerate(self._organisation.units)]
            others = [one.model_dump() for one in rows[UNITS:]]
            connection.execute(insert(all_tables().tables["unit"]), others)
            _COPY.create(connection)
            connection.execute(insert(_COPY), self._mapping())
            for name in _COUNTED:
                self._spread(connection, name)
            _COPY.drop(connection)

    def copy_campaign(self, number: int) -> None:
        """The whole campaign once more, as the one of that number (from 1)."""
        target = f"c{number:03}"

        def other(column: Any) -> Any:
            return func.replace(column, CAMPAIGN, target)

        with self._database.write() as session:
            connection = session.connection()
            for name, table in _TABLES.items():
                columns: Any = table.c
                values: dict[str, Any] = {
                    key: other(columns[key])
                    for key in ("campaign_id", "address", "title")
                    if key in columns
                }
                if name in _COUNTED:
                    values |= self._numbers(table, self._block, literal(number))
                    where = columns.id <= self._block[name]
                elif name == "campaign":
                    values["id"] = literal(target)
                    where = columns.id == CAMPAIGN
                else:
                    where = columns.campaign_id == CAMPAIGN
                    if name == "campaign_version":
                        values["id"] = columns.id + number
                values |= _other_hashes(table, literal(target))
                _insert(connection, table, values, where)

    def finish(self) -> None:
        """Let the database know what it has, and where its numbers go on."""
        engine = self._database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name == "postgresql":
                for name in (*_COUNTED, "campaign_version"):
                    connection.execute(
                        text(
                            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"  # noqa: S608
                            f" (SELECT max(id) FROM {name}))"
                        )
                    )
                connection.execute(text("VACUUM ANALYZE"))
            else:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()

    def _mapping(self) -> list[dict[str, Any]]:
        units = self._organisation.units
        return [
            {
                "source": f"unit-{place % UNITS}",
                "target": one.id,
                "source_address": f"{CAMPAIGN}-unit-{place % UNITS}@example.org",
                "target_address": f"{CAMPAIGN}-{one.id}@example.org",
                "place": place // UNITS,
            }
            for place, one in enumerate(units)
            if place >= UNITS
        ]

    def _spread(self, connection: Connection, name: str) -> None:
        table, copy = _TABLES[name], _COPY.c
        columns: Any = table.c
        values = self._numbers(table, self._pilot, copy.place) | _other_hashes(table, copy.target)
        if "unit_id" in columns:
            values["unit_id"] = copy.target
        if "address" in columns:  # '' where there was nobody stays
            values["address"] = func.replace(
                columns.address, copy.source_address, copy.target_address
            )
        if "unit_id" in columns:
            belongs = [columns.unit_id == copy.source]
        elif "assignment_id" in columns:
            of = _TABLES["assignment"].c
            belongs = [of.id == columns.assignment_id, of.unit_id == copy.source]
        else:
            of = _TABLES["delivery"].c
            belongs = [of.address == copy.source_address]
            if name != "delivery":
                belongs.append(of.id == columns.delivery_id)
        _insert(connection, table, values, *belongs, columns.id <= self._pilot[name])

    def _numbers(self, table: Table, steps: dict[str, int], place: Any) -> dict[str, Any]:
        """The ids of a copy: moved on by as many as one of them has."""
        owner = {"id": table.name, **_OF}
        return {
            key: table.c[key] + place * steps[of] for key, of in owner.items() if key in table.c
        }


def _insert(connection: Connection, table: Table, values: dict[str, Any], *only: Any) -> None:
    query = select(*(values.get(one.name, one) for one in table.c)).where(*only)
    connection.execute(insert(table).from_select([one.name for one in table.c], query))


def _other_hashes(table: Table, salt: Any) -> dict[str, Any]:
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


def _make_ready(connection: Any, _record: Any) -> None:
    """What is copied need not survive a power cut; SQLite has no `md5` of its own."""
    if hasattr(connection, "create_function"):
        connection.create_function("md5", 1, _md5, deterministic=True)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")


def _md5(said: str) -> str:
    return md5(said.encode(), usedforsecurity=False).hexdigest()
