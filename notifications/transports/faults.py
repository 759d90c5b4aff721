"""What an SMTP failure means: a verdict, whose fault it is, and what mends it.

A fault of one mail is told apart from one of the server or the settings, which every mail would
meet: that one never makes a mail fail for good, and mends itself or names what to set.
"""

import re
import socket
import ssl
from collections.abc import Iterator

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from config.i18n import _
from config.settings import Settings
from notifications.carriers.replies import Meaning, meaning_of
from notifications.transports.base import RecipientResult, Verdict

_LOGIN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954, section 6: about the login, no mail
# As Postfix, Exim, Sendmail, Exchange and qmail say it; there is no code for it alone.
_NO_RELAY = re.compile(r"\brelay|\brcpthosts\b", re.IGNORECASE)
_ABOUT_THE_MAIL = frozenset({452, 552})  # at MAIL: its size (RFC 1870, section 6.1)
_EXPIRED = frozenset({9, 10})  # OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID, …_HAS_EXPIRED
_OTHER_NAME = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH


class SetupError(Exception):
    """No connection could be set up; `result` says why, for every mail alike."""

    def __init__(self, result: RecipientResult) -> None:
        super().__init__(result.text)
        self.result = result


def setup_fault(error: Exception, settings: Settings) -> RecipientResult:
    """What kept a connection from being set up: from the name of the host to the login."""
    code = error.code if isinstance(error, SMTPResponseException) and error.code > 0 else 0
    text, mend = _setup_words(error, settings)
    meaning = meaning_of(code, text) if code else None
    if meaning is Meaning.FREQUENCY and code >= 500:  # said at the login: the password is right
        mend = _known_mend(meaning)
    return RecipientResult(Verdict.TEMPORARY, code, text, mend, general=True, meaning=meaning)


def said(message: str) -> str:
    """A server's words as the library hands them on: bytes that are no UTF-8 come as surrogates.
    Chinese servers often speak GB 18030."""
    raw = message.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def sender_refusal(reply: SMTPResponse, settings: Settings) -> RecipientResult:
    """A refusal of MAIL FROM, which is the same for every mail: unless it is about the size, the
    server or a setting is at fault, and the mails wait until it is mended."""
    known = _known(reply)
    if reply.code in _ABOUT_THE_MAIL or (known and known.general):
        return known or refusal(reply)
    mend = ""
    if reply.code in _LOGIN_CODES:
        mend = _login_mend()
    elif reply.code >= 500:
        mend = _("set mail_from to an address that the account may send from: it is {address}")
        mend = mend.format(address=settings.mail_from)
    return RecipientResult(Verdict.TEMPORARY, reply.code, said(reply.message), mend, general=True)


def refusal(reply: SMTPResponse) -> RecipientResult:
    """A refusal of a recipient or of the content, by the provider's own words where they are known.
    Else by RFC 5321, section 4.2.1: 4yz may succeed later, 5yz will not; but one for want of a
    login, as some servers have it for recipients elsewhere, is over once that is set."""
    if known := _known(reply):
        return known
    if reply.code in _LOGIN_CODES or (reply.code >= 500 and _NO_RELAY.search(reply.message)):
        return RecipientResult(Verdict.TEMPORARY, reply.code, said(reply.message), _login_mend())
    verdict = Verdict.PERMANENT if 500 <= reply.code < 600 else Verdict.TEMPORARY
    return RecipientResult(verdict, reply.code, said(reply.message))


def _known(reply: SMTPResponse) -> RecipientResult | None:
    """The verdict on a refusal in words that a provider is known for."""
    text = said(reply.message)
    meaning = meaning_of(reply.code, text)
    if meaning is None:
        return None
    lasting = Verdict.PERMANENT if reply.code >= 500 else Verdict.TEMPORARY
    general = meaning in {Meaning.FREQUENCY, Meaning.LOGIN}
    verdict = Verdict.TEMPORARY if general or meaning is Meaning.FULL else lasting
    return RecipientResult(verdict, reply.code, text, _known_mend(meaning), general, meaning)


def closing(reply: SMTPResponse) -> bool:
    """The server ends the connection (RFC 5321, section 3.8) for no reason that it would give on
    another one as well."""
    return reply.code == 421 and meaning_of(reply.code, said(reply.message)) is None


def _known_mend(meaning: Meaning) -> str:
    match meaning:
        case Meaning.FREQUENCY:
            return _("it goes on more slowly by itself; see docs/carriers.md for the limits")
        case Meaning.CONTENT:
            return _("ask the provider to let mail from mail_from through; DKIM may help")
        case Meaning.NO_MAILBOX:
            return _("mend the contact's address")
        case Meaning.FULL:
            return _("it is tried again; tell the person by telephone if it lasts")
        case Meaning.POLICY:
            return _("ask the recipient's mail operator to let mail from mail_from in")
        case Meaning.LOGIN:
            return _login_mend()


def lost(verdict: Verdict, error: Exception) -> RecipientResult:
    """The connection broke, fell silent or made no sense."""
    return RecipientResult(verdict, 0, _lost_words(error))


def no_time(settings: Settings) -> RecipientResult:
    """A mail's turn did not come before its lease neared its end."""
    return RecipientResult(
        Verdict.TEMPORARY,
        0,
        _("the mail server is too slow for a batch of {count}").format(count=settings.send_batch),
        _("lower send_batch, or raise smtp_connections or lease_seconds"),
        general=True,
    )


def ill(last: RecipientResult) -> RecipientResult:
    """One connection after the other was lost: the server is to be left alone for a while."""
    return RecipientResult(
        Verdict.TEMPORARY,
        0,
        _("the mail server breaks off one mail after the other: {reason}").format(reason=last.text),
        _("if it lasts, ask the server's operator"),
        general=True,
    )


def _setup_words(error: Exception, settings: Settings) -> tuple[str, str]:
    place = f"{settings.smtp_host}:{settings.smtp_port}".removesuffix(":0")
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return _certificate_words(cause)
            case ssl.SSLError():
                return (
                    _("{place} does not speak TLS: {reason}").format(place=place, reason=cause),
                    _("check smtp_port and smtp_security: tls goes with 465, starttls with 587"),
                )
            case socket.gaierror():
                return (
                    _("no machine is known as {host}: {reason}").format(
                        host=settings.smtp_host, reason=cause.strerror
                    ),
                    _("check smtp_host, and that this machine can look names up"),
                )
            case SMTPAuthenticationError() if cause.code >= 500:
                return said(cause.message), _login_mend()
            case SMTPResponseException():
                return said(cause.message), _("if it lasts, ask the server's operator")
    if type(error) is SMTPException:  # the library's own word on what the server does not offer
        if "STARTTLS extension" in error.message:
            return error.message, _("check smtp_port, or set smtp_security to tls (port 465)")
        return error.message, _("leave smtp_username empty where the server asks for no login")
    return f"{place}: {_lost_words(error)}", _(
        "check smtp_host and smtp_port, that smtp_security fits the port, and that the server runs"
    )


def _lost_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("the server does not answer in time")
    if any(isinstance(one, SMTPServerDisconnected) for one in _causes(error)):
        return _("the server broke the connection off")
    return str(error) or type(error).__name__


def _certificate_words(error: ssl.SSLCertVerificationError) -> tuple[str, str]:
    if error.verify_code in _EXPIRED:
        mend = _("have the server's certificate renewed, and check this machine's date")
    elif error.verify_code in _OTHER_NAME:
        mend = _("set smtp_host to the name that the certificate is for")
    else:
        mend = _("set smtp_ca_file to the certificate of the authority that vouches for it")
    text = _("the server's certificate is not accepted: {reason}")
    return text.format(reason=error.verify_message), mend


def _login_mend() -> str:
    return _("check smtp_username and smtp_password; some providers want an app password")


def _causes(error: BaseException) -> Iterator[BaseException]:
    here: BaseException | None = error
    while here is not None:
        yield here
        here = here.__cause__
