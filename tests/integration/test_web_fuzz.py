"""Anything that a stranger may send over HTTP: never a 500, never a traceback, always guarded."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from calendars.options import FeedScope
from tests.support.feeds import make_feed
from tests.support.fuzzing import fuzz
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.web import WAIT, Address, app_of, assert_guarded, listening, read_all, talk

FEED = "FEED"  # stands for the address of a real feed
STATUSES = {200, 304, 404, 405, 413, 429, 431}
Fields = list[tuple[bytes, bytes]]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    yield office
    office.close()


@pytest.fixture
def path(here: SampleOffice) -> str:
    return make_feed(here, FeedScope.ALL)[1]


@pytest.fixture
def address(here: SampleOffice) -> Iterator[Address]:
    with listening(here) as address:
        yield address


odd = st.sampled_from(["\x00", "..", "%00", "%2e%2e", "\ud800", "\u202e", "'", "\r\n", "//", "{}"])
words = st.lists(st.one_of(st.text(), odd), max_size=5).map("".join)
paths = st.one_of(
    st.just(FEED),
    words.map("/".__add__),
    words.map("/feeds/{}.ics".format),
    st.tuples(st.characters(), st.integers(0, 20_000)).map(lambda one: f"/feeds/{one[0] * one[1]}"),
)
methods = st.one_of(st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "get", ""]), st.text())
dates = st.one_of(
    st.datetimes().map("{:%a, %d %b %Y %H:%M:%S} GMT".format),
    st.tuples(st.integers(), st.integers(), st.integers()).map(
        lambda one: "Mon, {} Jan {} 00:00:00 +{}".format(*one)
    ),
    st.sampled_from(["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"]),
)
names = st.one_of(
    st.sampled_from(
        b"if-none-match if-modified-since host x-forwarded-for x-forwarded-proto content-length "
        b"transfer-encoding range accept cookie upgrade".split()
    ),
    st.binary(max_size=20).map(bytes.lower),
)
values = st.one_of(
    st.binary(max_size=100),
    dates.map(str.encode),
    st.sampled_from([b"*", b'"', b'W/"', b'"a", W/"b"', b",,,", b"chunked", b"0", b"-1", b"[::1"]),
    st.ip_addresses().map(lambda one: str(one).encode()),
)


@fuzz()
@given(methods, paths, st.binary(), st.lists(st.tuples(names, values), max_size=8))
@example("GET", FEED, b"", [(b"if-modified-since", b"Mon, 01 Jan 0001 00:00:00 +2359")])
@example("GET", FEED, b"", [(b"if-none-match", b"\xff\xfe")])
@example("GET", "/feeds/\ud800.ics", b"", [])
def test_any_request(
    here: SampleOffice, path: str, method: str, target: str, query: bytes, fields: Fields
) -> None:
    app = app_of(here, monotonic=lambda: 0.0)
    target = path if target == FEED else target
    with capture_logs() as logs:
        status, headers, body = asyncio.run(ask(app, method, target, query, fields))
    assert logs == []
    assert status in STATUSES
    assert_guarded(headers)
    assert b"Traceback" not in body
    if status >= 400:
        assert len(body) < 50 and body.endswith(b"\n")


async def ask(
    app: ASGIApp, method: str, target: str, query: bytes, fields: Fields
) -> tuple[int, httpx.Headers, bytes]:
    """The one answer to a request that no HTTP client could make."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(errors="surrogatepass"),
        "query_string": query,
        "root_path": "",
        "headers": fields,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *pieces = sent
    assert [start["type"], pieces[-1].get("more_body", False)] == ["http.response.start", False]
    body = b"".join(piece["body"] for piece in pieces)
    return start["status"], httpx.Headers(start["headers"]), body


line_parts = st.one_of(
    st.sampled_from(
        [
            *b"GET HEAD POST / /health HTTP/1.1 HTTP/1.0 : % %2 ? # * @ [::1] Expect:".split(),
            *(b" ", b"\n", b"\r\n", b"\r\n\r\n", b"\x00", b"\xff", b"5\r\nabcde\r\n0\r\n"),
            *(b"Host: a", b"Content-Length: 5", b"Transfer-Encoding: chunked"),
            *(b"Connection: close", b"Connection: Upgrade", b"Upgrade: websocket"),
        ]
    ),
    st.binary(max_size=30),
)
nonsense = st.lists(line_parts, max_size=20).map(b"".join)
whole = b"GET /health HTTP/1.1\r\nHost: a\r\n"
bent = st.tuples(nonsense, st.integers(0, len(whole)), nonsense).map(
    lambda one: whole[: one[1]] + one[0] + whole[one[1] :] + one[2]
)


@fuzz()
@given(st.lists(st.one_of(nonsense, bent), min_size=1, max_size=3))
@example([whole + b"Transfer-Encoding: chunked\r\n\r\n", b"nonsense\r\n"])
@example([whole + b"Connection: close\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
def test_any_bytes(address: Address, caplog: pytest.LogCaptureFixture, pieces: list[bytes]) -> None:
    caplog.clear()
    with socket.create_connection(address, WAIT) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                connection.sendall(piece)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        raw = read_all(connection)
    assert not raw or raw.startswith(b"HTTP/1.1 ")
    for status in (b"HTTP/1.1 5", b"Traceback"):
        assert status not in raw
    assert raw.count(b"HTTP/1.1 ") <= raw.lower().count(b"referrer-policy: no-referrer")
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    good = talk(address, whole + b"Connection: close\r\n\r\n")
    assert good.startswith(b"HTTP/1.1 200"), "it goes on serving"
