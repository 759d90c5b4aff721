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
    content = _LINE_END.sub(b"\r\n", message.as_bytes(policy=_WIRE))
    return content if content.endswith(b"\r\n") else content + b"\r\n"


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
