"""Rungs that come due when a light turns: who is told, once for each turn, and who is not."""

from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.clock import SimulatedClock
from tests.support.moments import at, day
from tests.support.office import SampleOffice
from tests.support.organisation import with_ladder
from tests.support.referee import found
from tests.support.targets import report
from workflows.answering import acknowledge
from workflows.applying import apply
from workflows.assigning import NewAssignment, assign
from workflows.campaign_changing import change_status
from workflows.comparing import plan_apply
from workflows.naming import find_assignment
from workflows.silencing import Wanted, add_silence
from workflows.tables import Campaign, CampaignStatus, UnitRow
from workflows.transitions import Deed

KEY = "bridges-2022/work/north"
# From Monday 2022-06-06 to Thursday 30 June there are 18 working days after the first; the light
# is yellow by itself from three working days before the due date on, Monday 27 June.
WORK = """\
  - id: work
    title: 完成桥梁加固
    due: 2022-06-30
    start: 2022-06-06
    who: [北城市]
    departments: [公路处]
    clause: 三（一）
    targets:
      - {id: bridges, title: 加固桥梁, unit_of_measure: 座, value: 18}
"""
TURNS = "[{id: yellow, when: light turns yellow}, {id: red, when: 亮红灯时}]"


@pytest.fixture
def working(office: SampleOffice) -> SampleOffice:
    """The office with a duty that has a target and rungs at the turns of its light alone."""
    office.at("2022-06-01 08:00")
    office.apply(with_ladder(TURNS, WORK))
    return office


def told(office: SampleOffice) -> list[tuple[str, str, str]]:
    """Each reminder's rung, day and status."""
    return [(one.reason, f"{one.occurrence:%m-%d}", one.status.value) for one in office.reminders()]


def mornings(office: SampleOffice, month: str, *days: int) -> None:
    for one in days:
        office.tick(f"{month}-{one:02} 09:00")


def test_a_unit_that_falls_behind_is_told_on_the_day_it_is_found(working: SampleOffice) -> None:
    mornings(working, "2022-06", 1, 2, 6, 7, 8)
    assert told(working) == []
    report(working, "bridges", "north", "2", "2022-06-08")  # 2 are expected by then
    mornings(working, "2022-06", 9, 10)
    assert told(working) == [("yellow", "06-09", "sent")]
    assert working.letters() == [("06-09", "north@example.org")]


def test_each_turn_is_told_once_and_a_new_turn_anew(working: SampleOffice) -> None:
    working.tick("2022-06-08 09:00")
    report(working, "bridges", "north", "1", "2022-06-08")
    mornings(working, "2022-06", 9, 10, 13)
    assert told(working) == [("yellow", "06-09", "sent")]
    report(working, "bridges", "north", "12", "2022-06-13")
    mornings(working, "2022-06", 14, 15)
    report(working, "bridges", "north", "5", "2022-06-15")
    mornings(working, "2022-06", 16, 17, 28, 30)
    assert told(working) == [("yellow", "06-09", "sent"), ("yellow", "06-16", "sent")]
    mornings(working, "2022-07", 1, 4)
    assert told(working)[2:] == [("red", "07-01", "sent")]


def test_a_figure_is_looked_at_by_the_next_tick(working: SampleOffice) -> None:
    working.tick("2022-06-09 09:00")
    working.at("2022-06-09 10:00")
    report(working, "bridges", "north", "1", "2022-06-09")
    assert found(working) == []
    working.tick("2022-06-09 10:01")
    assert told(working) == [("yellow", "06-09", "sent")]
    report(working, "bridges", "north", "9", "2022-06-09")
    report(working, "bridges", "north", "1", "2022-06-09")  # there and back before anybody looked
    working.tick("2022-06-09 10:02")
    assert len(told(working)) == 1


def test_a_turn_on_a_day_off_is_found_on_the_next_working_day(working: SampleOffice) -> None:
    # What is due on Thursday is yellow from Monday on; on Friday evening nobody looks any more.
    mornings(working, "2022-06", 24, 25, 26, 27)
    assert told(working) == [("yellow", "06-27", "sent")]


def test_after_a_downtime_the_light_counts_that_shows_then(working: SampleOffice) -> None:
    working.tick("2022-06-09 09:00")
    mornings(working, "2022-07", 5, 6)
    assert told(working) == [("red", "07-05", "sent")]


def test_nobody_is_told_of_a_light_that_was_never_seen_better(office: SampleOffice) -> None:
    office.at("2022-06-28 08:00")
    office.apply(with_ladder(TURNS, WORK))
    mornings(office, "2022-06", 28, 29)
    assert told(office) == []
    mornings(office, "2022-07", 1)
    assert told(office) == [("red", "07-01", "sent")]


def test_what_turns_between_a_plan_and_its_first_tick_is_told(office: SampleOffice) -> None:
    office.at("2022-06-24 20:00")
    office.apply(with_ladder(TURNS, WORK))
    mornings(office, "2022-06", 27)
    assert told(office) == [("yellow", "06-27", "sent")]


def test_a_rung_in_a_new_version_tells_of_later_turns_alone(office: SampleOffice) -> None:
    office.at("2022-06-01 08:00")
    office.apply(with_ladder("[{id: day, when: on the day}]", WORK))
    mornings(office, "2022-06", 27)
    office.apply(with_ladder(TURNS, WORK))
    mornings(office, "2022-06", 28)
    assert told(office) == []
    office.apply(with_ladder("[{id: day, when: on the day}]", WORK))
    assert found(office) == []
    mornings(office, "2022-07", 4)
    assert [one[0] for one in told(office)] == ["day"]


def test_a_later_date_turns_the_light_back(working: SampleOffice) -> None:
    mornings(working, "2022-06", 24, 27)
    working.act("approve_extension", KEY, day("2022-07-15"))
    assert found(working) == []
    mornings(working, "2022-06", 28, 29)
    mornings(working, "2022-07", 1, 4, 12)  # the target's own date is past, and it was not reached
    assert told(working) == [("yellow", "06-27", "sent"), ("yellow", "07-01", "sent")]
    assert [f"{one.due_basis:%m-%d}" for one in working.reminders()] == ["06-30", "07-15"]


def test_a_date_that_makes_red_yellow_is_no_turn(working: SampleOffice) -> None:
    mornings(working, "2022-06", 24)
    mornings(working, "2022-07", 1)
    working.act("approve_extension", KEY, day("2022-07-05"))
    mornings(working, "2022-07", 4, 5)
    assert told(working) == [("red", "07-01", "sent")]
    mornings(working, "2022-07", 6)
    assert told(working)[1:] == [("red", "07-06", "sent")]


def test_what_is_handed_in_turns_for_nobody(working: SampleOffice) -> None:
    working.tick("2022-06-24 09:00")
    working.at("2022-06-24 10:00")
    working.act("submit", KEY)
    mornings(working, "2022-06", 27, 30)
    mornings(working, "2022-07", 1)
    assert told(working) == []
    working.act("return_for_correction", KEY, day("2022-07-08"))
    mornings(working, "2022-07", 4, 5, 7, 8, 11)
    assert {one[0] for one in told(working)}.isdisjoint({"yellow", "red"})
    working.act("submit", KEY)
    working.act("accept", KEY)
    mornings(working, "2022-07", 12)
    working.act("reopen", KEY)
    mornings(working, "2022-07", 13, 14)
    assert told(working)[-1][:2] == ("red", "07-13")


@pytest.mark.parametrize("rest", ["pause", "close"])
def test_a_turn_while_the_campaign_rests_is_not_made_up_for(
    working: SampleOffice, rest: str
) -> None:
    working.tick("2022-06-24 09:00")
    change(working, "2022-06-24 10:00", rest)
    mornings(working, "2022-06", 27, 28)
    change(working, "2022-06-28 10:00", "resume")
    assert found(working) == []
    mornings(working, "2022-06", 29)
    assert told(working) == []
    mornings(working, "2022-07", 1)
    assert told(working) == [("red", "07-01", "sent")]


def test_what_was_handed_in_before_the_resume_of_its_day_was_not_missed(
    office: SampleOffice,
) -> None:
    office.at("2022-06-01 08:00")
    office.apply(with_ladder("[{id: day, when: on the day}]", WORK))
    change(office, "2022-06-29 10:00", "pause")
    mornings(office, "2022-06", 30)
    office.at("2022-06-30 14:00")
    office.act("submit", KEY)
    change(office, "2022-06-30 16:00", "resume")
    office.tick("2022-06-30 16:30")
    assert (told(office), found(office)) == ([], [])


def test_a_returned_duty_without_a_rung_for_it_is_not_looked_at(working: SampleOffice) -> None:
    working.tick("2022-06-24 09:00")
    working.at("2022-06-24 10:00")
    working.act("submit", KEY)
    working.act("return_for_correction", KEY, day("2022-06-29"))
    working.tick("2022-06-24 10:01")
    working.at("2022-06-24 11:00")
    report(working, "bridges", "north", "1", "2022-06-24")
    assert found(working) == []
    mornings(working, "2022-06", 28)
    mornings(working, "2022-07", 4)
    assert {one[0] for one in told(working)}.isdisjoint({"yellow", "red"})


def test_a_silence_is_recorded_and_told_to_nobody(working: SampleOffice) -> None:
    working.tick("2022-06-24 09:00")
    with working.database.write() as session:
        wanted = Wanted("north", "", day("2022-06-25"), day("2022-06-28"), "抗洪")
        add_silence(session, wanted, now=working.clock(), today=day("2022-06-24"), actor="tester")
    mornings(working, "2022-06", 27, 29)
    assert told(working) == [("yellow", "06-27", "silenced")]


def test_who_has_seen_the_duty_is_told_of_a_turn_unless_the_rung_is_gentle(
    office: SampleOffice,
) -> None:
    office.at("2022-06-01 08:00")
    gentle = "{id: seen, when: 亮黄灯时, until: acknowledged, to: [deputy]}"
    office.add_contact("north", "deputy", "deputy@north.example.org")
    office.apply(with_ladder(f"[{{id: yellow, when: 亮黄灯时}}, {gentle}]", WORK))
    office.tick("2022-06-24 09:00")
    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock())
        acknowledge(session, find_assignment(session, KEY), deed)
    mornings(office, "2022-06", 27)
    assert office.fates() == [
        ("seen", "deputy@north.example.org", "acknowledged"),
        ("yellow", "north@example.org", "sent"),
    ]


def test_a_lead_is_drafted_to_after_the_unit_has_heard(office: SampleOffice) -> None:
    office.at("2022-06-01 08:00")
    office.add_contact("north", "lead", "lead@north.example.org")
    office.apply(with_ladder("[{id: lead, when: light turns red, to: [lead]}]", WORK))
    mornings(office, "2022-07", 1)
    assert office.fates() == [
        ("lead", "lead@north.example.org", "pending"),
        ("lead", "north@example.org", "sent"),
    ]
    assert [one.held for one in office.reminders()] == [True, False]


def test_a_planned_rung_of_the_day_gives_way_to_the_turn(office: SampleOffice) -> None:
    office.at("2022-06-01 08:00")
    both = "[{id: three, when: 3 working days before}, {id: yellow, when: light turns yellow}]"
    office.apply(with_ladder(both, WORK))
    mornings(office, "2022-06", 24, 27)
    assert sorted(told(office)) == [("three", "06-27", "superseded"), ("yellow", "06-27", "sent")]


def test_what_is_waived_shows_no_light(working: SampleOffice) -> None:
    working.tick("2022-06-24 09:00")
    working.at("2022-06-24 10:00")
    working.act("waive", KEY)
    mornings(working, "2022-06", 27)
    mornings(working, "2022-07", 1)
    assert told(working) == []


def test_a_campaign_begins_with_the_lights_of_its_first_day(office: SampleOffice) -> None:
    office.at("2022-06-01 08:00")
    declared = office.declare(with_ladder(TURNS, WORK))
    with office.database.write() as session:
        plan = plan_apply(session, [declared], office.organisation, office.clock())
        apply(
            session, plan, office.organisation, now=office.clock(), actor="tester", past=None,
            status=CampaignStatus.DRAFT,
        )  # fmt: skip
    change(office, "2022-06-28 08:00", "start")
    mornings(office, "2022-06", 28, 29)
    mornings(office, "2022-07", 1)
    assert told(office) == [("red", "07-01", "sent")]


def test_a_clock_that_was_ahead_hides_no_turn(working: SampleOffice) -> None:
    working.tick("2022-06-24 09:00")
    right, working.clock = working.clock, SimulatedClock(at("2022-07-04 10:00"))
    working.remind("2022-07-04 10:00")
    assert told(working) == [("red", "07-04", "pending")]
    working.clock = right
    mornings(working, "2022-06", 27, 28)
    mornings(working, "2022-07", 1)
    assert told(working) == [("yellow", "06-28", "sent"), ("red", "07-01", "sent")]


def test_what_is_opened_during_the_campaign_has_its_parent_s_rungs(working: SampleOffice) -> None:
    working.at("2022-06-10 10:00")
    with working.database.write() as session:
        units = [session.get_one(UnitRow, "south")]
        wanted = NewAssignment("bridges-2022", "整改桥面", day("2022-06-24"), "work")
        assign(session, wanted, units, Deed("tester", working.clock(), working.clock()))
    mornings(working, "2022-06", 13, 20, 21, 22)
    south = [(one.reason, f"{one.occurrence:%m-%d}") for one in working.reminders()]
    assert south == [("assigned", "06-10"), ("yellow", "06-21")]


def change(office: SampleOffice, moment: str, what: str) -> None:
    """Start, pause, close or resume the campaign."""
    office.at(moment)
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, what, Deed("tester", office.clock(), office.clock()))


TAMPERINGS = {
    "a turn that nobody saw": (
        "UPDATE reminder SET occurrence = '2022-06-24' WHERE reason = 'yellow'",
        {"reminder-unplanned", "rung-missed"},
    ),
    "a reminder of it removed": ("DELETE FROM reminder", {"rung-missed", "delivery-empty"}),
    "yellow called red": (
        "UPDATE reminder SET reason = 'red'", {"reminder-unplanned", "rung-missed"},
    ),
    "the light forgotten": ("DELETE FROM light_turn", {"light-differs", "reminder-unplanned"}),
    "the light put back": (
        "UPDATE light_turn SET light = 'green', day = '2022-06-01', "
        "seen_at = '2022-06-01 00:00:00.000000'",
        {"reminder-unplanned"},
    ),
    "red before it is late": (
        "UPDATE light_turn SET light = 'red'", {"light-differs", "reminder-unplanned"},
    ),
    "another word": (
        "UPDATE light_turn SET light = 'blue'", {"light-differs", "reminder-unplanned"},
    ),
    "the next look put off": (
        "UPDATE assignment SET next_at = '2022-07-09 00:00:00.000000'", {"next-at-differs"},
    ),
    "the next look brought forward": (
        "UPDATE assignment SET next_at = '2022-06-27 00:00:00.000000'", {"next-at-differs"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_forged_is_found(tmp_path: Path, name: str) -> None:
    office = SampleOffice(tmp_path, start="2022-06-01 08:00")
    office.apply(with_ladder(TURNS, WORK))
    mornings(office, "2022-06", 24, 27)
    assert (told(office), found(office)) == ([("yellow", "06-27", "sent")], [])
    statement, codes = TAMPERINGS[name]
    with office.database.write() as session:
        session.connection().execute(text(statement))
    assert {one.partition(" ")[0] for one in found(office)} == codes
    office.close()
