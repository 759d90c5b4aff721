"""Renders a delivery's content: subject, text and HTML by Jinja2 templates, entries as .ics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from calendars.entry import calendar_bytes, empty_calendar
from config.i18n import _, language, translations
from config.plain_text import single_line, without_controls
from notifications.content import Content, Enquiry, Item
from notifications.wording import deadline, is_overdue, long_day, short_day

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the templates see it."""

    item: Item
    deadline: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A campaign's items in a digest, with where to hand in and whom to ask."""

    title: str
    lines: tuple[Line, ...]
    mailboxes: tuple[str, ...]
    enquiries: tuple[Enquiry, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to go, with the hash of what it says."""

    message: Message
    subject: str
    body_hash: str


def render(content: Content, now: datetime, sender: str) -> Rendered:
    """Render `content` as it is to be put on the day of `now`, which is in the office's zone.

    `sender` is the address in From. The Message-ID is the delivery's own, so that a second try
    is recognised as the same mail.
    """
    today = now.date()
    lines = sorted((_line(item, today) for item in content.items), key=lambda one: one.item.due)
    overdue = [line for line in lines if line.overdue]
    values = {
        "recipient": _recipient_name(content.items),
        "units": list(dict.fromkeys(line.item.unit for line in lines)),
        "lines": lines,
        "overdue": overdue,
        "more": content.more,
        # What is not listed is less urgent than what is.
        "overdue_count": len(overdue) + (content.more if len(overdue) == len(lines) else 0),
        "sections": _sections(lines),
        "above": content.items[0].role in {"lead", "supervisor"} if content.items else False,
        "today": today,
    }
    subject = single_line(_template("digest.subject.txt").render(values))
    text = without_controls(_template("digest.txt").render(values))
    html = without_controls(_template("digest.html").render(values, subject=subject))
    calendar = calendar_bytes(empty_calendar(method="PUBLISH"), [line.item.entry for line in lines])
    message = _message(text, html, calendar)
    message["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
    message["From"] = formataddr((_("Duban reminders"), single_line(sender)))
    message["To"] = single_line(content.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = single_line(content.message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    message["Reply-To"] = single_line(", ".join(dict.fromkeys(line.item.mailbox for line in lines)))
    return Rendered(message, subject, sha256((subject + text + html).encode()).hexdigest())


def _message(text: str, html: str, calendar: bytes) -> MIMEMultipart:
    # The older MIME classes: EmailMessage parses every header again and takes twice as long.
    bodies = MIMEMultipart("alternative")
    bodies.attach(MIMEText(text, "plain", "utf-8"))
    bodies.attach(MIMEText(html, "html", "utf-8"))
    entries = MIMEText(calendar.decode(), "calendar", "utf-8")
    entries.set_param("method", "PUBLISH")  # RFC 6047, section 2.4
    entries.add_header("Content-Disposition", "attachment", filename="duban.ics")
    message = MIMEMultipart("mixed")
    message.attach(bodies)
    message.attach(entries)
    return message


def _line(item: Item, today: date) -> Line:
    return Line(
        item, deadline(item.due, item.late_after, today), is_overdue(item.late_after, today)
    )


def _recipient_name(items: Sequence[Item]) -> str:
    names = list(dict.fromkeys(item.recipient for item in items if item.recipient))
    return names[0] if names else ""


def _sections(lines: Sequence[Line]) -> list[Section]:
    """The lines by campaign; the campaign with the most urgent line first."""
    order = list(dict.fromkeys(line.item.campaign for line in lines))
    grouped = sorted(lines, key=lambda line: order.index(line.item.campaign))
    sections = []
    for _campaign, group in groupby(grouped, key=lambda line: line.item.campaign):
        own = tuple(group)
        sections.append(
            Section(
                own[0].item.campaign_title,
                own,
                tuple(dict.fromkeys(line.item.mailbox for line in own)),
                tuple(dict.fromkeys(one for line in own for one in line.item.enquiries)),
            )
        )
    return sections


def _template(name: str) -> Any:
    return _environment(language()).get_template(name)


@cache
def _environment(code: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations(code), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(long_day=long_day, short_day=short_day, language=code)
    return environment
