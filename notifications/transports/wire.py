"""One SMTP connection that has been greeted: commands go out, replies come in, in that order.

The library opens it, up to the login. But the library takes one command at a time, and loses the
replies that come together, as they do after PIPELINING (RFC 2920); so mails are spoken of here,
over the same transport.
"""

import asyncio
from collections import deque
from contextlib import suppress

import aiosmtplib
from aiosmtplib import (
    SMTPException,
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from config.i18n import _

_UNREAD = 256 * 1024  # bytes of replies that nobody has read; a server that says more babbles
_GOODBYE = 2  # seconds that a server may take to answer QUIT


class Wire(asyncio.Protocol):
    """Words to the server and its replies. After the first fault it is of no more use.

    `extensions` are those of EHLO, in small letters, with their parameters. Times are seconds of
    the running event loop.
    """

    def __init__(self, client: aiosmtplib.SMTP, timeout: float) -> None:
        """Takes over the connection of `client`; `timeout` is how long a reply is waited for.

        Raises SMTPServerDisconnected where there is none any more.
        """
        if not client.is_connected or not isinstance(client.transport, asyncio.WriteTransport):
            raise SMTPServerDisconnected("Connection lost")
        self.extensions = client.esmtp_extensions
        self._loop = asyncio.get_running_loop()
        self._transport, self._timeout = client.transport, timeout
        self._replies: deque[SMTPResponse] = deque()
        self._lines: list[bytes] = []  # of a reply that has more
        self._rest = b""  # of a line
        self._unread = 0  # bytes
        self._idle_since = self._loop.time()
        self._waiter: asyncio.Future[None] | None = None
        self._fault: Exception | None = None
        self._transport.set_protocol(self)

    @property
    def open(self) -> bool:
        """The next command can be said, as far as is known."""
        return self._fault is None and not self.closing and not self.spoke

    @property
    def closing(self) -> bool:
        """The connection has ended: also when the last `write` failed, none of which was sent."""
        return self._transport.is_closing()

    @property
    def spoke(self) -> bool:
        """The server has said something that has not been read."""
        return bool(self._replies or self._lines or self._rest)

    @property
    def unwritten(self) -> int:
        """Bytes that the system has not taken yet."""
        return self._transport.get_write_buffer_size()

    @property
    def rested(self) -> float:
        """Seconds since `rest`."""
        return self._loop.time() - self._idle_since

    def rest(self) -> None:
        """It is idle from this moment on."""
        self._idle_since = self._loop.time()

    def say(self, *commands: bytes) -> None:
        """Commands, in one write; each has a reply.

        Raises SMTPException where the connection has ended, or the server spoke before its turn:
        that would be taken for the answer.
        """
        if self.spoke and self._fault is None:
            self._end(SMTPResponseException(-1, _("the server spoke before its turn")))
        self.write(b"\r\n".join(commands) + b"\r\n")

    def write(self, content: bytes) -> None:
        """Content as it is. Raises SMTPException where the connection has ended."""
        if self._fault is None and self.closing:
            self._end(SMTPServerDisconnected("Connection lost"))
        if self._fault is not None:
            raise self._fault
        self._transport.write(content)

    async def reply(self, within: float | None = None) -> SMTPResponse:
        """The next reply. Raises SMTPException where the connection breaks, where none comes in
        time, or what comes is none. After 421 there are no more (RFC 5321, section 3.8)."""
        if not self._replies:
            await self._news(self._timeout if within is None else within)
        response = self._replies.popleft()
        if not self._replies:
            self._unread = len(self._rest)
        if response.code == 421:
            self._replies.clear()
            self._end(SMTPServerDisconnected("421"))
        return response

    async def reset(self) -> None:
        """RSET. Raises SMTPException where the server does not agree."""
        self.say(b"RSET")
        response = await self.reply()
        if response.code != 250:
            raise SMTPResponseException(response.code, response.message)

    async def goodbye(self) -> None:
        """QUIT, and the end, whatever the server says."""
        with suppress(SMTPException):
            self.say(b"QUIT")
            await self.reply(_GOODBYE)
            self._transport.close()
            return
        self.abandon()

    def abandon(self) -> None:
        """Give the connection up without a word."""
        self._end(SMTPServerDisconnected("Connection lost"))

    def data_received(self, data: bytes) -> None:
        """The event loop has something that the server said."""
        if self._fault is not None:
            return
        self._unread += len(data)
        if self._unread > _UNREAD:
            self._end(SMTPResponseException(-1, "Response too long"))
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if not line[:3].isdigit():
                words = line.decode("utf-8", "ignore")
                self._end(SMTPResponseException(-1, f"Malformed SMTP response line: {words}"))
                return
            self._lines.append(line[4:].strip())
            if line[3:4] != b"-":
                text = b"\n".join(self._lines).decode("utf-8", "surrogateescape")
                self._replies.append(SMTPResponse(int(line[:3]), text))
                self._lines.clear()
        if self._replies:
            self._wake()

    def eof_received(self) -> bool:
        """The server says no more."""
        self._end(SMTPServerDisconnected("Unexpected EOF received"))
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """The connection has ended."""
        lost = SMTPServerDisconnected("Connection lost")
        lost.__cause__ = error
        self._end(lost)

    async def _news(self, within: float) -> None:
        if self._fault is None:
            self._waiter = self._loop.create_future()
            late = SMTPReadTimeoutError("Timed out waiting for server response")
            timer = self._loop.call_later(within, self._end, late)
            try:
                await self._waiter
            finally:
                self._waiter = None
                timer.cancel()
        if self._fault is not None and not self._replies:
            raise self._fault

    def _end(self, fault: Exception) -> None:
        """The first fault counts; what was heard before it can still be read."""
        if self._fault is None:
            self._fault = fault
            with suppress(Exception):
                self._transport.abort()  # close() would wait for a dead server's TLS goodbye
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
