"""Seasons as they may happen: the referee finds nothing wrong in any of them.

The `office` fixture asks it after each test of this folder; here it is asked along the way too.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import InDoubt
from notifications import by_hand
from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from tests.support.referee import found, referee
from tests.support.seasons import SEASONS, broken_off, through
from workflows.answering import acknowledge
from workflows.applying import Past
from workflows.database import Database
from workflows.naming import find_assignment
from workflows.transitions import Deed


@pytest.mark.parametrize("season", SEASONS, ids=lambda season: season.__name__)
def test_a_season_without_a_fault(tmp_path: Path, season: Callable[[SampleOffice], None]) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    season(office)
    report = referee(office)
    assert report.findings == []
    assert report.counts["rungs"] + report.counts["rungs_unticked"] > 0
    office.close()


@pytest.mark.parametrize("past", list(Past))
def test_applied_in_mid_season(office: SampleOffice, past: Past) -> None:
    office.at("2022-06-20 10:00")
    office.apply(PLAN, MONTHLY, past=past)
    through(office, "2022-06-21", "2022-06-23")
    assert found(office) == []
    if past is not Past.DONE:
        office.act("submit")
        office.act("return_for_correction", PLAN_KEY, day("2022-06-27"))
    through(office, "2022-06-24", "2022-06-29")
    # Whether it was silent at first is not on record once it has another date.
    assert referee(office).counts["not_judged"] == (past is Past.SILENT)


def test_a_doubt_that_a_person_decides(tmp_path: Path, database_url: str) -> None:
    office = SampleOffice(tmp_path, database_url=database_url, in_doubt=InDoubt.HOLD)
    office.apply()
    office.remind("2022-06-13 09:00")
    broken_off(office, 1)
    through(office, "2022-06-13", "2022-06-15")
    (doubt,) = referee(office).in_doubt
    assert (doubt.address, str(doubt.local_date), doubt.status) == (
        "north@example.org", "2022-06-13", "in_doubt",
    )  # fmt: skip
    assert doubt.reminders
    with office.database.write() as session:
        by_hand.retry(session, 1, office.decision(), office.organisation)
    assert found(office) == []
    through(office, "2022-06-16", "2022-06-17")
    assert found(office) == []
    office.close()


def test_what_is_counted(office: SampleOffice) -> None:
    office.apply()
    through(office, "2022-06-13", "2022-06-14")
    office.act("submit")
    counts = referee(office).counts
    assert counts == {
        "campaigns": 1, "assignments": 1, "events": 2, "reminders": 3, "rungs": 3, "deliveries": 1,
    }  # fmt: skip


def test_what_is_seen_after_an_undo(office: SampleOffice) -> None:
    office.apply()
    office.at("2022-06-08 09:00")
    office.act("submit")
    event = office.events()[-1]
    office.at("2022-06-08 10:00")
    office.act("undo", PLAN_KEY, event)
    office.at("2022-06-08 11:00")
    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock())
        acknowledge(session, find_assignment(session, PLAN_KEY), deed)
    assert found(office) == []


def test_before_anything_is_there(office: SampleOffice) -> None:
    report = referee(office)
    assert (report.findings, report.counts, report.in_doubt) == ([], {}, [])


def test_a_database_from_before_ticks_were_recorded(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN, ON_HOLIDAY)
    through(office, "2022-05-30", "2022-06-12")
    _forget_ticks_and_claims(office.database)
    report = referee(office)
    assert report.findings == []
    sent = [one for one in office.fates() if one[2] == "sent"]
    assert report.counts["not_judged"] == len(sent)  # none says what its claim saw
    through(office, "2022-06-13", "2022-06-20")
    assert found(office) == []
    office.close()


def _forget_ticks_and_claims(database: Database) -> None:
    with database.write() as session:
        run = session.connection().exec_driver_sql
        run("DELETE FROM tick_span")
        run("UPDATE delivery SET events_seen = NULL")
