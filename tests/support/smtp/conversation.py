"""One connection to the SMTP server: what is answered at each step."""

import asyncio
from collections.abc import Callable
from typing import Any, AnyStr

from aiosmtpd.smtp import DATA_SIZE_DEFAULT, SMTP, AuthResult, Envelope, LoginPassword, Session

from config.settings import SmtpSecurity
from tests.support.smtp.behaviour import DROP, HANG, Behaviour, Received


class Conversation(SMTP):
    """One connection."""

    def __init__(self, here: Behaviour, loop: asyncio.AbstractEventLoop) -> None:
        self._here = here
        starttls = here.security is SmtpSecurity.STARTTLS
        self._answering = Answering(here, self.abort)
        super().__init__(
            self._answering,
            data_size_limit=here.size or DATA_SIZE_DEFAULT,
            hostname="mail.example.org",
            enable_SMTPUTF8=True,
            tls_context=here.context if starttls else None,
            require_starttls=starttls,
            authenticator=self._answering.authenticate if here.login else None,
            auth_require_tls=starttls,  # under implicit TLS the library sees none
            loop=loop,
        )

    def abort(self) -> None:
        """Break the connection without a word."""
        transport = self._original_transport or self.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:  # else the same connection, now under TLS
            self._here.opened(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._here.closed(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        answer = self._here.answer_for("GREETING")
        if 0 < self._here.most < self._here.connected:
            answer = "421 too many connections"
        if answer is None:
            await super()._handle_client()
            return
        await self._say(answer)
        if self.transport is not None:
            self.transport.close()

    async def push(self, status: AnyStr) -> None:
        reply = status if isinstance(status, bytes) else status.encode("utf-8", "surrogateescape")
        if self._here.injected and reply == b"220 Ready to start TLS":
            reply += b"\r\n" + self._here.injected.encode()
        if not self._here.byte_pause:
            await super().push(reply)
            return
        for byte in reply + b"\r\n":
            self._writer.write(bytes([byte]))
            await asyncio.sleep(self._here.byte_pause)

    async def smtp_EHLO(self, hostname: str) -> None:
        if answer := self._here.answer_for("EHLO"):
            await self._say(answer)
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if answer := self._here.answer_for("STARTTLS"):
            await self._say(answer)
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        if answer := self._here.answer_for("QUIT"):
            await self._say(answer)
        else:
            await super().smtp_QUIT(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        self._here.commands.append("AUTH")
        if answer := self._here.answer_for("AUTH"):
            await self._say(answer)
        else:
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self._note("MAIL")
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        self._note("RCPT")
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self._note("DATA")
        self._here.commands.append("DATA")
        if answer := self._here.answer_for(*for_one("DATA", self.envelope)):
            await self._say(answer)
        elif answer := self._here.answer_for(*for_one("BODY", self.envelope)):
            await self.push("354 go on")
            await self._say(answer)
        elif self._here.goes_on and not (self.envelope and self.envelope.rcpt_tos):
            await self.push("354 go on")
            content = b""
            while not (b"\r\n" + content).endswith(b"\r\n.\r\n"):
                content += await self._reader.readuntil(b"\r\n")
            self._here.for_nobody.append(content)
            await self.push("554 no valid recipients")
        else:
            await super().smtp_DATA(arg)

    def _note(self, command: str) -> None:
        if self._reader._buffer:  # type: ignore[attr-defined]
            self._here.ahead.append(command)

    async def _say(self, answer: str) -> None:
        reply = await self._answering.act(answer)
        if reply is not None:
            await self.push(reply)


def for_one(step: str, envelope: Envelope | None) -> tuple[str, str]:
    """A step with the recipient, and the step."""
    recipients = envelope.rcpt_tos if envelope else []
    return f"{step}:{','.join(recipients)}", step


class Answering:
    """What the server answers on one connection."""

    def __init__(self, here: Behaviour, abort: Callable[[], None]) -> None:
        self._here, self._abort = here, abort

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, said: list[str]
    ) -> list[str]:
        session.host_name = name
        return [*said[:-1], "250-PIPELINING", said[-1]] if self._here.pipelining else said

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._here.commands.append("MAIL")
        if self._here.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if refusal := await self._misbehave("MAIL"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._here.commands.append(f"RCPT:{address}")
        if refusal := await self._misbehave(f"RCPT:{address}", "RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_RSET(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        self._here.resets += 1
        return await self._misbehave("RSET") or "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self._here.pause)
        answer = self._here.answer_for(*for_one("DOT", envelope))
        if answer is None or answer == DROP:  # dropped: taken all the same
            content = envelope.original_content or b""
            implicit = self._here.security is SmtpSecurity.TLS
            self._here.received.append(
                Received(
                    str(envelope.mail_from),
                    tuple(str(one) for one in envelope.rcpt_tos),
                    content,
                    implicit or session.ssl is not None,
                    str(session.auth_data.login.decode() if session.auth_data else ""),
                    tuple(str(one) for one in envelope.mail_options),
                )
            )
        await asyncio.sleep(self._here.pause_after)
        return await self.act(answer) or "250 OK: queued"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _sort: str, given: Any
    ) -> AuthResult:
        assert self._here.login is not None
        name, password = self._here.login
        good = given == LoginPassword(name.encode(), password.encode())
        return AuthResult(success=good, handled=False, auth_data=given)

    async def _misbehave(self, *steps: str) -> str | None:
        return await self.act(self._here.answer_for(*steps))

    async def act(self, answer: str | None) -> str | None:
        """The reply to give; a dropped or hanging connection ends here."""
        if answer == DROP:
            self._abort()
        if answer in {DROP, HANG}:
            await asyncio.sleep(3600)  # cancelled when the connection ends
        return answer
