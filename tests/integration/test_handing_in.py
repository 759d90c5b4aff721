"""The use cases on a real record: states, dates, the two times and the chained log."""

from datetime import date

import pytest

from config.errors import InputError, StateError
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from workflows.events import appended_together, chain_hash
from workflows.handing_in import Deed, approve_extension, submit
from workflows.naming import find_assignment
from workflows.overdue import overdue
from workflows.states import State


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    """One duty of 北城市, due on Wednesday 15 June."""
    office.apply()
    office.at("2022-06-10 10:00")
    return office


def dates(office: SampleOffice) -> tuple[date, date, date]:
    found = office.assignment()
    return found.due, found.effective_due, found.late_after


def late(office: SampleOffice, moment: str) -> list[int]:
    """Days overdue as of a past moment."""
    with office.database.read() as session:
        return [one.days_overdue for one in overdue(session, at(moment), as_of_past=True)]


def test_handed_in_and_checked(applied: SampleOffice) -> None:
    applied.act("submit")
    found = applied.assignment()
    assert (found.state, found.next_at) == (State.SUBMITTED, None)
    assert found.submitted_at == at("2022-06-10 10:00")
    applied.act("accept")
    assert applied.assignment().state is State.ACCEPTED
    assert applied.assignment().sequence == 2


@pytest.mark.parametrize(
    ("done", "refused", "possible"),
    [
        ([], "accept", "submit, waive, extend, acknowledge"),
        (["submit"], "submit", "accept, return, reopen"),
        (["submit", "accept"], "submit", "reopen"),
        (["waive"], "submit", "reopen"),
    ],
)
def test_what_is_illegal_says_what_is_legal(
    applied: SampleOffice, done: list[str], refused: str, possible: str
) -> None:
    for action in done:
        applied.act(action)
    count = len(applied.events())
    with pytest.raises(StateError, match=f"“{refused}” is not possible") as caught:
        applied.act(refused)
    assert caught.value.mend == f"possible now: {possible}", "each is a command"
    assert len(applied.events()) == count


def test_a_return_sets_a_correction_date(applied: SampleOffice) -> None:
    applied.act("submit")
    applied.act("return_for_correction", PLAN_KEY, day("2022-06-26"))  # a Sunday
    found = applied.assignment()
    assert found.state is State.RETURNED
    assert dates(applied) == (day("2022-06-15"), day("2022-06-26"), day("2022-06-27"))
    assert found.next_at == at("2022-06-23")  # two working days before it
    applied.act("submit")
    applied.act("accept")
    applied.act("reopen")
    assert dates(applied) == (day("2022-06-15"),) * 3
    assert applied.assignment().submitted_at is None


def test_a_correction_date_lies_ahead(applied: SampleOffice) -> None:
    applied.act("submit")
    with pytest.raises(InputError, match="is already past"):
        applied.act("return_for_correction", PLAN_KEY, day("2022-06-09"))
    assert applied.assignment().state is State.SUBMITTED


def test_an_extension_is_asked_for_and_given(applied: SampleOffice) -> None:
    applied.act("request_extension", PLAN_KEY, day("2022-06-30"))
    assert dates(applied) == (day("2022-06-15"),) * 3
    assert applied.assignment().requested_due == day("2022-06-30")
    applied.act("approve_extension")
    found = applied.assignment()
    assert dates(applied) == (day("2022-06-30"),) * 3
    assert (found.nominal_due, found.extended_from) == (day("2022-06-15"), day("2022-06-15"))
    assert (found.requested_due, found.next_at) == (None, at("2022-06-16"))


def test_or_declined(applied: SampleOffice) -> None:
    with pytest.raises(StateError, match="no extension was asked for"):
        applied.act("reject_extension")
    with pytest.raises(StateError, match="no extension was asked for"):
        applied.act("approve_extension")
    with pytest.raises(InputError, match="is not later than the due date"):
        applied.act("request_extension", PLAN_KEY, day("2022-06-15"))
    applied.act("request_extension", PLAN_KEY, day("2022-06-30"))
    applied.act("reject_extension")
    assert applied.assignment().requested_due is None
    assert dates(applied) == (day("2022-06-15"),) * 3


def test_waived_and_owed_again(applied: SampleOffice) -> None:
    applied.act("waive")
    assert applied.assignment().next_at is None
    applied.act("reopen")
    assert (applied.assignment().state, applied.assignment().next_at) == (
        State.OPEN,
        at("2022-06-13"),
    )


@pytest.mark.parametrize(("on", "is_late"), [("2022-06-15", False), ("2022-06-16", True)])
def test_lateness_goes_by_when_it_happened(applied: SampleOffice, on: str, is_late: bool) -> None:
    applied.at("2022-06-20 16:00")
    event = applied.act("submit", on=day(on))
    assert (event.at, event.recorded_at) == (at(on), at("2022-06-20 16:00"))
    assert applied.assignment().handed_in_late is is_late
    with pytest.raises(InputError, match="is still to come"):
        applied.act("accept", on=day("2022-06-21"))


def test_as_of_goes_by_what_was_recorded(applied: SampleOffice) -> None:
    """A fax of the 15th, typed on the 20th: on the 18th nobody knew of it."""
    applied.at("2022-06-20 16:00")
    applied.act("submit", on=day("2022-06-15"))
    assert late(applied, "2022-06-15 23:59") == []
    assert late(applied, "2022-06-18 12:00") == [3]
    assert late(applied, "2022-06-20 15:59") == [5]
    assert late(applied, "2022-06-20 16:01") == []


def test_as_of_sees_the_dates_of_that_time(applied: SampleOffice) -> None:
    applied.at("2022-06-17 10:00")
    applied.act("approve_extension", PLAN_KEY, day("2022-06-30"))
    assert late(applied, "2022-06-17 09:00") == [2]
    assert late(applied, "2022-06-29 09:00") == []
    assert late(applied, "2022-07-02 09:00") == [2]


def test_the_log_is_chained(applied: SampleOffice) -> None:
    applied.act("request_extension", PLAN_KEY, day("2022-06-30"))
    applied.act("approve_extension")
    applied.act("submit", on=day("2022-06-09"))
    applied.act("accept")

    events = [one for one in applied.events() if one.assignment_id is not None]
    assert [one.kind for one in events] == [
        "request_extension",
        "approve_extension",
        "submit",
        "accept",
    ]
    previous = ""
    for event in events:
        assert event.previous_hash == previous
        assert event.hash == chain_hash(event)
        previous = event.hash
    events[1].note = "changed afterwards"
    assert events[1].hash != chain_hash(events[1])


def test_what_is_appended_together_goes_on_with_the_chain(applied: SampleOffice) -> None:
    applied.act("request_extension", PLAN_KEY, day("2022-06-30"))
    now = applied.clock()
    deed = Deed("tester", now, now)
    with applied.database.write() as session:
        assignment = find_assignment(session, PLAN_KEY)
        with appended_together(session, [assignment.id or 0]):
            approve_extension(session, assignment, deed)
            submit(session, assignment, deed)

    events = [one for one in applied.events() if one.assignment_id is not None]
    assert [one.kind for one in events] == ["request_extension", "approve_extension", "submit"]
    previous = ""
    for event in events:
        assert event.previous_hash == previous
        assert event.hash == chain_hash(event)
        previous = event.hash
    assert applied.assignment().state is State.SUBMITTED
