"""Renders a delivery's content: subject, text and HTML by Jinja2 templates, entries as .ics."""

from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.utils import format_datetime, formataddr
from hashlib import sha256
from pathlib import Path

from calendars.entry import EntrySource, published
from config.errors import StateError
from config.i18n import _
from config.plain_text import single_line
from config.settings import AttachCalendar, Settings
from notifications.asked_letter import asked_letter
from notifications.briefing_letter import briefing_letter
from notifications.content import Content
from notifications.digest_letter import LISTED, digest_letter
from notifications.fresh_link_letter import fresh_link_letter
from notifications.letter import Letter, PageLinks
from notifications.link_places import PlacesForLinks, fill_places, without_places
from notifications.morning_letter import morning_letter
from notifications.notice_letter import notice_letter
from notifications.stationery import write


@dataclass(frozen=True, slots=True)
class Manner:
    """How an office wishes its mails: own templates, how many items a digest lists in full,
    whom the calendar is attached for."""

    templates: Path | None = None
    listed: int = LISTED
    attach: AttachCalendar = AttachCalendar.AUTO


def manner_of(settings: Settings) -> Manner:
    """How the settings want mails."""
    return Manner(settings.templates_dir, settings.digest_items, settings.attach_calendar)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to go, with the hash of what it says."""

    message: Message
    subject: str
    body_hash: str


def render(
    content: Content,
    now: datetime,
    sender: str,
    links: PageLinks | None = None,
    *,
    manner: Manner = Manner(),
) -> Rendered:
    """Render `content` as it is to be put on the day of `now`, which is in the office's zone.

    `sender` is the address in From. The Message-ID is the delivery's own, so that a second try
    is recognised as the same mail. Who can hand in gets a link of `links`; the hash is of what is
    said without it.
    """
    places = PlacesForLinks(links.days) if links is not None else None
    letter = letter_of(content, now, places, listed=manner.listed)
    subject, text, html = write(letter, manner.templates)
    said = sha256(without_places(subject + text + html).encode()).hexdigest()
    if links is not None:
        text, html = fill_places(text, html, links, content.address, now)
    entries = letter.entries if _wants_calendar(content, manner.attach) else ()
    message = _message(text, html, entries, said)
    message["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
    message["From"] = formataddr((_("Duban reminders"), single_line(sender)))
    message["To"] = single_line(content.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = single_line(content.message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    if letter.reply_to:
        message["Reply-To"] = single_line(", ".join(letter.reply_to))
    return Rendered(message, subject, said)


def letter_of(
    content: Content, now: datetime, links: PageLinks | None, *, listed: int = LISTED
) -> Letter:
    """The letter that says `content` at `now` (aware, in the office's zone). Raises StateError
    where it is nothing but a link and there are no `links`."""
    today = now.date()
    if content.morning is not None:
        return morning_letter(content.morning, today)
    if content.briefing is not None:
        return briefing_letter(content.briefing.recipient, content.briefing.said)
    if content.told:
        return notice_letter(content, today)
    if content.asked:
        return asked_letter(content, now, links)
    if content.fresh is not None:
        if links is None:
            raise StateError(_("there is no page to lead to"), _("set public_url"))
        return fresh_link_letter(content, content.fresh, links, now)
    link = links.answer(content.address, now) if links is not None else ""
    return digest_letter(content, today, listed=listed, link=link)


def _wants_calendar(content: Content, attach: AttachCalendar) -> bool:
    """Telephones show an entry twice that comes by mail and in a feed."""
    if attach is AttachCalendar.AUTO:
        return not content.subscribed
    return attach is AttachCalendar.ALWAYS


def _message(text: str, html: str, entries: Sequence[EntrySource], unique: str) -> MIMEMultipart:
    # The older classes: EmailMessage parses every header again and takes several times as long.
    # No line of base64 holds an underscore, so that no part need be searched for the boundaries.
    bodies = MIMEMultipart("alternative", f"=_a_{unique[:32]}")
    bodies.attach(_part("text/plain", text.encode()))
    bodies.attach(_part("text/html", html.encode()))
    if not entries:
        return bodies
    attached = _part(
        "text/calendar", published(entries),
        '; method="PUBLISH"',  # RFC 6047, section 2.4
    )  # fmt: skip
    attached["Content-Disposition"] = 'attachment; filename="duban.ics"'
    message = MIMEMultipart("mixed", f"=_m_{unique[:32]}")
    message.attach(bodies)
    message.attach(attached)
    return message


def _part(sort: str, content: bytes, parameters: str = "") -> Message:
    """A part as MIMEText makes it (the tests compare them), in a quarter of the time."""
    part = Message()
    part["Content-Type"] = f'{sort}; charset="utf-8"{parameters}'
    part["MIME-Version"] = "1.0"
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(content).decode("ascii"))
    return part
