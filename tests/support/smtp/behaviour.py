"""How the SMTP server of a test behaves, and what it has seen. A test may change it at any time."""

import ssl
from collections import defaultdict, deque
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Protocol

from config.settings import SmtpSecurity

DROP, HANG = "drop", "hang"  # instead of a reply: break the connection, or say nothing


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


class Connection(Protocol):
    """One that can be broken."""

    def abort(self) -> None:
        """Break it without a word."""


class Behaviour:
    """What the connections of one server go by, and where they note what they have seen."""

    def __init__(
        self,
        security: SmtpSecurity,
        context: ssl.SSLContext | None,
        login: tuple[str, str] | None,
        size: int,
        pipelining: bool,
    ) -> None:
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
        self._open: set[Connection] = set()

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed."""
        return [one.message for one in self.received]

    def answer_for(self, *steps: str) -> str | None:
        """What to say at the first of these steps that has an answer."""
        for step in steps:
            if self.answers_once[step]:
                return self.answers_once[step].popleft()
            if step in self.answers:
                return self.answers[step]
        return None

    def opened(self, connection: Connection) -> None:
        """A connection was made."""
        self._open.add(connection)
        self.connections += 1
        self.connected += 1
        self.most_connected = max(self.most_connected, self.connected)

    def closed(self, connection: Connection) -> None:
        """A connection has ended."""
        if connection in self._open:
            self._open.discard(connection)
            self.connected -= 1
