"""What nobody can do on the pages: by looking, from elsewhere, for others, with a wrong link."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.pages import (
    LI,
    PUBLIC_URL,
    TWO_FILES,
    Visitor,
    every_file,
    every_row,
    number,
    text_of,
)
from tests.support.web import app_of


def test_nobody_answers_for_somebody_else(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    others = number(here, "bridges-2022/monthly/south/2022-06")
    for item in (others, 0, -1, "９", "1e9", "9" * 30, "x"):
        for action in ("seen", "later", "handed-in", "more-time", "approve", "", "undo"):
            answer = visitor.post(
                visitor.path(LI), action=action, item=item, day="2022-06-18", note="mine"
            )
            assert answer.status_code == 422
    assert every_row(here) == before and every_file(here.settings.home)


def test_a_strangers_file_is_not_kept(here: SampleOffice, visitor: Visitor) -> None:
    others = number(here, "bridges-2022/monthly/south/2022-06")
    answer = visitor.post(visitor.path(LI), files=TWO_FILES, action="handed-in", item=others)
    assert answer.status_code == 422
    assert not here.settings.uploads.exists()


def test_looking_changes_nothing(here: SampleOffice, visitor: Visitor) -> None:
    """Mail scanners follow every link."""
    here.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    before, files = every_row(here), every_file(here.settings.home)
    old = here.clock() - timedelta(days=31)
    for path in (
        visitor.path(LI),
        visitor.path(LI) + f"?action=seen&item={number(here)}&said=seen",
        visitor.path("roads@example.org", "decide") + f"?action=approve&item={number(here)}",
        visitor.path(LI, made=old),
        "/answer/broken",
        "/fresh?address=" + LI,
    ):
        for method in ("GET", "HEAD"):
            assert visitor.ask(method, path).status_code in {200, 403, 410}
            assert visitor.ask(method, path, headers={"Origin": "null"}).status_code < 411
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            assert visitor.ask(method, path).status_code == 405
    assert every_row(here) == before and every_file(here.settings.home) == files


def test_the_sentence_after_a_form_is_one_of_ours(visitor: Visitor) -> None:
    said = visitor.get(visitor.path(LI) + "?said=<b>You+have+won</b>").text
    assert "won" not in said
    assert "Noted as seen" in visitor.get(visitor.path(LI) + "?said=seen").text


def test_a_form_on_another_page_is_refused(here: SampleOffice, visitor: Visitor) -> None:
    def send(origin: str | None) -> int:
        headers = {} if origin is None else {"Origin": origin}
        data = {"action": "seen", "item": str(number(here))}
        return visitor.ask("POST", visitor.path(LI), data=data, headers=headers).status_code

    for origin in (
        "https://evil.example.org",
        PUBLIC_URL.replace("https", "http"),
        PUBLIC_URL + ".evil.example.org",
        "",
    ):
        assert send(origin) == 403
    assert here.assignment().acknowledged_at is None
    assert [send(one) for one in (None, "null", PUBLIC_URL)] == [303] * 3
    assert here.assignment().acknowledged_at is not None


def test_an_altered_link_offers_a_field_and_an_expired_one_a_button(
    here: SampleOffice, visitor: Visitor
) -> None:
    altered = visitor.get(visitor.path(LI)[:-1])
    assert altered.status_code == 403 and 'type="email"' in altered.text
    assert LI not in altered.text
    old = visitor.path(LI, made=here.clock() - timedelta(days=31))
    expired = visitor.get(old)
    assert expired.status_code == 410 and "good for 30 days only" in text_of(expired)
    assert 'type="email"' not in expired.text and "报送" not in expired.text
    assert visitor.post(old, action="seen", item=number(here)).status_code == 410
    mixed = visitor.get(visitor.path(LI).replace("/answer/", "/decide/"))
    assert mixed.status_code == 403


def test_who_guesses_links_is_slowed_down(visitor: Visitor) -> None:
    statuses = [visitor.get(f"/answer/guess{n}").status_code for n in range(32)]
    assert statuses == [403] * 30 + [429] * 2
    assert visitor.get(visitor.path(LI)).status_code == 200, "a right one is never refused"


def test_without_a_public_address_there_are_no_pages(here: SampleOffice) -> None:
    visitor = Visitor(here)
    path = visitor.path(LI)
    visitor.app = app_of(here)
    for one in (path, "/fresh", visitor.path(LI, "decide")):
        assert visitor.get(one).status_code == 404
        assert visitor.post(one, action="seen").status_code == 413


def test_a_body_without_a_length_or_of_another_sort_is_refused(
    here: SampleOffice, visitor: Visitor
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"action=seen"

    path = visitor.path(LI)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.ask("POST", path, content=pieces(), headers=kind).status_code == 411
    for content_type in ("application/json", "text/plain", "", "multipart/mixed; boundary=b"):
        answer = visitor.ask("POST", path, content=b"{}", headers={"Content-Type": content_type})
        assert answer.status_code == 415
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=b; charset=idna"):
        answer = visitor.ask(
            "POST", path, content=b"--b\r\n\r\n\xff", headers={"Content-Type": content_type}
        )
        assert answer.status_code == 400
    assert visitor.ask("GET", path, content=b"body").status_code == 413
    assert visitor.ask("POST", "/health", content=b"body").status_code == 413
    assert visitor.ask("POST", "/fresh", content=bytes(100_000)).status_code == 413
