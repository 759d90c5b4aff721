"""The application over real HTTP as `duban serve` runs it: uvicorn on a free loopback port."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from tests.support.feeds import builder_of
from tests.support.office import SampleOffice
from web.app import create_app
from web.guard import SECURITY_HEADERS
from web.server import Connection, server_config

PLAIN = {"Accept-Encoding": "identity"}
WAIT = 30.0  # seconds: a bound against hangs
Address = tuple[str, int]


def app_of(office: SampleOffice, language: str = "en", **how: Any) -> ASGIApp:
    """The application as `duban serve` makes it, on the office's own clock, a second later: in
    the second of a change there is no Last-Modified."""
    return create_app(
        office.database,
        builder_of(office, language),
        lambda: office.clock() + timedelta(seconds=1),
        language,
        office.settings.public_url,
        **how,
    )


@contextlib.contextmanager
def listening(
    office: SampleOffice,
    connection: type[Connection] = Connection,
    send_buffer: int = 0,
    app: ASGIApp | None = None,
) -> Iterator[Address]:
    """The application, or another one, in a thread; where it listens.

    With `send_buffer` the system holds only so many bytes that a client has not taken yet.
    """
    door = socket.create_server(("127.0.0.1", 0))
    if send_buffer:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    app = app or app_of(office)
    server = uvicorn.Server(server_config(app, connection))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield "127.0.0.1", door.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(WAIT)
        door.close()


@contextlib.contextmanager
def served(office: SampleOffice) -> Iterator[httpx.Client]:
    """A client that knows the application's address."""
    with (
        listening(office) as (host, port),
        httpx.Client(
            base_url=f"http://{host}:{port}", trust_env=False, timeout=WAIT, headers=PLAIN
        ) as client,
    ):
        yield client


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until it holds; fail where that takes too long."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def talk(address: Address, request: bytes) -> bytes:
    """All that the server answers to these bytes until it closes the connection."""
    with socket.create_connection(address, WAIT) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes, however it does."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            found += piece
    return found


def assert_guarded(headers: httpx.Headers) -> None:
    """Every security header is there, and nothing says what serves."""
    for name, value in SECURITY_HEADERS.items():
        if name != "Cache-Control":
            assert headers[name] == value, name
    assert headers["Cache-Control"] in {"no-store", "private, no-cache"}
    assert "server" not in headers and "set-cookie" not in headers and "location" not in headers
