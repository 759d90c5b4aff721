"""PIPELINING (RFC 2920): the commands of a mail in one write, and the same verdicts as one by one.

A scripted server says in what pieces, and how far before its turn, a reply comes.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import Settings, SmtpSecurity
from notifications.transports.base import RecipientResult, SendResult, Verdict
from notifications.transports.smtp import SmtpTransport
from tests.integration.test_smtp_transport import HILL, NORTH, SOUTH, mail, send, settings
from tests.support.certificates import Certificates
from tests.support.smtp import DROP, MailServer

ASKED = [f"RCPT:{one}" for one in (NORTH, SOUTH, HILL)]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server that announces it."""
    with MailServer(pipelining=True) as running:
        yield running


def test_what_comes_before_the_content_is_said_at_once(server: MailServer) -> None:
    results = send(settings(server), mail(NORTH, SOUTH, HILL), mail())

    assert {one.verdict for result in results for one in result.values()} == {Verdict.ACCEPTED}
    assert server.ahead == ["MAIL", "RCPT", "RCPT", "RCPT", "MAIL", "RCPT"]
    assert server.commands == ["MAIL", *ASKED, "DATA", "MAIL", ASKED[0], "DATA"]


def test_but_not_where_it_is_not_announced(server: MailServer) -> None:
    server.pipelining = False
    send(settings(server), mail(NORTH, SOUTH, HILL), mail())

    assert server.ahead == []
    assert len(server.received) == 2


ANSWERS = ["421 closing", "450 not now", "?", "550 5.1.1 never", "220 hello", "451 wait", DROP]


@pytest.mark.parametrize("step", ["MAIL", *ASKED, "RCPT", "DATA", "DOT"])
def test_no_verdict_is_another(step: str) -> None:
    """Whether it is announced or not, and where the server says 354 though it has taken nobody."""

    async def outcomes(server: MailServer) -> list[SendResult]:
        transport = SmtpTransport(settings(server))
        results = []
        for answer in ANSWERS:
            assert await transport.ready() is None
            server.answers[step] = answer
            results.append(await transport.send(mail(NORTH, SOUTH, HILL)))
            del server.answers[step]
        await transport.close()
        return results

    seen = []
    for pipelining, goes_on in ((False, False), (True, False), (True, True)):
        with MailServer(pipelining=pipelining) as server:
            server.goes_on = goes_on
            seen.append(
                (asyncio.run(outcomes(server)), [one.recipients for one in server.received])
            )
        assert set(server.for_nobody) <= {b".\r\n"}
        assert bool(server.ahead) == pipelining
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_under_tls_too(security: SmtpSecurity, tmp_path: Path) -> None:
    certificates = Certificates()
    context = certificates.server_context()
    with MailServer(security=security, context=context, pipelining=True) as server:
        trusted = settings(server, smtp_ca_file=certificates.write_ca(tmp_path))
        server.answers[f"RCPT:{SOUTH}"] = DROP
        north, south, hill = send(trusted, mail(NORTH), mail(SOUTH), mail(HILL))

    assert north[NORTH].verdict is hill[HILL].verdict is Verdict.ACCEPTED
    assert south[SOUTH].verdict is Verdict.TEMPORARY
    assert server.ahead == ["MAIL", "RCPT"] * 3
    assert server.connections == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_what_is_said_ahead_of_a_refusal_is_ended_with_a_lone_dot(
    server: MailServer, step: str
) -> None:
    server.goes_on = True
    server.answers_once[step].append("452 no room")

    first, second = send(settings(server), mail(), mail())

    assert (first[NORTH].verdict, first[NORTH].code) == (Verdict.TEMPORARY, 452)
    assert second[NORTH].verdict is Verdict.ACCEPTED
    assert server.for_nobody == [b".\r\n"]
    assert len(server.received) == 1
    assert server.connections == 1


GREETING = [("", "220 mail.example.org\r\n"), ("\r\n", "250-hi\r\n250 PIPELINING\r\n"),
            ("RSET\r\n", "250 OK\r\n")]  # fmt: skip
ENVELOPE, CONTENT = "DATA\r\n", "\r\n.\r\n"  # how they end
GOOD = "250 OK\r\n250 OK\r\n354 go on\r\n"


@dataclass
class Scripted:
    """For each connection what is said after words that end so. It is ended after one word more,
    or at once where what is said ends in DROP."""

    connections: list[list[tuple[str, str]]]
    piece: int = 0  # bytes that are sent at a time; 0: all of a reply
    heard: list[str] = field(default_factory=list)  # on each connection, after the first RSET

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Settings]:
        """Settings that lead to it."""
        server = await asyncio.start_server(self._talk, MailServer.host, 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            yield Settings(
                smtp_host=MailServer.host,
                smtp_port=port,
                smtp_security=SmtpSecurity.NONE,
                smtp_timeout=5,
                smtp_connections=1,
            )

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said: list[tuple[str, str]] = self.connections.pop(0)
        number = len(self.heard)
        self.heard.append("")
        for step, (end, words) in enumerate([*GREETING, *said]):
            heard = await reader.readuntil(end.encode()) if end else b""
            if step >= len(GREETING):
                self.heard[number] += heard.decode()
            raw = words.removesuffix(DROP).encode()
            for start in range(0, len(raw), self.piece or len(raw)):
                writer.write(raw[start : start + (self.piece or len(raw))])
                if self.piece:
                    await asyncio.sleep(0.001)
            await writer.drain()
        if not said[-1][1].endswith(DROP):
            self.heard[number] += (await reader.read(65_536)).decode()
        writer.close()


def play(script: Scripted, count: int = 1) -> list[RecipientResult]:
    """What became of so many mails, one after another."""

    async def run() -> list[SendResult]:
        async with script.running() as chosen:
            transport = SmtpTransport(chosen)
            results = [await transport.send(mail())]
            for _n in range(1, count):
                await transport.ready()  # whatever the first one met
                results.append(await transport.send(mail()))
            await transport.close()
            await asyncio.sleep(0.02)
            return results

    return [one[NORTH] for one in asyncio.run(run())]


def ends(script: Scripted, verdicts: Sequence[Verdict]) -> list[RecipientResult]:
    """The results, which have these verdicts."""
    results = play(script, len(verdicts))
    assert [one.verdict for one in results] == list(verdicts)
    return results


@pytest.mark.parametrize("piece", [0, 1, 7, 8, 9])
def test_replies_may_come_in_any_pieces(piece: int) -> None:
    one = [(ENVELOPE, "250-yes\r\n250 OK\r\n250 OK\r\n354 go on\r\n"), (CONTENT, "250 queued\r\n")]
    script = Scripted([[*one, *one]], piece)
    for result in ends(script, [Verdict.ACCEPTED] * 2):
        assert (result.code, result.text) == (250, "queued")


TAKEN = [(ENVELOPE, GOOD), (CONTENT, "250 queued\r\n")]


def test_a_recipient_that_is_taken_after_the_sender_is_refused_gets_no_empty_mail() -> None:
    script = Scripted([[(ENVELOPE, "452 no room\r\n250 OK\r\n354 go on\r\n")], TAKEN])
    ends(script, [Verdict.TEMPORARY, Verdict.ACCEPTED])
    assert script.heard[0].endswith(ENVELOPE), "no dot"


@pytest.mark.parametrize(
    "replies",
    [
        "421 closing\r\n250 OK\r\n354 go on\r\n",
        "250 OK\r\n421 closing\r\n354 go on\r\n",
        "250 OK\r\n250 OK\r\n421 closing\r\n",
    ],
)
def test_nothing_more_is_said_or_heard_after_421(replies: str) -> None:
    script = Scripted([[(ENVELOPE, replies)], TAKEN])
    result, _other = ends(script, [Verdict.TEMPORARY, Verdict.ACCEPTED])
    assert (result.code, result.text) == (421, "closing")
    assert script.heard[0].endswith(ENVELOPE)


@pytest.mark.parametrize("replies", [0, 1, 2])
def test_a_connection_that_is_lost_before_the_content_leaves_no_doubt(replies: int) -> None:
    some = "".join(GOOD.splitlines(keepends=True)[:replies])
    (result,) = ends(Scripted([[(ENVELOPE, some + DROP)]]), [Verdict.TEMPORARY])
    assert result.text == "the server broke the connection off"


@pytest.mark.parametrize("extra", ["250 OK\r\n", "250 queued", "452 4.3.1 no room\r\n"])
def test_what_is_said_before_the_dot_is_no_acceptance(extra: str) -> None:
    """One reply too many: taken for the answer to the mail, it would lose it."""
    script = Scripted([[(ENVELOPE, GOOD + extra)], TAKEN])
    result, _other = ends(script, [Verdict.TEMPORARY, Verdict.ACCEPTED])
    assert result.code in {0, 452}
    assert CONTENT not in script.heard[0]


def test_what_is_said_after_its_turn_is_not_taken_for_the_next_answer() -> None:
    script = Scripted([[(ENVELOPE, GOOD), (CONTENT, "250 queued\r\n550 never\r\n")], TAKEN])
    ends(script, [Verdict.ACCEPTED] * 2)


def test_a_server_that_talks_without_end_is_left() -> None:
    script = Scripted([[(ENVELOPE, "250-and\r\n" * 40_000)], TAKEN])
    result, _other = ends(script, [Verdict.TEMPORARY, Verdict.ACCEPTED])
    assert "too long" in result.text
