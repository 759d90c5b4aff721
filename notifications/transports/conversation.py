"""One mail over one SMTP connection, command by command, or all up to the content at once.

A connection lost before the end of the mail is told from one lost after it. Only the latter is in
doubt: a server delivers nothing before it has the final dot (RFC 5321, section 4.1.1.4).
"""

import asyncio
import re

from aiosmtplib import SMTPException, SMTPResponse, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.email import quote_address

from config.i18n import _
from config.plain_text import EMAIL
from config.settings import Settings
from notifications.transports.base import Mail, RecipientResult, SendResult, Verdict
from notifications.transports.connections import Turn
from notifications.transports.faults import closing, lost, refusal, said, sender_refusal
from notifications.transports.wire import Wire

_FINAL_REPLY = 600  # seconds; RFC 5321, section 4.5.3.2.6: giving up early means sending twice
_POLL = 0.02  # seconds
_AT_ONCE = 16 * 1024  # bytes: so few the system takes in one go, or none of them
_DOT = b".\r\n"
_LINE_WITH_DOT = re.compile(rb"\n\.")
_YES = frozenset({250, 251})  # to RCPT; RFC 5321, section 4.3.2


class Conversation:
    """What has been said about one mail; `results` grows with the answers."""

    def __init__(self, mail: Mail, body: bytes, recipients: list[str], settings: Settings) -> None:
        """`body` has CRLF line ends; `recipients` are those of the mail that may be asked for."""
        self._mail, self._body, self._settings = mail, body, settings
        self._waiting = recipients  # without an answer yet
        self._taken: list[str] = []
        self.results: SendResult = {}
        self.begun = False  # the server has been spoken to about this mail
        self._ended = False  # the final dot may have reached the server

    async def hold(self, turn: Turn) -> None:
        """Go through it to the end. Raises SMTPException or OSError where the connection breaks;
        `break_off` then says what that means.

        A connection that was kept from earlier may turn out to have ended: then nothing was heard
        of this mail, and it goes over another one.
        """
        while not await self._go(turn.wire, turn.kept):
            self.begun = False
            await turn.renew()

    async def _go(self, wire: Wire, kept: bool) -> bool:
        self.begun = True
        options, most = b"", 0
        if "size" in wire.extensions:
            announced = wire.extensions["size"].strip()
            most = int(announced) if announced.isdigit() else 0
            options = b" SIZE=%d" % len(self._body)  # RFC 1870, section 5
        if 0 < most < len(self._body):
            self.settle(self._too_large(most))
            return True
        # RFC 2920: with PIPELINING all that comes before the content is said at once.
        ahead = "pipelining" in wire.extensions
        begin = b"MAIL FROM:" + _path(self._mail.sender) + options
        asking = {one: b"RCPT TO:" + _path(one) for one in self._waiting}
        try:
            wire.say(begin, *asking.values(), b"DATA") if ahead else wire.say(begin)
            reply = await wire.reply()
        except SMTPServerDisconnected:
            if kept:
                return False
            raise
        if kept and closing(reply):
            return False
        if reply.code != 250:
            self.settle(sender_refusal(_sensible(reply), self._settings))
            await _take_back(wire, len(asking) + 1 if ahead else 0)
            return True
        for recipient, command in asking.items():
            if not ahead:
                wire.say(command)
            reply = await wire.reply()
            if reply.code in _YES:
                self._taken.append(recipient)
            else:
                self._answer([recipient], refusal(_sensible(reply)))
        if self._taken:
            if not ahead:
                wire.say(b"DATA")
            await self._transfer(wire)
        else:
            await _take_back(wire, 1 if ahead else 0)
        return True

    def break_off(self, error: Exception) -> RecipientResult:
        """The connection broke: settle the recipients that have no answer, and return that."""
        verdict = Verdict.DOUBTFUL if self._ended else Verdict.TEMPORARY
        return self.settle(lost(verdict, error))

    def settle(self, result: RecipientResult) -> RecipientResult:
        """Answer for the recipients that have no answer."""
        self._answer(self._waiting, result)
        return result

    def _answer(self, recipients: list[str], result: RecipientResult) -> None:
        self.results |= dict.fromkeys(recipients, result)
        self._waiting = [one for one in self._waiting if one not in self.results]

    async def _transfer(self, wire: Wire) -> None:
        go_on = await wire.reply()
        if go_on.code != 354:
            self._answer(self._taken, refusal(_sensible(go_on)))
            await _take_back(wire)
            return
        reply = await self._content(wire)
        if self._ended and 200 <= reply.code < 300:
            accepted = RecipientResult(Verdict.ACCEPTED, reply.code, said(reply.message))
            self._answer(self._taken, accepted)
            return
        self._answer(self._taken, refusal(_sensible(reply)))
        if self._ended:
            await _take_back(wire)
        else:
            wire.abandon()  # it spoke before its turn: it would take the next command for content

    async def _content(self, wire: Wire) -> SMTPResponse:
        """Everything up to the final dot first: while that is being taken nothing is in doubt. A
        short mail goes in one write: the doubt is the same as if the dot had followed at once."""
        body = _stuffed(self._body)
        if len(body) < _AT_ONCE and not wire.spoke:
            wire.write(body + _DOT)
            self._ended = not wire.closing  # what could not be written has reached nobody
            return await wire.reply(_FINAL_REPLY)
        wire.write(body)
        if wire.unwritten:
            async with asyncio.timeout(self._settings.smtp_timeout):
                while wire.unwritten and not wire.spoke:
                    await asyncio.sleep(_POLL)
        if not wire.spoke:
            wire.write(_DOT)
            self._ended = True
        return await wire.reply(_FINAL_REPLY)

    def _too_large(self, most: int) -> RecipientResult:
        text = _("the mail has {size} bytes, and the server takes at most {most}")
        return RecipientResult(Verdict.PERMANENT, 0, text.format(size=len(self._body), most=most))


def _sensible(reply: SMTPResponse) -> SMTPResponse:
    """A refusal; what is none is raised, and breaks the conversation off."""
    if not 400 <= reply.code < 600:
        raise SMTPResponseException(reply.code, reply.message)
    return reply


async def _take_back(wire: Wire, unread: int = 0) -> None:
    """No mail comes of it: hear the rest of what was said ahead, and let the server forget it.
    No verdict depends on this; where it does not go well the connection is given up.

    A server that says 354 all the same gets a lone dot (RFC 2920, section 3.1), unless it could
    take that for an empty mail to a recipient.
    """
    try:
        codes = [(await wire.reply()).code for _one in range(unread)]
        if codes and codes[-1] == 354:
            if not _YES.isdisjoint(codes):
                wire.abandon()
                return
            wire.write(_DOT)
            await wire.reply()
        await wire.reset()
    except (SMTPException, OSError):
        wire.abandon()


def _stuffed(body: bytes) -> bytes:
    """With a second dot before each line that begins with one (RFC 5321, section 4.5.2)."""
    body = _LINE_WITH_DOT.sub(b"\n..", body)  # in half the time of bytes.replace
    return b"." + body if body.startswith(b".") else body


def _path(address: str) -> bytes:
    """The address in angle brackets. Raises ValueError where it would be more than that."""
    if EMAIL.fullmatch(address):
        return f"<{address}>".encode()
    quoted = quote_address(address)
    if not quoted.isprintable():
        raise ValueError(f"{address!r} is no address")
    return quoted.encode("ascii")
