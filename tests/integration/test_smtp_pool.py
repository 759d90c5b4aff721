"""The pool: few connections, kept over many mails, replaced when the server has dropped them."""

import asyncio
from collections.abc import Iterator

import pytest

from notifications.transports.base import Verdict
from notifications.transports.smtp import SmtpTransport
from tests.integration.test_smtp_transport import NORTH, mail, settings
from tests.support.smtp import DROP, HANG, MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


async def send_together(transport: SmtpTransport, count: int) -> set[Verdict]:
    results = await asyncio.gather(*(transport.send(mail()) for _n in range(count)))
    return {one[NORTH].verdict for one in results}


def test_at_most_so_many_connections_and_they_are_kept(server: MailServer) -> None:
    server.pause = 0.02

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=3))
        for _round in range(3):
            assert await send_together(transport, 12) == {Verdict.ACCEPTED}
        await transport.close()

    asyncio.run(run())
    assert len(server.received) == 36
    assert server.most_connected == 3
    assert server.connections == 3


@pytest.mark.parametrize("most", [1, 2])
def test_a_server_that_takes_few_connections_gets_no_more(server: MailServer, most: int) -> None:
    """As many providers do: 421 for the next one. That is no fault of the mails."""
    server.most, server.pause = most, 0.02

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=4))
        for _round in range(2):
            assert await transport.ready() is None
            assert await send_together(transport, 12) == {Verdict.ACCEPTED}
        await transport.close()

    asyncio.run(run())
    assert len(server.received) == 24
    assert server.connections <= 1 + 2 * 3, "the other three are tried once a round"


def test_a_server_that_goes_away_is_asked_once_and_holds_the_others_back(
    server: MailServer,
) -> None:
    async def run() -> tuple[set[Verdict], set[bool]]:
        transport = SmtpTransport(settings(server, smtp_connections=1))
        assert await transport.ready() is None
        await asyncio.to_thread(server.drop_all)
        server.answers["GREETING"] = "421 closing down"
        results = await asyncio.gather(*(transport.send(mail()) for _n in range(10)))
        assert transport.trouble is not None
        assert transport.trouble.code == 421
        server.answers.clear()
        assert await transport.ready() is None
        assert await send_together(transport, 10) == {Verdict.ACCEPTED}
        await transport.close()
        return {one[NORTH].verdict for one in results}, {one[NORTH].general for one in results}

    assert asyncio.run(run()) == ({Verdict.TEMPORARY}, {True})
    assert server.connections == 3


def test_one_after_another_needs_one_connection(server: MailServer) -> None:
    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=4))
        for _round in range(5):
            assert await send_together(transport, 1) == {Verdict.ACCEPTED}
        await transport.close()

    asyncio.run(run())
    assert server.connections == 1


class Later(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    ahead = 0.0  # seconds

    def time(self) -> float:
        return super().time() + self.ahead


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("idle", [0, 60])
@pytest.mark.parametrize("how", ["dropped", "421 idle too long", DROP])
def test_a_kept_connection_that_has_ended_is_replaced(
    server: MailServer, how: str, idle: int, pipelining: bool
) -> None:
    """Asked with RSET first where it has been idle for long, or found out at MAIL: no mail's try
    has failed for that."""
    server.pipelining = pipelining
    loop = Later()

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=2, smtp_timeout=1))
        assert await send_together(transport, 2) == {Verdict.ACCEPTED}
        loop.ahead += idle
        if how == "dropped":
            await asyncio.to_thread(server.drop_all)
        else:
            server.answers_once["RSET" if idle else "MAIL"].extend([how] * 2)
        assert await send_together(transport, 4) == {Verdict.ACCEPTED}
        assert transport.trouble is None
        await transport.close()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())
    assert len(server.received) == 6
    assert server.connections == 4
    assert not any(server.answers_once.values())


def test_rset_is_said_where_a_connection_has_been_idle_for_long(server: MailServer) -> None:
    loop = Later()
    resets = []

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=1))
        for idle in (0, 0, 4, 6, 0):
            loop.ahead += idle
            assert await send_together(transport, 2) == {Verdict.ACCEPTED}
            resets.append(server.resets)
        await transport.close()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())
    assert resets == [1, 1, 1, 2, 2], "one belongs to setting it up"
    assert server.connections == 1


@pytest.mark.parametrize("answer", ["421 closing", DROP])
def test_a_new_connection_that_ends_as_well_is_the_mails_own_try(
    server: MailServer, answer: str
) -> None:
    server.answers["MAIL"] = answer

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=1))
        assert await transport.ready() is None
        assert await send_together(transport, 1) == {Verdict.TEMPORARY}
        await transport.close()

    asyncio.run(run())
    assert server.connections == 2
    assert server.commands == ["MAIL", "MAIL"]


def test_too_often_is_not_asked_again_over_another_connection(server: MailServer) -> None:
    server.answers["MAIL"] = "421 HL:ITC too many mails"

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=1))
        assert await transport.ready() is None
        assert await send_together(transport, 1) == {Verdict.TEMPORARY}
        await transport.close()

    asyncio.run(run())
    assert (server.connections, server.commands) == (1, ["MAIL"])


def test_who_gives_up_waiting_hands_the_turn_on(server: MailServer) -> None:
    server.answers_once["DOT"].append(HANG)

    async def run() -> None:
        clock = asyncio.get_running_loop().time
        transport = SmtpTransport(settings(server, smtp_connections=1))
        hanging = asyncio.create_task(transport.send(mail(), clock() + 0.2))
        waiting = [asyncio.create_task(transport.send(mail(), clock() + 0.2)) for _n in range(3)]
        patient = asyncio.create_task(transport.send(mail()))
        await asyncio.sleep(0.1)
        waiting[0].cancel()
        assert (await hanging)[NORTH].verdict is Verdict.DOUBTFUL
        assert (await patient)[NORTH].verdict is Verdict.ACCEPTED
        await asyncio.gather(*waiting, return_exceptions=True)
        await transport.close()

    asyncio.run(run())


def test_a_broken_connection_is_not_used_again(server: MailServer) -> None:
    server.answers_once["RCPT"].append(DROP)

    async def run() -> list[Verdict]:
        transport = SmtpTransport(settings(server, smtp_connections=1))
        verdicts = [(await transport.send(mail()))[NORTH].verdict for _n in range(3)]
        await transport.close()
        return verdicts

    assert asyncio.run(run()) == [Verdict.TEMPORARY, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert server.connections == 2


def test_a_refusal_does_not_leak_into_the_next_mail(server: MailServer) -> None:
    server.answers_once["DOT"].append("451 try later")

    async def run() -> list[Verdict]:
        transport = SmtpTransport(settings(server, smtp_connections=1))
        verdicts = [(await transport.send(mail()))[NORTH].verdict for _n in range(2)]
        await transport.close()
        return verdicts

    assert asyncio.run(run()) == [Verdict.TEMPORARY, Verdict.ACCEPTED]
    assert server.connections == 1
    assert [one.recipients for one in server.received] == [(NORTH,)]


def test_closing_does_not_wait_for_a_server_that_says_nothing(server: MailServer) -> None:
    server.answers["QUIT"] = HANG

    async def run() -> None:
        transport = SmtpTransport(settings(server, smtp_connections=4, smtp_timeout=50))
        server.pause = 0.02
        await send_together(transport, 8)
        async with asyncio.timeout(20):
            await transport.close()

    asyncio.run(run())
    assert server.most_connected == 4


def test_closing_says_goodbye(server: MailServer) -> None:
    async def run() -> None:
        transport = SmtpTransport(settings(server))
        await send_together(transport, 3)
        await transport.close()
        await transport.close()
        await asyncio.sleep(0.05)

    asyncio.run(run())
    assert server.connected == 0
