"""Can mail leave, and does it bear an address that the provider lets through?"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from config.errors import InputError
from config.i18n import N_, _
from config.plain_text import EMAIL
from config.settings import Settings, SmtpSecurity
from notifications.sender import make_transport
from notifications.transports.base import Mail, RecipientResult, Verdict
from scheduler.doctor.finding import Finding, bad, good, warning

SERVER, SENDER, TEST = N_("mail server"), N_("sender"), N_("test message")

# Providers that refuse mail whose From is not the account that logged in.
_STRICT = (
    "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "188.com", "aliyun.com",
    "mxhichina.com", "139.com", "189.cn", "sina.com", "sina.cn", "sohu.com", "tom.com",
)  # fmt: skip


def check_server(settings: Settings, *, demo: bool) -> Iterator[Finding]:
    """Whether the server takes a connection and the login. Nothing is sent."""
    if not settings.smtp_host:
        message = _("no SMTP server is set: mail goes into {folder}").format(
            folder=settings.maildir
        )
        if demo:
            yield good(SERVER, message)
        else:
            yield warning(SERVER, message, _("set DUBAN_SMTP_HOST for mail to leave this machine"))
        return
    trouble = asyncio.run(_ready(settings))
    if trouble is not None:
        yield bad(SERVER, f"{trouble.code or ''} {trouble.text}".strip(), trouble.mend)
    elif settings.smtp_security is SmtpSecurity.NONE and not settings.smtp_is_local:
        yield warning(
            SERVER,
            _("{host} takes mail, but in clear text").format(host=settings.smtp_host),
            _("set smtp_security to tls or starttls"),
        )
    else:
        said = _("{host} takes the login") if settings.smtp_username else _("{host} answers")
        yield good(SERVER, said.format(host=settings.smtp_host))


def check_sender(settings: Settings) -> Iterator[Finding]:
    """Whether From is an address that recipients and the provider accept."""
    address, account = settings.mail_from, settings.smtp_username
    if not settings.smtp_is_local and address.endswith("@localhost"):
        yield bad(
            SENDER,
            _("mail_from is {address}, which nobody can answer").format(address=address),
            _("set mail_from to the mailbox from which reminders are to come"),
        )
    elif _is_strict(settings.smtp_host) and account and not _same(address, account):
        yield warning(
            SENDER,
            _("mail_from is {address}, the account {account}: {host} refuses that").format(
                address=address, account=account, host=settings.smtp_host
            ),
            _("set mail_from to the account's own address"),
        )
    else:
        yield good(SENDER, address)


def send_test(settings: Settings, to: str, now: datetime) -> Iterator[Finding]:
    """Send one plain message to `to`. Raises InputError where that is no address."""
    if not EMAIL.fullmatch(to):
        raise InputError(
            _("“{text}” is no e-mail address").format(text=to), _("write e.g. name@example.org")
        )
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, to
    message["Subject"] = _("Duban: test message")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_("This message shows that Duban's mail arrives. Nothing is to be done."))
    result = asyncio.run(
        _send(settings, Mail(settings.mail_from, (to,), message.as_bytes(policy=SMTP)))
    )
    if result.verdict is Verdict.ACCEPTED:
        yield good(TEST, _("taken for {address}: {answer}").format(
            address=to, answer=f"{result.code} {result.text}"))  # fmt: skip
    else:
        mend = result.mend or _("see what the server says")
        yield bad(TEST, f"{result.code or ''} {result.text}".strip(), mend)


async def _ready(settings: Settings) -> RecipientResult | None:
    transport = make_transport(settings)
    try:
        return await transport.ready()
    finally:
        await transport.close()


async def _send(settings: Settings, mail: Mail) -> RecipientResult:
    transport = make_transport(settings)
    try:
        (result,) = (await transport.send(mail)).values()
        return result
    finally:
        await transport.close()


def _is_strict(host: str) -> bool:
    return any(host.lower() == one or host.lower().endswith(f".{one}") for one in _STRICT)


def _same(address: str, account: str) -> bool:
    """Some servers take the part before the @ as the account's name."""
    address, account = address.lower(), account.lower()
    return account in {address, address.partition("@")[0]}
