"""Before a record is put in another's place: every program that is connected is seen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from config.errors import StateError
from tests.support import postgres
from tests.support.fleet import until
from workflows.database import Database
from workflows.engines import parse_url
from workflows.keeping import postgres_place
from workflows.keeping.postgres_place import require_nobody_else


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(postgres_place, "_PATIENCE", 0.2)
    here = Database(postgres.fresh_database(migrated=False))
    yield here
    here.close()
    postgres.drop_database(here.url)


def _write(url: str) -> None:
    other = Database(url)
    with other.write():
        pass
    other.close()


def test_a_writer_that_waits_for_the_lock(place: Database) -> None:
    """Its one connection has a writer's name meanwhile; it would go on in the other record."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
    with ThreadPoolExecutor(1) as beside:
        with place.write() as session:
            ask = session.connection().execute
            other = beside.submit(_write, place.url)
            until(lambda: ask(waiting).scalar_one() == 1, "it waits")
            with pytest.raises(StateError, match="another Duban is connected"):
                require_nobody_else(session.connection())
        other.result()
    with place.write() as session:
        require_nobody_else(session.connection())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dbos_transact", "duban"),
        ("dbos_transact_client", "duban"),
        ("duban worker 0a1b 0000 ffff s alpha", "worker alpha"),
        ("duban web ---- 0000 ffff m vm-7", "web vm-7"),
    ],
)
def test_who_is_connected_is_named(place: Database, name: str, said: str) -> None:
    engine = create_engine(parse_url(place.url), connect_args={"application_name": name})
    refused = pytest.raises(StateError, match=f"is connected to the database: {said} \\(")
    with engine.connect(), place.read() as session, refused:
        require_nobody_else(session.connection())
    engine.dispose()
