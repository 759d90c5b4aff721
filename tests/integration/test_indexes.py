"""What is asked of very many rows reads an index: a tick costs what is due, not what there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from calendars.feed import FeedBuilder
from calendars.options import FeedOptions, FeedScope, Surroundings
from notifications.grouping import group_pending
from notifications.notice_items import in_force
from scheduler.tick import remind, sending_window
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from workflows.database import Database, batched
from workflows.overdue import overdue
from workflows.tables import Delivery, DeliveryKind

# PostgreSQL decides by what there is: of a small record it reads everything.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_LARGE = {"assignment", "event", "reminder", "delivery", "notice_item", "failed_try"}


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """Becomes the steps that SQLite takes for all that is asked meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, _ctx: Any, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, values))

    steps: list[str] = []
    event.listen(database.engine, "after_cursor_execute", note)
    yield steps
    event.remove(database.engine, "after_cursor_execute", note)
    with database.read() as session:
        ask = session.connection().exec_driver_sql
        for statement, values in asked:
            steps += [row[3] for row in ask(f"EXPLAIN QUERY PLAN {statement}", values)]


def whole_tables(steps: list[str]) -> list[str]:
    """The steps that read all rows of a large table."""
    return [one for one in steps if one.removeprefix("SCAN ") in _LARGE]


def test_a_tick_reads_no_table_as_a_whole(office: SampleOffice) -> None:
    office.apply(MONTHLY)
    office.ticks(["2022-05-31 09:00"])  # the day's first looks at what waits for a person as well
    office.apply(PLAN, MONTHLY)
    for moment, due in (("2022-05-31 09:01", 1), ("2022-05-31 09:02", 0)):
        office.at(moment)
        with plans(office.database) as steps:
            found, _made = remind(
                office.database, office.organisation, office.settings, office.clock(), "w"
            )
        assert found == due
        assert whole_tables(steps) == []
        assert "SEARCH assignment USING INDEX ix_assignment_next_at (next_at<?)" in steps
        assert "SCAN delivery USING INDEX ix_delivery_leased" in steps


def test_what_is_overdue_is_found_by_its_own_index(office: SampleOffice) -> None:
    office.apply(PLAN, MONTHLY)
    office.at("2022-07-15 10:00")
    with plans(office.database) as steps, office.database.read() as session:
        assert len(overdue(session, office.clock())) == 4
    assert whole_tables(steps) == []
    assert "SEARCH assignment USING INDEX ix_assignment_owing (late_after<?)" in steps


def test_what_is_told_of_a_hand_in_looks_up_its_own_mails_alone(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.announce = True
    office.ticks(["2022-05-31 09:00"])
    office.at("2022-05-31 10:00")
    office.act("submit")
    with plans(office.database) as steps:
        office.remind("2022-05-31 10:01")
    assert DeliveryKind.NOTICE in {one.kind for one in office.deliveries()}
    assert whole_tables(steps) == []


def test_waiting_reminders_are_found_among_those_that_are_pending(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.at("2022-05-31 09:00")
    with plans(office.database) as steps, office.database.write() as session:
        group_pending(session, office.clock(), sending_window(office.settings), "example.org")
    assert any(" reminder USING INDEX ix_reminder_pending" in one for one in steps)


def test_deliveries_of_very_many_addresses_are_looked_up(office: SampleOffice) -> None:
    people = next(batched(f"p{number}@example.org" for number in range(20_000)))
    query = select(Delivery.id).where(col(Delivery.address).in_(people))
    with plans(office.database) as steps, office.database.read() as session:
        session.exec(query.where(Delivery.local_date == office.clock().date())).all()
    assert whole_tables(steps) == []


def test_versions_in_force_are_found_among_what_is_of_no_assignment(office: SampleOffice) -> None:
    office.apply(PLAN)
    with plans(office.database) as steps, office.database.read() as session:
        assert len(in_force(session, ["bridges-2022"])) == 1
    assert whole_tables(steps) == []


def test_a_unit_s_feed_reads_no_other_unit(office: SampleOffice) -> None:
    office.apply(PLAN)
    north = FeedOptions(FeedScope.UNIT, "north")
    builder = FeedBuilder(office.organisation, Surroundings(), "en")
    with plans(office.database) as steps, office.database.read() as session:
        assert b"BEGIN:VEVENT" in builder.content(session, north, office.clock()).body
    assert whole_tables(steps) == []
    assert "SCAN unit" not in steps
