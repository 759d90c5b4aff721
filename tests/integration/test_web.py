"""Feeds over real HTTP: uvicorn on a free loopback port, asked with httpx."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from calendars.feed import FeedScope, create_feed, feed_content, revoke_feed
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from web.app import create_app
from workflows.schema_version import HEAD


@contextlib.contextmanager
def served(office: SampleOffice) -> Iterator[httpx.Client]:
    """The application in a thread; the client knows its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(office.database, "en")
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = listening.getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.fixture
def client(office: SampleOffice) -> Iterator[httpx.Client]:
    office.apply(PLAN, MONTHLY)
    with served(office) as running:
        yield running


def make_feed(office: SampleOffice, scope: FeedScope, subject: str = "") -> tuple[int, str]:
    """A feed's number and path."""
    with office.database.write() as session:
        feed, token = create_feed(session, scope, subject, office.clock(), "tester")
        return feed.id or 0, f"/feeds/{token}.ics"


@pytest.mark.parametrize(
    ("scope", "subject"),
    [(FeedScope.UNIT, "north"), (FeedScope.CAMPAIGN, "bridges-2022"), (FeedScope.ALL, "")],
)
def test_a_feed_is_what_an_export_writes(
    office: SampleOffice, client: httpx.Client, scope: FeedScope, subject: str
) -> None:
    _number, path = make_feed(office, scope, subject)
    answer = client.get(path)
    with office.database.read() as session:
        expected = feed_content(session, scope, subject)
    assert answer.status_code == 200
    assert answer.content == expected.body
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["etag"] == f'"{expected.etag}"'
    assert answer.headers["last-modified"] == "Fri, 20 May 2022 02:00:00 GMT"
    assert "private" in answer.headers["cache-control"]


def test_head_is_get_without_the_body(office: SampleOffice, client: httpx.Client) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


def test_what_is_known_already_is_not_sent_again(
    office: SampleOffice, client: httpx.Client
) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    first = client.get(path)
    etag, modified = first.headers["etag"], first.headers["last-modified"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    both = {"If-None-Match": '"other"', "If-Modified-Since": modified}
    assert client.get(path, headers=both).status_code == 200
    for nonsense in ("yesterday", "Fri, 99 May 2022 02:00:00 GMT", ""):
        assert client.get(path, headers={"If-Modified-Since": nonsense}).status_code == 200

    office.at("2022-06-01 10:00")
    office.act("submit")
    for name, value in {"If-None-Match": etag, "If-Modified-Since": modified}.items():
        answer = client.get(path, headers={name: value})
        assert answer.status_code == 200 and answer.headers["etag"] != etag


def test_wrong_and_revoked_tokens_look_alike(office: SampleOffice, client: httpx.Client) -> None:
    number, path = make_feed(office, FeedScope.ALL)
    assert client.get(path).status_code == 200
    with office.database.write() as session:
        revoke_feed(session, number, office.clock())

    revoked, wrong = client.get(path), client.get("/feeds/nothing-like-it.ics")
    assert revoked.status_code == wrong.status_code == 404
    assert revoked.content == wrong.content
    ignored = {"date"}
    assert {k: v for k, v in revoked.headers.items() if k not in ignored} == {
        k: v for k, v in wrong.headers.items() if k not in ignored
    }


def test_a_token_is_not_kept(office: SampleOffice, tmp_path: Path, client: httpx.Client) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43
    for file in (tmp_path / "home").glob("duban.db*"):
        assert token.encode() not in file.read_bytes()


@pytest.mark.parametrize("path", ["/", "/feeds/", "/feeds/.ics", "/feeds/a/b.ics", "/feeds/a"])
def test_other_addresses_are_not_there(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_only_reading_is_possible(office: SampleOffice, client: httpx.Client) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, path).status_code == 405


def test_health(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert answer.json() == {"status": "ok", "schema": HEAD}
