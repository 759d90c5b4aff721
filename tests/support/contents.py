"""Everything a database holds, to see that nothing changed."""

from sqlalchemy import inspect, select

from workflows.database import Database
from workflows.tables import all_tables

_OF_CALENDARS = {"assignment.reworded", "assignment.changed_at"}


def everything(database: Database, *, calendars: bool = True) -> list[tuple[object, ...]]:
    """Every row of every table, the table's name first, in an order of their own; without
    `calendars` apart from how new calendar entries are, which a restore raises."""
    left_out = set() if calendars else _OF_CALENDARS
    found: list[tuple[object, ...]] = []
    with database.read() as session:
        there = set(inspect(session.connection()).get_table_names())
        for table in all_tables().sorted_tables:
            if table.name in there:
                columns = [one for one in table.columns if str(one) not in left_out]
                rows = session.connection().execute(select(*columns))
                found += sorted(((table.name, *row) for row in rows), key=repr)
    return found
