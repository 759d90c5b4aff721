"""A list as one parameter of a statement finds on both databases what it names."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from workflows.database import Database
from workflows.one_of import one_of
from workflows.tables import Silence, UnitRow

_NAMES = ["甲县", 'a "b"', "c'd", "e\\f", "{g,h}", "[1]", ""]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.migrate()
    with made.write() as session:
        for place, name in enumerate(_NAMES):
            kept: dict[str, Any] = {
                "level": "county",
                "position": place,
                "aliases": [],
                "attributes": {},
            }
            session.add(UnitRow(id=f"u{place}", name=name, **kept))
    yield made
    made.close()


def _found(database: Database, column: Any, values: Sequence[Any]) -> list[str]:
    with database.read() as session:
        query = select(UnitRow.id).where(one_of(col(column), "wanted")).order_by(col(UnitRow.id))
        return list(session.connection().execute(query, {"wanted": values}).scalars())


def test_texts_are_found_whatever_is_in_them(database: Database) -> None:
    for place, name in enumerate(_NAMES):
        assert _found(database, UnitRow.name, [name, "乙县"]) == [f"u{place}"]
    assert len(_found(database, UnitRow.name, _NAMES)) == len(_NAMES)


def test_numbers_are_found_of_very_many(database: Database) -> None:
    assert _found(database, UnitRow.position, [2, 5]) == ["u2", "u5"]
    assert _found(database, UnitRow.position, range(3, 100_000)) == ["u3", "u4", "u5", "u6"]


def test_of_an_empty_list_there_is_none(database: Database) -> None:
    assert _found(database, UnitRow.name, []) == []
    assert _found(database, UnitRow.position, []) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_index_is_read(database: Database) -> None:
    with database.read() as session:
        query = select(Silence.id).where(one_of(col(Silence.id), "wanted"))
        plan = text(f"EXPLAIN QUERY PLAN {query.compile(database.engine)}".replace("?", "'[1]'"))
        steps = [row.detail for row in session.connection().execute(plan)]
    assert any(step.startswith("SEARCH silence USING") for step in steps), steps
