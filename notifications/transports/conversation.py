"""One mail over one SMTP connection, command by command.

The library's own `data` does not tell a connection lost before the end of the mail from one lost
after it. Only the latter is in doubt: a server delivers nothing before it has the final dot
(RFC 5321, section 4.1.1.4).
"""

import asyncio
import re
from contextlib import suppress

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

from config.i18n import _
from config.settings import Settings
from notifications.transports.base import Mail, RecipientResult, SendResult, Verdict
from notifications.transports.connections import abandon
from notifications.transports.faults import lost, refusal, said, sender_refusal

_FIRST_DOT = re.compile(rb"(?m)^\.")  # RFC 5321, section 4.5.2
_FINAL_REPLY = 600  # seconds; RFC 5321, section 4.5.3.2.6: giving up early means sending twice
_POLL = 0.02  # seconds


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

    async def hold(self, client: aiosmtplib.SMTP) -> None:
        """Go through it to the end. Raises SMTPException or OSError where the connection breaks;
        `break_off` then says what that means."""
        self.begun = True
        options = []
        if client.supports_extension("size"):
            most = client.esmtp_extensions["size"].strip()
            if most.isdigit() and 0 < int(most) < len(self._body):
                self.settle(self._too_large(int(most)))
                return
            options = [f"SIZE={len(self._body)}"]  # RFC 1870, section 5
        try:
            await client.mail(self._mail.sender, options=options)
        except SMTPResponseException as error:
            self.settle(sender_refusal(_sensible(error), self._settings))
            await _reset(client)
            return
        for recipient in list(self._waiting):
            try:
                await client.rcpt(recipient)
            except SMTPResponseException as error:
                self._answer([recipient], refusal(_sensible(error)))
            else:
                self._taken.append(recipient)
        if self._taken:
            await self._transfer(client)
        else:
            await _reset(client)

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

    async def _transfer(self, client: aiosmtplib.SMTP) -> None:
        go_on = await client.execute_command(b"DATA")
        if go_on.code != 354:
            error = _sensible(SMTPResponseException(go_on.code, go_on.message))
            self._answer(self._taken, refusal(error))
            await _reset(client)
            return
        response = await self._content(client)
        if 200 <= response.code < 300:
            result = RecipientResult(Verdict.ACCEPTED, response.code, said(response.message))
        else:
            result = refusal(_sensible(SMTPResponseException(response.code, response.message)))
        self._answer(self._taken, result)
        if not self._ended:
            abandon(client)  # it spoke before its turn: it would take the next command for content
        elif result.verdict is not Verdict.ACCEPTED:
            await _reset(client)

    async def _content(self, client: aiosmtplib.SMTP) -> aiosmtplib.SMTPResponse:
        """Everything up to the final dot first: while that is being taken nothing is in doubt."""
        protocol, transport = client.protocol, client.transport
        if protocol is None or not isinstance(transport, asyncio.WriteTransport):
            raise SMTPServerDisconnected("Connection lost")
        reply = asyncio.ensure_future(protocol.read_response(_FINAL_REPLY))
        reply.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            protocol.write(_FIRST_DOT.sub(b"..", self._body))
            async with asyncio.timeout(self._settings.smtp_timeout):
                while transport.get_write_buffer_size() and not reply.done():
                    await asyncio.sleep(_POLL)
            if not reply.done():
                protocol.write(b".\r\n")
                self._ended = True
            return await reply
        finally:
            reply.cancel()

    def _too_large(self, most: int) -> RecipientResult:
        text = _("the mail has {size} bytes, and the server takes at most {most}")
        return RecipientResult(Verdict.PERMANENT, 0, text.format(size=len(self._body), most=most))


def _sensible(error: SMTPResponseException) -> SMTPResponseException:
    """A refusal; what is none is raised again, and breaks the conversation off."""
    if not 400 <= error.code < 600:
        raise error
    return error


async def _reset(client: aiosmtplib.SMTP) -> None:
    with suppress(SMTPException, OSError):
        await client.rset()
        return
    abandon(client)
