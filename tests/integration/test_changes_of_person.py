"""Who takes over, who is away, who is new: nobody is told twice, nothing is lost."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from calendars.options import FeedOptions, FeedScope
from calendars.tokens import create_feed, find_feed
from config.errors import InputError, StateError
from notifications.handing_over import hand_over, release_from_duty
from notifications.outbox import claim
from scheduler.tick import sending_window
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from workflows.people.absences import Away, add_absence, cancel_absence, list_absences
from workflows.people.importing import Gone
from workflows.people.replacing import Replacement, replace_contact
from workflows.tables import Contact

OLD, NEW = "wang@north.example.org", "zhou@north.example.org"
OTHER, DEPUTY = "other@north.example.org", "deputy@north.example.org"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own


@pytest.fixture
def season(office: SampleOffice) -> SampleOffice:
    """North has a contact and has been reminded once."""
    office.apply(PLAN)
    office.add_contact("north", "contact", OLD)
    assert office.tick("2022-05-31 09:00").sent == 1
    return office


def replace(office: SampleOffice, old: str, new: str, start: str, name: str = "周兰") -> None:
    window = sending_window(office.settings)
    with office.database.write() as session:
        today = window.today(office.clock())
        replace_contact(session, Replacement(old, new, day(start), name), today)
        hand_over(session, office.clock(), window)


def away(office: SampleOffice, person: str, first: str, last: str, deputy: str = "") -> int:
    with office.database.write() as session:
        absence = add_absence(
            session, Away(person, day(first), day(last), deputy), office.clock(), "tester", "leave"
        )
        return absence.id or 0


def told(office: SampleOffice) -> list[tuple[str, str]]:
    """Day and address of each mail, without the office's own copies."""
    return [(on, to.rpartition("<")[2].rstrip(">")) for on, to in office.letters()]


@on_sqlite
def test_the_old_one_serves_up_to_the_day_before(season: SampleOffice) -> None:
    season.at("2022-06-07 10:00")
    replace(season, OLD, NEW, "2022-06-13")
    season.ticks([f"2022-06-{n:02} 09:00" for n in (8, 9, 10, 13, 14)])
    assert told(season) == [("05-31", OLD), ("06-08", OLD), ("06-13", NEW)]


def test_what_waits_goes_over_once_and_the_new_one_is_told_the_latest(
    season: SampleOffice,
) -> None:
    season.remind("2022-06-08 09:00")  # queued for the old one, and not sent
    replace(season, OLD, NEW, "2022-06-08")
    assert [one[1:] for one in season.fates()[-2:]] == [(OLD, "dropped"), (NEW, "pending")]
    season.ticks(["2022-06-08 09:05", "2022-06-08 10:00", "2022-06-09 09:00"])
    assert told(season) == [("05-31", OLD), ("06-08", NEW)]
    assert season.statuses() == ["done", "suppressed", "done"]


@on_sqlite
def test_a_successor_hears_of_what_the_old_one_was_told(season: SampleOffice) -> None:
    season.at("2022-06-01 10:00")
    replace(season, OLD, NEW, "2022-06-01")
    season.ticks(["2022-06-01 10:05", "2022-06-02 09:00"])
    assert told(season) == [("05-31", OLD), ("06-01", NEW)]


def test_what_is_claimed_is_left_alone_and_what_is_settled_stays(season: SampleOffice) -> None:

    season.remind("2022-06-08 09:00")
    window = sending_window(season.settings)
    with season.database.write() as session:
        claim(session, at("2022-06-08 09:00"), window, limit=9,
              lease=timedelta(minutes=5), worker="another")  # fmt: skip
    replace(season, OLD, NEW, "2022-06-08")
    assert (season.fates()[-1][1:]) == (OLD, "pending")
    season.ticks(["2022-06-08 09:10"])
    assert sorted(told(season)) == [("05-31", OLD), ("06-08", OLD), ("06-08", NEW)]


def test_a_held_escalation_goes_to_the_new_lead(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.add_contact("north", "lead", OLD)
    office.ticks([f"2022-06-{n} 09:00" for n in (15, 16, 17, 20)])
    assert [one.address for one in office.deliveries() if one.status.value == "held"] == [OLD]
    replace(office, OLD, NEW, "2022-06-20")
    office.tick("2022-06-20 09:10")
    held = {one.address: one.status.value for one in office.deliveries() if one.purpose == "held"}
    assert held == {OLD: "dropped", NEW: "held"}


@on_sqlite
def test_feeds_of_who_has_left_are_revoked(season: SampleOffice) -> None:
    now = season.at("2022-06-07 10:00")
    with season.database.write() as session:
        north = FeedOptions(FeedScope.UNIT, "north")
        _feed, token = create_feed(session, north, now, "tester", holder=OLD)
        _feed, other = create_feed(session, north, now, "tester", holder=OTHER)
    replace(season, OLD, NEW, "2022-06-08")
    with season.database.read() as session:
        assert find_feed(session, token, now) is not None
    season.tick("2022-06-08 09:00")
    with season.database.read() as session:
        assert find_feed(session, token, now) is None and find_feed(session, other, now) is not None


@on_sqlite
def test_what_cannot_be_replaced(season: SampleOffice) -> None:
    for old, new, start, says in (
        (OLD, OLD.upper(), "2022-06-08", "cannot follow"),
        ("wnag@north.example.org", NEW, "2022-06-08", "did you mean wang@north"),
        (OLD, "nobody", "2022-06-08", "not an e-mail address"),
        (OLD, NEW, "0022-06-08", "out of range"),
    ):
        with pytest.raises(InputError, match=says):
            replace(season, old, new, start)
    with pytest.raises(InputError, match=r"what is .* called"):
        replace(season, OLD, NEW, "2022-06-08", name="")
    replace(season, "wang", NEW, "2022-06-08")  # by the only name like it
    with pytest.raises(InputError, match="begins on 2022-06-08"):
        replace(season, NEW, OTHER, "2022-06-08")
    with pytest.raises(StateError, match="already followed"):
        replace(season, OLD, OTHER, "2022-06-09")


@on_sqlite
def test_whose_name_leaves_the_list_gets_nothing_more(season: SampleOffice) -> None:
    season.remind("2022-06-08 09:00")
    window = sending_window(season.settings)

    with season.database.write() as session:
        session.delete(session.exec(select(Contact).where(Contact.address == OLD)).one())
        session.flush()
        assert release_from_duty(session, [Gone("", "north", OLD)], season.clock(), window) == 1
    season.add_contact("north", "contact", NEW)
    season.ticks(["2022-06-08 09:05", "2022-06-08 10:00"])
    assert told(season) == [("05-31", OLD), ("06-08", NEW)]


def test_a_new_contact_is_told_the_latest_rung_once(season: SampleOffice) -> None:
    season.tick("2022-06-08 09:00")
    season.add_contact("north", "contact", NEW)
    season.ticks(["2022-06-08 20:00", "2022-06-09 09:00", "2022-06-10 09:00", "2022-06-13 09:00"])
    assert [one for one in told(season) if one[1] == NEW] == [("06-09", NEW), ("06-13", NEW)]


@on_sqlite
def test_general_and_own_contacts_settled_and_silent_ones(office: SampleOffice) -> None:
    office.apply(PLAN, MONTHLY)
    office.tick("2022-06-08 09:00")
    assert office.letters()
    office.act("submit")
    office.add_contact("north", "contact", OLD)
    office.add_contact("north", "contact", NEW, campaign="bridges-2022")
    before = len(office.reminders())
    office.tick("2022-06-09 09:00")
    fresh = office.reminders()[before:]
    assert {one.address for one in fresh} <= {NEW}
    assert all(office.assignment(PLAN_KEY).id != one.assignment_id for one in fresh)


@on_sqlite
@pytest.mark.parametrize(
    ("deputy", "others", "instead"),
    [
        (OTHER, [("contact", OTHER), ("deputy", DEPUTY)], [OTHER]),
        ("", [("contact", OTHER), ("deputy", DEPUTY)], [DEPUTY, OTHER]),
        ("", [("contact", OTHER)], [OTHER]),
        ("", [], ["north@example.org"]),
    ],
)
def test_who_is_told_instead_of_who_is_away(
    season: SampleOffice, deputy: str, others: list[tuple[str, str]], instead: list[str]
) -> None:
    for role, address in others:
        season.add_contact("north", role, address)
    season.tick("2022-06-01 09:00")  # the new ones are greeted
    away(season, OLD, "2022-06-08", "2022-06-10", deputy)
    season.ticks(["2022-06-08 09:00", "2022-06-13 09:00"])
    assert sorted(to for on, to in told(season) if on == "06-08") == sorted(instead)
    assert OLD in [to for on, to in told(season) if on == "06-13"]


@on_sqlite
def test_absences_are_listed_taken_back_and_do_not_overlap(season: SampleOffice) -> None:
    number = away(season, "wang", "2022-06-08", "2022-06-10")
    with pytest.raises(InputError, match=rf"away from 2022-06-08 .* \(number {number}\)"):
        away(season, OLD, "2022-06-10", "2022-06-11")
    with pytest.raises(InputError, match="is before"):
        away(season, OLD, "2022-07-10", "2022-07-09")
    with pytest.raises(InputError, match="their own deputy"):
        away(season, OLD, "2022-07-10", "2022-07-11", "wang")
    with season.database.read() as session:
        (one,) = list_absences(session)
        assert (one.address, one.first, one.note) == (OLD, date(2022, 6, 8), "leave")
    with season.database.write() as session:
        cancel_absence(session, number)
        with pytest.raises(StateError, match="no absence 99"):
            cancel_absence(session, 99)
    assert season.tick("2022-06-08 09:00").sent == 1
    assert told(season)[-1] == ("06-08", OLD)


@on_sqlite
@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("wnag@north.example.org", f"did you mean {OLD}?"),
        ("wan", f"did you mean wang, {OLD}?"),
        ("chen@north.example.org", "see “duban contacts list”"),  # only the domain is alike
        ("yi@north.example.org", "see “duban contacts list”"),
    ],
)
def test_only_who_is_alike_is_suggested(season: SampleOffice, wanted: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        away(season, OLD, "2022-06-13", "2022-06-14", wanted)
    assert caught.value.mend == hint
