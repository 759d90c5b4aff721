"""Feeds over real HTTP: uvicorn on a free loopback port, asked with httpx."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from calendars.options import FeedScope
from calendars.tokens import revoke_feed
from tests.support.feeds import feed_content, make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN
from tests.support.web import assert_guarded, served
from workflows.schema_version import HEAD


@pytest.fixture
def client(office: SampleOffice) -> Iterator[httpx.Client]:
    office.apply(PLAN, MONTHLY)
    with served(office) as running:
        yield running


@pytest.mark.parametrize(
    ("scope", "subject"),
    [(FeedScope.UNIT, "north"), (FeedScope.CAMPAIGN, "bridges-2022"), (FeedScope.ALL, "")],
)
def test_a_feed_is_what_an_export_writes(
    office: SampleOffice, client: httpx.Client, scope: FeedScope, subject: str
) -> None:
    _number, path = make_feed(office, scope, subject)
    answer = client.get(path)
    expected = feed_content(office, scope, subject)
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
    assert set(head.headers) == set(get.headers)
    for name in set(get.headers) - {"date"}:
        assert head.headers[name] == get.headers[name]
    assert client.head("/feeds/wrong.ics").status_code == 404
    assert client.head("/health").status_code == 200


def test_what_is_known_already_is_not_sent_again(
    office: SampleOffice, client: httpx.Client
) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    first = client.get(path)
    etag, modified = first.headers["etag"], first.headers["last-modified"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("etag", "last-modified", "cache-control", "content-disposition"):
            assert answer.headers[name] == first.headers[name]
        assert_guarded(answer.headers)
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

    def shown(path: str) -> tuple[int, bytes, set[tuple[str, str]]]:
        answer = client.get(path)
        return (
            answer.status_code,
            answer.content,
            set(answer.headers.items()) - {("date", answer.headers["date"])},
        )

    revoked = shown(path)
    assert revoked[:2] == (404, b"not found\n")
    malformed = "x", "%00", "%ff%fe", "%E5%8C%97", "..", "a b", "'; --", "%25", "A" * 10_000
    for token in ("nothing-like-it", *malformed):
        assert shown(f"/feeds/{token}.ics") == revoked, token
    assert shown("/elsewhere") == revoked


def test_a_token_is_not_kept(office: SampleOffice, tmp_path: Path, client: httpx.Client) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43
    for file in (tmp_path / "home").glob("duban.db*"):
        assert token.encode() not in file.read_bytes()


def test_other_addresses_are_not_there(client: httpx.Client) -> None:
    for path in ("/", "/feeds/", "/feeds/.ics", "/feeds/a/b.ics", "/feeds/a", "/health/"):
        assert client.get(path).status_code == 404


def test_only_reading_is_possible(office: SampleOffice, client: httpx.Client) -> None:
    _number, path = make_feed(office, FeedScope.ALL)
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, path).status_code == 405


def test_health(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert answer.json() == {"status": "ok", "schema": HEAD}


def test_a_feed_shows_its_scope_and_no_phone_number(
    office: SampleOffice, client: httpx.Client
) -> None:
    """Whom to ask, with a number, is for those who may read the declaration."""
    head = CAMPAIGN.replace("{office: 公路处}", "{office: 公路处, name: 王工, phone: 555-0199-887}")
    office.apply(PLAN, MONTHLY, head=head)
    office.add_contact("north", "contact", "zhang@example.org")
    paths = {
        subject: make_feed(office, FeedScope.UNIT, subject)[1] for subject in ("north", "hill")
    }
    bodies = {name: client.get(path).text.replace("\r\n ", "") for name, path in paths.items()}
    assert "北城市" in bodies["north"] and "山县" not in bodies["north"]
    assert "山县" in bodies["hill"] and "北城市" not in bodies["hill"]
    everything = client.get(make_feed(office, FeedScope.ALL)[1]).text.replace("\r\n ", "")
    for body in (everything, *bodies.values()):
        for private in ("555-0199-887", "王工", "zhang"):
            assert private not in body
