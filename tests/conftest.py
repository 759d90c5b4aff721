"""What every test starts from: no settings of whoever runs it, and the language as it was."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from config.i18n import language, set_language
from tests.support import postgres
from tests.support.in_memory import keep_temporary_files_in_memory
from tests.support.statements import share_compiled_statements
from workflows.working_days import working_days

keep_temporary_files_in_memory()
share_compiled_statements()
# A busy machine takes its time: what is slow shows in the benchmarks, and fails no test.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")

BACKENDS = ("sqlite", "postgres")


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without `DUBAN_*` variables; a test that sets another language does not touch the next."""
    for name in [one for one in os.environ if one.startswith("DUBAN_")]:
        monkeypatch.delenv(name)
    before = language()
    yield
    set_language(before)
    working_days().use_files(dict)
    structlog.reset_defaults()  # a command run in this process has set up its own log


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the schema in it: the same test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'home' / 'duban.db'}"
        return
    url = postgres.fresh_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database with the schema in it."""
    url = postgres.fresh_database()
    yield url
    postgres.drop_database(url)
