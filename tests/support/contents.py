"""Everything a database holds, to see that nothing changed."""

from sqlalchemy import inspect, select
from sqlmodel import SQLModel

import workflows.tables  # noqa: F401 - the tables register themselves
from workflows.database import Database


def everything(database: Database) -> list[tuple[object, ...]]:
    """Every row of every table, the table's name first, in an order of their own."""
    found: list[tuple[object, ...]] = []
    with database.read() as session:
        there = set(inspect(session.connection()).get_table_names())
        for table in SQLModel.metadata.sorted_tables:
            if table.name in there:
                rows = session.connection().execute(select(table))
                found += sorted(((table.name, *row) for row in rows), key=repr)
    return found
