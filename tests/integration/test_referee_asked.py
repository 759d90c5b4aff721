"""The referee looks for the reminders that people asked for: one that was never made is named, and
none is wanted of a wish that ended before its day."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.referee import found, referee
from workflows.answering import snooze
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.naming import find_assignment
from workflows.tables import Campaign, Delivery, Reminder
from workflows.undoing import undo_last

WANG, LI = "wang@example.org", "li@example.org"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """On 7 June Wang wishes to be reminded on the 10th; the ladder has the 8th and the 13th."""
    here = SampleOffice(tmp_path)
    here.apply()
    here.add_contact("north", "contact", WANG)
    here.at("2022-06-07 10:00")
    wish(here, "2022-06-10")
    yield here
    here.close()


def wish(office: SampleOffice, on: str, address: str = WANG) -> None:
    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock())
        snooze(session, find_assignment(session, PLAN_KEY), deed, address, day(on))


def ticks(office: SampleOffice, first: int, last: int) -> None:
    """A tick each morning from the one day of June to the other."""
    office.ticks(f"2022-06-{number:02} 09:00" for number in range(first, last + 1))


def lose(office: SampleOffice) -> None:
    """Take away what was asked for, with its mail."""
    with office.database.write() as session:
        (one,) = session.exec(select(Reminder).where(Reminder.reason == "snooze"))
        delivery = session.get_one(Delivery, one.delivery_id)
        session.delete(one)
        session.flush()
        session.delete(delivery)


def asked(office: SampleOffice) -> list[tuple[str, str]]:
    """Whom a reminder that was asked for was made, and what became of it."""
    return [one[1:] for one in office.fates() if one[0] == "snooze"]


def test_one_that_was_made_is_no_finding_and_one_that_is_lost_is(office: SampleOffice) -> None:
    ticks(office, 8, 14)
    assert asked(office) == [(WANG, "sent")]
    clean = referee(office)
    assert clean.findings == []
    lose(office)
    report = referee(office)
    (one,) = report.findings
    assert (one.code, one.where) == ("wish-missed", PLAN_KEY)
    assert one.message == f"{WANG} wished to be reminded on 2022-06-10, and there is no reminder"
    assert "asked to be reminded on that day" in one.mend
    assert report.counts["rungs"] == clean.counts["rungs"]


def test_a_wish_of_today_is_judged_when_a_tick_has_run(office: SampleOffice) -> None:
    ticks(office, 8, 9)
    office.at("2022-06-10 15:00")
    assert found(office) == [], "nothing ran since"
    ticks(office, 11, 13)
    assert asked(office) == [(WANG, "superseded")], "made up for on Monday, with that day's own"
    assert found(office) == []


def undo(office: SampleOffice) -> None:
    with office.database.write() as session:
        undo_last(session, Deed("tester", office.clock(), office.clock()))


def turn(office: SampleOffice, change: str) -> None:
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        deed = Deed("tester", office.clock(), office.clock())
        change_status(session, campaign, change, deed)


def extend(office: SampleOffice) -> None:
    office.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    office.act("approve_extension")


@pytest.mark.parametrize(
    "end",
    [
        lambda office: office.act("submit"),
        extend,
        lambda office: wish(office, "2022-06-14"),
        lambda office: turn(office, "pause"),
        undo,
    ],
    ids=["handed in", "another date", "another wish", "a campaign at rest", "taken back"],
)
def test_a_wish_that_ended_before_its_day_wants_no_reminder(
    office: SampleOffice, end: Callable[[SampleOffice], object]
) -> None:
    office.at("2022-06-09 15:00")
    end(office)
    ticks(office, 10, 13)
    assert asked(office) == [] and found(office) == []


def test_what_rested_over_the_day_is_not_made_up_for(office: SampleOffice) -> None:
    office.at("2022-06-09 15:00")
    turn(office, "pause")
    ticks(office, 10, 12)
    office.at("2022-06-12 15:00")
    turn(office, "resume")
    ticks(office, 13, 14)
    assert asked(office) == [] and found(office) == []


def test_a_hand_in_that_is_taken_back_before_the_day(office: SampleOffice) -> None:
    office.at("2022-06-09 12:00")
    office.act("submit")
    office.at("2022-06-09 15:00")
    undo(office)
    ticks(office, 10, 13)
    assert asked(office) == [(WANG, "sent")] and found(office) == []
    lose(office)
    assert [one.partition(" ")[0] for one in found(office)] == ["wish-missed"]


def test_a_hand_in_that_is_taken_back_after_the_day(office: SampleOffice) -> None:
    office.at("2022-06-09 12:00")
    office.act("submit")
    ticks(office, 10, 12)
    office.at("2022-06-12 15:00")
    undo(office)
    ticks(office, 13, 14)
    assert asked(office) == [] and found(office) == []


def test_who_has_gone_is_followed_by_the_others(office: SampleOffice) -> None:
    wish(office, "2022-06-10", "gone@example.org")
    wish(office, "2022-06-09", "gone@example.org")
    ticks(office, 8, 13)
    assert asked(office) == [(WANG, "sent"), (WANG, "sent")] and found(office) == []
