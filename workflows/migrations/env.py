"""Alembic's entry: runs on the connection that workflows/migrate.py hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from workflows.columns import EnumValue, UtcDateTime
from workflows.tables import all_tables


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write plain column types, so that an old migration does not depend on today's code."""
    if kind == "type" and isinstance(item, EnumValue):
        return "sa.String(length=20)"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    render_as_batch=True,  # SQLite changes a table by copying it
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
