"""Copies the pilot's rows to all units of a country and to many campaigns, within the database:
each statement copies a table's rows of one campaign (benchmarks/campaign_copies.py)."""

from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert

from benchmarks.campaign_copies import (
    NUMBERED,
    TABLES,
    copy_campaign,
    insert_copies,
    last_ids,
    moved_on,
    other_hashes,
    prepare_for_copies,
    settle_copies,
)
from benchmarks.country.pilot import CAMPAIGN, UNITS
from scheduler.office import Office
from workflows.database import Database
from workflows.plan_rows import unit_row
from workflows.tables import all_tables

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
        prepare_for_copies(self._database.engine)
        self._organisation, self._units = here.organisation, units
        self._pilot: dict[str, int] = {}  # the last id of each table
        self._block: dict[str, int] = {}  # ids that one campaign takes

    def spread(self) -> None:
        """The pilot's campaign for all units."""
        copies = -(-self._units // UNITS)
        with self._database.write() as session:
            connection = session.connection()
            self._pilot = last_ids(connection)
            self._block = {name: last * copies for name, last in self._pilot.items()}
            rows = [unit_row(one, place) for place, one in enumerate(self._organisation.units)]
            others = [one.model_dump() for one in rows[UNITS:]]
            connection.execute(insert(all_tables().tables["unit"]), others)
            _COPY.create(connection)
            connection.execute(insert(_COPY), self._mapping())
            for name in NUMBERED:
                self._spread(connection, name)
            _COPY.drop(connection)

    def copy_campaign(self, number: int) -> None:
        """The whole campaign once more, as the one of that number (from 1)."""
        with self._database.write() as session:
            connection = session.connection()
            copy_campaign(connection, CAMPAIGN, f"c{number:03}", number, self._block)

    def finish(self) -> None:
        """Let the database know what it has."""
        settle_copies(self._database.engine)
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
        table, copy = TABLES[name], _COPY.c
        columns: Any = table.c
        values = moved_on(table, self._pilot, copy.place) | other_hashes(table, copy.target)
        if "unit_id" in columns:
            values["unit_id"] = copy.target
        if "address" in columns:  # '' where there was nobody stays
            values["address"] = func.replace(
                columns.address, copy.source_address, copy.target_address
            )
        if "unit_id" in columns:
            belongs = [columns.unit_id == copy.source]
        elif "assignment_id" in columns:
            of = TABLES["assignment"].c
            belongs = [of.id == columns.assignment_id, of.unit_id == copy.source]
        else:
            of = TABLES["delivery"].c
            belongs = [of.address == copy.source_address]
            if name != "delivery":
                belongs.append(of.id == columns.delivery_id)
        insert_copies(connection, table, values, *belongs, columns.id <= self._pilot[name])
