"""What a digest is given of the record: roles, papers, what was tried, feeds, the cap."""

from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest

from calendars.options import FeedScope
from calendars.tokens import revoke_feed
from calendars.usage import Fetches
from tests.support.feeds import feed_content, make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite: what is asked of it is no matter of the database."""
    made = SampleOffice(tmp_path)
    yield made
    made.close()


def text(office: SampleOffice, place: int = -1) -> str:
    body = office.mails()[place].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_lead_reads_what_was_tried_before(office: SampleOffice) -> None:
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", LEAD)
    office.apply(PLAN)
    office.ticks(["2022-06-08 09:00", "2022-06-13 09:00", "2022-06-17 09:00", "2022-06-20 09:00"])
    held = next(one for one in office.deliveries() if one.status.value == "held")
    office.release(held.id)
    office.tick("2022-06-20 10:00")
    (mail,) = [one for one in office.mails() if one["To"] == LEAD]
    body = mail.get_body(("plain",))
    assert body is not None
    said = " ".join(f"{day} June: to wang (contact), sent;" for day in (8, 13, 17)).rstrip(";")
    assert f"Told before: {said}\n" in body.get_content()


def test_the_unit_itself_is_not_told_what_was_tried(here: SampleOffice) -> None:
    rungs = (("first", 1, "contact"), ("again", 2, "contact"), ("boss", 2, "lead"))
    ladder = "".join(
        f"    - {{id: {name}, when: {days} working days after, to: [{role}], release: auto}}\n"
        for name, days, role in rungs
    )
    here.add_contact("north", "contact", WANG)
    here.add_contact("north", "lead", LEAD)
    here.apply(f"{PLAN}    ladder:\n{ladder}")
    here.tick("2022-06-16 09:00")
    here.tick("2022-06-17 09:00")
    told = {str(mail["To"]): text(here, place) for place, mail in enumerate(here.mails())}
    assert len(here.mails()) == 3
    assert "Told before" in told[LEAD] and "Told before" not in told[WANG]


def test_one_mail_for_a_contact_who_is_also_a_lead(here: SampleOffice) -> None:
    for unit, role in (("north", "contact"), ("south", "lead")):
        here.add_contact(unit, role, WANG)
    here.apply(PLAN.replace("[北城市]", "{levels: [city]}"))
    here.ticks(["2022-06-17 09:00", "2022-06-20 09:00"])
    held = next(one for one in here.deliveries() if one.status.value == "held")
    here.release(held.id)
    here.tick("2022-06-21 09:00")
    (mail,) = [one for one in here.mails() if one["To"] == WANG and "21 Jun" in f"{one['Date']}"]
    body = mail.get_body(("plain",))
    assert body is not None
    own, _others, attention = body.get_content().partition("For your attention")
    assert "· 北城市" in own and "· 南城市" not in own
    assert "· 南城市" in attention
    assert str(mail["Subject"]).startswith("[Overdue 1] since 15 Jun")


def test_what_one_paper_settles_stands_together(here: SampleOffice) -> None:
    shared = "    paper: plan\n"
    other = PLAN.replace("id: plan", "id: list").replace("报送排查方案", "报送联络员名单")
    here.apply(PLAN + shared, other + shared)
    here.tick("2022-06-13 09:00")
    assert "1. 北城市: one paper settles these 2 items\n   - 报送排查方案\n" in text(here)
    assert str(here.mails()[0]["Subject"]).startswith("[Due 2]")


def test_the_cap_names_what_it_leaves_out(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, digest_items=5)
    office.add_contact("north", "contact", WANG)
    seven = [PLAN.replace("id: plan", f"id: plan{n}") for n in range(7)]
    office.apply(*seven)
    office.tick("2022-06-13 09:00")
    assert text(office).count("报送排查方案") == 5
    assert "2 more that are not listed here" in text(office)
    assert "- 桥梁隐患排查: 2, the first due on 15 June" in text(office)
    assert str(office.mails()[0]["Subject"]).startswith("[Due 7]")
    office.close()


@pytest.mark.parametrize(
    ("attach", "feed", "attached"),
    [
        ("auto", "", True),
        ("auto", "open", False),
        ("auto", "revoked", True),
        ("auto", "unused", True),
        ("always", "open", True),
        ("never", "", False),
    ],
)
def test_the_calendar_goes_to_who_holds_no_feed(
    tmp_path: Path, attach: str, feed: str, attached: bool
) -> None:
    office = SampleOffice(tmp_path, attach_calendar=attach)
    office.add_contact("north", "contact", WANG)
    office.apply(PLAN)
    if feed:
        number, _path = make_feed(office, FeedScope.UNIT, "north", holder=WANG.upper())
        if feed != "unused":
            fetches = Fetches()
            fetches.note(number, office.clock(), "Calendar/1.0")
            fetches.write(office.database)
        if feed == "revoked":
            with office.database.write() as session:
                revoke_feed(session, number, office.clock())
    office.tick("2022-06-13 09:00")
    (mail,) = office.mails()
    assert (len(list(mail.iter_attachments())) == 1) is attached
    office.close()


def test_a_mails_entry_is_the_feeds(here: SampleOffice) -> None:
    # What the day turns is not in mails: nobody would turn it back in a calendar that has it.
    here.settings = here.settings.model_copy(update={"feed_marks": False})
    here.apply(PLAN, MONTHLY)
    here.tick("2022-06-13 09:00")
    mail = next(one for one in here.mails() if one["To"] == "north@example.org")
    (attached,) = mail.iter_attachments()
    sent = icalendar.Calendar.from_ical(attached.get_content())
    whole = feed_content(here, FeedScope.UNIT, "north").body
    feed = {str(one["UID"]): one for one in icalendar.Calendar.from_ical(whole).walk("VEVENT")}
    events = sent.walk("VEVENT")
    assert events
    for event in events:
        same = feed[str(event["UID"])]
        same.pop("COLOR")  # a mail goes into a calendar that has its own
        assert event.to_ical() == same.to_ical()
    assert not {"REFRESH-INTERVAL", "X-PUBLISHED-TTL"} & {str(name) for name in sent}


def test_what_is_reopened_after_its_urgent_notice_goes_out_once_more(here: SampleOffice) -> None:
    here.apply(PLAN)
    here.tick("2022-06-13 09:00")
    here.at("2022-06-13 10:00")
    urgent = PLAN.replace("06-15", "06-13")
    other = urgent.replace("id: plan", "id: map")
    here.apply(urgent, other, head=CAMPAIGN.replace("bridges", "tunnels"))
    here.remind("2022-06-13 11:00")
    here.act("submit", "tunnels-2022/plan/north")
    assert here.send().sent == 1, "the notice, of the other duty alone"
    here.act("reopen", "tunnels-2022/plan/north")
    assert here.ticks(["2022-06-13 12:00", "2022-06-13 13:00"]) == [1, 0]
