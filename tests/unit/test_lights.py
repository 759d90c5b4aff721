"""The light of an assignment, by how it stands on a day."""

from datetime import date
from typing import Any

import pytest

from workflows.lighting import LightRule, light_of
from workflows.lights import LIGHT_LOOKS, Light, light_word
from workflows.reporting.declared import Lights
from workflows.standing import Standing
from workflows.states import State
from workflows.working_days import working_days

DUE = date(2022, 6, 15)  # a Wednesday
BEGINS = date(2022, 6, 1)


@pytest.mark.parametrize(
    ("kind", "due", "begins"),
    [
        ("monthly", "2022-06-05", "2022-05-06"),
        ("monthly", "2022-03-31", "2022-03-01"),
        ("quarterly", "2022-09-30", "2022-07-01"),
        ("quarterly", "2022-01-10", "2021-10-11"),
        ("once", "2022-06-30", "2022-05-20"),
    ],
)
def test_a_recurring_duty_begins_so_long_before_it_is_due(kind: str, due: str, begins: str) -> None:
    rule = LightRule(None, date(2022, 5, 20))
    assert rule.begins(None, kind, date.fromisoformat(due), "") == date.fromisoformat(begins)


@pytest.mark.parametrize(
    ("state", "day", "more", "behind", "light"),
    [
        (State.OPEN, "05-31", {}, False, Light.GREY),
        (State.OPEN, "06-01", {}, False, Light.GREEN),
        (State.OPEN, "06-01", {}, True, Light.YELLOW),
        (State.OPEN, "06-09", {}, False, Light.GREEN),
        (State.OPEN, "06-10", {}, False, Light.YELLOW),
        (State.OPEN, "06-15", {}, False, Light.YELLOW),
        (State.OPEN, "06-16", {}, False, Light.RED),
        (State.RETURNED, "06-16", {}, False, Light.RED),
        (State.SUBMITTED, "06-16", {}, False, Light.GREEN),
        (State.SUBMITTED, "06-16", {"missing": ("方案",)}, False, Light.YELLOW),
        (State.SUBMITTED, "06-16", {}, True, Light.YELLOW),
        (State.ACCEPTED, "06-16", {}, True, Light.DONE),
        (State.WAIVED, "06-16", {}, False, None),
    ],
)
def test_one_light_for_each_standing(
    state: State, day: str, more: dict[str, Any], behind: bool, light: Light | None
) -> None:
    standing = Standing(state, DUE, DUE, DUE, **more)
    today = date.fromisoformat(f"2022-{day}")
    assert light_of(standing, BEGINS, today, Lights(), working_days(), behind=behind) is light


def test_a_plan_may_have_words_and_thresholds_of_its_own() -> None:
    rule = Lights.model_validate({"due_soon": 1, "words": {"red": "滞后"}})
    standing = Standing(State.OPEN, DUE, DUE, DUE)
    found = light_of(standing, BEGINS, date(2022, 6, 13), rule, working_days(), behind=False)
    assert found is Light.GREEN
    assert light_word(Light.RED, rule) == "滞后"
    assert {look.sign for look in LIGHT_LOOKS.values()} == {"✓", "○", "●", "▲", "!"}
