"""What is built by hand for speed is what the libraries build, byte for byte."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from email import message_from_bytes
from email.charset import BASE64, Charset
from email.header import Header, decode_header, make_header
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32, default

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.entry import EntrySource, event_text, task_text
from calendars.frame import around, empty_calendar, published
from calendars.wire import content_line, text_value
from config.i18n import using_language
from config.plain_text import single_line
from notifications.content import Content
from notifications.mime import Enclosure, Picture, header, header_of_words, mail_bytes
from notifications.rendering import render
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


def by_library(source: EntrySource, kind: type[icalendar.Event | icalendar.Todo]) -> bytes:
    """The entry as `icalendar` writes it from the same values."""
    is_event = kind is icalendar.Event
    text = event_text(source) if is_event else task_text(source)
    entry = kind()
    entry.add("uid", source.uid)
    entry.add("dtstamp", source.changed_at.astimezone(UTC))
    entry.add("last-modified", source.changed_at.astimezone(UTC))
    entry.add("sequence", source.sequence)
    summary = single_line(f"{source.title} · {source.unit}")
    entry.add("summary", f"{source.mark} {summary}" if source.mark else summary)
    entry.add("description", str(kind.from_ical(text)["description"]))
    entry.add("categories", [single_line(source.campaign_title)])
    entry.add("color", source.color)
    entry.add("url", source.url)
    struck = source.state is State.WAIVED
    if is_event:
        entry.add("dtstart", source.start or source.due)
        entry.add("dtend", source.due + timedelta(days=1))
        entry.add("status", "CANCELLED" if struck else "CONFIRMED")
        entry.add("transp", "TRANSPARENT")
    else:
        if source.start:
            entry.add("dtstart", source.start)
        entry.add("due", source.due)
        done = source.percent == 100 and source.submitted_at is not None
        entry.add("status", "CANCELLED" if struck else "COMPLETED" if done else "NEEDS-ACTION")
        entry.add("percent-complete", source.percent)
        if done and source.submitted_at is not None:
            entry.add("completed", source.submitted_at.astimezone(UTC))
    start = source.start or (source.due if is_event else None)
    after = (source.due - start).days if start else 0
    parameters = {} if start else {"RELATED": "END"}
    for days in source.alarms:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", timedelta(days=days + after, hours=9), parameters=parameters)
        entry.add_component(alarm)
    return bytes(entry.to_ical())


@pytest.mark.parametrize("kind", [icalendar.Event, icalendar.Todo])
@pytest.mark.parametrize("start", [None, date(2022, 6, 1)])
@pytest.mark.parametrize("state", [State.OPEN, State.WAIVED, State.ACCEPTED])
@pytest.mark.parametrize(
    "title", ["报送方案", "a,b;c\\d", "长" * 60, "x" * 73, "、" * 24 + "\\" * 9]
)
def test_an_entry(
    title: str,
    state: State,
    start: date | None,
    kind: type[icalendar.Event | icalendar.Todo],
) -> None:
    done = state is State.ACCEPTED
    source = EntrySource(
        "1@example.org", 3, at("2022-06-01 10:00"), date(2022, 12, 31), title, "北城市",
        "阳光,行动", "二（一）", "bridges@example.org", ("方案（附件1，盖章）",) * 3, state,
        percent=100 if done else 0, submitted_at=at("2022-05-30 17:30") if done else None,
        start=start, mark="✓" if done else "!", color="teal",
        url="https://duban.example.org/fresh", alarms=(-14, -2, -1, 0, 1, 30),
    )  # fmt: skip
    text = event_text if kind is icalendar.Event else task_text
    with using_language("en"):
        assert text(source).encode() == by_library(source, kind)


def test_a_calendar_of_a_mail() -> None:
    source = EntrySource(
        "1@example.org", 3, at("2022-06-01 10:00"), date(2022, 12, 31), "报送方案", "北城市",
        "阳光行动", "二（一）", "bridges@example.org", (), State.OPEN,
    )  # fmt: skip
    head, end = around(empty_calendar(method="PUBLISH"))
    assert published([source, source]) == head + event_text(source).encode() * 2 + end


@fuzz()
@given(texts)
def test_a_content_line(text: str) -> None:
    event = icalendar.Event()
    event.add("summary", text)
    expected = event.to_ical().decode().removeprefix("BEGIN:VEVENT\r\n")
    assert content_line("SUMMARY", text_value(text)) == expected.removesuffix("END:VEVENT\r\n")


# Some libraries change the encoding that `email` uses for all of the process.
UTF8 = Charset("utf-8")
UTF8.body_encoding = UTF8.header_encoding = BASE64
WIRE = compat32.clone(linesep="\r\n")


def by_email(
    head: Mapping[str, str],
    text: str,
    page: str,
    calendar: bytes,
    unique: str,
    picture: Picture | None = None,
) -> bytes:
    """The mail as the standard library's `email` writes it."""
    bodies = MIMEMultipart("alternative", f"=_a_{unique}")
    bodies.attach(MIMEText(text, "plain", UTF8))  # type: ignore[arg-type]
    shown: MIMEBase = MIMEText(page, "html", UTF8)  # type: ignore[arg-type]
    if picture is not None:
        with_picture = MIMEMultipart("related", f"=_r_{unique}", type="text/html")
        with_picture.attach(shown)
        image = MIMEImage(picture.content, "png")
        image["Content-ID"] = f"<{picture.name}>"
        image["Content-Disposition"] = f'inline; filename="{picture.file}"'
        with_picture.attach(image)
        shown = with_picture
    bodies.attach(shown)
    message = bodies
    if calendar:
        message = MIMEMultipart("mixed", f"=_m_{unique}")
        attached = MIMEText(calendar.decode(), "calendar", UTF8)  # type: ignore[arg-type]
        attached.replace_header("Content-Type", attached["Content-Type"] + '; method="PUBLISH"')
        attached["Content-Disposition"] = 'attachment; filename="duban.ics"'
        message.attach(bodies)
        message.attach(attached)
    for name, value in head.items():
        message[name] = value
    return message.as_bytes(policy=WIRE)


def picture(content: bytes) -> Picture:
    """A picture of that content."""
    name = "code.0b7a4a0c-9b1f-5d0e-8a44-3a1d5f3e2c11@office.example.org"
    return Picture(name, "calendar.png", content)


@fuzz()
@given(
    texts,
    texts,
    texts,
    st.lists(values.filter(lambda one: "督" not in one), max_size=3),
    st.none() | st.binary(max_size=200).map(picture),
)
def test_a_mail(
    text: str, page: str, calendar: str, headers: list[str], shown: Picture | None
) -> None:
    unique = "0123456789abcdef" * 2
    head = {f"X-{number}": value for number, value in enumerate(headers)}
    ours = b"".join(header(name, value) for name, value in head.items())
    written = mail_bytes(ours, text, page, calendar.encode(), unique, shown)
    assert written == by_email(head, text, page, calendar.encode(), unique, shown)


@fuzz()
@given(st.text(min_size=1, max_size=60), st.binary(max_size=300), st.booleans())
def test_a_file_that_goes_with_a_mail(name: str, content: bytes, calendar: bool) -> None:
    file = Enclosure(name, "application/x-any", content)
    entries = b"BEGIN:VCALENDAR" if calendar else b""
    mail = mail_bytes(
        b"Subject: x\r\n", "text", "page", entries, "0123456789abcdef" * 2, None, [file]
    )
    read = message_from_bytes(mail, policy=default)
    *_others, found = read.iter_attachments()
    assert found.get_content() == content
    assert found.get_content_type() == "application/x-any"
    assert found.get_filename() == name or not name.isprintable()
    assert max(map(len, mail.split(b"\r\n"))) < 998  # RFC 5322, section 2.1.1


@fuzz()
@given(st.sampled_from(["Subject", "X-Any"]), st.text(max_size=200).map(single_line).filter(bool))
def test_a_header_of_encoded_words(name: str, text: str) -> None:
    line = header_of_words(name, text)
    assert str(make_header(decode_header(message_from_bytes(line)[name]))) == text
    # RFC 2047, section 2: the library itself goes one over.
    assert all(len(one) <= 76 for one in line.split(b"\r\n"))
    assert all(len(word) <= 75 for one in line.split(b"\r\n") for word in one.split())
    if line.count(b"\r\n") == 1:
        library = Header(text, UTF8, header_name=name).encode()
        assert line == WIRE.fold_binary(name, library)


@pytest.mark.parametrize("name", ["Subject", "From", "Reply-To", "X-Any"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_header_never_becomes_two(name: str, end: str) -> None:
    with pytest.raises(ValueError, match=name):
        header(name, f"x{end}Bcc: evil@example.org")


@pytest.mark.parametrize("titles", [["报送方案"], ["长" * 80, "b"]])
def test_a_digest(titles: list[str]) -> None:
    content = Content(
        1, "wang@example.org", "<1@office.example.org>", tuple(item(one) for one in titles)
    )
    mail = render(content, at("2022-06-13 09:00"), "duban@example.org")
    read = message_from_bytes(mail.content)
    text, page, calendar = (
        part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        for part in read.walk()
        if not part.is_multipart()
    )
    unique = read.get_boundary().removeprefix("=_m_")  # type: ignore[union-attr]
    head = {
        name: value for name, value in read.items() if name not in {"Content-Type", "MIME-Version"}
    }
    assert mail.content == by_email(head, text, page, calendar.encode(), unique)
