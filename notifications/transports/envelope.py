"""What may go onto the wire: a mail's bytes and addresses, looked at before a server is asked.

Nothing from a title or a name may become a header, another recipient or an SMTP command.
"""

import re
from email.message import Message
from email.policy import compat32

from config.i18n import _
from config.plain_text import EMAIL, one_line
from notifications.transports.base import RecipientResult, Verdict

_WIRE = compat32.clone(linesep="\r\n")  # RFC 5321, section 2.3.8
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SHORT = 76  # characters of a header that is not folded
_NEW_HEADER = re.compile(r"(\r\n|\r|\n)(?![ \t])")  # RFC 5322, section 2.2.3: not a folded line
_LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1, without the angle brackets


def written(message: Message) -> bytes:
    """The message as it is transmitted, its lines ended by CRLF.

    Raises ValueError where a header would become two.
    """
    for part in message.walk():
        for name, value in part.items():
            if _NEW_HEADER.search(str(value)):
                raise ValueError(_("there is a line break in its header {name}").format(name=name))
    content = _in_bytes(message) or message.as_bytes(policy=_WIRE)
    if not content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r"):
        content = _LINE_END.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _in_bytes(message: Message) -> bytes | None:
    """What the library's generator writes, in a fraction of its time, for messages as we make them:
    parts in base64 between given boundaries. None for any other."""
    head = b"".join(_header(name, value) for name, value in message.raw_items())
    content = message.get_payload()
    if isinstance(content, str):
        in_base64 = message["Content-Transfer-Encoding"] == "base64" and content.isascii()
        return head + b"\r\n" + content.encode().replace(b"\n", b"\r\n") if in_base64 else None
    boundary = (message.get_boundary() or "").encode()
    if not boundary or message.preamble or message.epilogue or not isinstance(content, list):
        return None
    parts = [_in_bytes(one) if isinstance(one, Message) else None for one in content]
    between = b"\r\n--" + boundary
    written = [between + b"\r\n" + one for one in parts if one]
    return head + b"".join(written) + between + b"--\r\n" if len(written) == len(parts) else None


def _header(name: str, value: str) -> bytes:
    line = f"{name}: {value}"
    if len(line) < _SHORT and line.isascii() and line.isprintable() and value == value.strip():
        return line.encode() + b"\r\n"
    return _WIRE.fold_binary(name, value)


def unwritable(error: Exception) -> RecipientResult:
    """The verdict on a mail that cannot be put into bytes."""
    reason = str(error) or type(error).__name__
    return RecipientResult(
        Verdict.PERMANENT, 0, _("the mail cannot be written: {reason}").format(reason=reason)
    )


def refused_address(address: str) -> RecipientResult | None:
    """The verdict on an address that no server is asked about; None where it is one.

    Addresses beyond ASCII would need SMTPUTF8 (RFC 6531) all the way to the mailbox.
    """
    if EMAIL.fullmatch(address) and len(address) <= _LONGEST_ADDRESS:
        return None
    return RecipientResult(
        Verdict.PERMANENT,
        0,
        _("“{address}” is not an address that every mail server takes").format(
            address=one_line(address)
        ),
        _("mend the contact's address"),
    )
