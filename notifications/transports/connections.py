"""The pool of SMTP connections: opened when needed, kept, replaced when the server drops one."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiosmtplib
from aiosmtplib import SMTPException

from config.errors import InputError
from config.i18n import _
from config.settings import Settings, SmtpSecurity
from notifications.carriers.profiles import connections_of
from notifications.transports.base import RecipientResult
from notifications.transports.faults import SetupError, setup_fault

_STARTTLS_PORT = 587  # RFC 6409, section 3.1
_GOODBYE = 2  # seconds that a server may take to answer QUIT


class Connections:
    """At most `smtp_connections`, no more than the profile has, and no more than the server takes:
    some refuse the next one."""

    def __init__(self, settings: Settings) -> None:
        """Raises InputError where `smtp_ca_file` cannot be used."""
        self._settings = settings
        self._context = _tls_context(settings)
        self._idle: list[aiosmtplib.SMTP] = []
        self._busy = 0
        self._most = connections_of(settings)
        self._changed = asyncio.Condition()
        self.trouble: RecipientResult | None = None  # while set, no connection is given out
        self._own_name: str | None = None  # this machine's, for EHLO: looking it up may be slow

    @asynccontextmanager
    async def one(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection that lives and has been greeted; waits where all are in use.

        It is given up where the block raises. Raises SetupError, with what `trouble` there is.
        """
        client = await self._take()
        try:
            yield client
        except BaseException:
            abandon(client)
            raise
        finally:
            if client.is_connected:
                self._idle.append(client)
            await self._leave()

    def reopen(self) -> None:
        """Forget past trouble, and that the server once took fewer connections than wanted."""
        self.trouble, self._most = None, connections_of(self._settings)

    async def stop(self, trouble: RecipientResult) -> None:
        """Give out no connection until `reopen`."""
        async with self._changed:
            self.trouble = self.trouble or trouble
            self._changed.notify_all()

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        leaving, self._idle = self._idle, []
        await asyncio.gather(*(_say_goodbye(client) for client in leaving))

    async def _take(self) -> aiosmtplib.SMTP:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self.trouble or self._busy < self._most)
                if self.trouble:
                    raise SetupError(self.trouble)
                self._busy += 1
            try:
                return await self._live() or await self._connect()
            except BaseException as error:
                await self._leave()
                if not isinstance(error, SetupError):
                    raise
                if not self._busy:
                    await self.stop(error.result)
                    raise
                self._most = self._busy  # others have one: wait for theirs

    async def _leave(self) -> None:
        async with self._changed:
            self._busy -= 1
            self._changed.notify()

    async def _live(self) -> aiosmtplib.SMTP | None:
        """An idle connection, if there is one; servers drop them, so find out before using it."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.rset()
            except BaseException as error:
                abandon(client)
                if not isinstance(error, SMTPException | OSError):
                    raise
            else:
                return client
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
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
        except BaseException as error:
            abandon(client)
            if not isinstance(error, SMTPException | OSError | ValueError):
                raise
            raise SetupError(setup_fault(error, settings)) from error
        self._own_name = client.local_hostname
        return client

    async def _set_up(self, client: aiosmtplib.SMTP) -> None:
        settings = self._settings
        await client.connect()
        if settings.smtp_security is SmtpSecurity.STARTTLS:
            await client.starttls()  # raises where the server does not offer it
        if settings.smtp_username:
            await client.login(settings.smtp_username, settings.smtp_password.get_secret_value())
        await client.rset()  # says EHLO where that has not been said


def abandon(client: aiosmtplib.SMTP) -> None:
    """Give a connection up without a word."""
    with suppress(Exception):
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()  # close() would wait for a dead server's TLS goodbye
        client.close()


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit(timeout=_GOODBYE)
    except (SMTPException, OSError):
        abandon(client)


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
