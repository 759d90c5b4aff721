"""What a record takes on disk, by table and index; and what a process holds in memory."""

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from workflows.database import Database
from workflows.tables import all_tables

TABLES = ("assignment", "event", "reminder", "delivery", "notice_item", "contact", "unit")
_POSTGRES = """
SELECT t.relname, t.relname, pg_table_size(t.oid) FROM pg_class t
WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
UNION ALL
SELECT t.relname, i.relname, pg_relation_size(i.oid)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE t.relnamespace = 'public'::regnamespace
"""
_SQLITE = """
SELECT s.tbl_name, d.name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class TableSize:
    """A table with its indexes."""

    name: str
    rows: int
    parts: dict[str, int]  # bytes of the table and of each index, by name

    @property
    def bytes(self) -> int:
        """Of all parts."""
        return sum(self.parts.values())

    def __str__(self) -> str:
        """Bytes a row, of the table and of each index."""
        each = ", ".join(
            f"{_short(name)} {size / self.rows:.0f}"
            for name, size in sorted(self.parts.items(), key=lambda part: -part[1])
            if size / self.rows >= 0.5
        )
        return f"{self.name:12} {self.rows:12,} rows {self.bytes / self.rows:6.0f} B a row: {each}"


def table_sizes(database: Database) -> list[TableSize]:
    """The tables that grow."""
    with database.read() as session:
        connection = session.connection()
        query = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
        parts: dict[str, dict[str, int]] = {name: {} for name in TABLES}
        for table, name, size in connection.execute(text(query)):
            if table in parts:
                parts[table][name] = size
        counted = {
            name: select(func.count()).select_from(all_tables().tables[name]) for name in parts
        }
        return [
            TableSize(name, connection.execute(counted[name]).scalar() or 1, each)
            for name, each in parts.items()
        ]


def _short(name: str) -> str:
    """An index's name as a reader needs it: SQLite numbers those of unique keys."""
    return re.sub(r"^sqlite_autoindex_\w+?_(?=\d+$)", "key ", name)


def at_most(work: Callable[[], object]) -> tuple[float, float]:
    """MB of memory that the process had before, and at most while it did the `work`."""
    gc.collect()
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew (proc(5))
    work()
    return before, _memory("VmHWM")


def _memory(what: str) -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
