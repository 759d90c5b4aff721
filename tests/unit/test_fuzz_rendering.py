"""Whatever the record holds, a mail and a calendar keep their shape."""

from collections.abc import Callable, Sequence
from datetime import date
from email import message_from_bytes
from email.message import MIMEPart
from email.policy import default
from html.parser import HTMLParser

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.entry import DONE, LATE, EntrySource, event_text, task_text
from calendars.frame import around, empty_calendar
from config.i18n import using_language
from notifications.content import (
    Asked,
    Content,
    Draft,
    Enquiry,
    FreshLink,
    Item,
    Morning,
    Rest,
    Told,
)
from notifications.link_places import ExampleLinks
from notifications.rendering import render
from notifications.tried import Tried
from tests.support.fuzzing import fuzz
from tests.support.hostile import texts
from tests.support.moments import at
from workflows.colors import Color
from workflows.ladder import Role
from workflows.states import OWING, Action, State
from workflows.tables import ReminderStatus

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
entries = st.builds(
    EntrySource,
    uid=st.uuids().map(str),  # made by us alone
    sequence=st.integers(0, 2**31 - 1),
    changed_at=st.just(at("2022-06-01 10:00")),
    due=days,
    title=texts,
    unit=texts,
    campaign_title=texts,
    clause=texts,
    mailbox=texts,
    deliverables=st.lists(texts, max_size=3).map(tuple),
    state=st.sampled_from(State),
    percent=st.integers(0, 100),
    submitted_at=st.just(at("2022-06-02 10:00")),
    start=st.none() | days,
    mark=st.sampled_from(["", DONE, LATE]),
    color=st.sampled_from(["", *Color]),
    url=st.sampled_from(["", "https://duban.example.org/fresh"]),
    alarms=st.lists(st.integers(-999, 999), max_size=3).map(tuple),
)
items = st.builds(
    Item,
    key=texts,
    campaign=texts,
    campaign_title=texts,
    title=texts,
    unit=texts,
    level=texts,
    due=days,
    nominal_due=days,
    late_after=days,
    returned=st.booleans(),
    role=st.sampled_from(list(Role)) | texts,
    recipient=texts,
    reason=texts,
    deliverables=st.lists(texts, max_size=3).map(tuple),
    clause=texts,
    mailbox=texts,
    departments=st.lists(texts, max_size=3).map(tuple),
    enquiries=st.lists(st.builds(Enquiry, texts, texts, texts), max_size=2).map(tuple),
    entry=entries,
    paper=st.sampled_from(["", "plan"]) | texts,
    tried=st.lists(
        st.builds(Tried, days, texts, st.sampled_from(list(Role)) | texts,
                  st.sampled_from(ReminderStatus)),
        max_size=2,
    ).map(tuple),
)  # fmt: skip
contents = st.builds(
    Content,
    delivery_id=st.integers(0, 2**31),
    address=texts,
    message_id=texts,
    items=st.lists(items, min_size=1, max_size=3).map(tuple),
    more=st.integers(0, 9),
    rest=st.lists(st.builds(Rest, texts, st.integers(1, 9), days), max_size=2).map(tuple),
)
numbers = st.integers(0, 2**31)
told = st.builds(
    Told,
    kind=st.sampled_from(Action).map(lambda one: one.value) | texts,
    correction=st.booleans(),
    state=st.sampled_from(State),
    campaign=texts,
    campaign_title=texts,
    title=texts,
    unit=texts,
    recipient=texts,
    due=days,
    late_after=days,
    received=days,
    nil=st.booleans(),
    missing=st.lists(texts, max_size=2).map(tuple),
    files=st.lists(texts, max_size=2).map(tuple),
    why=texts,
    mailbox=texts,
    enquiries=st.lists(st.builds(Enquiry, texts, texts, texts), max_size=2).map(tuple),
    entry=entries,
    previous_due=st.none() | days,
)
drafts = st.builds(
    Draft,
    number=numbers,
    address=texts,
    recipient=texts,
    role=st.sampled_from(list(Role)) | texts,
    since=days,
    items=numbers,
    units=numbers,
    title=texts,
    unit=texts,
    due=days,
    late_after=days,
)
mornings = st.builds(
    Morning,
    office=texts,
    drafts=st.lists(drafts, max_size=2).map(tuple),
    more=st.integers(0, 2),
    by_office=st.lists(texts, max_size=2).map(tuple),
    unreached=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
)
notices = st.builds(
    Content,
    delivery_id=numbers,
    address=texts,
    message_id=texts,
    told=st.lists(told, min_size=1, max_size=3).map(tuple),
    more=st.integers(0, 1),
    morning=st.none() | mornings,
)
asked = st.builds(
    Asked,
    name=texts,
    campaign_title=texts,
    title=texts,
    unit=texts,
    due=days,
    until=days,
    why=texts,
    who=texts,
    recipient=texts,
)
to_an_office = st.builds(
    Content,
    delivery_id=numbers,
    address=texts,
    message_id=texts,
    asked=st.lists(asked, max_size=2).map(tuple),
    fresh=st.builds(FreshLink, texts, st.just(True), st.booleans()),
)
HEADERS = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id",
    "auto-submitted", "reply-to",
}  # fmt: skip
TAGS = {
    "html", "head", "meta", "title", "body", "table", "tr", "td", "p", "h2", "strong", "span",
    "br", "style", "a",
}  # fmt: skip


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _value in attrs}


@fuzz()
@given(contents, st.sampled_from(["zh", "en"]))
def test_a_mail_keeps_its_headers_parts_and_tags(content: Content, language: str) -> None:
    body, calendar = parts(content, language)
    check_bodies(body)
    check_calendar(calendar.get_content().encode(), [one.entry for one in content.items])


@fuzz(0.5)
@given(notices, st.sampled_from(["zh", "en"]))
def test_a_notice_and_a_list_keep_theirs(content: Content, language: str) -> None:
    body, *calendars = parts(content, language)
    check_bodies(body)
    wanted = [one for one in content.told if one.state in OWING and content.morning is None]
    assert len(calendars) == bool(wanted)
    for calendar in calendars:
        check_calendar(calendar.get_content().encode(), [one.entry for one in wanted])


@fuzz(0.5)
@given(to_an_office, st.sampled_from(["zh", "en"]))
def test_mails_with_links_keep_theirs(content: Content, language: str) -> None:
    links = ExampleLinks("https://duban.example.org", 30)
    (body,) = parts(content, language, links)
    check_bodies(body)


def parts(content: Content, language: str, links: ExampleLinks | None = None) -> list[MIMEPart]:
    """The bodies and the calendar, where there is one, of a mail that has been sent."""
    with using_language(language):
        rendered = render(content, at("2022-06-13 09:00"), "duban@office.example.org", links)
    mail = message_from_bytes(rendered.content, policy=default)
    assert {name.lower() for name in mail} <= HEADERS
    assert len(mail.keys()) == len(set(mail.keys()))
    assert not mail.defects
    return list(mail.iter_parts()) if mail.get_content_type() == "multipart/mixed" else [mail]


def check_bodies(body: MIMEPart) -> None:
    """A text and a page with no other tags than ours."""
    text, html = body.iter_parts()
    assert text.get_content_type() == "text/plain" and text.get_content().strip()
    page = Tags(html.get_content())
    assert page.found <= TAGS
    assert not any(name.startswith("on") for name in page.attributes)


@fuzz()
@given(
    st.lists(entries, max_size=3),
    texts,
    st.sampled_from(["zh", "en"]),
    st.sampled_from([event_text, task_text]),
)
def test_a_calendar_keeps_its_entries(
    sources: list[EntrySource], name: str, language: str, text: Callable[[EntrySource], str]
) -> None:
    with using_language(language):
        body = whole(name, sources, text)
    assert b"\r" not in body.replace(b"\r\n", b"") and b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    check_calendar(body, sources, text)


def whole(
    name: str, sources: list[EntrySource], text: Callable[[EntrySource], str] = event_text
) -> bytes:
    """A calendar with these entries."""
    head, end = around(empty_calendar(name))
    return head + b"".join(text(one).encode() for one in sources) + end


def check_calendar(
    body: bytes, sources: Sequence[EntrySource], text: Callable[[EntrySource], str] = event_text
) -> None:
    """As many entries as went in, and no other component or property."""
    calendar = icalendar.Calendar.from_ical(body)
    kind = "Event" if text is event_text else "Todo"
    expected = ["Calendar"]
    for one in sources:
        expected += [kind, *["Alarm"] * len(one.alarms)]
    assert sorted(type(one).__name__ for one in calendar.walk()) == sorted(expected)
    for entry in calendar.walk(f"V{kind.upper()}"):
        assert {str(name) for name in entry} - _SOMETIMES == _ALWAYS[kind] - _SOMETIMES
        assert not entry.errors


_BOTH = {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "SUMMARY", "DESCRIPTION", "CATEGORIES"}
_ALWAYS = {
    "Event": _BOTH | {"STATUS", "DTSTART", "DTEND", "TRANSP"},
    "Todo": _BOTH | {"STATUS", "DUE", "PERCENT-COMPLETE"},
}
_SOMETIMES = {"COLOR", "URL", "COMPLETED", "DTSTART"}


@pytest.mark.parametrize("title", ["\x85\u2028", "\r", "\x00", "\ud800", "\x1b]0;x\x07"])
def test_what_no_mail_can_carry_becomes_a_space(title: str) -> None:
    source = EntrySource(
        "u", 0, at("2022-06-01 10:00"), date(2022, 6, 15), f"a{title}b", "u", "c", "c", "m", (),
        State.OPEN,
    )  # fmt: skip
    body = whole(f"x{title}y", [source]).decode()
    assert title not in body.replace("\r\n", "")
    assert "SUMMARY:a" in body and "NAME:x" in body
