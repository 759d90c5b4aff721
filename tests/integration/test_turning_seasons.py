"""Seasons drawn by chance with rungs at the turns of lights: the referee finds each in order."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from config.errors import DubanError
from tests.integration.test_turning import KEY, change
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import with_ladder
from tests.support.referee import found
from tests.support.targets import report

WORK = """\
  - id: work
    title: 完成桥梁加固
    due: 2022-06-20
    start: 2022-06-06
    who: {levels: [city, county]}
    departments: [公路处]
    clause: 三（一）
    targets:
      - {id: bridges, title: 加固桥梁, unit_of_measure: 座,
         points: [{by: 2022-06-13, value: 4}, {by: 2022-06-20, value: 10}]}
"""
LADDERS = (
    "[{id: yellow, when: light turns yellow}, {id: red, when: 亮红灯时, to: [lead]}]",
    "[{id: two, when: 2 working days before}, {id: yellow, when: 亮黄灯时, until: acknowledged},"
    " {id: after, when: 1 working day after}]",
    "[{id: two, when: 2 working days before}]",
)
UNITS = ("north", "south", "hill")


def deeds(office: SampleOffice, chance: Random) -> list[Callable[[], object]]:
    """What may happen at the office's moment; some of it is refused."""
    unit = chance.choice(UNITS)
    name = KEY.replace("north", unit)
    today = office.clock().astimezone(at("2022-06-01").tzinfo).date()
    later = today + timedelta(chance.randint(0, 9))
    value = str(chance.randint(0, 12))
    return [
        *[lambda: report(office, "bridges", unit, value, str(today))] * 4,
        lambda: office.act("submit", name),
        lambda: office.act("accept", name),
        lambda: office.act("reopen", name),
        lambda: office.act("waive", name),
        lambda: office.act("return_for_correction", name, later),
        lambda: office.act("approve_extension", name, later),
        lambda: office.apply(with_ladder(chance.choice(LADDERS), WORK)),
        lambda: change(office, moment(office), "pause"),
        *[lambda: change(office, moment(office), "resume")] * 3,
    ]


def moment(office: SampleOffice) -> str:
    return f"{office.clock().astimezone(at('2022-06-01').tzinfo):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("seed", range(3))
def test_a_season_by_chance(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a pattern, not a secret
    office = SampleOffice(tmp_path, start="2022-06-02 08:00")
    office.add_contact("north", "lead", "lead@north.example.org")
    office.apply(with_ladder(LADDERS[seed % 2], WORK))
    when = at("2022-06-02 09:00")
    for _day in range(24):
        if chance.random() < 0.8:  # else it is down
            office.tick(f"{when:%Y-%m-%d %H:%M}")
        for hour in sorted(chance.sample(range(1, 12), 2)):
            office.at(f"{when + timedelta(hours=hour):%Y-%m-%d %H:%M}")
            try:
                chance.choice(deeds(office, chance))()
            except DubanError:
                continue
            assert found(office) == [], (seed, moment(office))
            if chance.random() < 0.5:
                office.tick(f"{when + timedelta(hours=hour, minutes=1):%Y-%m-%d %H:%M}")
        when += timedelta(days=1)
    assert found(office) == []
    office.close()
