"""The first mail to somebody who can answer offers a calendar of their own: a link, and its code as
a picture within the mail."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from calendars.options import FeedScope
from calendars.qr import qr_png
from notifications.links import LinkKind, Reading, make_links
from tests.support.feeds import make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.pages import LI, PUBLIC_URL
from workflows.tables import Feed

CHIEF, NORTH = "chief@example.org", "north@example.org"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Any]:
    """Makes offices, each with one plan of the north."""
    made: list[SampleOffice] = []

    def make(**settings: Any) -> SampleOffice:
        office = SampleOffice(
            tmp_path / str(len(made)), **{"public_url": PUBLIC_URL, "language": "en", **settings}
        )
        office.apply(PLAN)
        made.append(office)
        return office

    yield make
    for office in made:
        office.close()


def part(mail: EmailMessage, sort: str) -> str:
    found = mail.get_body((sort,))
    assert found is not None
    return str(found.get_content())


def invitation(mail: EmailMessage) -> str:
    """The link to a calendar of one's own in a mail; '' where there is none, nor a picture."""
    links = [one for one in part(mail, "plain").split() if one.startswith(f"{PUBLIC_URL}/sub")]
    page, pictures = (
        part(mail, "html"),
        [one for one in mail.walk() if one.get_content_type() == "image/png"],
    )
    assert len(links) == len(pictures) == page.count("<img ") == page.count('src="cid:') <= 1
    return links[0] if links else ""


def test_the_first_mail_has_the_link_and_its_code_as_a_picture(offices: Any) -> None:
    office = offices()
    office.add_contact("north", "contact", LI)
    assert office.tick("2022-06-13 09:00").sent == 1
    (mail,) = office.mails()
    link = invitation(mail)
    assert f'href="{link}">{link}</a>' in part(mail, "html")
    assert [one.get_content_type() for one in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "text/calendar",
    ]  # fmt: skip
    picture = next(one for one in mail.walk() if one.get_content_type() == "image/png")
    name = str(picture["Content-ID"])
    assert f'src="cid:{name.strip("<>")}"' in part(mail, "html")
    assert name.endswith("@office.example.org>") and name != mail["Message-ID"]
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == qr_png(link) and len(qr_png(link)) < 2000
    links = make_links(office.settings)
    assert links is not None
    opened = links.read(LinkKind.SUBSCRIBE, link.rpartition("/")[2], office.clock())
    assert (opened.reading, opened.address) == (Reading.GOOD, LI)


def test_later_mails_have_neither(offices: Any) -> None:
    office = offices()
    office.add_contact("north", "contact", LI)
    assert office.ticks(["2022-06-08 09:00", "2022-06-13 09:00", "2022-06-15 09:00"]) == [1, 1, 1]
    assert [bool(invitation(one)) for one in office.mails()] == [True, False, False]


def test_a_mail_that_never_left_was_not_the_first(offices: Any) -> None:
    office = offices()
    office.remind("2022-06-08 09:00")
    office.act("submit")
    assert office.send().sent == 0
    office.act("reopen")
    assert office.tick("2022-06-13 09:00").sent == 1
    assert invitation(office.mails()[0])


def test_only_who_can_answer_is_offered_one(offices: Any) -> None:
    office = offices()
    office.add_contact("north", "lead", CHIEF)
    office.ticks([f"2022-06-{day} 09:00" for day in (13, 15, 17, 20)])
    for one in office.deliveries():
        if one.status.value == "held":
            office.release(one.id)
    office.ticks(["2022-06-21 09:00", "2022-06-22 09:00"])
    offered = {str(one["To"]): bool(invitation(one)) for one in reversed(office.mails())}
    assert offered[NORTH] and not offered[CHIEF]
    assert [one for one, had in offered.items() if had] == [NORTH]


def test_who_uses_a_feed_already_is_not_offered_one(offices: Any) -> None:
    office = offices()
    office.add_contact("north", "contact", LI)
    make_feed(office, FeedScope.PERSON, LI, holder=LI)
    with office.database.write() as session:
        session.exec(select(Feed)).one().fetched_at = office.clock()
    office.tick("2022-06-13 09:00")
    assert not invitation(office.mails()[0])


def test_an_office_without_a_public_address_offers_none(offices: Any) -> None:
    office = offices(public_url="")
    office.tick("2022-06-13 09:00")
    assert not invitation(office.mails()[0]) and "calendar\n" not in part(
        office.mails()[0], "plain"
    )


def test_an_offices_own_template_shows_what_it_names(offices: Any, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "digest.txt").write_text("{% for line in lines %}{{ line.item.title }}{% endfor %}")
    (own / "digest.html").write_text("<p>{{ lines[0].item.title }} {{ calendar_link }}</p>")
    office = offices(templates_dir=own)
    office.tick("2022-06-13 09:00")
    (mail,) = office.mails()
    assert f"{PUBLIC_URL}/subscribe/" in part(mail, "html")
    assert "image/png" not in {one.get_content_type() for one in mail.walk()}
    assert part(mail, "plain").strip() == "报送排查方案"
    (own / "digest.html").write_text('<p>{{ lines[0].item.title }}<img src="{{ calendar_code }}">')
    other = offices(templates_dir=own)
    other.tick("2022-06-13 09:00")
    assert "image/png" in {one.get_content_type() for one in other.mails()[0].walk()}


def test_a_second_try_is_the_same_mail(offices: Any) -> None:
    office = offices()
    office.apply(PLAN, MONTHLY)
    office.tick("2022-06-13 09:00")
    hashes = {one.address: one.body_hash for one in office.deliveries()}
    other = offices()
    other.apply(PLAN, MONTHLY)
    other.tick("2022-06-13 11:00")
    assert {one.address: one.body_hash for one in other.deliveries()} == hashes
