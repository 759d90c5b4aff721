"""SMTP: each mail over a connection of the pool, and every failure as a named verdict."""

import asyncio
from dataclasses import replace

import structlog
from aiosmtplib import SMTPException

from config.settings import Settings
from notifications.transports import faults
from notifications.transports.base import Mail, RecipientResult, SendResult
from notifications.transports.connections import Connections
from notifications.transports.conversation import Conversation
from notifications.transports.envelope import on_the_wire, refused_address, unsigned
from notifications.transports.signing import signer

_log = structlog.get_logger()
_ILL = 3  # so many conversations broken in a row, and it is no longer one mail's fault


class SmtpTransport:
    """Sends over at most `smtp_connections` connections, opened when needed and kept."""

    name = "smtp"

    def __init__(self, settings: Settings) -> None:
        """Raises InputError where `smtp_ca_file` or `dkim_key_file` cannot be used."""
        self._settings = settings
        self._sign = signer(settings)
        self._connections = Connections(settings)
        self._broken_in_a_row = 0

    @property
    def trouble(self) -> RecipientResult | None:
        """What keeps every mail from going, until `ready` finds it mended."""
        return self._connections.trouble

    async def ready(self, until: float | None = None) -> RecipientResult | None:
        """Connect, greet and log in, so that a fault there touches no mail."""
        self._connections.reopen()
        try:
            async with asyncio.timeout_at(until), self._connections.one():
                return None
        except faults.SetupError as error:
            return error.result
        except TimeoutError:
            await self._connections.stop(faults.no_time(self._settings))
            return faults.no_time(self._settings)

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        """Send one mail. Each reply is waited for `smtp_timeout` seconds; the last one, after
        which giving up would mean sending twice, until `until`."""
        refused = {one: bad for one in mail.recipients if (bad := refused_address(one))}
        good = [one for one in mail.recipients if one not in refused]
        if not good:
            return refused
        body = on_the_wire(mail.content)
        if self._sign is not None:
            try:
                body = await asyncio.to_thread(self._sign, body)
            except Exception as error:  # whatever the library finds wrong
                return refused | dict.fromkeys(good, unsigned(error))
        talk = Conversation(mail, body, good, self._settings)
        try:
            async with asyncio.timeout_at(until), self._connections.one() as client:
                await talk.hold(client)
            await self._count(next((one for one in talk.results.values() if one.code == 421), None))
        except faults.SetupError as error:
            talk.settle(replace(error.result, meaning=None))  # this mail was not asked for
        except Exception as error:
            await self._broken(talk, error)
        for result in talk.results.values():
            if result.general and talk.begun:
                await self._connections.stop(result)
        return refused | talk.results

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        await self._connections.close()

    async def _broken(self, talk: Conversation, error: Exception) -> None:
        if not isinstance(error, SMTPException | OSError):
            _log.exception("fault while sending a mail")
        if not talk.begun:
            talk.settle(faults.no_time(self._settings))
            return
        await self._count(talk.break_off(error))

    async def _count(self, broken: RecipientResult | None) -> None:
        """421 is a server's way to break off (RFC 5321, section 3.8)."""
        self._broken_in_a_row = self._broken_in_a_row + 1 if broken else 0
        if broken and self._broken_in_a_row >= _ILL:
            await self._connections.stop(faults.ill(broken))
