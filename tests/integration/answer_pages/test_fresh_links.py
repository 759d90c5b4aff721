"""A fresh link comes by mail to the address on file, and to no other."""

from datetime import date, timedelta

from sqlmodel import select

from tests.support.office import SampleOffice
from tests.support.pages import CHIEF, LI, PUBLIC_URL, Visitor, send_mails, text_of
from workflows.tables import Contact


def test_a_fresh_link_comes_by_mail_to_the_address_on_file_alone(here: SampleOffice) -> None:
    visitor = Visitor(here)
    old = visitor.path(LI, made=here.clock() - timedelta(days=31)).rpartition("/")[2]
    answers = [
        visitor.post("/fresh", token=old),
        visitor.post("/fresh", address=" LI@example.org "),
        visitor.post("/fresh", address="stranger@example.org"),
        visitor.post("/fresh", address="no address"),
        visitor.post("/fresh", token="broken"),
    ]
    assert {(one.status_code, one.text) for one in answers} == {(200, answers[0].text)}
    assert "If this address is on file" in text_of(answers[0])
    (one,) = here.deliveries()
    assert (one.address, one.kind.value, one.status.value) == (LI, "notice", "queued")
    assert one.purpose.startswith("link-") and one.purpose.endswith("-answer")


def test_a_fresh_link_is_sent_and_opens_the_page(here: SampleOffice, visitor: Visitor) -> None:
    visitor.post("/fresh", address=LI)
    visitor.post("/fresh", address="roads@example.org")
    assert send_mails(here) == 2
    mails = {str(mail["To"]): mail for mail in here.mails()}
    body = mails[LI].get_body(("plain",))
    assert body is not None
    links = [line for line in body.get_content().split() if line.startswith(PUBLIC_URL)]
    items, calendar = (visitor.get(one.removeprefix(PUBLIC_URL)) for one in links)
    assert "报送排查方案" in text_of(items) and "Make my calendar" in text_of(calendar)
    both = mails["roads@example.org"].get_body(("html",))
    assert both is not None
    assert "/answer/" in both.get_content() and "/decide/" in both.get_content()


def test_one_address_gets_one_mail_an_hour(here: SampleOffice, visitor: Visitor) -> None:
    def ask(moment: str, client: str) -> int:
        here.at(moment)
        visitor.client_address = client
        assert visitor.post("/fresh", address=LI).status_code == 200
        return len(here.deliveries())

    assert ask("2022-06-13 10:00", "192.0.2.1") == 1
    assert ask("2022-06-13 12:01", "192.0.2.2") == 1, "the first one still waits"
    send_mails(here)
    assert ask("2022-06-13 12:02", "192.0.2.3") == 2
    send_mails(here)
    assert ask("2022-06-13 12:59", "192.0.2.4") == 2
    assert ask("2022-06-13 13:01", "192.0.2.5") == 3


def test_who_asks_for_many_is_slowed_down(visitor: Visitor) -> None:
    statuses = [visitor.post("/fresh", address=f"{n}@example.org").status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_in_the_night_it_is_said_that_the_mail_comes_later(
    here: SampleOffice, visitor: Visitor
) -> None:
    assert "sending hours" not in text_of(visitor.post("/fresh", address=LI))
    here.at("2022-06-13 22:00")
    assert "sending hours" in text_of(visitor.post("/fresh", address=LI))


def test_who_is_not_on_file_any_more_gets_no_fresh_link(
    here: SampleOffice, visitor: Visitor
) -> None:
    with here.database.write() as session:
        one = session.exec(select(Contact).where(Contact.address == LI)).one()
        one.last = date(2022, 6, 12)
    visitor.post("/fresh", address=LI)
    visitor.post("/fresh", address=CHIEF)
    visitor.post("/fresh", address="supervisor@example.org")
    assert list(here.deliveries()) == []
