"""A feed stormed by many clients and a slow reader while the same process ticks and sends."""

import asyncio
import os
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from calendars.options import FeedScope
from tests.support import postgres
from tests.support.feeds import feed_content, make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, ORGANISATION, organisation
from tests.support.serving import served
from tests.support.soaking import report

CLIENTS = int(os.environ.get("DUBAN_STORM_CLIENTS", "200"))  # read before surroundings are clean
ROUNDS = int(os.environ.get("DUBAN_STORM_ROUNDS", "3"))  # at least, for each client
DATABASES = ("sqlite", "postgres") if "DUBAN_STORM_CLIENTS" in os.environ else ("sqlite",)
WAIT = 120.0  # seconds: a bound against hangs
MOST_MEMORY = 400 * 2**20  # bytes: of the whole program at its peak
BEFORE, MORNING = "2022-06-13 08:59:58", "2022-06-13 09:00:00"  # when the sending window opens
CHANGE = ("waive", "bridges-2022/monthly/hill/2022-08")  # of the feed, but of no mail
GIVEN = {
    "home", "organisation", "mail_from", "tick_seconds", "send_batch", "morning_list",
    "spread_minutes", "briefing_day",
}  # fmt: skip
COUNTIES = 40


def make_office(folder: Path, **more: Any) -> SampleOffice:
    """Many units with one duty a month, all of them reminded on the same morning."""
    folder.mkdir()
    counties = "".join(
        f"  - {{id: county-{n}, name: 第{n}县, level: county, mailbox: county-{n}@example.org}}\n"
        for n in range(COUNTIES)
    )
    text = ORGANISATION.replace("departments:\n", counties + "departments:\n", 1)
    office = SampleOffice(folder, tick_seconds=1, send_batch=5, **more)
    office.organisation = organisation(folder, text)
    office.apply(MONTHLY)
    return office


@dataclass(slots=True)
class Storm:
    """What the clients saw."""

    url: str
    path: str
    bodies: list[bytes]  # the feed before its change and after it
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    changed: bool = False
    over: bool = False

    async def client(self, tls: ssl.SSLContext) -> None:
        """One client: with and without the version it has, until the storm is over."""
        url, turn, etag = self.url + self.path, 0, ""
        async with httpx.AsyncClient(timeout=WAIT, trust_env=False, verify=tls) as http:
            while not self.over or turn < ROUNDS:
                # What was committed before a client asks is in its answer.
                allowed = self.bodies[1:] if self.changed else self.bodies
                answer = await http.get(url, headers={"If-None-Match": etag} if turn % 3 else {})
                self.statuses[answer.status_code] += 1
                if answer.status_code == 200 and answer.content not in allowed:
                    self.wrong.append(f"{len(answer.content)} bytes")
                elif answer.status_code not in {200, 304}:
                    self.wrong.append(str(answer.status_code))
                etag, turn = answer.headers.get("etag", ""), turn + 1


@pytest.mark.parametrize("kind", DATABASES)
def test_a_storm_of_clients_changes_nothing_for_anyone(tmp_path: Path, kind: str) -> None:
    url = postgres.fresh_database() if kind == "postgres" else ""
    office, calm = (
        make_office(tmp_path / "office", database_url=url),
        make_office(tmp_path / "calm"),
    )
    _number, path = make_feed(office, FeedScope.ALL)
    for one in (office, calm):
        one.at(BEFORE)  # the lights are those of that day
    bodies = [feed(calm)]
    calm.act(*CHANGE)
    bodies.append(feed(calm))
    calm.tick(BEFORE)
    calm.tick(MORNING)
    expected = sorted(calm.letters())
    assert len(expected) > COUNTIES
    with running(office) as (process, address):
        storm = Storm(address, path, bodies)
        with slow_reader(address, path) as slow:
            asyncio.run(blow(storm, office, len(expected)))
        memory = peak_memory(process)
    assert storm.wrong == []
    assert storm.statuses[200] >= CLIENTS and storm.statuses[304] >= CLIENTS
    assert sorted(office.letters()) == expected, "each mail went out, and once"
    head, _blank, body = bytes(slow).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK") and bodies[0].startswith(body)
    assert memory < MOST_MEMORY
    report(
        f"feed storm, {kind}",
        clients=CLIENTS,
        requests=storm.statuses.total(),
        wrong=len(storm.wrong),
        mails=len(expected),
        peak_mib=memory // 2**20,
    )
    for one in (office, calm):
        one.close()
    if url:
        postgres.drop_database(url)


async def blow(storm: Storm, office: SampleOffice, mails: int) -> None:
    """Let the storm blow until the feed has changed and all mails have left."""
    tls = ssl.create_default_context()  # not used, but slow to make for each client
    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as clients:
        for _number in range(CLIENTS):
            clients.create_task(storm.client(tls))
        try:
            while storm.statuses.total() < CLIENTS:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(office.act, *CHANGE)
            storm.changed = True
            while len(list(office.settings.maildir.glob("new/*"))) < mails:
                await asyncio.sleep(0.05)
        finally:
            storm.over = True


def feed(office: SampleOffice) -> bytes:
    """The feed as the program would export it."""
    return feed_content(office).body


@contextmanager
def running(office: SampleOffice) -> Iterator[tuple[int, str]]:
    """`duban serve` just before the sending window opens; its process id and address."""
    told = office.settings.model_dump(mode="json", include=GIVEN)
    told |= {"database_url": office.database.url, "language": "en"}
    environment = {f"DUBAN_{name.upper()}": str(value) for name, value in told.items()}
    environment["PATH"] = os.environ["PATH"]
    with served(environment, "--as-of", BEFORE) as here:
        yield here.pid, here.url
    assert "error" not in here.said[-1]


@contextmanager
def slow_reader(url: str, path: str) -> Iterator[bytearray]:
    """A client that asks for more than all buffers hold and takes it byte by byte."""
    over, taken = threading.Event(), bytearray()
    host, port = url.removeprefix("http://").split(":")

    def read(connection: socket.socket) -> None:
        while not over.wait(0.005):
            taken.extend(connection.recv(1))

    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(WAIT)
        connection.connect((host, int(port)))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() * 200)
        thread = threading.Thread(target=read, args=[connection])
        thread.start()
        try:
            yield taken
        finally:
            over.set()
            thread.join(WAIT)


def peak_memory(process: int) -> int:
    """The most bytes that a process has held; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0
