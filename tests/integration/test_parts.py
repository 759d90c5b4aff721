"""Parts of a hand-in, nil reports, and taking back: on a real record, judged by the referee."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from config.errors import InputError, StateError
from tests.support.moments import at
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.referee import found
from workflows.handing_in import Deed, submit
from workflows.naming import find_assignment
from workflows.states import State
from workflows.tables import Assignment
from workflows.undoing import Undone, undo_last

STAMPED = "排查方案（盖章件）"


@pytest.fixture
def applied(tmp_path: Path) -> Iterator[SampleOffice]:
    """One duty of 北城市, due on Wednesday 15 June: a plan and its stamped copy. On SQLite: the
    rules ask nothing that a database answers in its own way."""
    here = begun(SampleOffice(tmp_path))
    yield here
    assert found(here) == []
    here.close()


def begun(office: SampleOffice) -> SampleOffice:
    office.apply()
    office.at("2022-06-10 10:00")
    return office


def hand_in(office: SampleOffice, *, missing: str = "", only: str = "", nil: bool = False) -> None:
    with office.database.write() as session:
        submit(
            session,
            find_assignment(session, PLAN_KEY),
            Deed("tester", office.clock(), office.clock()),
            missing=[missing] if missing else None,
            only=[only] if only else None,
            nil=nil,
        )


def undo(office: SampleOffice, actor: str = "tester") -> Undone:
    with office.database.write() as session:
        return undo_last(session, Deed(actor, office.clock(), office.clock()))


def how_it_stands(office: SampleOffice) -> dict[str, object]:
    found = office.assignment().model_dump()
    changing = {"sequence", "changed_at", "next_at", "reminded_through"}
    return {name: value for name, value in found.items() if name not in changing}


def test_on_time_by_the_first_part_and_accepted_only_when_complete(applied: SampleOffice) -> None:
    applied.at("2022-06-15 17:00")
    hand_in(applied, missing="盖章件")
    assert applied.assignment().missing == [STAMPED]
    with pytest.raises(StateError, match="not complete, missing: 排查方案（盖章件）"):
        applied.act("accept")
    with pytest.raises(StateError, match="nothing new has come"):
        hand_in(applied, missing="盖章件")
    applied.at("2022-06-20 09:00")  # the stamped copy comes days after the due date
    hand_in(applied)
    applied.act("accept")
    found = applied.assignment()
    assert (found.state, found.missing, found.handed_in_late) == (State.ACCEPTED, [], False)
    assert found.submitted_at == at("2022-06-15 17:00")


def test_parts_are_known_by_a_piece_of_their_name(applied: SampleOffice) -> None:
    with pytest.raises(InputError, match="“照片” is no part") as caught:
        hand_in(applied, only="照片")
    assert f"排查方案, {STAMPED}" in caught.value.mend
    with pytest.raises(StateError, match="nothing new has come"):
        hand_in(applied, missing="方案")
    assert applied.assignment().state is State.OPEN
    hand_in(applied, only=STAMPED)
    assert applied.assignment().missing == ["排查方案"]


def test_a_nil_report_is_a_hand_in(applied: SampleOffice) -> None:
    with pytest.raises(InputError, match="a nil report has no parts"):
        hand_in(applied, missing="盖章件", nil=True)
    hand_in(applied, nil=True)
    assert (applied.assignment().nil, applied.assignment().missing) == (True, [])
    applied.act("accept")
    applied.act("reopen")
    assert not applied.assignment().nil


@pytest.mark.parametrize(
    "deeds",
    [
        [("submit",)],
        [("submit",), ("accept",)],
        [("submit",), ("return_for_correction", "2022-06-20")],
        [("submit",), ("return_for_correction", "2022-06-20"), ("submit",), ("accept",)],
        [("request_extension", "2022-06-30"), ("approve_extension",), ("waive",)],
        [("waive",), ("reopen",)],
    ],
)
def test_taking_back_restores_each_standing(
    applied: SampleOffice, deeds: list[tuple[str, ...]]
) -> None:
    standings = [how_it_stands(applied)]
    for hour, (action, *days) in enumerate(deeds, start=11):
        applied.at(f"2022-06-10 {hour}:00")
        applied.act(action, PLAN_KEY, *(at(f"{one} 00:00").date() for one in days))
        standings.append(how_it_stands(applied))
    count = len(applied.events())
    for before in reversed(standings[:-1]):
        undo(applied)
        assert how_it_stands(applied) == before
    assert len(applied.events()) == count + len(deeds), "nothing is erased"
    with pytest.raises(StateError, match="apply"):
        undo(applied)


def test_only_ones_own_and_only_the_last(office: SampleOffice) -> None:
    applied = begun(office)
    applied.act("submit")
    with pytest.raises(StateError, match="nothing by somebody to undo"):
        undo(applied, "somebody")
    with applied.database.write() as session:
        _accept_as(session, applied, "somebody")
    with pytest.raises(StateError, match="has changed since"):
        undo(applied)
    assert undo(applied, "somebody").kind == "accept"
    assert undo(applied).kind == "submit"


def test_what_was_taken_back_is_reminded_of_again(applied: SampleOffice) -> None:
    applied.act("submit")
    assert applied.assignment().next_at is None
    undo(applied)
    assert applied.tick("2022-06-13 09:00").sent == 1


def _accept_as(session: Session, office: SampleOffice, actor: str) -> Assignment:
    from workflows.handing_in import accept

    assignment = find_assignment(session, PLAN_KEY)
    accept(session, assignment, Deed(actor, office.clock(), office.clock()))
    return assignment
