"""The light that a feed's entry says: by its dates, by its targets, and since when."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest

from calendars.options import FeedScope
from tests.support.feeds import feed_content
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from tests.support.targets import REPAIRS, report, share
from workflows.attributes import report_attribute
from workflows.tables import UnitRow
from workflows.transitions import Deed

ONE = """\
  - id: repairs
    title: 完成桥梁加固
    due: 2022-06-30
    start: 2022-06-06
    who: [北城市, 南城市]
    departments: [公路处]
    clause: 三（一）
    targets:
      - {id: bridges, title: 加固桥梁, unit_of_measure: 座, value: 18}
      - {id: lamps, title: 更换灯具, scope: province, unit_of_measure: 盏, value: 180,
         pace: linear, reporters: {levels: [city]}}
      - {id: signs, title: 全部标志更换, measure: all, of: platforms, unit_of_measure: 块,
         pace: linear}
"""


@pytest.fixture
def lit(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite with a number to reach: one a working day from 7 June on."""
    here = SampleOffice(tmp_path)
    here.apply(ONE)
    here.at("2022-06-08 09:00")
    yield here
    here.close()


def entry(office: SampleOffice, unit: str = "north", **options: Any) -> Any:
    """The unit's entry of the repairs as `icalendar` reads it."""
    body = feed_content(office, FeedScope.UNIT, unit, **options).body
    calendar = icalendar.Calendar.from_ical(body)
    (found,) = [*calendar.walk("VEVENT"), *calendar.walk("VTODO")]
    return found


def light(office: SampleOffice, unit: str = "north") -> str:
    """What its description says."""
    lines = str(entry(office, unit)["DESCRIPTION"]).splitlines()
    return next(one.removeprefix("Light: ") for one in lines if one.startswith("Light: "))


@pytest.mark.parametrize("tasks", [False, True])
def test_it_falls_behind_at_a_midnight(lit: SampleOffice, tasks: bool) -> None:
    report(lit, "bridges", "north", "4", "2022-06-08")
    before = entry(lit, tasks=tasks)
    assert before["SUMMARY"] == "完成桥梁加固 · 北城市" and "on course" in before["DESCRIPTION"]
    lit.at("2022-06-10 23:59")
    assert entry(lit, tasks=tasks).to_ical() == before.to_ical()
    lit.at("2022-06-15 09:00")  # the fifth working day was Monday the 13th
    after = entry(lit, tasks=tasks)
    assert after["SUMMARY"] == "▲ 完成桥梁加固 · 北城市" and "behind" in after["DESCRIPTION"]
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt == at("2022-06-13 00:00")
    assert after["SEQUENCE"] == before["SEQUENCE"]
    assert feed_content(lit, FeedScope.UNIT, "north").last_modified == at("2022-06-13 00:00")
    # Due soon is the same light: nothing changes for a calendar program.
    lit.at("2022-06-28 09:00")
    assert entry(lit, tasks=tasks).to_ical() == after.to_ical()
    lit.at("2022-07-01 09:00")
    red = entry(lit, tasks=tasks)
    assert red["SUMMARY"].startswith("! ") and "overdue" in red["DESCRIPTION"]
    assert red["LAST-MODIFIED"].dt == at("2022-07-01 00:00")


def test_a_figure_is_a_new_revision_of_its_unit_alone(lit: SampleOffice) -> None:
    lit.at("2022-06-15 09:00")
    report(lit, "bridges", "north", "4", "2022-06-13")
    before, other = entry(lit), entry(lit, "south").to_ical()
    assert light(lit) == "due soon or behind"
    lit.at("2022-06-15 10:00")
    report(lit, "bridges", "north", "9", "2022-06-15")
    after = entry(lit)
    assert light(lit) == "on course" and after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt == at("2022-06-15 10:00")
    assert entry(lit, "south").to_ical() == other
    assert report(lit, "bridges", "north", "9", "2022-06-15") is None
    assert entry(lit).to_ical() == after.to_ical()


def test_a_share_and_an_attribute_may_turn_it(lit: SampleOffice) -> None:
    lit.at("2022-06-20 09:00")
    report(lit, "lamps", "north", "1", "2022-06-20")
    report(lit, "signs", "south", "1", "2022-06-20")
    assert light(lit) == light(lit, "south") == "on course"  # nothing is to be reached yet
    before = int(entry(lit)["SEQUENCE"]), int(entry(lit, "south")["SEQUENCE"])
    share(lit, "lamps", north=90)
    with lit.database.write() as session:
        deed = Deed("tester", lit.clock(), lit.clock())
        report_attribute(session, session.get_one(UnitRow, "south"), "platforms", 9, deed)
    assert light(lit) == light(lit, "south") == "due soon or behind"
    assert (int(entry(lit)["SEQUENCE"]), int(entry(lit, "south")["SEQUENCE"])) == (
        before[0] + 1,
        before[1] + 1,
    )


def test_a_version_with_other_lights_or_targets_is_a_new_revision(lit: SampleOffice) -> None:
    head = CAMPAIGN.replace("milestones", "lights: {words: {green: 顺利}}\nmilestones")
    lit.apply(ONE, head=head)
    assert light(lit) == "顺利" and entry(lit)["SEQUENCE"] == 1
    report(lit, "bridges", "north", "2", "2022-06-08")
    lit.apply(ONE.replace("value: 18}", "value: 90}"), head=head)
    assert light(lit) == "due soon or behind" and entry(lit)["SEQUENCE"] == 3


def test_what_was_accepted_is_done_whatever_is_reported(lit: SampleOffice) -> None:
    lit.act("submit", "bridges-2022/repairs/north")
    assert light(lit) == "on course"
    lit.act("accept", "bridges-2022/repairs/north")
    done = entry(lit)
    assert light(lit) == "done"
    report(lit, "bridges", "north", "1", "2022-06-08")
    lit.at("2022-07-30 09:00")
    assert entry(lit).to_ical() == done.to_ical()


def test_every_kind_of_target_is_judged_as_the_board_does(tmp_path: Path) -> None:
    from workflows.status import status

    here = SampleOffice(tmp_path)
    here.apply(PLAN, REPAIRS)
    here.at("2022-06-10 09:00")
    share(here, "lamps", north=700)
    for unit in ("north", "south", "hill"):
        report(here, "bridges", unit, "9", "2022-06-10")
    report(here, "lamps", "north", "1", "2022-06-10")
    report(here, "either", "hill", "1", "2022-06-10", category="护栏")
    for day in ("06-10", "06-13", "06-16", "06-24", "06-28", "07-01"):
        here.at(f"2022-{day} 09:00")
        with here.database.read() as session:
            (board,) = status(session, here.clock())
        wanted = {
            (line.unit, board.word(cell.light))
            for line in board.lines
            for cell in line.cells
            if cell and cell.light and "repairs" in cell.name
        }
        calendar = icalendar.Calendar.from_ical(feed_content(here).body)
        shown = {
            (str(one["SUMMARY"]).rpartition(" · ")[2],
             str(one["DESCRIPTION"]).partition("Light: ")[2].splitlines()[0])
            for one in calendar.walk("VEVENT")
            if "加固" in str(one["SUMMARY"])
        }  # fmt: skip
        assert shown == wanted, day
    here.close()


def test_without_marks_there_is_no_light(tmp_path: Path) -> None:
    here = SampleOffice(tmp_path, feed_marks=False)
    here.apply(ONE)
    here.at("2022-06-20 09:00")
    assert "Light" not in entry(here)["DESCRIPTION"]
    assert entry(here)["LAST-MODIFIED"].dt == at("2022-05-20 10:00")
    here.close()
