"""Upgrades: every released schema with data in it, newer ones refused, two programs at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import postgres
from workflows.database import Database
from workflows.schema_version import HEAD

_MIGRATE = """
import sys
from workflows.database import Database
database = Database(sys.argv[1])
sys.stdin.readline()
database.migrate()
print(database.schema_version())
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_programs_that_migrate_at_the_same_time(kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'duban.db'}"
    else:
        url = postgres.fresh_database(migrated=False)
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _MIGRATE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _number in range(2)
    ]
    with ThreadPoolExecutor(len(programs)) as together:
        done = list(together.map(lambda one: one.communicate("\n", timeout=60), programs))
    assert [(out.strip(), error) for out, error in done] == [(HEAD, "")] * len(programs)
    database = Database(url)
    assert database.schema_version() == HEAD
    database.close()
    if kind == "postgres":
        postgres.drop_database(url)
