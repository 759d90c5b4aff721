"""Notices: a unit is told once, and shortly, what became of what it handed in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from notifications import by_hand
from notifications.sender import SendReport
from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, PLAN
from tests.support.referee import found

BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")
MAP = PLAN.replace("id: plan", "id: map").replace("报送排查方案", "报送桥梁一张图")
MAP_KEY, SOUTH = "bridges-2022/map/north", "bridges-2022/plan/south"
MORNING = "2022-05-23 09:00"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office whose units are told, with two duties of the north; on SQLite."""
    office = SampleOffice(tmp_path, announce=True)
    office.apply(BOTH, MAP)
    office.tick(MORNING)
    yield office
    assert found(office) == []
    office.close()


def last(office: SampleOffice) -> str:
    """The text of the newest mail."""
    body = office.mails()[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())
