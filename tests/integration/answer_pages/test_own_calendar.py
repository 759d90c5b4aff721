"""From a mail's link to a calendar of one's own: nothing by looking, one feed by one form, a new
address by another."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from calendars.options import FeedScope
from calendars.tokens import hash_token
from tests.support.feeds import make_feed
from tests.support.office import SampleOffice
from tests.support.pages import CHIEF, LI, PUBLIC_URL, Visitor, every_row, text_of
from tests.support.web import app_of
from workflows.tables import Contact, Feed

OFFICE, SOUTH = "roads@example.org", "south@example.org"
START = "2022-06-13 10:00"


@pytest.fixture
def here(here: SampleOffice) -> SampleOffice:
    """The office knows where it is reached: the page of a feed is served."""
    here.settings = here.settings.model_copy(update={"public_url": PUBLIC_URL})
    return here


def feeds(office: SampleOffice) -> Sequence[Feed]:
    with office.database.read() as session:
        return session.exec(select(Feed).order_by(col(Feed.id))).all()


def made(visitor: Visitor, address: str, calendar: str = "", **fields: str) -> str:
    """The path of the page to which the form leads, its calendar there."""
    answer = visitor.post(
        visitor.path(address, "subscribe"),
        action=fields.pop("action", "make"),
        calendar=calendar or f"person:{address}",
        **fields,
    )
    assert answer.status_code == 303, text_of(answer)
    location: str = answer.headers["location"]
    assert location.startswith("../feeds/")
    path = location.removeprefix("..")
    assert visitor.get(path).status_code == 200
    assert visitor.get(f"{path}.ics").status_code == 200
    return path


def test_a_contact_comes_to_a_calendar_by_one_form(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    shown = visitor.get(visitor.path(LI, "subscribe"))
    assert shown.status_code == 200 and "Duban · li" in text_of(shown)
    assert "They move when a date moves" in text_of(shown) and "have this" not in text_of(shown)
    visitor.ask("HEAD", visitor.path(LI, "subscribe"))
    assert every_row(here) == before
    with capture_logs() as logs:
        path = made(visitor, LI)
    assert logs == []
    (feed,) = feeds(here)
    assert (feed.scope, feed.subject, feed.holder, feed.actor) == ("person", LI, LI, LI)
    assert (feed.alarms, feed.tasks) == (False, False)
    assert feed.token_hash == hash_token(path.rpartition("/")[2])
    assert "报送排查方案" in visitor.get(f"{path}.ics").text
    assert f"webcal://duban.example.org{path}.ics" in visitor.get(path).text


def test_alarms_and_tasks_are_chosen_there(here: SampleOffice, visitor: Visitor) -> None:
    path = made(visitor, LI, shown="tasks", alarms="1")
    assert (feeds(here)[0].alarms, feeds(here)[0].tasks) == (True, True)
    calendar = visitor.get(f"{path}.ics").text
    assert "BEGIN:VTODO" in calendar and "BEGIN:VALARM" in calendar


def test_who_has_one_is_told_and_may_get_a_new_address(
    here: SampleOffice, visitor: Visitor
) -> None:
    old = made(visitor, LI, alarms="1")
    again = visitor.post(visitor.path(LI, "subscribe"), action="make", calendar=f"person:{LI}")
    assert again.status_code == 422 and "have this calendar already" in text_of(again)
    said = text_of(visitor.get(visitor.path(LI, "subscribe")))
    assert "it was made on Monday 13 June" in said and "has fetched it yet" in said
    with here.database.write() as session:
        session.exec(select(Feed)).one().fetched_at = here.clock() + timedelta(days=2)
    here.at("2022-06-16 10:00")
    said = text_of(visitor.get(visitor.path(LI, "subscribe")))
    assert "last fetched it on Wednesday 15 June" in said
    new = made(visitor, LI, action="renew")
    assert new != old and len(feeds(here)) == 1 and feeds(here)[0].alarms
    here.at("2022-06-30 09:00")
    assert visitor.get(f"{old}.ics").status_code == 200
    here.at("2022-06-30 11:00")
    assert visitor.get(f"{old}.ics").status_code == 404
    assert visitor.get(f"{new}.ics").status_code == 200


def test_two_taps_at_once_make_one(here: SampleOffice, visitor: Visitor) -> None:
    path, fields = visitor.path(LI, "subscribe"), {"action": "make", "calendar": f"person:{LI}"}
    statuses = sorted(visitor.post(path, **fields).status_code for _time in range(3))
    assert statuses == [303, 422, 422] and len(feeds(here)) == 1


def test_one_that_the_office_made_for_the_person_counts(
    here: SampleOffice, visitor: Visitor
) -> None:
    make_feed(here, FeedScope.PERSON, "Li@example.org", holder="Li@Example.org", name="李的日历")
    said = text_of(visitor.get(visitor.path(LI, "subscribe")))
    assert "李的日历 You have this calendar already" in said and "Make my calendar" not in said


def test_an_office_mailbox_sees_its_unit_or_chooses_among_several(
    here: SampleOffice, visitor: Visitor
) -> None:
    assert "Duban · 南城市" in text_of(visitor.get(visitor.path(SOUTH, "subscribe")))
    path = made(visitor, SOUTH, "unit:south")
    assert "报送进展月报" in visitor.get(f"{path}.ics").text
    assert (feeds(here)[0].scope, feeds(here)[0].holder) == ("unit", SOUTH)
    made(visitor, OFFICE, "department:公路处")
    units = tuple(
        one.model_copy(update={"mailbox": "shared@example.org"}) if one.level != "province" else one
        for one in here.organisation.units
    )
    here.organisation = here.organisation.model_copy(update={"units": units})
    shared = Visitor(here)
    shown = shared.get(shared.path("shared@example.org", "subscribe"))
    assert shown.text.count('type="radio" name="calendar"') == 3
    path = made(shared, "shared@example.org", "unit:hill")
    shown = shared.get(shared.path("shared@example.org", "subscribe"))
    assert shown.text.count('type="radio" name="calendar"') == 2
    assert "Duban · 山县 You have this calendar already" in text_of(shown)


def test_nobody_comes_to_the_calendar_of_another(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    for calendar in (f"person:{CHIEF}", "unit:north", "unit:south", "all:", "", "x" * 700):
        for action in ("make", "renew", "", "seen"):
            path = visitor.path(LI, "subscribe")
            answer = visitor.post(path, action=action, calendar=calendar)
            assert answer.status_code == 422
    answer = visitor.post(visitor.path(LI, "subscribe"), action="renew", calendar=f"person:{LI}")
    assert answer.status_code == 422 and "You can make a new one" in text_of(answer)
    for address in ("stranger@example.org", "supervisor@example.org"):
        answer = visitor.get(visitor.path(address, "subscribe"))
        assert "no calendar for this address" in text_of(answer) and "<form" not in answer.text
        assert visitor.post(visitor.path(address, "subscribe"), action="make").status_code == 422
    assert every_row(here) == before


def test_who_has_left_comes_to_nothing(here: SampleOffice, visitor: Visitor) -> None:
    with here.database.write() as session:
        one = session.exec(select(Contact).where(Contact.address == LI)).one()
        one.last = date(2022, 6, 12)
    assert "no calendar for this address" in text_of(visitor.get(visitor.path(LI, "subscribe")))


def test_links_that_do_not_open_are_refused_as_on_the_other_pages(
    here: SampleOffice, visitor: Visitor
) -> None:
    form = {"action": "make", "calendar": f"person:{LI}"}
    altered = visitor.path(LI, "subscribe")[:-1]
    others = visitor.path(LI).replace("/answer/", "/subscribe/")
    for path in (altered, others):
        assert visitor.get(path).status_code == visitor.post(path, **form).status_code == 403
    old = visitor.path(LI, "subscribe", made=here.clock() - timedelta(days=31))
    assert visitor.post(old, **form).status_code == 410
    expired = visitor.get(old)
    assert expired.status_code == 410 and 'action="../fresh"' in expired.text
    assert visitor.post("/fresh", token=old.rpartition("/")[2]).status_code == 200
    assert [one.address for one in here.deliveries()] == [LI]
    elsewhere = visitor.ask(
        "POST",
        visitor.path(LI, "subscribe"),
        data=form,
        headers={"Origin": "https://evil.example.org"},
    )
    assert elsewhere.status_code == 403 and "our own forms" in text_of(elsewhere)
    assert feeds(here) == []
    guesses = [visitor.get(f"/subscribe/guess{n}").status_code for n in range(30)]
    assert guesses[:25] == [403] * 25 and guesses[-1] == 429


def test_the_page_is_in_chinese_and_only_where_there_is_a_public_address(
    here: SampleOffice,
) -> None:
    visitor = Visitor(here, "zh")
    make_feed(here, FeedScope.PERSON, LI, holder=LI)
    for address in (LI, SOUTH, "stranger@example.org"):
        shown = text_of(visitor.get(visitor.path(address, "subscribe")))
        words = shown.replace(address, "").replace("Thunderbird", "").replace("li", "")
        assert not [one for one in words if one.isascii() and one.isalpha()], words
    assert "把截止日期放进您的日历" in shown
    visitor.app = app_of(here)
    assert visitor.get(visitor.path(LI, "subscribe")).status_code == 404


def test_the_page_of_items_leads_there(here: SampleOffice, visitor: Visitor) -> None:
    def shown() -> tuple[str, list[str]]:
        answer = visitor.get(visitor.path(LI))
        return text_of(answer), re.findall(r'href="\.\.(/subscribe/[^"]*)"', answer.text)

    said, (link,) = shown()
    assert said.count("Put these due dates into your calendar") == 1
    assert "Make my calendar" in text_of(visitor.get(link))
    made(visitor, LI)
    assert "Put these due dates" in shown()[0], "no program has fetched it"
    with here.database.write() as session:
        session.exec(select(Feed)).one().fetched_at = here.clock()
    said, (link,) = shown()
    assert "Your calendar was last fetched on Monday 13 June" in said and "Put these" not in said
    assert "Get a new address" in text_of(visitor.get(link))
    with here.database.write() as session:
        session.exec(select(Feed)).one().fetched_at = here.clock() - timedelta(days=31)
    assert "Put these due dates" in shown()[0], "its program has given it up"
    assert "/subscribe/" not in visitor.get(visitor.path(CHIEF + ".cn")).text
