"""The signs and the four counts, for any standing at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.i18n import set_language
from tests.support.fuzzing import fuzz
from tests.support.moments import day
from workflows.lighting import light_of
from workflows.lights import LIGHT_LOOKS, Light
from workflows.reporting.declared import Lights
from workflows.signs import LOOKS, REPORTED, Sign, mark_of
from workflows.standing import Standing
from workflows.states import State
from workflows.status import Cell, added, count, sign_of
from workflows.working_days import working_days

TODAY = day("2022-06-06")
OPEN = Standing(State.OPEN, day("2022-06-03"), day("2022-06-03"), day("2022-06-06"))

near = st.integers(-9, 9).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Any state with any dates; a correction date stands only where something was returned."""
    state, due = draw(st.sampled_from(State)), draw(near)
    effective = draw(near) if state is State.RETURNED else due
    reported = state in {State.SUBMITTED, State.ACCEPTED}
    return Standing(
        state,
        due,
        effective,
        effective + timedelta(days=draw(st.integers(0, 3))),
        handed_in_late=draw(st.booleans()) and state is not State.OPEN,
        missing=("盖章件",) if reported and draw(st.booleans()) else (),
        nil=reported and draw(st.booleans()),
    )


def cell(standing: Standing, today: date = TODAY) -> Cell:
    """The cell, without the assignment's name."""
    sign = sign_of(standing, today)
    overdue = sign is Sign.OVERDUE
    return Cell(
        "", sign, standing.state, standing.due, standing.effective_due,
        overdue or standing.due <= today, standing.handed_in_late, standing.missing, int(overdue),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({}, Sign.DUE),  # the grace after a day off
        ({"late_after": day("2022-06-05")}, Sign.OVERDUE),
        ({"due": day("2022-06-07"), "late_after": day("2022-06-07")}, Sign.AHEAD),
        ({"due": TODAY}, Sign.DUE),
        ({"state": State.SUBMITTED}, Sign.SUBMITTED),
        ({"state": State.SUBMITTED, "missing": ("盖章件",)}, Sign.INCOMPLETE),
        ({"state": State.SUBMITTED, "nil": True}, Sign.NIL),
        ({"state": State.ACCEPTED}, Sign.ACCEPTED),
        ({"state": State.ACCEPTED, "nil": True}, Sign.NIL),
        ({"state": State.RETURNED, "late_after": day("2022-06-09")}, Sign.RETURNED),
        ({"state": State.RETURNED, "late_after": day("2022-06-05")}, Sign.OVERDUE),
        ({"state": State.WAIVED}, Sign.NONE),
        ({"state": State.CANCELLED}, Sign.NONE),
    ],
)
def test_each_standing_has_its_sign(changes: dict[str, object], sign: Sign) -> None:
    assert sign_of(replace(OPEN, **changes), TODAY) is sign  # type: ignore[arg-type]


def test_a_return_takes_nothing_away_from_what_was_due() -> None:
    returned = replace(OPEN, state=State.RETURNED, effective_due=day("2022-06-20"),
                       late_after=day("2022-06-20"))  # fmt: skip
    counts = count([cell(returned)])
    assert (counts.due, counts.reported, counts.outstanding, counts.returned) == (1, 0, 1, 1)
    assert counts.overdue == 0


@fuzz()
@given(st.lists(standings(), max_size=30))
def test_due_is_reported_and_outstanding(found: list[Standing]) -> None:
    cells = [cell(one) for one in found]
    counts = count(cells)
    assert counts.due == counts.reported + counts.outstanding
    assert counts.late <= counts.reported
    assert counts.overdue <= counts.outstanding
    assert counts.due <= counts.total <= len(cells)
    # Recounted without the signs, as an office counts on paper.
    asked = [one for one in found if one.state not in {State.WAIVED, State.CANCELLED}]
    overdue = [one for one in asked if one.owing and one.late_after < TODAY]
    due = [one for one in asked if one.due <= TODAY or one in overdue]
    assert counts.total == len(asked)
    assert counts.due == len(due)
    assert counts.reported == sum(one.state in {State.SUBMITTED, State.ACCEPTED} for one in due)
    assert counts.overdue == len(overdue)
    assert counts.returned == sum(one.state is State.RETURNED for one in due)
    halves = [count(cells[:7]), count(cells[7:])]
    assert added(halves) == counts


@fuzz()
@given(st.lists(standings(), max_size=30), st.booleans(), st.booleans())
def test_a_mark_tells_its_light_without_colours(
    found: list[Standing], behind: bool, begun: bool
) -> None:
    begins = TODAY - timedelta(days=int(begun)) if begun else TODAY + timedelta(days=1)
    lights: dict[str, set[Light | None]] = {}
    for standing in found:
        if not begun and standing.due <= TODAY:
            continue  # what is due has begun
        light = light_of(standing, begins, TODAY, Lights(), working_days(), behind=behind)
        shown = replace(cell(standing), light=light)
        lights.setdefault(shown.mark.removesuffix("迟").removesuffix("L"), set()).add(light)
    for mark, several in lights.items():
        # A nil report is done when it is accepted, and in order before.
        assert len(several) == 1 or mark in {"0", "零"}, mark


def test_no_mark_means_something_else_as_a_light() -> None:
    lights = {look.sign: look.word for look in LIGHT_LOOKS.values()}
    assert len(lights) == len(Light)
    shared = {look.mark for look in LOOKS.values()} & set(lights)
    assert shared == {LOOKS[Sign.ACCEPTED].mark, LOOKS[Sign.OVERDUE].mark}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_mark_reads_in_black_and_white(language: str) -> None:
    set_language(language)
    marks = [mark_of(sign) for sign in Sign] + [mark_of(sign, late=True) for sign in REPORTED]
    assert len(set(marks)) == len(marks)
    assert set(LOOKS) == set(Sign)
    assert mark_of(Sign.OVERDUE, late=True) == mark_of(Sign.OVERDUE)
