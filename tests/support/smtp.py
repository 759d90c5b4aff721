"""A real SMTP server in this process, in a thread of its own.

It can ask for STARTTLS, implicit TLS and AUTH, and can be told how to misbehave at any step:
`server.answers["RCPT:someone@example.org"] = "550 no such mailbox"`. The steps are `GREETING`,
`EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT`, `DATA` (before 354), `BODY` (after 354, before the
final dot), `DOT` (after it), `RSET` and `QUIT`; from `RCPT` to `DOT` also with the recipient, as
above. An answer is a reply, DROP or HANG. The server can also be slow, narrow (few connections),
small (mails over a size), announce PIPELINING (and notes who does not wait for its replies) and
take content for nobody.
"""

import asyncio
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, AnyStr, TypeVar

import trustme
from aiosmtpd.smtp import DATA_SIZE_DEFAULT, SMTP, AuthResult, Envelope, LoginPassword, Session

from config.settings import SmtpSecurity

DROP, HANG = "drop", "hang"  # instead of a reply: break the connection, or say nothing
_WAIT = 10  # seconds that starting and stopping may take

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that the server has accepted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool
    login: str
    options: tuple[str, ...] = ()  # of MAIL

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.content, policy=default)


@dataclass(slots=True)
class Certificates:
    """A throw-away authority; `issue` gives a server's TLS context."""

    authority: trustme.CA = field(default_factory=trustme.CA)

    def server_context(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """The context of a server with those names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self.authority.issue_cert(
            *(names or ("localhost", "127.0.0.1")),
            not_after=datetime(2021, 12, 31, tzinfo=UTC) if expired else None,
        )
        certificate.configure_cert(context)
        return context

    def write_ca(self, folder: Path) -> Path:
        """The authority's certificate as a file, for `smtp_ca_file` and `imap_ca_file`."""
        file = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(file))
        return file


class MailServer:
    """Use it in a `with` block; `host` and `port` say where it listens."""

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        security: SmtpSecurity = SmtpSecurity.NONE,
        context: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        port: int = 0,
        size: int = 0,
        pipelining: bool = False,
    ) -> None:
        """`context` is the server's TLS context, where `security` needs one; with `login`, mail
        is taken only after AUTH with that name and password; `size` is the largest mail's; with
        `pipelining` it is announced."""
        self.port = port
        self.received: list[Received] = []
        self.commands: list[str] = []  # AUTH, MAIL, RCPT:…, DATA, in the order they came
        self.answers: dict[str, str] = {}  # what to say at a step, each time
        self.answers_once: dict[str, deque[str]] = defaultdict(deque)  # and next time only
        self.connected = self.most_connected = self.connections = 0
        self.pause = 0.0  # seconds before a mail is accepted
        self.pause_after = 0.0  # seconds between accepting it and saying so
        self.byte_pause = 0.0  # seconds between two bytes of a reply
        self.most = 0  # connections; 421 for those beyond; 0: any number
        self.pipelining = pipelining
        self.ahead: list[str] = []  # commands behind which more had come before their reply
        self.resets = 0  # how often RSET was said
        self.goes_on = False  # 354 to DATA even where no recipient was taken, as RFC 2920 allows
        self.for_nobody: list[bytes] = []  # the content that came then
        self.injected = ""  # said in clear text after STARTTLS was agreed to
        self.security, self.context, self.login, self.size = security, context, login, size
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[Conversation] = set()

    def __enter__(self) -> "MailServer":
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WAIT)
        self._loop.close()

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed."""
        return [one.message for one in self.received]

    def drop_all(self) -> None:
        """Break every open connection, as a server does with idle ones."""
        self._run(self._drop_all())

    def answer_for(self, *steps: str) -> str | None:
        """What to say at the first of these steps that has an answer."""
        for step in steps:
            if self.answers_once[step]:
                return self.answers_once[step].popleft()
            if step in self.answers:
                return self.answers[step]
        return None

    def opened(self, conversation: "Conversation") -> None:
        """A connection was made."""
        self._open.add(conversation)
        self.connections += 1
        self.connected += 1
        self.most_connected = max(self.most_connected, self.connected)

    def closed(self, conversation: "Conversation") -> None:
        """A connection has ended."""
        if conversation in self._open:
            self._open.discard(conversation)
            self.connected -= 1

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT)

    async def _start(self) -> None:
        implicit = self.context if self.security is SmtpSecurity.TLS else None
        self._server = await self._loop.create_server(
            lambda: Conversation(self, self._loop), self.host, self.port, ssl=implicit
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._drop_all()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    async def _drop_all(self) -> None:
        for conversation in list(self._open):
            conversation.abort()
        await asyncio.sleep(0.02)


class Conversation(SMTP):
    """One connection."""

    def __init__(self, here: MailServer, loop: asyncio.AbstractEventLoop) -> None:
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

    def __init__(self, here: MailServer, abort: Callable[[], None]) -> None:
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
