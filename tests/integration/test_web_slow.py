"""Clients that take their time: they are let go, and keep nobody else out."""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from calendars.options import FeedScope
from tests.support.feeds import feed_content, make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY
from tests.support.pages import Visitor
from tests.support.web import WAIT, Address, listening, read_all, talk, wait_for
from web.answers import PIECE, PiecewiseResponse
from web.server import Connection

SMALL = 4096  # bytes: of a buffer
ASKED = 8  # times in a row, so that the answers are more than all buffers hold


class Hasty(Connection):
    """One that waits no longer than a test wants to, and long enough for a busy machine."""

    patience = 3.0


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path)
    office.apply(MONTHLY.replace("2022-08", "2025-12"))
    yield office
    office.close()


@pytest.fixture
def path(here: SampleOffice) -> str:
    return make_feed(here, FeedScope.ALL)[1]


def connect(address: Address, request: bytes = b"") -> socket.socket:
    """A connection that takes few bytes until it is read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    connection.settimeout(WAIT)
    connection.connect(address)
    connection.sendall(request)
    return connection


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: a", *headers, "", ""]).encode()


def test_an_unfinished_request_and_an_answer_not_taken_end_by_themselves(
    here: SampleOffice, path: str
) -> None:
    whole = len(feed_content(here).body)
    assert whole > 32 * 1024
    with listening(here, Hasty, SMALL) as address, ExitStack() as open_ones:
        reader = open_ones.enter_context(connect(address, get(path) * ASKED))
        for _turn in range(3):  # until the reader has what its buffers hold
            assert b"HTTP/1.1 200" in talk(address, get(path, "Connection: close"))
        silent, beginning, next_one = (
            open_ones.enter_context(connect(address, request))
            for request in (b"", b"GET /health HTTP/1.1\r\nHo", get("/health") + b"GET")
        )
        for connection in (silent, beginning):
            assert read_all(connection) == b""
        assert read_all(next_one).count(b"HTTP/1.1 200") == 1
        assert len(read_all(reader)) < whole * ASKED, "it was let go before"
        assert b"HTTP/1.1 200" in talk(address, get("/health", "Connection: close"))


def test_a_connection_in_use_stays_however_long(here: SampleOffice) -> None:
    with listening(here, Hasty) as address, connect(address) as connection:
        end = time.monotonic() + Hasty.patience * 1.25
        while time.monotonic() < end:
            connection.sendall(get("/health"))
            answer = b""
            while not answer.endswith(b"}"):
                piece = connection.recv(SMALL)
                assert piece, "it was closed"
                answer += piece
            assert answer.startswith(b"HTTP/1.1 200")
            time.sleep(0.05)


def test_a_form_with_files_has_the_time_that_it_takes(here: SampleOffice) -> None:
    """A telephone in the country sends slowly, and is not let go while it does."""

    class Hastier(Connection):
        patience = 1.0

    visitor = Visitor(here)
    piece = b"a" * 10_000
    head = (
        f"POST {visitor.path('north@example.org')} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {5 * len(piece)}"
        "\r\n\r\n"
    )
    with (
        listening(here, Hastier, app=visitor.app) as address,
        connect(address, head.encode()) as connection,
    ):
        for _time in range(5):
            connection.sendall(piece)
            time.sleep(Hastier.patience / 3)
        assert read_all(connection).startswith(b"HTTP/1.1 422")


def test_idle_clients_keep_nobody_out(here: SampleOffice, path: str) -> None:
    class Small(Connection):
        most = 5

    with listening(here, Small) as address, ExitStack() as open_ones:
        for number in range(Small.most * 3):
            request = (b"", b"GET /health HT", get("/health"))[number % 3]
            open_ones.enter_context(connect(address, request))
        for _time in range(3):
            assert b"HTTP/1.1 200" in talk(address, get(path, "Connection: close"))


def test_where_all_places_are_busy_the_next_client_is_told(here: SampleOffice, path: str) -> None:
    class Small(Connection):
        most = 3

    with listening(here, Small, SMALL) as address, ExitStack() as open_ones:
        busy = [open_ones.enter_context(connect(address, get(path) * ASKED)) for _n in range(3)]
        for connection in busy:
            assert connection.recv(1)  # its answers have begun

        def refused() -> bool:
            # A client may be idle for a moment, between two of its answers.
            return b"HTTP/1.1 503" in talk(address, get("/health", "Connection: close"))

        wait_for(refused)
        assert b"referrer-policy: no-referrer" in talk(address, get("/health")).lower()
        busy[0].close()
        wait_for(lambda: not refused())


def test_a_slow_reader_gets_the_same_bytes(here: SampleOffice, path: str) -> None:
    with listening(here, send_buffer=SMALL) as address:
        with connect(address, get(path, "Connection: close")) as slow:
            first = b"".join(slow.recv(1) for _byte in range(500))
            url = "http://{}:{}".format(*address)
            with httpx.Client(base_url=url, trust_env=False, timeout=WAIT) as client:
                fast = client.get(path)
                assert client.get("/health").status_code == 200
            whole = first + read_all(slow)
        assert whole.partition(b"\r\n\r\n")[2] == fast.content


def test_a_client_that_leaves_does_no_harm(here: SampleOffice, path: str) -> None:
    with listening(here, send_buffer=SMALL) as address:
        for request in (b"", b"GET", get(path), get(path) * ASKED, get("/feeds/wrong.ics") * 5):
            for _time in range(3):
                connection = connect(address, request)
                with contextlib.closing(connection):
                    # Not a farewell but a reset.
                    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        assert b"HTTP/1.1 200" in talk(address, get(path, "Connection: close"))


class Prompt(Connection):
    """One that notes whether the system may hold back the end of an answer."""

    held_back: list[bool]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        door = transport.get_extra_info("socket")
        self.held_back.append(not door.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_the_end_of_an_answer_waits_for_nothing(here: SampleOffice, path: str) -> None:
    Prompt.held_back = []
    with listening(here, Prompt) as address:
        assert talk(address, get(path, "Connection: close")).startswith(b"HTTP/1.1 200")
    assert Prompt.held_back == [False]


def test_a_client_that_leaves_in_the_middle_fills_no_log(
    here: SampleOffice, caplog: pytest.LogCaptureFixture
) -> None:
    asked, gone = threading.Event(), threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.set()
        gone.wait(WAIT)  # holds up the whole server, so that it cannot notice
        await PiecewiseResponse(b"x" * PIECE * 20)(scope, receive, send)

    with listening(here, app=app) as address:
        with connect(address, get("/")) as client:
            assert asked.wait(WAIT)
            at_once = struct.pack("ii", 1, 0)  # the connection is reset
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        gone.set()
    assert caplog.messages == []
