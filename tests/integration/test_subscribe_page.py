"""The page from which people subscribe: what it says, to whom, and what nobody gets out of it."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from calendars.options import FeedOptions, FeedScope
from calendars.tokens import create_feed, revoke_feed, rotate_feed
from calendars.usage import Fetches
from config.i18n import _, using_language
from tests.integration.test_web_fuzz import Fields, ask, methods, names, values, words
from tests.support.feeds import builder_of, make_feed
from tests.support.fuzzing import fuzz
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.pages import PUBLIC_URL, text_of
from web.app import create_app
from web.failure_limit import BURST
from web.guard import SECURITY_HEADERS
from web.subscribing.clients import CLIENTS, Shows

ALL = FeedScope.ALL
WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.22 NetType/WIFI"
WECOM = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/7.0.1 wxwork/4.1.6"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    yield office
    office.close()


def app_of(
    office: SampleOffice, language: str = "en", base: str = PUBLIC_URL, **how: Any
) -> ASGIApp:
    return create_app(
        office.database,
        builder_of(office, language),
        office.clock,
        language,
        base,
        monotonic=lambda: 0.0,
        **how,
    )


def get(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """One request, without a socket."""

    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://192.0.2.9") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(main())


def page_of(office: SampleOffice, *args: Any, **options: Any) -> str:
    """Where the page of a new feed is."""
    return make_feed(office, *args, **options)[1].removesuffix(".ics")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_has_the_address_in_each_form_and_every_program(
    here: SampleOffice, language: str
) -> None:
    path, app = page_of(here, FeedScope.UNIT, "north"), app_of(here, language)
    answer = get(app, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert get(app, path, "HEAD").text == ""
    said = text_of(answer)
    assert "北城市" in said
    for address in (
        f'href="webcal://duban.example.org{path}.ics"',
        f'readonly value="{PUBLIC_URL}{path}.ics"',
        f'href="{PUBLIC_URL}{path}.ics?download"',
    ):
        assert address in answer.text
    with using_language(language):
        for client in CLIENTS:
            for text in filter(None, (client.name, *client.steps, client.note)):
                assert _(text) in said
    assert 'class="qr"' in answer.text


def test_it_is_in_the_feeds_own_language_under_the_feeds_own_name(here: SampleOffice) -> None:
    answer = get(app_of(here, "en"), page_of(here, ALL, name="桥梁科", language="zh"))
    assert 'lang="zh-CN"' in answer.text
    assert "桥梁科" in text_of(answer) and "复制" in text_of(answer)


def test_it_tells_what_the_calendar_holds(here: SampleOffice) -> None:
    app = app_of(here)
    plain = text_of(get(app, page_of(here, ALL)))
    assert "reminders. Some" not in plain and "tasks, which" not in plain
    told = text_of(get(app, page_of(here, ALL, alarms=True, tasks=True, only_open=True)))
    for words_ in ("It has reminders", "It consists of tasks", "only what is still open"):
        assert words_ in told
    page = get(app, page_of(here, ALL, tasks=True)).text
    shown = {one.name for one in CLIENTS if f"<summary>{one.name}</summary>" in page}
    assert shown == {one.name for one in CLIENTS if one.shows is Shows.BOTH}


def test_the_page_of_a_former_address_says_that_it_ends(here: SampleOffice) -> None:
    number, path = make_feed(here, ALL)
    app, old = app_of(here), path.removesuffix(".ics")
    assert "ends soon" not in text_of(get(app, old))
    with here.database.write() as session:
        until = here.clock() + timedelta(days=1)
        new = rotate_feed(session, number, here.clock(), until)
    assert "ends soon" in text_of(get(app, old))
    assert "ends soon" not in text_of(get(app, f"/feeds/{new}"))


@pytest.mark.parametrize(
    ("agent", "told"),
    [(WECHAT, "WeChat does not open"), (WECOM, "WeCom does not open"), ("Mozilla/5.0", "")],
)
def test_a_reader_inside_a_messenger_is_told_to_open_the_browser(
    here: SampleOffice, agent: str, told: str
) -> None:
    said = text_of(get(app_of(here), page_of(here, ALL), **{"User-Agent": agent}))
    assert ("Please open this page in the browser" in said) is bool(told)
    assert told in said


@pytest.mark.parametrize("agent", [WECHAT, WECOM])
def test_all_of_it_is_in_chinese(here: SampleOffice, agent: str) -> None:
    path = page_of(here, FeedScope.UNIT, "north", alarms=True, tasks=True, only_open=True)
    page = get(app_of(here, "zh"), path, **{"User-Agent": agent}).text
    shown = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    english = set(re.findall(r"[A-Za-z]{2,}", shown))
    names_of_programs = {"iPhone", "iPad", "Mac", "Thunderbird", "khal", "vdirsyncer"}
    assert english <= names_of_programs | {"https", "ics", "http"}


def test_the_download_is_the_feed_as_a_file(here: SampleOffice) -> None:
    app, path = app_of(here), page_of(here, ALL)
    kept, shown = get(app, f"{path}.ics?download"), get(app, f"{path}.ics")
    assert kept.content == shown.content
    assert kept.headers["content-disposition"].startswith("attachment; filename=")
    assert shown.headers["content-disposition"].startswith("inline; filename=")


@pytest.mark.parametrize(
    ("scope", "subject", "called"),
    [
        (FeedScope.UNIT, "north", ("duban-north", "督办-北城市")),
        (FeedScope.DEPARTMENT, "公路处", ("duban", "督办-公路处")),
    ],
)
def test_the_file_has_a_name_for_programs_of_all_ages(
    here: SampleOffice, scope: FeedScope, subject: str, called: tuple[str, str]
) -> None:
    kept = get(app_of(here, "zh"), f"{page_of(here, scope, subject)}.ics")
    assert unquote(kept.headers["content-disposition"]) == (
        f"inline; filename=\"{called[0]}.ics\"; filename*=UTF-8''{called[1]}.ics"
    )


def test_who_downloads_the_file_does_not_subscribe(here: SampleOffice) -> None:
    fetches = Fetches()
    app, path = app_of(here, fetches=fetches), page_of(here, ALL)
    get(app, path), get(app, f"{path}.ics?download"), get(app, f"{path}.ics", "HEAD")
    assert fetches.write(here.database) == 0, "its calendar entries still come by mail"
    get(app, f"{path}.ics")
    assert fetches.write(here.database) == 1


def test_whatever_refuses_the_feed_refuses_its_page_alike(here: SampleOffice) -> None:
    revoked, path = make_feed(here, ALL)
    with here.database.write() as session:
        revoke_feed(session, revoked, here.clock())
    app = app_of(here)
    good, ended = page_of(here, ALL), path.removesuffix(".ics")
    wrong = get(app, f"{good[:-1]}.ics")
    assert wrong.status_code == 404
    for page in (ended, good[:-1], "/feeds/x", f"{good}.html", "/feeds/%00"):
        answer = get(app, page)
        assert (answer.status_code, answer.headers, answer.content) == (
            404,
            wrong.headers,
            wrong.content,
        ), page
    assert get(app, good).status_code == 200


def test_an_expired_feed_has_no_page(here: SampleOffice) -> None:
    with here.database.write() as session:
        now = here.clock()
        _feed, token = create_feed(
            session, FeedOptions(ALL), now, "tester", expires_at=now + timedelta(days=1)
        )
    path = f"/feeds/{token}"
    assert get(app_of(here), path).status_code == 200
    here.at("2022-12-31 10:00")
    assert get(app_of(here), path).status_code == 404


def test_who_guesses_pages_is_slowed_down_for_feeds_too(here: SampleOffice) -> None:
    app, good = app_of(here), page_of(here, ALL)
    for number in range(BURST):
        assert get(app, f"/feeds/{number}").status_code == 404
    for path in (good, f"{good}.ics", "/feeds/other"):
        answer = get(app, path)
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0


def test_no_address_on_it_comes_from_the_request(here: SampleOffice) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    answer = get(app_of(here), page_of(here, ALL), **headers)
    assert answer.status_code == 200 and "evil" not in answer.text + str(answer.headers)


def test_an_office_without_an_address_has_no_page(here: SampleOffice) -> None:
    assert get(app_of(here, base=""), page_of(here, ALL)).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title></style><svg onload=alert(1)>",
        "{{ 7 * 7 }}",
        "北城市\u202e\x1b[31m",
    ],
)
def test_nothing_from_the_record_steers_the_page(here: SampleOffice, name: str) -> None:
    answer = get(app_of(here), page_of(here, ALL, name=name))
    assert answer.text.count("<script>") == 1 and "<img" not in answer.text
    assert "\u202e" not in answer.text and "\x1b" not in answer.text
    if name.isprintable():
        assert name in unescape(answer.text)
        assert name not in answer.text or escape(name) == name
    policy = answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy and "default-src 'none'" in policy


@fuzz()
@given(methods, words, st.binary(), st.lists(st.tuples(names, values), max_size=8))
@example("GET", "", b"", [(b"user-agent", b"\xff MicroMessenger \xfe")])
def test_any_request_for_a_page(
    here: SampleOffice, method: str, more: str, query: bytes, fields: Fields
) -> None:
    app = app_of(here)
    path = page_of(here, ALL)
    with capture_logs() as logs:
        status, headers, body = asyncio.run(ask(app, method, path + more, query, fields))
    assert logs == []
    assert status in {200, 404, 405, 413, 429, 431}
    for name, value in SECURITY_HEADERS.items():
        assert headers[name] == value or name == "Content-Security-Policy", name
    assert "default-src 'none'" in headers["content-security-policy"]
    assert b"Traceback" not in body
    if status >= 400:
        assert len(body) < 50 and body.endswith(b"\n")
