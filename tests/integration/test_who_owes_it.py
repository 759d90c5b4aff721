"""Offices above a unit hear of what it owes as others do; whoever owes it is told as such, whatever
else they are. The referee looks on at the end."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.settings import SmtpSecurity
from tests.support.moments import days
from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, PLAN, with_ladder
from tests.support.referee import found, watched
from tests.support.smtp import MailServer

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"
SAFETY, ROADS = "safety@example.org", "roads@example.org"
SUPERVISOR = "supervisor@example.org"
OTHERS = "The following has not been received; please look into it:"
OFFICES = (
    "[{id: late, when: 1 working days after}, {id: dep, when: 1 working days after,"
    " to: [department]}, {id: own, when: 1 working days after, to: [owner]}]"
)
BY_SAFETY = PLAN.replace("[公路处]", "[安全处]")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office whose mails bring a link to the person's page."""
    yield from watched(SampleOffice(tmp_path, public_url="https://duban.example.org"))


def text_of(mail: EmailMessage) -> str:
    """What the mail says, as one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def mails_to(office: SampleOffice, address: str) -> list[str]:
    """What each mail to that address says, the oldest first."""
    return [text_of(one) for one in office.mails() if one["To"] == address]


def test_an_office_above_the_unit_is_told_as_others_are(office: SampleOffice) -> None:
    office.add_contact("north", "contact", WANG)
    office.add_contact("safety", "contact", "li@safety.example.org")
    office.apply(with_ladder(OFFICES, BY_SAFETY))
    assert office.ticks(["2022-06-16 09:00", "2022-06-16 09:01"]) == [1, 2]

    assert [to for _day, to in office.letters()] == [WANG, "li@safety.example.org", ROADS]
    (own,) = mails_to(office, WANG)
    assert "please hand it in soon" in own and "/answer/" in own
    for address in ("li@safety.example.org", ROADS):
        (told,) = mails_to(office, address)
        assert OTHERS in told and "please hand it in" not in told
        assert "/answer/" not in told and "Told before: 16 June: to wang (contact), sent" in told
    assert {one.role for one in office.reminders()} == {"contact", "department", "owner"}


def test_an_office_does_not_hear_before_a_unit_that_a_server_makes_wait(tmp_path: Path) -> None:
    """A temporary refusal is not told; a final one is on record, and the office hears."""
    with MailServer() as server:
        office = SampleOffice(
            tmp_path, smtp_host=server.host, smtp_port=server.port, smtp_security=SmtpSecurity.NONE
        )
        office.add_contact("north", "contact", WANG)
        office.apply(with_ladder(OFFICES, BY_SAFETY))
        server.answers[f"RCPT:{WANG}"] = "451 Try again later"
        office.ticks(["2022-06-16 09:00", "2022-06-16 09:01", "2022-06-16 09:30"])
        assert server.mails == []
        server.answers[f"RCPT:{WANG}"] = "550 Mailbox not found"
        office.ticks(["2022-06-16 12:00", "2022-06-16 12:01"])
        assert sorted(one["To"] for one in server.mails) == [ROADS, SAFETY]
        assert all("the address took no mail" in text_of(one) for one in server.mails)
        assert found(office) == []
        office.close()


def test_a_unit_without_a_rung_of_its_own_is_told_before_the_office(office: SampleOffice) -> None:
    office.apply(
        with_ladder("[{id: dep, when: 1 working days after, to: [department]}]", BY_SAFETY)
    )
    office.ticks(["2022-06-16 09:00", "2022-06-16 09:01"])
    assert [to for _day, to in office.letters()] == ["north@example.org", SAFETY]


def test_the_lead_office_owes_what_it_answers_for(office: SampleOffice) -> None:
    """The bureau's duties are the lead office's own, also as the owner; the others get copies."""
    office.apply(with_ladder(OFFICES, BUREAU))
    office.tick("2022-06-16 09:00")
    (told,) = mails_to(office, ROADS)
    assert "please hand it in soon" in told and "/answer/" in told
    assert {one.role for one in office.reminders() if one.address == ROADS} == {"contact"}


@pytest.mark.parametrize("to", ["department", "owner"])
def test_an_offices_rung_reminds_the_contact_of_the_office_that_owes_it(
    office: SampleOffice, to: str
) -> None:
    office.add_contact("roads", "contact", "li@roads.example.org")
    office.apply(with_ladder(f"[{{id: one, when: on the day, to: [{to}]}}]", BUREAU))
    office.tick("2022-06-15 09:00")
    (told,) = mails_to(office, "li@roads.example.org")
    assert "The following is to be handed in:" in told and "/answer/" in told


def test_the_owner_of_the_campaign_does_not_owe_what_another_office_leads(
    office: SampleOffice,
) -> None:
    office.apply(with_ladder(OFFICES, BUREAU.replace("公路处, 安全处", "安全处, 公路处")))
    office.ticks(["2022-06-16 09:00", "2022-06-16 09:01"])
    told = {one.address: one.role for one in office.reminders() if one.reason != "late"}
    assert told == {SAFETY: "contact", ROADS: "owner"}


BOTH = (
    "[{id: late, when: 2 working days after}, {id: boss, when: 2 working days after, to: [lead],"
    " release: auto}, {id: all, when: 2 working days after, to: [supervisor], release: auto}]"
)


def test_a_contact_who_is_the_lead_has_one_mail_of_his_own(office: SampleOffice) -> None:
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", WANG.upper())
    office.apply(with_ladder(BOTH))
    office.remind("2022-06-17 09:00")
    assert [one.address for one in office.deliveries()] == [WANG], "the supervisor hears after him"
    assert office.send().sent == 1
    office.tick("2022-06-17 09:01")

    (own,) = mails_to(office, WANG)
    assert "please hand it in soon" in own and "/answer/" in own
    assert ("boss", WANG, "superseded") in office.fates()
    assert office.letters() == [("06-17", WANG), ("06-17", SUPERVISOR)]


def test_after_downtime_the_units_own_rung_still_goes_first(office: SampleOffice) -> None:
    """Though the lead's is the later one."""
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", WANG)
    office.apply(with_ladder(BOTH.replace("boss, when: 2", "boss, when: 3")))
    office.tick("2022-06-20 09:00")
    assert ("boss", WANG, "superseded") in office.fates()
    assert ("late", WANG, "sent") in office.fates()


def test_what_is_drafted_for_the_lead_is_not_drafted_to_the_same_person(
    office: SampleOffice,
) -> None:
    """On the lead's day alone it is one more reminder of the contact's own, at once."""
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", WANG)
    office.apply()
    office.ticks(days("2022-06-17", "2022-06-20"))
    assert ("lead", WANG, "sent") in office.fates()
    assert office.letters() == [("06-17", WANG), ("06-20", WANG)]


def test_a_unit_whose_only_contact_is_the_supervisor_is_told_as_the_unit(
    office: SampleOffice,
) -> None:
    """Of the other unit the same person hears as its supervisor, after it."""
    office.add_contact("north", "contact", SUPERVISOR)
    only = "[{id: day, when: on the day, to: [supervisor], release: auto}]"
    office.apply(with_ladder(only, PLAN.replace("[北城市]", "[北城市, 南城市]")))
    office.ticks(["2022-06-15 09:00", "2022-06-15 09:01", "2022-06-16 09:00"])

    own, others = mails_to(office, SUPERVISOR)
    assert "The following is to be handed in:" in own and "北城市" in own and "/answer/" in own
    assert OTHERS in others and "南城市" in others and "北城市" not in others
    assert [to for _day, to in office.letters()].count("south@example.org") == 1
