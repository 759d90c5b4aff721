"""A mail that has come in, taken apart: who, when, its text, its files, what it answers.

Mails are malformed in every way, so the standard library's oldest and most patient parser reads
them, and each header is decoded here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256

from config.plain_text import EMAIL, single_line
from notifications.inbox.encoded import decoded, header_text, parameter, raw_text
from notifications.inbox.html_text import text_of_html
from notifications.inbox.secret_links import file_without_secrets, without_secrets
from workflows.uploads import clean_name

LARGEST = 50_000_000  # bytes; a larger mail is noted and not read
_PARTS, _DEPTH, _NESTED = 200, 20, 60
_TEXT_BYTES = 200_000  # of each body that are looked at
_HEADERS = 500
# How many parts within parts: each line of a mail is compared with every boundary around it.
_HOLDERS = re.compile(rb"^content-type\s*:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,250}>")
_DAY = timedelta(days=1)
_YEARS = range(1990, 2111)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. `decoration` is a signature's picture and the like."""

    name: str
    content: bytes
    decoration: bool = False


@dataclass(slots=True)
class Received:
    """A mail taken apart. `sent_at` is aware; `headers` have the first value of each name.

    Links that open our own pages are cut out of whatever may be kept.
    """

    fingerprint: str
    headers: dict[str, str] = field(default_factory=dict)
    sender: str = ""  # lower case; '' where there is none that can be used
    subject: str = ""
    message_id: str = ""
    answers: tuple[str, ...] = ()  # the mails it answers, the nearest first
    sent_at: datetime | None = None
    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)  # message/delivery-status parts, as text
    returned: list[str] = field(default_factory=list)  # Message-IDs of mails that came back in it
    fault: str = ""  # why it could not be read


def fingerprint_of(raw: bytes) -> str:
    """What tells whether a mail has been read: the hash of its bytes."""
    return sha256(raw).hexdigest()


def take_apart(raw: bytes, arrived: datetime | None = None) -> Received:
    """The mail in these bytes. `arrived` (aware) is when its server took it, where that is known.

    Never raises: `fault` says what could not be read.
    """
    mail = Received(fingerprint_of(raw))
    if len(_HOLDERS.findall(raw)) > _NESTED:
        mail.fault = "too many parts within parts"
        raw = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")[0]
    try:
        message = message_from_bytes(raw[:LARGEST], policy=compat32)
        _read_headers(mail, message, arrived)
        if not mail.fault:
            _read_parts(mail, message)
    except Exception as error:  # the library has no one error for what is malformed
        mail.fault = mail.fault or f"{type(error).__name__}: {error}"[:200]
    return mail


def _read_headers(mail: Received, message: Message, arrived: datetime | None) -> None:
    for name, value in _pairs(message):
        mail.headers.setdefault(name, raw_text(value))
    get = mail.headers.get
    mail.subject = single_line(without_secrets(header_text(get("subject", ""))))[:500]
    mail.sender = _address(get("from", "")) or _address(get("sender", ""))
    mail.message_id = next(iter(MESSAGE_ID.findall(get("message-id", ""))), "")
    chain = (
        MESSAGE_ID.findall(get("in-reply-to", "")) + MESSAGE_ID.findall(get("references", ""))[::-1]
    )
    mail.answers = tuple(dict.fromkeys(chain[:50]))
    mail.sent_at = _moment(get("date", ""), arrived or _taken(get("received", "")))


def _pairs(message: Message) -> Iterator[tuple[str, object]]:
    for number, (name, value) in enumerate(message.raw_items()):
        if number == _HEADERS:
            return
        yield name.lower(), value


def _address(value: str) -> str:
    # Names are decoded only where all is encoded: they may hold what looks like an address.
    return _plain_address(value) or _plain_address(header_text(value))


def _plain_address(value: str) -> str:
    try:
        address = parseaddr(" ".join(value[:2000].split()))[1].strip().lower()
    except (ValueError, IndexError, RecursionError):  # brackets in brackets
        return ""
    return address if EMAIL.fullmatch(address) and len(address) <= 254 else ""


def _moment(date: str, taken: datetime | None) -> datetime | None:
    """When it was sent. Its own date is the sender's word: what the server that took it does not
    bear out by a day is not believed."""
    said = _date(date)
    if said is None or taken is None:
        return said or taken
    return said if abs(said - taken) <= _DAY else taken


def _taken(received: str) -> datetime | None:
    """When the last server took it (RFC 5321, section 4.4): its line is the first."""
    return _date(received.rpartition(";")[2])


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(" ".join(text.split())[:200])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return moment if moment.year in _YEARS else None


def _read_parts(mail: Received, message: Message) -> None:
    plain: list[str] = []
    pages: list[str] = []
    for part in _parts(message):
        sort = part.get_content_type()
        name = _file_name(part)
        disposition = raw_text(part.get("content-disposition", "")).strip().lower()
        if sort == "message/delivery-status":
            mail.statuses.append(without_secrets(_status_text(part)))
        elif sort in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            _read_enclosed(mail, part, name)
        elif sort in {"text/plain", "text/html"} and not (
            name or disposition.startswith("attachment")
        ):
            into = pages if sort == "text/html" else plain
            into.append(decoded(_content(part)[:_TEXT_BYTES], _charset(part)))
        elif content := _content(part):
            name = name or _plain_name(sort)
            content = file_without_secrets(name, sort, content)
            mail.attachments.append(Attachment(name, content, _decoration(part, sort, content)))
    text = "\n".join(plain)
    # The links of large files stand in the page, often with another wording in the plain text.
    page = "\n".join(text_of_html(one) for one in pages)
    mail.text = text if text.strip() else page
    if "http" in page and page != mail.text:
        mail.text = f"{mail.text}\n\n{_PAGE}\n{page}"
    mail.text = without_secrets(mail.text)


_PAGE = "----- HTML -----"


def split_page(text: str) -> tuple[str, str]:
    """The text that a person wrote, and what the mail's page has beside it."""
    written, _mark, page = text.partition(f"\n\n{_PAGE}\n")
    return written, page


def _parts(message: Message) -> Iterator[Message]:
    """The parts that hold no others, from the first on; mails inside it are not entered."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    count = 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > _PARTS or depth > _DEPTH:
            raise ValueError("too many parts")
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting += [(one, depth + 1) for one in reversed(inside) if isinstance(one, Message)]
        else:
            yield part


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str:
    return parameter(part.get("content-type", ""), "charset")


def _file_name(part: Message) -> str:
    headers = dict(_pairs(part))
    for header, name in (("content-disposition", "filename"), ("content-type", "name")):
        if found := parameter(headers.get(header, ""), name):
            return clean_name(single_line(found))
    return ""


def _plain_name(sort: str) -> str:
    return "file." + re.sub(r"[^a-z0-9]", "", sort.rpartition("/")[2])[:10]


def _decoration(part: Message, sort: str, content: bytes) -> bool:
    if sort in {
        "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/pgp-signature", "text/calendar", "text/vcard",
    }:  # fmt: skip
        return True
    small = len(content) < 30_000
    return sort.startswith("image/") and small and part.get("content-id") is not None


def _status_text(part: Message) -> str:
    """The fields of a status part, which the parser takes for blocks of headers."""
    inside = part.get_payload()
    if not isinstance(inside, list):
        return decoded(_content(part)[:_TEXT_BYTES])
    blocks = []
    for block in (one for one in inside[:_PARTS] if isinstance(one, Message)):
        lines = [f"{name}: {header_text(value)}" for name, value in _pairs(block)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _read_enclosed(mail: Received, part: Message, name: str) -> None:
    inside = part.get_payload()
    content = b""
    if isinstance(inside, list) and inside and isinstance(inside[0], Message):
        content = inside[0].as_bytes()
    elif isinstance(inside, str):
        content = _content(part)
    found = re.search(rb"^message-id:\s*(<[^<>\s]{1,250}>)", content[:100_000], re.I | re.M)
    if found is not None:
        mail.returned.append(found[1].decode("ascii", "replace"))
    if content and part.get_content_type() == "message/rfc822":
        name = name or "mail.eml"
        content = file_without_secrets(name, part.get_content_type(), content)
        mail.attachments.append(Attachment(name, content, decoration=False))
