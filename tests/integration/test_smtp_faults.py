"""Each fault of a mail server ends as the table of them says, over a real one."""

import asyncio
import shutil
import socket
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from config.i18n import language, set_language
from config.plain_text import single_line
from config.settings import Settings
from notifications.sender import Sender, make_transport
from scheduler.clock import SimulatedClock
from scheduler.tick import sending_window
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.smtp import MailServer
from tests.support.smtp_faults import (
    ALONE,
    BROKEN_OFF,
    CERTIFICATES,
    MAILING,
    REFUSED,
    SECURITY,
    SENDER,
    SILENT,
    Ending,
    Fault,
    ahead,
)
from tests.support.soaking import report, rounds
from workflows.database import Database
from workflows.tables import Delivery

pytestmark = pytest.mark.xdist_group("smtp_faults")  # they share what `endings` has played
NINE = "2022-06-13 09:00"


@dataclass(frozen=True)
class Played:
    """What a fault came to."""

    delivery: Delivery
    commands: list[str]
    received: int
    connected_again: bool  # another run at once did
    pipelining: bool  # was announced
    ahead: set[str]  # commands that did not wait for the reply to the one before


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Played]]]:
    """Every fault played, in a soak many times: the silent ones side by side, since each only
    waits."""
    before = language()
    set_language("en")
    one = prepare(tmp_path_factory.mktemp("one"), 1)
    many = prepare(tmp_path_factory.mktemp("many"), len(REFUSED))
    played: dict[str, list[Played]] = defaultdict(list)

    async def play_all() -> None:
        silent = [*SILENT, *ahead(MAILING)]
        await asyncio.gather(*(play_some(one, fault) for fault in silent))
        await play_some(many, *REFUSED)
        await play_some(many, *ahead(REFUSED))
        some_at_a_time = asyncio.Semaphore(6)
        alone = [*ALONE, *ahead([*SENDER[::2], SENDER[-1], *BROKEN_OFF])]
        await asyncio.gather(*(in_turn(fault, some_at_a_time) for fault in alone))

    async def in_turn(fault: Fault, turn: asyncio.Semaphore) -> None:
        async with turn:
            await play_some(one, fault)

    async def play_some(home: Path, *faults: Fault) -> None:
        folder = tmp_path_factory.mktemp("fault")
        results = await play(faults, shutil.copytree(home, folder / "home"))
        for fault, result in zip(faults, results, strict=True):
            played[key(fault)].append(result)

    for _round in range(rounds(1)):
        asyncio.run(play_all())
    everything = [one for each in played.values() for one in each]
    report(
        "mail server faults",
        runs=len(everything),
        mails=sum(one.received for one in everything),
        lost=sum(one.delivery.status.value == "done" and not one.received for one in everything),
        doubled=sum(one.received > 1 for one in everything),
        in_doubt=sum(one.delivery.doubts > 0 for one in everything),
    )
    yield played
    set_language(before)


def prepare(folder: Path, count: int) -> Path:
    """A home with so many deliveries in the queue."""
    office = SampleOffice(folder)
    for number in range(count):
        office.add_contact("north", "contact", address(number))
    office.apply(PLAN)
    office.remind(NINE)
    office.close()
    return folder / "home"


def address(number: int) -> str:
    """Of the contact who meets the fault of that number."""
    return f"contact-{number}@example.org"


async def play(faults: Sequence[Fault], home: Path) -> list[Played]:
    """One run of the sender against a server with these faults, one for each address; and then
    another run at the same moment."""
    with a_server(faults) as server:
        given = {"smtp_security": server.security} | faults[0].settings
        settings = Settings(
            home=home,
            mail_from="duban@office.example.org",
            smtp_host=server.host,
            smtp_port=server.port,
            smtp_ca_file=CERTIFICATES.write_ca(home),
            smtp_timeout=faults[0].patience,
            lease_seconds=round(6 * faults[0].patience),
            **given,
        )
        database = Database(settings.resolved_database_url)
        transport = make_transport(settings)
        clock = SimulatedClock(at(NINE))
        sender = Sender(database, transport, settings, sending_window(settings), clock, "test")
        await sender.run()
        connections = server.connections
        await sender.run()
        await transport.close()
        again = server.connections > connections
        with database.read() as session:
            deliveries = {one.address: one for one in session.exec(select(Delivery))}
        database.close()
    received = Counter(recipient for mail in server.received for recipient in mail.recipients)
    addresses = [address(number) for number in range(len(faults))]
    told, ahead = server.pipelining, {*server.ahead}
    return [
        Played(deliveries[one], server.commands, received[one], again, told, ahead)
        for one in addresses
    ]


@contextmanager
def a_server(faults: Sequence[Fault]) -> Iterator[MailServer]:
    """A server with these faults; `closed` and `deaf` say that there is none, or a full queue."""
    given = dict(faults[0].server)
    closed, deaf = given.pop("closed", False), given.pop("deaf", False)
    server = MailServer(pipelining=faults[0].pipelining, **given)
    server.byte_pause = faults[0].byte_pause
    for number, fault in enumerate(faults):
        mine = f":{address(number)}" if len(faults) > 1 else ""
        server.answers |= {f"{step}{mine}": answer for step, answer in fault.answers.items()}
    with server:
        if not (closed or deaf):
            yield server
            return
    with deaf_port() if deaf else nullcontext(server.port) as server.port:
        yield server


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port where connections are never taken: its queue is full."""
    with socket.socket() as listening, socket.socket() as first:
        listening.bind((MailServer.host, 0))
        listening.listen(0)
        port = int(listening.getsockname()[1])
        first.connect((MailServer.host, port))
        yield port


def key(fault: Fault) -> str:
    """A name of its own for each."""
    return f"{fault.name} {fault.ending.status}"


@pytest.mark.parametrize("fault", [*REFUSED, *ALONE, *SILENT], ids=key)
def test_each_fault_has_its_named_outcome(fault: Fault, endings: dict[str, list[Played]]) -> None:
    for played in endings[key(fault)]:
        delivery = played.delivery
        (outcome,) = delivery.outcome.values()
        ending = Ending(
            outcome["verdict"],
            delivery.status.value,
            delivery.attempts,
            delivery.doubts,
            waits=delivery.not_before > delivery.created_at,
            rests=fault.ending.rests and not played.connected_again,
        )
        assert ending == fault.ending, delivery.error
        for words in fault.words:
            assert words in delivery.error
        assert played.ahead <= ({"MAIL", "RCPT"} if played.pipelining else set())
        assert single_line(delivery.error) == delivery.error
        assert len(delivery.error) < 700
        assert played.received == fault.received
        assert delivery.lease_until is None


def test_what_is_larger_than_the_server_takes_is_not_even_begun(
    endings: dict[str, list[Played]],
) -> None:
    for played in endings["over the SIZE that is advertised failed"]:
        assert played.commands == []


def test_no_name_or_password_is_said_to_a_stranger(endings: dict[str, list[Played]]) -> None:
    for fault in SECURITY:
        for played in endings[key(fault)]:
            assert played.commands == [], fault.name
