"""Our own secret links in what comes in: people quote and forward the mails that hold them.

A link opens its page for whoever has it, so none is kept: not in the record, not among the files.
"""

import re
from email import message_from_bytes
from email.encoders import encode_base64
from email.message import Message
from email.policy import compat32

from notifications.links import LONGEST_TOKEN, LinkKind

# Mail programs break a link over lines, quote these, and write it in percent or quoted-printable
# signs, also within a link of their own.
_BREAK = r"(?:=?[ \t]{0,20}\r?\n[ \t>|]{0,40})?"
_SLASH = r"(?:/|%(?:25){0,3}2F|=2F|&#x2F;|&#47;)"
_DOT = r"(?:\.|%(?:25){0,3}2E|=2E)"
_SIGN = r"[A-Za-z0-9_-]"
_KINDS = "|".join(_BREAK.join(kind.value) for kind in LinkKind)


def _signs(least: int, most: int) -> str:
    return f"{_SIGN}(?:{_BREAK}{_SIGN}){{{least - 1},{most - 1}}}"


# The address, the moment and the signature (see links.py); else whatever may be a part of these.
_WHOLE = f"{_BREAK}{_DOT}{_BREAK}".join(
    (_signs(4, LONGEST_TOKEN), _signs(4, 10), _signs(43, 43) + f"{_SIGN}*")
)
_LINK = re.compile(
    f"{_SLASH}{_BREAK}({_KINDS}){_BREAK}{_SLASH}{_BREAK}(?:{_WHOLE}|[A-Za-z0-9_.-]{{16,}})",
    re.IGNORECASE,
)
_MAIL_ENDINGS = (".eml", ".mht", ".mhtml")
_TEXT_ENDINGS = (".txt", ".htm", ".html", ".csv", ".ics")


def without_secrets(text: str) -> str:
    """`text` with `/answer/…` in the place of each link that opens a page of ours."""
    return _LINK.sub(lambda found: f"/{_kind(found)}/…", text)


def file_without_secrets(name: str, sort: str, content: bytes) -> bytes:
    """What an attachment holds, without such links where it is text or a mail; any other file is
    left as it is. `sort` is its media type."""
    ending = name.lower()
    if sort == "message/rfc822" or ending.endswith(_MAIL_ENDINGS):
        return _mail(content)
    if sort.startswith("text/") or ending.endswith(_TEXT_ENDINGS):
        return _bytes(content)
    return content


def _kind(found: re.Match[str]) -> str:
    return re.sub(r"[^a-z]", "", found[1].lower())


def _bytes(content: bytes) -> bytes:
    # A link is ASCII, and every byte is a character of this set: the rest stays what it is.
    text = content.decode("latin-1")
    return _LINK.sub(lambda found: f"/{_kind(found)}/...", text).encode("latin-1")


def _mail(content: bytes) -> bytes:
    """A mail within a mail: each of its texts is read as it was encoded."""
    message = message_from_bytes(content, policy=compat32)
    changed = [_change(part) for part in message.walk()]
    return _bytes(message.as_bytes() if any(changed) else content)


def _change(part: Message) -> bool:
    before = b"" if part.is_multipart() else part.get_payload(decode=True)
    if not isinstance(before, bytes):
        return False
    name = part.get_filename() or ""
    after = file_without_secrets(name, part.get_content_type(), before)
    if after == before:
        return False
    del part["Content-Transfer-Encoding"]
    part.set_payload(after.decode("ascii", "surrogateescape"))
    encode_base64(part)
    return True
