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
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from calendars.entry import EntrySource, calendar_bytes, empty_calendar
from config.i18n import _, language, translations
from config.plain_text import single_line, without_controls
from notifications.content import Content
from notifications.digest_letter import digest_letter
from notifications.letter import Letter
from notifications.morning_letter import morning_letter
from notifications.notice_letter import notice_letter
from notifications.wording import long_day, short_day

_TEMPLATES = Path(__file__).parent / "templates"


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
    letter = _letter(content, now.date())
    values = letter.values
    subject = single_line(_template(f"{letter.template}.subject.txt").render(values))
    text = without_controls(_template(f"{letter.template}.txt").render(values))
    html = without_controls(_template(f"{letter.template}.html").render(values, subject=subject))
    said = sha256((subject + text + html).encode()).hexdigest()
    message = _message(text, html, letter.entries, said)
    message["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
    message["From"] = formataddr((_("Duban reminders"), single_line(sender)))
    message["To"] = single_line(content.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = single_line(content.message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    if letter.reply_to:
        message["Reply-To"] = single_line(", ".join(letter.reply_to))
    return Rendered(message, subject, said)


def _letter(content: Content, today: date) -> Letter:
    if content.morning is not None:
        return morning_letter(content.morning, today)
    if content.told:
        return notice_letter(content, today)
    return digest_letter(content, today)


def _message(text: str, html: str, entries: Sequence[EntrySource], unique: str) -> MIMEMultipart:
    # The older MIME classes: EmailMessage parses every header again and takes twice as long. No
    # line of base64 holds an underscore, so that no part need be searched for the boundaries.
    bodies = MIMEMultipart("alternative", f"=_a_{unique[:32]}")
    bodies.attach(MIMEText(text, "plain", "utf-8"))
    bodies.attach(MIMEText(html, "html", "utf-8"))
    if not entries:
        return bodies
    calendar = calendar_bytes(empty_calendar(method="PUBLISH"), entries)
    attached = MIMEText(calendar.decode(), "calendar", "utf-8")
    attached.set_param("method", "PUBLISH")  # RFC 6047, section 2.4
    attached.add_header("Content-Disposition", "attachment", filename="duban.ics")
    message = MIMEMultipart("mixed", f"=_m_{unique[:32]}")
    message.attach(bodies)
    message.attach(attached)
    return message


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
