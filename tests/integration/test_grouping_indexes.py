"""Digests are made by what waits: what went nowhere, or went out long ago, is not looked at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from notifications.grouping import group_pending
from scheduler.tick import sending_window
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from workflows.database import batched


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """On SQLite, which has no figures of what its tables hold and plans by rules of thumb."""
    here = SampleOffice(tmp_path)
    yield here
    here.close()


def test_waiting_reminders_are_found_among_those_that_are_pending(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.at("2022-05-31 09:00")
    steps: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT reminder.id"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps.extend(row[3] for row in rows)

    event.listen(office.database.engine, "before_cursor_execute", explain)
    with office.database.write() as session:
        group_pending(session, office.clock(), sending_window(office.settings), "example.org")
    event.remove(office.database.engine, "before_cursor_execute", explain)
    assert steps[0] == "SEARCH reminder USING INDEX ix_reminder_pending (address>?)"
    assert not any("TEMP B-TREE" in one for one in steps), "it is read in the index's order"


def test_the_deliveries_of_very_many_addresses_are_looked_up_not_read_through(
    office: SampleOffice,
) -> None:
    office.apply(PLAN)
    people = next(batched(f"p{number}@example.org" for number in range(20_000)))
    marks = ", ".join("?" * len(people))
    query = f"SELECT * FROM delivery WHERE address IN ({marks}) AND local_date = '2022-05-31'"  # noqa: S608
    with office.database.read() as session:
        ask = session.connection().exec_driver_sql
        steps = [row[3] for row in ask(f"EXPLAIN QUERY PLAN {query}", tuple(people))]
    assert steps == [
        "SEARCH delivery USING INDEX sqlite_autoindex_delivery_1 (address=? AND local_date=?)"
    ]
