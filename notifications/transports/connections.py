"""The pool of SMTP connections: opened when needed, kept, replaced when the server drops one."""

import asyncio
import ssl
from collections import deque
from contextlib import suppress
from types import TracebackType

import aiosmtplib
from aiosmtplib import SMTPException

from config.errors import InputError
from config.i18n import _
from config.settings import Settings, SmtpSecurity
from notifications.carriers.profiles import connections_of
from notifications.transports.base import RecipientResult
from notifications.transports.faults import SetupError, setup_fault
from notifications.transports.wire import Wire

_STARTTLS_PORT = 587  # RFC 6409, section 3.1
_TRUSTED = 5  # seconds that a connection may be idle and is used without asking whether it lives


class Connections:
    """At most `smtp_connections`, no more than the profile has, and no more than the server takes:
    some refuse the next one."""

    def __init__(self, settings: Settings) -> None:
        """Raises InputError where `smtp_ca_file` cannot be used."""
        self._settings = settings
        self._context = _tls_context(settings)
        self._idle: list[Wire] = []
        self._busy = 0
        self._most = connections_of(settings)
        self._waiting: deque[asyncio.Future[None]] = deque()  # for their turn
        self.trouble: RecipientResult | None = None  # while set, no connection is given out
        self._own_name: str | None = None  # this machine's, for EHLO: looking it up may be slow

    def one(self) -> "Turn":
        """A connection that has been greeted, in an `async with` block; waits where all are in use.

        It is given up where the block raises. Raises SetupError, with what `trouble` there is.
        """
        return Turn(self)

    def reopen(self) -> None:
        """Forget past trouble, and that the server once took fewer connections than wanted."""
        self.trouble, self._most = None, connections_of(self._settings)

    async def stop(self, trouble: RecipientResult) -> None:
        """Give out no connection until `reopen`."""
        self.trouble = self.trouble or trouble
        while self._waiting:
            self._next()

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        leaving, self._idle = self._idle, []
        await asyncio.gather(*(wire.goodbye() for wire in leaving))

    async def take(self) -> tuple[Wire, bool]:
        """A connection, and whether it has been kept from earlier; `give_back` has to follow."""
        while True:
            await self._room()
            self._busy += 1
            try:
                if kept := await self._live():
                    return kept, True
                return await self._connect(), False
            except BaseException as error:
                self._leave()
                if not isinstance(error, SetupError):
                    raise
                if not self._busy:
                    await self.stop(error.result)
                    raise
                self._most = self._busy  # others have one: wait for theirs

    def give_back(self, wire: Wire) -> None:
        """Keep it for the next mail, where it is still open."""
        if wire.open:
            wire.rest()
            self._idle.append(wire)
        else:
            wire.abandon()
        self._leave()

    async def _room(self) -> None:
        """Wait until there is room for one more, or trouble: that is raised."""
        while self.trouble is None and self._busy >= self._most:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    self._next()  # it had just come: another's now
                raise
        if self.trouble is not None:
            raise SetupError(self.trouble)

    def _leave(self) -> None:
        self._busy -= 1
        self._next()

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # nor given up
                turn.set_result(None)
                return

    async def _live(self) -> Wire | None:
        """An idle connection, if there is one. Servers drop them: one that has been idle for long
        is asked first, and one that was in use a moment ago may turn out to have ended."""
        while self._idle:
            wire = self._idle.pop()
            if wire.open and wire.rested < _TRUSTED:
                return wire
            try:
                await wire.reset()
            except BaseException as error:
                wire.abandon()
                if not isinstance(error, SMTPException | OSError):
                    raise
            else:
                return wire
        return None

    async def _connect(self) -> Wire:
        settings = self._settings
        upgrade = settings.smtp_security is SmtpSecurity.STARTTLS
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port or (_STARTTLS_PORT if upgrade else None),
            local_hostname=self._own_name,
            timeout=settings.smtp_timeout,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=False,  # see _set_up
            tls_context=self._context,
        )
        try:
            # Each reply in its time, and all of them in twice that: some servers crawl.
            async with asyncio.timeout(2 * settings.smtp_timeout):
                await self._set_up(client)
            wire = Wire(client, settings.smtp_timeout)
        except BaseException as error:
            _abandon(client)
            if not isinstance(error, SMTPException | OSError | ValueError):
                raise
            raise SetupError(setup_fault(error, settings)) from error
        self._own_name = client.local_hostname
        return wire

    async def _set_up(self, client: aiosmtplib.SMTP) -> None:
        settings = self._settings
        await client.connect()
        if settings.smtp_security is SmtpSecurity.STARTTLS:
            await client.starttls()  # raises where the server does not offer it
        if settings.smtp_username:
            await client.login(settings.smtp_username, settings.smtp_password.get_secret_value())
        await client.rset()  # says EHLO where that has not been said


class Turn:
    """The use of one connection; `kept` says that it has been in use before this turn."""

    wire: Wire
    kept: bool

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._held = False

    async def __aenter__(self) -> "Turn":
        self.wire, self.kept = await self._connections.take()
        self._held = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.wire.abandon()
        self._leave()

    async def renew(self) -> None:
        """Another connection, since this one has ended. Raises SetupError."""
        self.wire.abandon()
        self._leave()
        await self.__aenter__()

    def _leave(self) -> None:
        if self._held:
            self._held = False
            self._connections.give_back(self.wire)


def _abandon(client: aiosmtplib.SMTP) -> None:
    with suppress(Exception):
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()  # close() would wait for a dead server's TLS goodbye
        client.close()


def _tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Certificate and host name are always verified; `smtp_ca_file` adds authorities."""
    if settings.smtp_security is SmtpSecurity.NONE:
        return None
    context = ssl.create_default_context()
    if settings.smtp_ca_file is not None:
        try:
            context.load_verify_locations(settings.smtp_ca_file)
        except OSError as error:
            raise InputError(
                _("smtp_ca_file: cannot use {file}: {reason}").format(
                    file=settings.smtp_ca_file, reason=error.strerror or error
                ),
                _("name a file with the authority's certificate in PEM form"),
            ) from None
    return context
