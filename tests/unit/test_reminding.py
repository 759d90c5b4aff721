"""What a tick works out once for all assignments that are alike."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from workflows.ladder import CORRECTION_LADDER, DEFAULT_LADDER, Rung
from workflows.reminding import alike, next_at, stored_rungs, to_come
from workflows.states import State
from workflows.tables import Campaign, CampaignStatus, MilestoneRow

NOW = datetime(2022, 6, 13, 1, tzinfo=UTC)
CAMPAIGN = Campaign(
    id="bridges", title="", year=2022, time_zone="Asia/Shanghai", owner="", mailbox="",
    version=1, digest="", applied_at=NOW, changed_at=NOW, status=CampaignStatus.RUNNING,
)  # fmt: skip
HOUR = Rung(id="hour", when="on the day at 14:00")


class Reading:
    """An assignment that notes which of its columns are read."""

    def __init__(self, **changed: Any) -> None:
        self.read: set[str] = set()
        self._values = {
            "unit_id": "north", "state": State.OPEN, "effective_due": date(2022, 6, 15),
            "late_after": date(2022, 6, 15), "silent": False, "reminded_through": date(2022, 6, 15),
            "reminded_at": NOW, "snoozes": {"wang@example.org": "2022-06-14"}, **changed,
        }  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return self._values[name]


def milestone(**columns: Any) -> MilestoneRow:
    ladder = stored_rungs([*DEFAULT_LADDER, HOUR])
    return MilestoneRow(ladder=ladder, correction_ladder=stored_rungs(CORRECTION_LADDER), **columns)


@pytest.mark.parametrize("state", [State.OPEN, State.RETURNED, State.SUBMITTED])
@pytest.mark.parametrize("unit_ladders", [[], [{"units": ["north"], "ladder": []}]])
def test_all_that_is_read_tells_assignments_apart(
    state: State, unit_ladders: list[dict[str, Any]]
) -> None:
    own = milestone(unit_ladders=unit_ladders)
    asked, compared = Reading(state=state), Reading(state=state)
    one: Any = asked
    to_come(one, own, CAMPAIGN)
    next_at(one, own, CAMPAIGN)
    other: Any = compared
    alike(other, own)
    assert asked.read <= compared.read


@pytest.mark.parametrize(
    "changed",
    [
        {"unit_id": "south"}, {"state": State.RETURNED}, {"silent": True},
        {"effective_due": date(2022, 6, 16)}, {"late_after": date(2022, 6, 16)},
        {"reminded_through": None}, {"reminded_at": None}, {"snoozes": {}},
    ],
)  # fmt: skip
def test_whoever_differs_in_it_is_not_alike(changed: dict[str, Any]) -> None:
    own = milestone(unit_ladders=[{"units": ["north"], "ladder": []}])
    one: Any = Reading()
    other: Any = Reading(**changed)
    assert alike(one, own) == alike(one, own) != alike(other, own)


def test_the_unit_does_not_matter_where_it_has_no_ladder_of_its_own() -> None:
    one: Any = Reading()
    other: Any = Reading(unit_id="south")
    assert alike(one, milestone()) == alike(other, milestone())
