"""Everything a database holds, to see that nothing changed."""

from sqlalchemy import inspect

from workflows.database import Database


def everything(database: Database) -> list[tuple[object, ...]]:
    """Every row of every table, the table's name first, in an order of their own."""
    found: list[tuple[object, ...]] = []
    with database.read() as session:
        for name in inspect(session.connection()).get_table_names():
            rows = session.connection().exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608
            found += sorted(((name, *row) for row in rows), key=repr)
    return found
