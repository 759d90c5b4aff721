"""Renders a delivery's content: subject, text and HTML by Jinja2 templates, entries as .ics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from calendars.frame import published
from calendars.qr import qr_png
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
from notifications.link_places import PICTURE, PlacesForLinks, fill_places, without_places
from notifications.mime import Enclosure, Picture, header, header_of_words, mail_bytes
from notifications.morning_letter import morning_letter
from notifications.notice_letter import notice_letter
from notifications.scheduled_files import report_file
from notifications.scheduled_letter import scheduled_letter
from notifications.stationery import write
from notifications.supervision_letter import supervision_letter


@dataclass(frozen=True, slots=True)
class Manner:
    """How an office wishes its mails: own templates of mails and of documents, how many items a
    digest lists in full, whom the calendar is attached for."""

    templates: Path | None = None
    documents: Path | None = None
    listed: int = LISTED
    attach: AttachCalendar = AttachCalendar.AUTO


def manner_of(settings: Settings) -> Manner:
    """How the settings want mails."""
    return Manner(
        settings.templates_dir,
        settings.documents_dir,
        settings.digest_items,
        settings.attach_calendar,
    )


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to go, its lines ended by CRLF, with the hash of what it says."""

    content: bytes
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
    files = content.files
    if content.supervised is not None:
        from notifications.supervision_document import enclosure  # few mails need a Word file

        files += (enclosure(content.supervised, manner.documents),)
    if content.scheduled is not None:
        whole = report_file(content.scheduled, manner.documents)
        files += (whole,) if whole else ()
    files += tuple(Enclosure(one.name, one.kind, one.content()) for one in content.forms)
    said = _hash(without_places(subject + text + html), files)
    picture = None
    if links is not None:
        if PICTURE in html:
            picture = _code(links.subscribe(content.address, now), content.message_id)
            html = html.replace(PICTURE, "cid:" + quote(picture.name, safe="@"))
        text, html = fill_places(text, html, links, content.address, now)
    entries = letter.entries if _wants_calendar(content, manner.attach) else ()
    calendar = published(entries) if entries else b""
    head = _head(content, now, sender, subject, letter.reply_to)
    mail = mail_bytes(head, text, html, calendar, said[:32], picture, files)
    return Rendered(mail, subject, said)


def _hash(words: str, files: Sequence[Enclosure]) -> str:
    """Of what a mail says, and of the files that go with it."""
    hashed = sha256(words.encode())
    for file in files:
        hashed.update(sha256(file.content).digest())
    return hashed.hexdigest()


def _code(link: str, message_id: str) -> Picture:
    """The link as a QR code. Its name is the same at every try, and no other mail's."""
    return Picture(single_line(f"code.{message_id.strip('<>')}"), "calendar.png", qr_png(link))


def _head(
    content: Content, now: datetime, sender: str, subject: str, reply_to: Sequence[str]
) -> bytes:
    fields = [
        header_of_words("Subject", subject),
        _from(sender, _("Duban reminders")),
        header("To", single_line(content.address)),
        _date(now),
        header("Message-ID", single_line(content.message_id)),
        header("Auto-Submitted", "auto-generated"),  # RFC 3834, section 5
    ]
    if reply_to:
        fields.append(header("Reply-To", single_line(", ".join(reply_to))))
    return b"".join(fields)


@lru_cache(maxsize=8)
def _from(sender: str, name: str) -> bytes:
    return header("From", formataddr((name, single_line(sender))))


@lru_cache(maxsize=8)
def _date(now: datetime) -> bytes:
    return header("Date", format_datetime(now))


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
    if content.scheduled is not None:
        return scheduled_letter(content.scheduled)
    if content.supervised is not None:
        return supervision_letter(content.supervised, content.address, now, links)
    if content.told:
        return notice_letter(content, today)
    if content.asked:
        return asked_letter(content, now, links)
    if content.fresh is not None:
        if links is None:
            raise StateError(_("there is no page to lead to"), _("set public_url"))
        return fresh_link_letter(content, content.fresh, links, now)
    if links is None:
        return digest_letter(content, today, listed=listed)
    link = links.answer(content.address, now)
    if not content.first or content.subscribed:
        return digest_letter(content, today, listed=listed, link=link)
    calendar = links.subscribe(content.address, now)
    return digest_letter(
        content, today, listed=listed, link=link, calendar_link=calendar, calendar_code=PICTURE
    )


def _wants_calendar(content: Content, attach: AttachCalendar) -> bool:
    """Telephones show an entry twice that comes by mail and in a feed."""
    if attach is AttachCalendar.AUTO:
        return not content.subscribed
    return attach is AttachCalendar.ALWAYS
