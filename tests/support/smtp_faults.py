"""What a mail server may do wrong, and how each ends for the delivery: one table.

An ending is a verdict and what the outbox makes of it. HELD_BACK is the one for faults of the
server or the settings: the delivery is as it was before, and the sender rests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from config.settings import InDoubt, SmtpSecurity
from tests.support.certificates import Certificates
from tests.support.smtp import DROP, HANG

IN_GBK = "用户不存在".encode("gb18030").decode("utf-8", "surrogateescape")
TLS, STARTTLS = SmtpSecurity.TLS, SmtpSecurity.STARTTLS
CERTIFICATES, STRANGER = Certificates(), Certificates()


@dataclass(frozen=True)
class Ending:
    """What became of the mail, and of the delivery."""

    verdict: str
    status: str
    attempts: int = 1
    doubts: int = 0
    waits: bool = False  # for its own next try
    rests: bool = False  # the sender does, and leaves everything else alone


ACCEPTED = Ending("accepted", "done")
TRIED_AGAIN = Ending("temporary", "queued", waits=True)
HELD_BACK = Ending("temporary", "queued", attempts=0, rests=True)
FAILED = Ending("permanent", "failed")
RESENT = Ending("doubtful", "queued", doubts=1, waits=True)
HELD_IN_DOUBT = Ending("doubtful", "in_doubt", doubts=1)


@dataclass(frozen=True)
class Fault:
    """What a server does wrong, how it ends, and words that the delivery's error must hold."""

    name: str
    ending: Ending
    words: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    byte_pause: float = 0
    patience: float = 10  # smtp_timeout
    received: int = 0  # how often the server took the mail
    pipelining: bool = False  # is announced


def says(step: str, answer: str, ending: Ending, *words: str, **more: Any) -> Fault:
    """The server gives this answer at that step."""
    return Fault(f"{step} {answer}", ending, words or (answer,), {step: answer}, **more)


LOGIN = {"smtp_username": "office", "smtp_password": "right"}


def tls(name: str, security: SmtpSecurity, *words: str, **context: Any) -> Fault:
    """A server whose certificate is not to be trusted."""
    given = CERTIFICATES.server_context(*context.pop("names", ()), **context)
    return Fault(
        f"{security} {name}",
        HELD_BACK,
        ("certificate is not accepted", *words),
        server={"security": security, "context": given},
        settings=LOGIN,
    )


def secured() -> dict[str, Any]:
    """A server that wants STARTTLS and a login."""
    context = CERTIFICATES.server_context()
    return {"security": STARTTLS, "context": context, "login": ("office", "right")}


NO_LOGIN = "check smtp_username and smtp_password"
WRONG_PLACE = "check smtp_host and smtp_port"
BROKE_OFF, SILENCE = "the server broke the connection off", "the server does not answer in time"
LASTING = "if it lasts, ask the server's operator"

CONNECTING = [
    says("GREETING", "421 4.3.2 too many connections", HELD_BACK, "421 4.3.2 too many", LASTING),
    says("GREETING", "554 5.7.1 you are listed", HELD_BACK, "554 5.7.1 you are listed", LASTING),
    says("GREETING", DROP, HELD_BACK, WRONG_PLACE),
    says("GREETING", "SSH-2.0-OpenSSH", HELD_BACK, "Malformed"),
    says("EHLO", DROP, HELD_BACK, BROKE_OFF, WRONG_PLACE),
    says("EHLO", "421 shutting down", HELD_BACK),
    says("EHLO", "502 what is EHLO?", ACCEPTED, "", received=1),  # RFC 5321, section 3.2: then HELO
    Fault("refused", HELD_BACK, ("onnect call failed", WRONG_PLACE), server={"closed": True}),
]
SECURITY = [
    Fault("STARTTLS missing", HELD_BACK, ("STARTTLS", "set smtp_security to tls (port 465)"),
          settings={"smtp_security": STARTTLS, **LOGIN}),
    says("STARTTLS", DROP, HELD_BACK, BROKE_OFF, server=secured()),
    says("STARTTLS", "454 no TLS today", HELD_BACK, "454 no TLS today", LASTING, server=secured()),
    Fault("clear text where TLS is wanted", HELD_BACK,
          ("does not speak TLS", "check smtp_port and smtp_security"),
          settings={"smtp_security": TLS, **LOGIN}),
    *(fault for security in (STARTTLS, TLS) for fault in (
        tls("other name", security, "127.0.0.1", "set smtp_host", names=("mail.example.org",)),
        tls("expired", security, "expired", "renewed", expired=True),
    )),
    *(Fault(f"{security} unknown authority", HELD_BACK, ("issuer", "set smtp_ca_file"),
            server={"security": security, "context": STRANGER.server_context()}, settings=LOGIN)
      for security in (STARTTLS, TLS)),
]  # fmt: skip
LOGGING_IN = [
    Fault("535", HELD_BACK, ("535 5.7.8", NO_LOGIN), server=secured(),
          settings={"smtp_username": "office", "smtp_password": "wrong"}),
    says("AUTH", "454 4.7.0 no directory", HELD_BACK, "454 4.7.0 no directory", LASTING,
         server=secured(), settings=LOGIN),
    says("AUTH", DROP, HELD_BACK, BROKE_OFF, server=secured(), settings=LOGIN),
    Fault("login not offered", HELD_BACK, ("AUTH", "leave smtp_username empty"),
          {"EHLO": "250 mail.example.org"}, settings=LOGIN),
    Fault("login wanted", HELD_BACK, ("530 5.7.0", NO_LOGIN), server=secured()),
]  # fmt: skip
SENDER = [  # the same for every mail: no mail's own fault
    *(says("MAIL", f"{code} not you", HELD_BACK, f"{code} not you", "set mail_from")
      for code in (550, 551, 553, 554)),
    *(says("MAIL", f"{code} not now", HELD_BACK) for code in (421, 450, 451)),
    says("MAIL", "452 no room", TRIED_AGAIN),  # these two are about the mail's size
    says("MAIL", "552 too large", FAILED),
    says("MAIL", DROP, TRIED_AGAIN, BROKE_OFF),
]  # fmt: skip
REFUSED = [  # all in one run: none of them touches another
    *(says(step, f"{code} not now", TRIED_AGAIN)
      for step in ("RCPT", "DATA", "DOT") for code in (421, 450, 451, 452)),
    *(says(step, f"{code} never", FAILED)
      for step in ("RCPT", "DATA", "DOT") for code in (550, 551, 552, 553, 554)),
    says("RCPT", "530 5.7.0 log in first", TRIED_AGAIN, "530 5.7.0", NO_LOGIN),
    says("RCPT", "554 5.7.1 Relay access denied", TRIED_AGAIN, "554 5.7.1", NO_LOGIN),
    Fault("words in GB 18030", FAILED, ("550 用户不存在",), {"RCPT": f"550 {IN_GBK}"}),
    Fault("words for a terminal, and very many", FAILED, ("554 [2Jgone",),
          {"DOT": "554 \x1b[2Jgone\x00" + "x" * 5000}),
    says("DATA", "550-several\r\n550 lines", FAILED, "550 several lines"),
]  # fmt: skip
BROKEN_OFF = [
    says("RCPT", DROP, TRIED_AGAIN, BROKE_OFF),
    says("DATA", DROP, TRIED_AGAIN, BROKE_OFF),
    says("DATA", "?", TRIED_AGAIN, "Malformed"),
    says("DOT", DROP, RESENT, BROKE_OFF, received=1),
    says("DOT", DROP, HELD_IN_DOUBT, BROKE_OFF, received=1,
         settings={"in_doubt": InDoubt.HOLD}),
    says("DOT", "?", RESENT, "Malformed"),
    Fault("over the SIZE that is advertised", FAILED, ("the server takes at most 1000",),
          server={"size": 1000}),
]  # fmt: skip
SILENT = [
    Fault("no answer to a connection", HELD_BACK, (SILENCE, WRONG_PLACE),
          server={"deaf": True}, patience=1),
    *(says(step, HANG, HELD_BACK, SILENCE, WRONG_PLACE, patience=1)
      for step in ("GREETING", "EHLO")),
    *(says(step, HANG, HELD_BACK, SILENCE, server=secured(), settings=LOGIN, patience=1)
      for step in ("STARTTLS", "AUTH")),
    *(says(step, HANG, TRIED_AGAIN, SILENCE, patience=1) for step in ("MAIL", "RCPT", "DATA")),
    says("BODY", HANG, RESENT, SILENCE, patience=1),  # all of it may have been read
    says("DOT", HANG, RESENT, SILENCE, patience=1),
    says("DOT", HANG, HELD_IN_DOUBT, SILENCE, patience=1,
         settings={"in_doubt": InDoubt.HOLD}),
    Fault("a crawling server", ACCEPTED, byte_pause=0.002, received=1),
    Fault("one that crawls too slowly", HELD_BACK, (SILENCE,), byte_pause=0.2, patience=1),
]  # fmt: skip
ALONE = [*CONNECTING, *SECURITY, *LOGGING_IN, *SENDER, *BROKEN_OFF]


def ahead(faults: Sequence[Fault]) -> list[Fault]:
    """The same, where the commands of a mail come together; it has to end in the same way."""
    return [replace(fault, pipelining=True) for fault in faults]


MAILING = [
    fault for fault in SILENT if not {"GREETING", "EHLO", "STARTTLS", "AUTH"} & {*fault.answers}
]
