"""Loads, collisions and time lines of a draft, from its compiled dates alone."""

from datetime import date
from pathlib import Path

import pytest

from config.i18n import set_language
from notifications.documents.simulation_timeline import drawn_timeline
from notifications.documents.simulation_words import told
from notifications.simulated import Simulation
from tests.support.organisation import declaration, organisation
from workflows.compile import compile_campaign
from workflows.organisation import Organisation
from workflows.simulating.collisions import collisions
from workflows.simulating.loads import by_day, by_unit_and_week, by_week, total, weeks
from workflows.simulating.model import Clash, Falling, Load, Timeline
from workflows.simulating.timeline import timeline

TODAY = date(2022, 5, 20)
HEAD = """\
id: bridges-2022
title: 桥梁隐患排查
year: 2022
issued: 2022-06-01
owner: 公路处
mailbox: bridges@example.org
stages:
  - {id: first, title: 部署, start: 2022-05-20, end: 2022-06-10}
  - {id: second, title: “回头看”整改, start: 2022-07-01}
milestones:
"""
WEDNESDAY = date(2022, 6, 15)


@pytest.fixture
def here(tmp_path: Path) -> Organisation:
    """Two cities, a county, the bureau."""
    set_language("en")
    return organisation(tmp_path)


def milestone(name: str, due: str, more: str = "", who: str = "{levels: [city]}") -> str:
    """A milestone in YAML's short form."""
    end = f", {more}" if more else ""
    return f"  - {{id: {name}, title: {name}, due: {due}, who: {who}, clause: 一{end}}}\n"


def falls(
    title: str, unit: str, due: date = WEDNESDAY, *, drafted: bool = False, campaign: str = "b"
) -> Falling:
    """A duty of a campaign that runs, or of the draft, which is campaign `a`."""
    return Falling("a" if drafted else campaign, title, title, unit, due, drafted)


def found(here: Organisation, *milestones: str, today: date = TODAY) -> dict[Clash, list[str]]:
    """What collides within a declaration, in words."""
    declared = declaration(here, *milestones, head=HEAD)
    compiled = compile_campaign(declared, here)
    words: dict[Clash, list[str]] = {}
    for one in collisions([(declared, compiled)], (), {}, today):
        words.setdefault(one.kind, []).append(told(one, today))
    return words


def test_loads_by_day_week_and_unit() -> None:
    sunday, monday = date(2022, 6, 19), date(2022, 6, 20)
    falling = [
        falls("x", "north", WEDNESDAY), falls("y", "north", sunday, drafted=True),
        falls("y", "south", monday, drafted=True), falls("z", "south", date(2022, 7, 6)),
    ]  # fmt: skip
    assert by_day(falling)[sunday] == Load(0, 1)
    assert by_week(falling) == {
        date(2022, 6, 13): Load(1, 1), monday: Load(0, 1), date(2022, 7, 4): Load(1, 0),
    }  # fmt: skip
    assert by_unit_and_week(falling)["north"] == {date(2022, 6, 13): Load(1, 1)}
    assert total(by_week(falling)) == Load(2, 2)
    assert weeks(by_week(falling)) == [date(2022, 6, 13), monday, date(2022, 6, 27),
                                       date(2022, 7, 4)]  # fmt: skip
    assert weeks([]) == []


def test_three_of_a_unit_on_one_day_where_the_draft_adds_one() -> None:
    two = [falls("x", "north"), falls("y", "north")]
    three = [*two, falls("z", "north", drafted=True)]
    (crowd,) = collisions([], three, {"a": "A", "b": "B"}, TODAY)
    assert (crowd.kind, crowd.day, crowd.units) == (Clash.CROWDED, WEDNESDAY, (("north", 3),))
    assert collisions([], two, {}, TODAY) == []
    assert collisions([], [*two, falls("z", "north")], {}, TODAY) == []  # not the draft's doing
    later = falls("z", "north", date(2022, 6, 16), drafted=True)
    assert collisions([], [*two, later], {}, TODAY) == []


def test_a_day_of_another_whole_campaign() -> None:
    titles = {"a": "A", "b": "B"}
    whole = [falls("x", "north"), falls("x", "south")]
    ours = falls("z", "north", drafted=True)
    (one,) = collisions([], [*whole, ours], titles, TODAY)
    assert (one.kind, one.titles, one.units) == (Clash.OTHER, ("A",), (("B", 2),))
    rest = falls("w", "hill", date(2022, 7, 1))  # B has a third unit, which owes nothing then
    assert collisions([], [*whole, ours, rest], titles, TODAY) == []
    assert collisions([], whole, titles, TODAY) == []


def test_due_on_a_day_off_with_what_becomes_of_it(here: Organisation) -> None:
    words = found(
        here,
        milestone("kept", "2022-06-04"),
        milestone("moved", "2022-06-05", "if_holiday: next"),
        milestone("earlier", "2022-09-10", "if_holiday: previous"),
        milestone("plain", "2022-09-14"),
    )[Clash.DAY_OFF]
    assert words == [
        "“kept” is due on Saturday 4 June, a day off: late only after 6 June; "
        "the reminder for the day goes out on 2 June",
        "“moved” would be due on Sunday 5 June, a day off: it is moved to Monday 6 June",
        "“earlier” would be due on Saturday 10 September (Mid-Autumn Festival), a day off: "
        "it is moved to Friday 9 September",
    ]


def test_what_is_past_early_out_of_order_or_provisional(here: Organisation) -> None:
    words = found(
        here,
        milestone("gone", "2022-05-18", "stage: first"),
        milestone("hasty", "2022-06-20", "stage: second"),
        milestone("before", "2022-06-30", "after: [late]"),
        milestone("late", "2022-07-29"),
        milestone("far", "2099-07-29"),
    )
    assert words[Clash.PAST][0].startswith(
        "“gone” was due on Wednesday 18 May and is late from the start (2)"
    )
    assert words[Clash.START] == [
        "“gone” is due on Wednesday 18 May, before the plan is issued on Wednesday 1 June: "
        "nothing is sent before that day",
        "“gone” is due on Wednesday 18 May, before its stage “部署” begins on Friday 20 May",
        "“hasty” is due on Monday 20 June, before its stage “‘回头看’整改” begins on Friday 1 July",
    ]
    assert words[Clash.ORDER] == [
        "“before” is due on Thursday 30 June, before its predecessor “late” on Friday 29 July"
    ]
    assert "2099" in words[Clash.PROVISIONAL][0] and len(words) == 4


def test_a_time_line_by_stages(here: Organisation) -> None:
    declared = declaration(
        here,
        milestone("loose", "2022-08-20", "after: [plan]"),
        milestone("last", "2022-06-09", "stage: first"),
        milestone("plan", "2022-06-01至2022-06-08", "kind: phase, stage: first"),
        milestone("monthly", "每月5日前", "kind: monthly, first: 2022-06, last: 2022-08, "
                  "covers: previous, stage: second", who="{levels: [city, county]}"),
        head=HEAD,
    )  # fmt: skip
    line = timeline(declared, compile_campaign(declared, here))
    assert (line.first, line.last, line.days) == (date(2022, 5, 9), date(2022, 8, 28), 112)
    assert [(stage.title, [bar.id for bar in stage.bars]) for stage in line.stages] == [
        ("部署", ["plan", "last"]), ("“回头看”整改", ["monthly"]), ("", ["loose"]),
    ]  # fmt: skip
    plan, _last = line.stages[0].bars
    assert plan.spans == ((date(2022, 6, 1), date(2022, 6, 8)),)
    (monthly,) = line.stages[1].bars
    assert (monthly.units, len(monthly.dues)) == (3, 3)
    (loose,) = line.stages[2].bars
    assert loose.after == ((1, date(2022, 6, 8)),)
    assert line.days_off == ((date(2022, 6, 3), date(2022, 6, 5), "Dragon Boat Festival"),)
    assert holidays(line) == "Dragon Boat Festival 3 June to 5 June"


def holidays(line: Timeline) -> str:
    """What the page says of the days off."""
    first, last = line.first, line.last
    played = Simulation(first, last, (), {}, (), (), (), (), (line,), waits_for_lights=False)
    return str(drawn_timeline(played, line, [])["holidays"])


def test_holidays_without_a_notice_are_provisional(here: Organisation) -> None:
    head = HEAD.replace("2022", "2098")
    declared = declaration(here, milestone("plan", "2098-10-05"), head=head)
    said = holidays(timeline(declared, compile_campaign(declared, here)))
    assert "National Day" in said and said.count("(provisional)") == said.count(";") + 1
