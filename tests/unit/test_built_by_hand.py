"""What is built by hand for speed is what the libraries build, byte for byte."""

from datetime import UTC, date, timedelta
from email.charset import BASE64, Charset
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.entry import EntrySource, calendar_bytes, empty_calendar, entry_text, published
from calendars.wire import content_line, text_value
from config.i18n import using_language
from config.plain_text import single_line
from notifications.content import Content
from notifications.rendering import render
from notifications.transports.envelope import written
from tests.support.fuzzing import fuzz
from tests.support.letters import item
from tests.support.moments import at
from workflows.states import State

texts = st.text(
    st.sampled_from('abc ,;:\\"^nN\n\r\t北京市，（）é€😀')
    | st.characters(exclude_categories=("Cs", "Cc")),
    max_size=120,
)
values = st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("督"), max_size=150)


def by_library(source: EntrySource) -> bytes:
    """The entry as `icalendar` writes it from the same values."""
    ours = icalendar.Event.from_ical(entry_text(source))
    event = icalendar.Event()
    event.add("uid", source.uid)
    event.add("dtstamp", source.changed_at.astimezone(UTC))
    event.add("last-modified", source.changed_at.astimezone(UTC))
    event.add("sequence", source.sequence)
    event.add("dtstart", source.due)
    event.add("dtend", source.due + timedelta(days=1))
    event.add("summary", single_line(f"{source.title} · {source.unit}"))
    event.add("description", str(ours["description"]))
    event.add("categories", [single_line(source.campaign_title)])
    event.add("status", "CONFIRMED" if source.state is State.OPEN else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return bytes(event.to_ical())


@pytest.mark.parametrize("state", [State.OPEN, State.WAIVED])
@pytest.mark.parametrize(
    "title", ["报送方案", "a,b;c\\d", "长" * 60, "x" * 73, "、" * 24 + "\\" * 9]
)
def test_an_entry(title: str, state: State) -> None:
    source = EntrySource(
        "1@example.org", 3, at("2022-06-01 10:00"), date(2022, 12, 31), title, "北城市",
        "阳光,行动", "二（一）", "bridges@example.org", ("方案（附件1，盖章）",) * 3, state,
    )  # fmt: skip
    with using_language("en"):
        assert entry_text(source).encode() == by_library(source)
        whole = calendar_bytes(empty_calendar(method="PUBLISH"), [source, source])
        assert published([source, source]) == whole


@fuzz()
@given(texts)
def test_a_content_line(text: str) -> None:
    event = icalendar.Event()
    event.add("summary", text)
    expected = event.to_ical().decode().removeprefix("BEGIN:VEVENT\r\n")
    assert content_line("SUMMARY", text_value(text)) == expected.removesuffix("END:VEVENT\r\n")


def as_the_library_writes(message: Message) -> bytes:
    """The message by the standard library's generator."""
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


@fuzz()
@given(texts, st.lists(values, max_size=3))
def test_a_message_of_any_shape(text: str, headers: list[str]) -> None:
    bodies = MIMEMultipart("alternative", "=_a_b")
    # Some libraries change the encoding that `email` uses for all of the process.
    utf8 = Charset("utf-8")
    utf8.body_encoding = BASE64
    bodies.attach(MIMEText(text, "plain", utf8))  # type: ignore[arg-type]
    bodies.attach(MIMEText(text, "html", utf8))  # type: ignore[arg-type]
    message = MIMEMultipart("mixed", "=_m_b")
    message.attach(bodies)
    for number, value in enumerate(headers):
        message[f"X-{number}"] = value
    for one in (message, bodies, bodies.get_payload(0)):
        assert isinstance(one, Message)
        assert written(one) == as_the_library_writes(one)


def test_a_digest() -> None:
    now = at("2022-06-13 09:00")
    for items in ((item(),), (item("长" * 80), item("b"))):
        content = Content(1, "wang@example.org", "<1@office.example.org>", items)
        message = render(content, now, "duban@example.org").message
        assert written(message) == as_the_library_writes(message)
