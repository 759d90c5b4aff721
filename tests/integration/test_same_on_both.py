"""The same weeks of the five campaigns on SQLite and on PostgreSQL leave the same record."""

import asyncio
from pathlib import Path

from config.settings import Settings
from scheduler.demo import Scenario, default_contacts, run_scenario
from tests.support.contents import everything
from tests.support.moments import at
from workflows.database import Database
from workflows.loading import declaration_files, load_declarations
from workflows.organisation_reading import read_organisation


def test_the_same_weeks_leave_the_same_record(tmp_path: Path, postgres_url: str) -> None:
    sqlite_url = f"sqlite:///{tmp_path / 'duban.db'}"
    records = [_record(tmp_path / "home", url) for url in (sqlite_url, postgres_url)]
    assert len(records[0]) > 3000
    assert records[0] == records[1]


def _record(home: Path, url: str) -> list[tuple[object, ...]]:
    settings = Settings(home=home, database_url=url)
    declared = load_declarations(
        declaration_files(settings.campaigns_dir), read_organisation(settings.organisation)
    )
    scenario = Scenario(
        at("2022-05-30"), at("2022-06-04"), tuple(declared), default_contacts(settings), seed=3
    )
    asyncio.run(run_scenario(settings, scenario, lambda _day: None))
    database = Database(url)
    found = everything(database)
    database.close()
    return [tuple(_lasting(value) for value in row) for row in found]


def _lasting(value: object) -> object:
    """Without the part of a sender's name that is drawn by lot."""
    return "replay" if isinstance(value, str) and value.startswith("replay/") else value
