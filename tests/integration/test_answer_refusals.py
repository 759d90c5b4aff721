"""What a person on a telephone reads where the page behind the link refuses, in their language;
feeds and health keep their one plain line."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.pages import Visitor, text_of
from tests.support.web import assert_guarded
from workflows.database import Database

LI = "li@example.org"
BY_MAIL = "You can also answer the mail that brought you here: it reaches the office."
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    office = SampleOffice(folder, "2022-06-13 10:00")
    office.apply(PLAN)
    office.add_contact("north", "contact", LI)
    office.close()
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    office = SampleOffice(tmp_path, "2022-06-13 10:00")
    yield office
    office.close()


@pytest.fixture
def visitor(here: SampleOffice) -> Visitor:
    return Visitor(here)


def read(answer: httpx.Response, status: int) -> str:
    """The text of a small page of ours, which has been refused with that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src")
    assert answer.text.count('role="alert"') == 1 and "viewport" in answer.text
    return text_of(answer)


async def pieces() -> AsyncIterator[bytes]:
    yield b"action=seen"


def test_too_often(visitor: Visitor) -> None:
    for path in ("/answer/guess", "/decide/guess"):
        for _time in range(30):
            visitor.get(path)
        refused = visitor.get(path)
        said = read(refused, 429)
        assert "Too many requests have come from your network" in said
        assert "Please try again in a minute." in said
        assert 0 < int(refused.headers["retry-after"]) <= 60
    for n in range(10):
        visitor.post("/fresh", address=f"{n}@example.org")
    assert "Please wait a little" in read(visitor.post("/fresh", address=LI), 429)


def test_a_form_that_cannot_be_read(visitor: Visitor) -> None:
    path = visitor.path(LI)
    for answer, status in (
        (visitor.ask("POST", path, content=b"{}", headers={"Content-Type": "text/plain"}), 415),
        (visitor.ask("POST", path, content=pieces(), headers=FORM), 411),
        (
            visitor.ask(
                "POST", path, content=b"--b", headers={"Content-Type": "multipart/form-data"}
            ),
            400,
        ),
    ):
        said = read(answer, status)
        assert "Nothing was recorded." in said and "another browser" in said and BY_MAIL in said


def test_a_form_that_is_too_large(visitor: Visitor) -> None:
    refused = visitor.post(visitor.path(LI), files=[("file", ("a", bytes(6_000_000)))])
    said = read(refused, 413)
    assert "1 MB at most in one go" in said and BY_MAIL in said
    assert refused.headers["connection"] == "close"
    decide = visitor.path("roads@example.org", "decide")
    for path in ("/fresh", decide):
        assert "shorten what you wrote" in read(visitor.post(path, note="a" * 100_000), 413)


def test_a_text_that_is_far_too_long(visitor: Visitor) -> None:
    fields = {"action": "handed-in", "item": "1", "note": "字" * 60_000}
    for files in ([], [("file", ("a", b"a"))]):
        said = text_of(visitor.post(visitor.path(LI), files=files, **fields))
        assert "at most 2000 characters" in said and "another browser" not in said


def test_a_form_of_another_page(visitor: Visitor) -> None:
    elsewhere = {"Origin": "https://evil.example.org", **FORM}
    answer = visitor.ask("POST", visitor.path(LI), content=b"action=seen", headers=elsewhere)
    assert "open the link from the mail again" in read(answer, 403)


def test_a_database_that_is_away(here: SampleOffice, visitor: Visitor) -> None:
    rename(here.database, "assignment", "elsewhere")
    path = visitor.path(LI)
    with capture_logs() as logs:
        answers = [
            visitor.get(path),
            visitor.post(path, action="seen-all"),
            visitor.get(path, headers={"Host": "["}),
        ]
    for answer in answers:
        said = read(answer, 503)
        assert "in a minute" in said and BY_MAIL in said and "elsewhere" not in said
        assert answer.headers["retry-after"] == "30"
    assert any(line["event"] == "request failed" for line in logs)
    assert path.rpartition("/")[2] not in str(logs)
    rename(here.database, "elsewhere", "assignment")
    assert visitor.get(path).status_code == 200


def rename(database: Database, table: str, name: str) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_programs_get_one_plain_line(here: SampleOffice, visitor: Visitor) -> None:
    for _time in range(30):
        visitor.get("/feeds/guess.ics")
    answers = [
        visitor.get("/feeds/guess.ics"),
        visitor.post("/health", action="seen"),
        visitor.get("/answers"),
        visitor.ask("PUT", visitor.path(LI)),
    ]
    rename(here.database, "alembic_version", "elsewhere")
    rename(here.database, "feed", "gone")
    visitor.client_address = "192.0.2.2"
    with capture_logs():
        answers += [visitor.get("/health"), visitor.get("/feeds/guess.ics")]
    assert [one.status_code for one in answers][:4] == [429, 413, 404, 405]
    assert answers[-1].status_code == 503
    for one in answers:
        assert_guarded(one.headers)
        if one.status_code >= 400:
            assert re.fullmatch(r"[a-z ]+\n", one.text), one.text


def test_in_chinese(here: SampleOffice) -> None:
    visitor = Visitor(here, "zh")
    path = visitor.path(LI)
    wrong = visitor.ask("POST", path, content=b"{}", headers={"Content-Type": "text/plain"})
    large = visitor.post(path, files=[("file", ("a", bytes(6_000_000)))])
    for _time in range(30):
        visitor.get("/answer/guess")
    often = visitor.get("/answer/guess")
    rename(here.database, "assignment", "elsewhere")
    with capture_logs():
        away = visitor.get(path)
    for answer, status, words in (
        (wrong, 415, "请换一个浏览器打开邮件中的链接，重新提交。 也可以直接回复"),
        (large, 413, "文件过大"),
        (often, 429, "请一分钟后再试"),
        (away, 503, "页面暂时无法打开"),
    ):
        said = read(answer, status)
        assert words in said and not re.search("Please|mail|Nothing", said)
