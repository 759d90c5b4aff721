"""Many mails and a bad one, or a bad server: who waits for whom, and what the log says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from config.errors import StateError
from notifications.outcomes import sweep
from notifications.sender import Sender, make_transport
from notifications.transports.base import Mail, SendResult
from scheduler.clock import ShiftedClock
from scheduler.tick import sending_window
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.smtp import DROP, HANG, MailServer

NINE = "2022-06-13 09:00"
LONG = 30  # seconds: no test waits for its end


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


def office_of(folder: Path, server: MailServer, people: int, **settings: Any) -> SampleOffice:
    """An office at nine with a delivery for each of so many people."""
    office = SampleOffice(
        folder,
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_security=server.security,
        **{"smtp_timeout": 5, **settings},
    )
    for number in range(people):
        office.add_contact("north", "contact", person(number))
    office.apply(PLAN)
    office.remind(NINE)
    return office


def person(number: int) -> str:
    return f"person-{number}@example.org"


@asynccontextmanager
async def a_sender(office: SampleOffice) -> AsyncIterator[Sender]:
    """One sender that lives on, as in a running program."""
    transport = make_transport(office.settings)
    yield office.sender(transport)
    await transport.close()


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not reached():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("step", "batch"), [("RCPT", 20), ("DOT", 4)])
def test_one_address_that_hangs_keeps_no_other_back(
    tmp_path: Path, server: MailServer, step: str, batch: int
) -> None:
    office = office_of(tmp_path, server, 20, send_batch=batch, smtp_timeout=LONG)
    server.answers[f"{step}:{person(2)}"] = HANG

    async def run() -> None:
        async with a_sender(office) as sender:
            sending = asyncio.create_task(sender.run())
            await until(lambda: office.statuses().count("done") == 19)
            assert office.statuses()[2] == "started", "it hangs still"
            assert not sending.done()
            await asyncio.to_thread(server.drop_all)
            assert (await sending).sent == 19

    asyncio.run(run())
    expected = (0, 1) if step == "RCPT" else (1, 1)
    assert (office.deliveries()[2].doubts, office.deliveries()[2].attempts) == expected
    assert office.statuses().count("queued") == 1
    office.close()


def test_bad_recipients_among_many_cost_nobody_else_the_mail(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 12)
    server.answers |= {
        f"RCPT:{person(3)}": "550 5.1.1 no such mailbox",
        f"RCPT:{person(4)}": "452 4.2.2 mailbox full",
        f"RCPT:{person(5)}": DROP,
        f"DOT:{person(6)}": "554 5.7.1 it looks like spam",
    }
    with structlog.testing.capture_logs() as logs:
        office.send()

    assert office.statuses() == [
        *["done"] * 3, "failed", "queued", "queued", "failed", *["done"] * 5
    ]  # fmt: skip
    assert len(server.received) == 8
    said = {log["address"]: (log["code"], log["verdict"]) for log in logs}
    assert said == {
        person(3): (550, "permanent"),
        person(4): (452, "temporary"),
        person(5): (0, "temporary"),
        person(6): (554, "permanent"),
    }
    office.close()


def test_a_fault_of_the_server_is_said_once_and_counts_for_nobody(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 12, send_batch=5)
    server.answers["GREETING"] = "421 down for today"
    before = office.deliveries()
    with structlog.testing.capture_logs() as logs:
        report = office.send()

    (said,) = logs
    assert (said["event"], said["log_level"]) == ("no mail can go", "error")
    assert (said["code"], said["text"]) == (421, "down for today")
    assert report.trouble is not None
    assert report.trouble.mend == said["mend"]
    assert server.connections == 1, "nor is a server that is down asked for each"
    after = office.deliveries()
    assert {one.status.value for one in after} == {"queued"}
    assert {one.attempts for one in after} == {0}
    assert [one.not_before for one in after] == [one.not_before for one in before]
    assert [one.error for one in after[5:]] == [""] * 7, "what was not claimed is untouched"
    office.close()


@pytest.mark.parametrize("answer", ["530 5.7.0 log in first", "553 you may not send as that"])
def test_a_setting_that_is_wrong_fails_no_mail_for_good(
    tmp_path: Path, server: MailServer, answer: str
) -> None:
    office = office_of(tmp_path, server, 8)
    server.answers["MAIL"] = answer
    with structlog.testing.capture_logs() as logs:
        office.send()
    assert [log["event"] for log in logs] == ["no mail can go"]
    assert set(office.statuses()) == {"queued"}
    assert {one.attempts for one in office.deliveries()} == {0}

    del server.answers["MAIL"]  # mended on Monday morning
    assert office.send().sent == 8
    office.close()


@pytest.mark.parametrize(
    ("step", "answer", "doubts"),
    [("MAIL", DROP, 0), ("DOT", DROP, 1), ("DATA", "421 enough for today", 0)],
)
def test_a_server_that_breaks_off_every_mail_is_left_alone(
    tmp_path: Path, server: MailServer, step: str, answer: str, doubts: int
) -> None:
    office = office_of(tmp_path, server, 12)
    server.answers[step] = answer
    with structlog.testing.capture_logs() as logs:
        office.send()

    tried = [one for one in office.deliveries() if one.attempts]
    assert 3 <= len(tried) <= 6, "as many as there were connections, not all"
    assert {one.doubts for one in tried} == {doubts}
    assert [log["event"] for log in logs].count("no mail can go") == 1
    assert "one mail after the other" in logs[-1]["text"]
    office.close()


def test_the_sender_rests_longer_each_time_and_not_after_it_is_mended(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 3)
    server.answers["GREETING"] = "421 not now"

    async def run() -> list[int]:
        waits = []
        async with a_sender(office) as sender:
            for _n in range(6):
                began = office.clock()
                tried = server.connections
                await sender.run()
                while server.connections == tried:
                    office.clock.advance(timedelta(seconds=30))
                    await sender.run()
                waits.append(round((office.clock() - began).total_seconds() / 60))
                began = office.clock()
            server.answers.clear()
            assert (await sender.run()).sent == 0, "it rests"
            office.clock.advance(timedelta(minutes=15))
            assert (await sender.run()).sent == 3
        return waits

    assert asyncio.run(run()) == [0, 1, 2, 5, 15, 15]
    office.close()


def test_a_mail_is_given_up_before_its_lease_ends(tmp_path: Path, server: MailServer) -> None:
    """A rival that looks all the time never finds a lease that has run out."""
    office = office_of(tmp_path, server, 6, smtp_timeout=0.3, lease_seconds=2)
    server.answers["DOT"] = HANG
    clock = ShiftedClock(at(NINE))

    async def run() -> int:
        transport = make_transport(office.settings)
        window = sending_window(office.settings)
        sender = Sender(office.database, transport, office.settings, window, clock, "slow")
        sending = asyncio.create_task(sender.run())
        taken = 0
        while not sending.done():
            with office.database.write() as session:
                taken += sweep(session, clock(), office.settings.in_doubt)
            await asyncio.sleep(0.1)
        await sending
        await transport.close()
        return taken

    assert asyncio.run(run()) == 0
    assert "started" not in office.statuses()
    assert "claimed" not in office.statuses()
    tried = [one for one in office.deliveries() if one.outcome]
    assert tried
    assert all("does not answer in time" in one.error for one in tried if one.doubts)
    office.close()


def test_a_mail_whose_turn_does_not_come_is_as_it_was(tmp_path: Path, server: MailServer) -> None:
    office = office_of(tmp_path, server, 6, smtp_timeout=0.5, lease_seconds=3, smtp_connections=1)
    server.answers_once["DOT"].append(HANG)
    with structlog.testing.capture_logs():
        office.send()
    deliveries = office.deliveries()
    assert [one.doubts for one in deliveries] == [1, 0, 0, 0, 0, 0]
    assert [one.status.value for one in deliveries] == ["queued", *["done"] * 5]
    assert [one.attempts for one in deliveries] == [1] * 6
    office.close()


def test_a_claim_that_fails_puts_nothing_in_doubt(tmp_path: Path, server: MailServer) -> None:
    """What was sent is recorded together with the next claim, and without it where that fails."""
    office = office_of(tmp_path, server, 3, send_batch=2)
    transport = make_transport(office.settings)

    async def run() -> None:
        async def send_and_spoil(mail: Mail, until: float | None = None) -> SendResult:
            with office.database.write() as session:
                session.connection().execute(text("UPDATE milestone SET enquiries = 'spoilt'"))
            return await sending(mail, until)

        sending, transport.send = transport.send, send_and_spoil  # type: ignore[method-assign]
        try:
            with pytest.raises(StateError, match="the database is damaged"):
                await office.sender(transport).run()
        finally:
            await transport.close()

    asyncio.run(run())
    assert office.statuses() == ["done", "done", "queued"]
    office.close()
