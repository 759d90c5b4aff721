"""What every answer carries and none says, and what the Host header cannot do."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, select
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from calendars.options import FeedScope
from tests.support.feeds import make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.web import WAIT, Address, app_of, assert_guarded, listening, talk, wait_for
from web.failure_limit import BURST
from web.guard import Guard
from workflows.tables import Feed


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    yield office
    office.close()


@pytest.fixture
def address(here: SampleOffice) -> Iterator[Address]:
    with listening(here) as address:
        yield address


@pytest.fixture
def client(address: Address) -> Iterator[httpx.Client]:
    url = "http://{}:{}".format(*address)
    with httpx.Client(base_url=url, trust_env=False, timeout=WAIT) as client:
        yield client


def answers(raw: bytes) -> list[tuple[int, httpx.Headers, bytes]]:
    """Each answer on a connection that was closed after them; every one with a length."""
    found = []
    while raw:
        head, _blank, raw = raw.partition(b"\r\n\r\n")
        status, *lines = head.split(b"\r\n")
        fields = [line.partition(b": ") for line in lines]
        headers = httpx.Headers([(name, value) for name, _colon, value in fields])
        length = int(headers["content-length"])
        found.append((int(status.split()[1]), headers, raw[:length]))
        raw = raw[length:]
    return found


def test_every_answer_is_guarded(here: SampleOffice, client: httpx.Client) -> None:
    _number, path = make_feed(here, FeedScope.ALL)
    etag = client.get(path).headers["etag"]
    for status, answer in (
        (200, client.get(path)),
        (200, client.head(path)),
        (200, client.get("/health")),
        (304, client.get(path, headers={"If-None-Match": etag})),
        (404, client.get("/feeds/wrong.ics")),
        (404, client.get("/")),
        (404, client.get("/feeds/")),
        (405, client.post(path)),
        (405, client.request("TRACE", path)),
        (405, client.request("BREW", "/health")),
    ):
        assert answer.status_code == status
        assert_guarded(answer.headers)
        if status >= 400:
            assert re.fullmatch(r"[a-z ]+\n", answer.text), answer.text
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            assert answer.headers["cache-control"] == "no-store"
    assert client.post(path).headers["allow"]


NO_HTTP = [
    b"\r\n\r\n\r\nnonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",  # without Host (RFC 9112, section 3.2)
    b"GET / HTTP/9.9\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nBroken\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50),  # TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 70_000,  # and never an end
]


def test_what_is_no_http_is_refused_in_the_same_manner(
    address: Address, client: httpx.Client
) -> None:
    refused = 0
    for request_bytes in NO_HTTP:
        # What comes too late for an answer breaks the connection instead.
        for status, headers, body in answers(talk(address, request_bytes)):
            assert (status, body) in {
                (400, b"bad request\n"),
                (404, b"not found\n"),
                (431, b"request header fields too large\n"),
            }
            assert_guarded(headers)
            refused += 1
        assert client.get("/health").status_code == 200
    assert refused > len(NO_HTTP) / 2


def test_a_long_request_is_refused_however_it_arrives(client: httpx.Client) -> None:
    for answer in (
        client.get("/feeds/" + "a" * 20_000 + ".ics"),
        client.get("/health?" + "a" * 20_000),
        client.get("/health", headers={"X": "a" * 20_000}),
    ):
        assert answer.status_code in {400, 431}
        assert_guarded(answer.headers)
    assert client.get("/feeds/" + "a" * 10_000 + ".ics").status_code == 404


def test_a_body_is_not_read(here: SampleOffice, address: Address) -> None:
    _number, path = make_feed(here, FeedScope.ALL)
    for body in (
        b"Content-Length: 99999999999\r\n\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ):
        raw = talk(address, b"GET " + path.encode() + b" HTTP/1.1\r\nHost: a\r\n" + body)
        ((status, headers, _body),) = answers(raw)
        assert status in {400, 413}
        assert headers["connection"] == "close"
        assert_guarded(headers)


def test_the_host_header_leads_nowhere(here: SampleOffice, address: Address) -> None:
    """No redirect and no link is made from it, nor from what a proxy says of it."""
    _number, path = make_feed(here, FeedScope.ALL)
    for target in (path, path + "/", "/health/", "/feeds/wrong.ics", "/feeds", "http://evil.test/"):
        request = (
            f"GET {target} HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\n"
            "X-Forwarded-Proto: gopher\r\nForwarded: host=evil.test\r\nConnection: close\r\n\r\n"
        )
        raw = talk(address, request.encode())
        assert b"evil.test" not in raw
        ((status, headers, _body),) = answers(raw)
        assert status in {200, 404}
        assert_guarded(headers)


def test_an_unexpected_failure_says_nothing(here: SampleOffice, client: httpx.Client) -> None:
    number, path = make_feed(here, FeedScope.ALL)
    with here.database.write() as session:
        session.exec(select(Feed).where(col(Feed.id) == number)).one().scope = "of a later version"
    with capture_logs() as logs:
        answer = client.get(path)
        wait_for(lambda: logs)
    assert (answer.status_code, answer.text) == (500, "internal server error\n")
    assert_guarded(answer.headers)
    (line,) = logs
    assert line["error"] == "ValueError" and re.search(r"\.py:\d+$", line["place"])
    assert path.split("/")[-1][:40] not in str(logs) and "later version" not in str(logs)
    assert client.get("/health").status_code == 200


def test_a_failing_database_is_said_to_be_unavailable(
    here: SampleOffice, client: httpx.Client
) -> None:
    _number, path = make_feed(here, FeedScope.ALL)
    file = here.database.file
    assert file is not None
    with sqlite3.connect(file) as connection:
        connection.execute("ALTER TABLE feed RENAME TO elsewhere")
    connection.close()
    with capture_logs() as logs:
        answer = client.get(path)
        wait_for(lambda: logs)
    assert (answer.status_code, answer.text) == (503, "service unavailable\n")
    assert int(answer.headers["retry-after"]) > 0
    assert_guarded(answer.headers)
    assert "feed" in logs[0]["reason"] and path.split("/")[-1][:40] not in str(logs)


def test_a_failure_after_the_answer_began_is_logged_and_not_hidden() -> None:
    async def fails(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("secret")

    async def main() -> None:
        transport = httpx.ASGITransport(Guard(fails))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            with pytest.raises(AssertionError):  # an incomplete answer: a server breaks it off
                await client.get("/secret")

    with capture_logs() as logs:
        asyncio.run(main())
    assert logs[0]["error"] == "RuntimeError" and "secret" not in str(logs[0]["error"])


def test_who_guesses_tokens_is_slowed_down_alone(here: SampleOffice, client: httpx.Client) -> None:
    _number, path = make_feed(here, FeedScope.ALL)

    def ask(path: str, address: str) -> httpx.Response:
        return client.get(path, headers={"X-Forwarded-For": address})

    for _time in range(BURST):
        assert ask("/feeds/guess.ics", "192.0.2.1").status_code == 404
    refused = ask("/feeds/guess.ics", "192.0.2.1")
    assert (refused.status_code, refused.text) == (429, "too many requests\n")
    assert int(refused.headers["retry-after"]) > 0
    assert_guarded(refused.headers)
    assert ask(path, "192.0.2.1").status_code == 429, "else it would be worth guessing on"
    assert ask(path, "192.0.2.2").status_code == 200
    assert ask("/feeds/guess.ics", "192.0.2.2").status_code == 404
    # What is in memory spares the database by itself: an office behind one address reads on.
    assert ask(path, "192.0.2.1").status_code == 200
    assert client.get("/health", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200


def test_right_tokens_never_count(here: SampleOffice, client: httpx.Client) -> None:
    _number, path = make_feed(here, FeedScope.ALL)
    for _time in range(BURST * 2):
        assert client.head(path).status_code == 200


@pytest.mark.parametrize(("network", "last"), [("127.0.0.1", 429), ("203.0.113.0/24", 404)])
def test_only_a_proxy_may_say_for_whom_it_asks(here: SampleOffice, network: str, last: int) -> None:
    """A stranger who names a new address each time is limited all the same."""

    async def main() -> list[int]:
        app = app_of(here, monotonic=lambda: 0.0, trusted_proxies=network)
        transport = httpx.ASGITransport(app, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return [
                (
                    await client.get("/feeds/guess.ics", headers={"X-Forwarded-For": f"10.0.0.{n}"})
                ).status_code
                for n in range(BURST + 1)
            ]

    assert asyncio.run(main()) == [404] * BURST + [last]
