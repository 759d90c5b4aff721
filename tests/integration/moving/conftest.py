"""An office that is to move, and the place that it moves to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.keeping import lived
from tests.support.office import SampleOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office with something in every table, on SQLite, at 2022-06-13 09:00; nobody is in it."""
    here = lived(tmp_path / "old")
    here.close()
    yield here
    here.close()


@pytest.fixture
def target() -> Iterator[str]:
    """A database with an empty schema."""
    url = postgres.fresh_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def bare() -> Iterator[str]:
    """A database with nothing in it."""
    url = postgres.fresh_database(migrated=False)
    yield url
    postgres.drop_database(url)
