"""Ticks that no worker takes: the process that puts them says so, and so does the doctor."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from scheduler.doctor.finding import Level
from scheduler.engine.dbos_engine import DbosEngine
from scheduler.engine.putting import PutTicks
from scheduler.office import Office
from tests.support import postgres
from tests.support.doctor import findings
from tests.support.office import SampleOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    url = postgres.fresh_database()
    here = SampleOffice(tmp_path, "2022-05-31 09:00", database_url=url)
    yield here
    here.close()
    postgres.drop_database(url)


def waited(office: SampleOffice, minutes: int) -> None:
    """Let the ticks that wait have been put so long ago."""
    with office.database.write() as session:
        session.connection().execute(
            text("UPDATE dbos.workflow_status SET created_at = created_at - :ago"),
            {"ago": minutes * 60_000},
        )


def of_workers(office: SampleOffice) -> list[tuple[Level, str, str]]:
    return [
        (one.level, one.message, one.mend) for one in findings(office) if one.check == "workers"
    ]


def test_a_tick_that_waits_in_vain_is_told(office: SampleOffice) -> None:
    assert of_workers(office) == []  # an office in one process
    engine = DbosEngine(office.database)
    putting = Office(office.settings, office.clock)
    ticks = PutTicks(putting, engine)
    with capture_logs() as said:
        asyncio.run(ticks.run())
    assert said == []
    with office.database.write() as session:
        session.connection().execute(text("ALTER SCHEMA dbos RENAME TO away"))
    with capture_logs() as said:
        asyncio.run(ticks.run())
        with office.database.write() as session:
            session.connection().execute(text("ALTER SCHEMA away RENAME TO dbos"))
        asyncio.run(ticks.run())
    assert [one["event"] for one in said] == ["no tick put", "ticks are put again"]
    assert of_workers(office) == [(Level.OK, "0 connected: -; no tick waits in vain", "")]
    waited(office, 5)
    with capture_logs() as said:
        asyncio.run(ticks.run())
        asyncio.run(ticks.run())
    assert [one["event"] for one in said] == ["no worker takes the tick"]
    waited(office, 11)
    with capture_logs() as said:
        asyncio.run(ticks.run())
    assert [one["waits"] // 60 for one in said] == [16], "and now and then again"
    ((level, message, mend),) = of_workers(office)
    assert level is Level.ERROR
    assert "a tick has waited for 16 minutes, and no worker takes it" in message
    assert "duban worker" in mend
    office.tick("2022-05-31 09:00")  # the embedded mode: what is in the queue does not matter then
    assert of_workers(office) == [(Level.OK, "0 connected: -; no tick waits in vain", "")]
    putting.close()
    engine.close()
