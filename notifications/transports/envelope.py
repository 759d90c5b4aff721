"""What may go onto the wire: a mail's bytes and addresses, looked at before a server is asked.

Nothing from a title or a name may become another recipient, another mail or an SMTP command.
"""

import re

from config.i18n import _
from config.plain_text import EMAIL, one_line
from notifications.transports.base import RecipientResult, Verdict

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1, without the angle brackets


def on_the_wire(content: bytes) -> bytes:
    """The mail with CRLF at the end of every line: an LF or a CR alone is taken for the end of a
    line by some servers, and a mail for two (RFC 5321, section 2.3.8)."""
    # A line has one of each where they stand together, and is one more where they stand apart.
    if not content.count(b"\n") == content.count(b"\r") == len(content.splitlines()):
        content = _LINE_END.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def unsigned(error: Exception) -> RecipientResult:
    """The verdict on a mail that cannot be signed."""
    reason = str(error) or type(error).__name__
    return RecipientResult(
        Verdict.PERMANENT, 0, _("the mail cannot be signed: {reason}").format(reason=reason)
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
