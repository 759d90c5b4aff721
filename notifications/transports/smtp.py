"""SMTP through aiosmtplib, over one pool of persistent connections.

The commands are given one by one, so that a refusal of one recipient is told apart from the
others, and a connection lost after the mail was handed over (in doubt) from one lost before.
"""

import asyncio
import ssl
from contextlib import suppress
from email.policy import compat32

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from config.settings import Settings, SmtpSecurity
from notifications.transports.base import (
    Mail,
    RecipientResult,
    SendResult,
    Verdict,
    same_for_all,
)

_WIRE = compat32.clone(linesep="\r\n")  # RFC 5321, section 2.3.8


class SmtpTransport:
    """A pool of at most `smtp_connections` connections, opened when needed and kept."""

    name = "smtp"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[aiosmtplib.SMTP] = []
        self._limit = asyncio.Semaphore(settings.smtp_connections)

    async def send(self, mail: Mail) -> SendResult:
        """Send one mail; every failure becomes a verdict."""
        async with self._limit:
            try:
                client = await self._connection()
            except SMTPResponseException as error:
                return same_for_all(mail, _setup_failure(error))
            except (SMTPException, OSError, ValueError) as error:
                return same_for_all(mail, _lost(Verdict.TEMPORARY, error))
            try:
                result = await self._converse(client, mail)
            except (SMTPException, OSError) as error:
                _abandon(client)
                return same_for_all(mail, _lost(Verdict.TEMPORARY, error))
            if client.is_connected:
                self._idle.append(client)
            return result

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            client = self._idle.pop()
            with suppress(SMTPException, OSError):
                await client.quit()

    async def _connection(self) -> aiosmtplib.SMTP:
        while self._idle:
            client = self._idle.pop()
            try:
                await client.rset()  # servers drop idle connections: find out before using one
            except (SMTPException, OSError):
                _abandon(client)
                continue
            return client
        return await self._connect()

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
        context = None
        if settings.smtp_security is not SmtpSecurity.NONE:
            context = ssl.create_default_context(cafile=settings.smtp_ca_file)
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port or None,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
            timeout=settings.smtp_timeout,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
            tls_context=context,
        )
        try:
            await client.connect()
        except BaseException:
            _abandon(client)
            raise
        return client

    async def _converse(self, client: aiosmtplib.SMTP, mail: Mail) -> SendResult:
        try:
            await client.mail(mail.sender)
        except SMTPResponseException as error:
            await _reset(client)
            return same_for_all(mail, _refusal(error))
        results: SendResult = {}
        taken = []
        for recipient in mail.recipients:
            try:
                await client.rcpt(recipient)
                taken.append(recipient)
            except SMTPResponseException as error:
                results[recipient] = _refusal(error)
        if not taken:
            await _reset(client)
            return results
        body = mail.message.as_bytes(policy=_WIRE)
        try:
            response = await client.data(body)
            outcome = RecipientResult(Verdict.ACCEPTED, response.code, response.message)
        except SMTPResponseException as error:
            outcome = _refusal(error)
            await _reset(client)
        except (SMTPException, OSError) as error:
            # The mail may have been taken before the connection broke.
            _abandon(client)
            outcome = _lost(Verdict.DOUBTFUL, error)
        return results | dict.fromkeys(taken, outcome)


def _refusal(error: SMTPResponseException) -> RecipientResult:
    """RFC 5321, section 4.2.1: 4yz may succeed later, 5yz will not."""
    verdict = Verdict.PERMANENT if 500 <= error.code < 600 else Verdict.TEMPORARY
    return RecipientResult(verdict, error.code, error.message)


def _setup_failure(error: SMTPResponseException) -> RecipientResult:
    """A refused greeting or login says nothing about the mail: it waits until that is mended."""
    return RecipientResult(Verdict.TEMPORARY, error.code, error.message)


def _lost(verdict: Verdict, error: Exception) -> RecipientResult:
    return RecipientResult(verdict, 0, f"{type(error).__name__}: {error}")


async def _reset(client: aiosmtplib.SMTP) -> None:
    try:
        await client.rset()
    except (SMTPException, OSError):
        _abandon(client)


def _abandon(client: aiosmtplib.SMTP) -> None:
    with suppress(Exception):
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()  # close() would wait for a dead server's TLS goodbye
        client.close()
