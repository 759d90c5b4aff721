"""The state machine: every pair of state and action is legal, or refused with what would be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import StateError
from config.i18n import using_language
from scheduler.cli.commands import COMMANDS
from workflows.states import (
    OWING,
    STATE_WORDS,
    TRANSITIONS,
    Action,
    State,
    legal_actions,
    next_state,
    state_word,
)

NAMES = {one.name for listed in COMMANDS.values() for one in listed}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_an_action_is_legal_or_refused_with_what_would_be(state: State, action: Action) -> None:
    if action in legal_actions(state):
        assert next_state(state, action, "c/m/u") is TRANSITIONS[(state, action)]
        return
    with pytest.raises(StateError) as caught:
        next_state(state, action, "c/m/u")
    assert "c/m/u" in caught.value.message
    assert "” is not possible" in caught.value.message
    offered = caught.value.mend.removeprefix("possible now: ").split(", ")
    assert offered, "there is a way out of each state"
    assert set(offered) <= NAMES, "each can be typed"
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("way", "end"),
    [
        ("submit accept", State.ACCEPTED),
        ("submit return submit accept", State.ACCEPTED),
        ("submit reopen submit", State.SUBMITTED),  # typed for the wrong unit
        ("request_extension approve_extension submit", State.SUBMITTED),
        ("request_extension reject_extension", State.OPEN),
        ("submit return request_extension", State.RETURNED),
        ("waive reopen submit", State.SUBMITTED),
        ("cancel reopen", State.OPEN),
        ("submit accept reopen", State.OPEN),
    ],
)
def test_the_ways_of_an_office(way: str, end: State) -> None:
    state = State.OPEN
    for step in way.split():
        state = next_state(state, Action(step), "c/m/u")
    assert state is end


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (State.OPEN, Action.ACCEPT),  # nothing handed in
        (State.OPEN, Action.RETURN),
        (State.SUBMITTED, Action.SUBMIT),
        (State.SUBMITTED, Action.WAIVE),
        (State.ACCEPTED, Action.CANCEL),  # what is settled is reopened first
        (State.ACCEPTED, Action.REQUEST_EXTENSION),
        (State.WAIVED, Action.SUBMIT),
        (State.CANCELLED, Action.SUBMIT),
    ],
)
def test_what_an_office_must_not_do(state: State, action: Action) -> None:
    with pytest.raises(StateError):
        next_state(state, action, "c/m/u")


def test_only_open_and_returned_assignments_are_owed() -> None:
    assert {State.OPEN, State.RETURNED} == OWING
    assert all(Action.SUBMIT in legal_actions(state) for state in OWING)
    assert not any(Action.SUBMIT in legal_actions(state) for state in set(State) - OWING)


def test_every_state_has_a_word_and_a_way_back_to_open() -> None:
    assert set(STATE_WORDS) == set(State)
    assert [state_word(state) for state in State] == [state.value for state in State]
    with using_language("zh"):
        assert all(state_word(state) for state in State)
    for state in State:
        reached = {state}
        for _round in State:
            reached |= {to for (source, _action), to in TRANSITIONS.items() if source in reached}
        assert State.OPEN in reached


@given(st.lists(st.sampled_from(Action)))
def test_a_random_walk_never_leaves_the_states(walk: list[Action]) -> None:
    state = State.OPEN
    for action in walk:
        try:
            state = next_state(state, action, "c/m/u")
        except StateError:
            assert action not in legal_actions(state)
        assert state in set(State)
        assert legal_actions(state)  # nowhere is a dead end
