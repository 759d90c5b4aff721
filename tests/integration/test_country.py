"""The simulation of a country, at a tiny size: what is copied is a record like any other."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from benchmarks.country.measuring import figures
from benchmarks.country.pilot import ZONE
from benchmarks.simulate_country import country
from scheduler.office import Office

_JUNE = datetime(2022, 6, 6, 8, tzinfo=ZONE)  # a week is enough


def _all(here: Office, query: str) -> list[tuple[object, ...]]:
    with here.database.read() as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_every_unit_owes_every_campaign_and_all_is_told_on_the_peak_morning(
    tmp_path: Path, database_url: str
) -> None:
    with country(tmp_path, 43, 3, database_url, _JUNE) as here:
        if here.database.file is not None:  # PostgreSQL has looked at each row
            assert _all(here, "PRAGMA foreign_key_check") == []
        each = "SELECT count(*) FROM assignment GROUP BY campaign_id, unit_id"
        assert _all(here, each) == [(25,)] * 43 * 3
        of_others = (
            "SELECT count(*) FROM reminder r JOIN assignment a ON a.id = r.assignment_id"
            " WHERE r.address NOT IN ('', a.campaign_id || '-' || a.unit_id || '@example.org')"
        )
        assert _all(here, of_others) == [(0,)]
        found = figures(here, 10_000)
        assert found["assignments"] == "3,225"
        sent = "SELECT count(DISTINCT address) FROM delivery WHERE local_date = '2022-06-13'"
        assert _all(here, f"{sent} AND status = 'done'") == [(43 * 3,)]
        assert found["mails"].startswith("129 in")
