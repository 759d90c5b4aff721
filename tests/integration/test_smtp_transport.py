"""SMTP against a real server: security, authentication, refusals, broken connections."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings, SmtpSecurity
from notifications.transports.base import Mail, RecipientResult, SendResult, Verdict
from notifications.transports.smtp import SmtpTransport
from tests.support.certificates import Certificates
from tests.support.smtp import DROP, HANG, MailServer

NORTH, SOUTH, HILL = "north@example.org", "south@example.org", "hill@example.org"


def mail(*recipients: str) -> Mail:
    """A mail with Chinese in subject and body, and a line that starts with a dot."""
    message = EmailMessage()
    message["Subject"] = "【待报送1项】排查方案 · 北城市"
    message["From"] = "duban@example.org"
    message["To"] = NORTH
    message["Message-ID"] = "<one@example.org>"
    message.set_content("贵单位：\n.开头有点的一行\n请于6月15日前报送。\n")
    return Mail("duban@example.org", recipients or (NORTH,), message.as_bytes(policy=SMTP))


def settings(server: MailServer, **others: Any) -> Settings:
    """Settings that lead to `server`."""
    return Settings(
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_security=others.pop("smtp_security", server.security),
        smtp_timeout=others.pop("smtp_timeout", 5),
        **others,
    )


def send(chosen: Settings, *mails: Mail, within: float = 10) -> list[SendResult]:
    """Send the mails one after another through one transport, each within so many seconds."""

    async def run() -> list[SendResult]:
        transport, clock = SmtpTransport(chosen), asyncio.get_running_loop().time
        try:
            return [await transport.send(one, clock() + within) for one in mails or (mail(),)]
        finally:
            await transport.close()
            if chosen.smtp_security is not SmtpSecurity.NONE:
                await asyncio.sleep(0.1)  # TLS says goodbye too

    return asyncio.run(run())


def only(results: list[SendResult]) -> RecipientResult:
    """The one result for the one recipient."""
    (result,) = results
    return result[NORTH]


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


def test_chinese_arrives_intact(server: MailServer) -> None:
    result = only(send(settings(server)))

    assert result == RecipientResult(Verdict.ACCEPTED, 250, "OK: queued")
    (received,) = server.received
    assert (received.sender, received.recipients) == ("duban@example.org", (NORTH,))
    assert received.message["Subject"] == "【待报送1项】排查方案 · 北城市"
    body = received.message.get_content().replace("\r\n", "\n")
    assert body == "贵单位：\n.开头有点的一行\n请于6月15日前报送。\n"
    assert received.message["Message-ID"] == "<one@example.org>"
    assert not received.encrypted
    assert b"\n" not in received.content.replace(b"\r\n", b"")


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_tls_with_login(security: SmtpSecurity, certificates: Certificates, tmp_path: Path) -> None:
    context = certificates.server_context()
    with MailServer(security=security, context=context, login=("office", "密码 s3")) as server:
        trusted = settings(
            server,
            smtp_ca_file=certificates.write_ca(tmp_path),
            smtp_username="office",
            smtp_password="密码 s3",
        )
        assert only(send(trusted)).verdict is Verdict.ACCEPTED

    (received,) = server.received
    assert received.encrypted
    assert received.login == "office"


def test_wrong_password_waits_until_it_is_mended(
    certificates: Certificates, tmp_path: Path
) -> None:
    context = certificates.server_context()
    with MailServer(
        security=SmtpSecurity.STARTTLS, context=context, login=("office", "right")
    ) as server:
        wrong = settings(
            server,
            smtp_ca_file=certificates.write_ca(tmp_path),
            smtp_username="office",
            smtp_password="wrong",
        )
        result = only(send(wrong))
        assert (result.verdict, result.code) == (Verdict.TEMPORARY, 535)
        assert "wrong" not in result.text

    assert server.received == []
    assert server.connected == 0


@pytest.mark.parametrize("step", ["RCPT", "DATA", "DOT"])
def test_refusals_are_told_apart(server: MailServer, step: str) -> None:
    codes = [450, 451, 452, 550, 551, 552, 553, 554, 421]
    server.answers_once[step].extend(f"{code} 原因 not now" for code in codes)

    results = [one[NORTH] for one in send(settings(server), *[mail()] * len(codes))]

    assert [one.code for one in results] == codes
    assert [one.verdict is Verdict.PERMANENT for one in results] == [
        500 <= code < 600 for code in codes
    ]
    assert {one.text for one in results} == {"原因 not now"}
    assert not any(one.general for one in results)
    assert server.received == []


def test_each_recipient_has_its_own_answer(server: MailServer) -> None:
    server.answers[f"RCPT:{SOUTH}"] = "550 5.1.1 no such mailbox"
    server.answers[f"RCPT:{HILL}"] = "452 4.2.2 mailbox full"

    (result,) = send(settings(server), mail(SOUTH, NORTH, HILL))

    assert {address: (one.verdict, one.code) for address, one in result.items()} == {
        SOUTH: (Verdict.PERMANENT, 550),
        NORTH: (Verdict.ACCEPTED, 250),
        HILL: (Verdict.TEMPORARY, 452),
    }
    assert [one.recipients for one in server.received] == [(NORTH,)]


def test_all_recipients_refused_sends_no_data_and_keeps_the_connection(server: MailServer) -> None:
    server.answers[f"RCPT:{SOUTH}"] = "550 5.1.1 no such mailbox"

    first, second = send(settings(server), mail(SOUTH), mail(NORTH))

    assert first[SOUTH].verdict is Verdict.PERMANENT
    assert second[NORTH].verdict is Verdict.ACCEPTED
    assert server.commands == ["MAIL", f"RCPT:{SOUTH}", "MAIL", f"RCPT:{NORTH}", "DATA"]
    assert server.connections == 1


def test_what_is_said_in_clear_text_before_tls_is_forgotten(
    certificates: Certificates, tmp_path: Path
) -> None:
    """Injected by somebody in between (CVE-2011-0411 and its kin): no answer to what we ask."""
    context = certificates.server_context()
    with MailServer(security=SmtpSecurity.STARTTLS, context=context) as server:
        server.injected = "250-mail.example.org\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n554 go away"
        trusted = settings(server, smtp_ca_file=certificates.write_ca(tmp_path))
        result = only(send(trusted))

    assert result.verdict is Verdict.ACCEPTED
    (received,) = server.received
    assert received.encrypted


def test_the_size_is_said_beforehand(server: MailServer) -> None:
    assert only(send(settings(server))).verdict is Verdict.ACCEPTED
    (received,) = server.received
    assert received.options == (f"SIZE={len(received.content)}",)


def long_mail() -> Mail:
    """More than the system keeps for a server that does not read."""
    message = Message()
    message["To"] = NORTH
    message.set_payload(("x" * 900 + "\n") * 24_000)
    return Mail("duban@example.org", (NORTH,), message.as_bytes(policy=SMTP))


@pytest.mark.parametrize("answer", [HANG, DROP])
def test_a_mail_of_which_the_end_cannot_have_arrived_is_not_in_doubt(
    server: MailServer, answer: str
) -> None:
    """The server stops reading in the middle of a long mail, so the final dot never leaves."""
    server.answers["BODY"] = answer
    long = long_mail()

    result = only(send(settings(server, smtp_timeout=0.5, lease_seconds=3), long))

    assert result.verdict is Verdict.TEMPORARY
    assert server.received == []


def test_a_refusal_in_the_middle_of_the_mail_is_heard(server: MailServer) -> None:
    server.answers["BODY"] = "552 5.3.4 that is long enough"
    long = long_mail()

    first, second = send(settings(server), long, mail())

    assert (first[NORTH].verdict, first[NORTH].code) == (Verdict.PERMANENT, 552)
    assert second[NORTH].code == 552, "over another connection, not in the middle of the first"
    assert server.connections == 2
