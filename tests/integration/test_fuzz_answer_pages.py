"""Anything that a stranger or a careless hand may send to the pages: never a 500, nothing from the
record or the form is taken for HTML, and what is kept steers nothing."""

import asyncio
import html
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from config.plain_text import UNUSABLE
from notifications.links import LinkKind
from tests.integration.test_injection import set_everywhere
from tests.support.fuzzing import fuzz
from tests.support.hostile import AWKWARD, texts
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.pages import Visitor, every_row, text_of
from tests.support.referee import found
from web.answering.deciding import Decision
from web.answering.deeds import Answer
from web.subscribing.own import Wish
from workflows.tables import Contact

LI, OFFICE = "li@example.org", "roads@example.org"
START = "2022-06-13 10:00"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y>\r\nSet-Cookie: a=b\x00\u202e{{ 7*7 }}"
ADDRESS = re.compile(
    r"\.\./subscribe/[\w.-]+|\?((fill|empty)=[0-9]+\.[a-z0-9-]+(\.xlsx|\.docx)?)?|#at-[a-z0-9-]+"
)
VOID = {"meta", "input", "br", "img", "link", "hr"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path, START)
    office.apply(PLAN, MONTHLY)
    office.add_contact("north", "contact", LI)
    yield office
    office.close()


class Elements(HTMLParser):
    """Which elements and attributes a page has; it must be well formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def assert_plain(text: str) -> None:
    """Our own elements and attributes alone, and nothing that steers a browser or terminal."""
    page = Elements(text)
    assert page.names <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "h1", "h2",
        "h3", "p", "ul", "li", "form", "input", "button", "label", "textarea", "fieldset",
        "legend", "details", "summary", "br", "section", "span", "a", "div", "select", "option",
        "strong",
    }  # fmt: skip
    assert page.attributes <= {
        "lang", "charset", "name", "content", "id", "class", "role", "method", "action", "type",
        "value", "for", "rows", "maxlength", "required", "multiple", "enctype", "autocomplete",
        "placeholder", "min", "max", "open", "checked", "aria-label", "aria-describedby",
        "inputmode", "href", "selected", "aria-invalid",
    }  # fmt: skip
    assert all(ADDRESS.fullmatch(one) for one in page.addresses)
    assert UNUSABLE.search(text) is None


def assert_answered(answer: Any, statuses: set[int]) -> None:
    assert answer.status_code in statuses, answer.status_code
    assert "set-cookie" not in answer.headers and "Traceback" not in answer.text
    location = answer.headers.get("location", "")
    assert re.fullmatch(r"(\?said=[a-z-]+#said|\.\./feeds/[\w-]{43})?", location), location
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert_plain(answer.text)


tokens = st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_.=-]{1,300}", fullmatch=True)


@fuzz(0.4)
@given(tokens, st.sampled_from(LinkKind), st.sampled_from(["GET", "HEAD", "POST"]))
def test_any_token(here: SampleOffice, token: str, kind: LinkKind, method: str) -> None:
    before = every_row(here)
    with capture_logs() as logs:
        path = "/" + kind + "/" + "".join(f"%{one:02X}" for one in token.encode())
        answer = Visitor(here).ask(method, path)
    assert_answered(answer, {403, 404})
    assert logs == [] and every_row(here) == before


days = st.sampled_from(["2022-06-14", "2022-06-30", "2022年7月1日", "0001-01-01", "9999-12-31"])
fields = st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from([*Answer, *Decision, *Wish]) | texts,
        "item": st.integers(-1, 9).map(str) | texts,
        "day": days | texts,
        "note": st.just(HOSTILE) | texts,
        "nil": texts,
        "calendar": st.sampled_from([f"person:{LI}", "unit:north", "all:"]) | texts,
        "shown": st.sampled_from(["events", "tasks"]) | texts,
        "alarms": texts,
        "missing": st.lists(st.sampled_from(["0", "1", "7"]) | texts, max_size=3),
        "token": texts,
        "address": texts,
        "file": texts,
    },
)
files = st.lists(
    st.tuples(
        st.sampled_from(["file", "note", "item", "action"]) | texts,
        st.tuples(st.just(HOSTILE) | texts, st.binary(max_size=20)),
    ),
    max_size=3,
)


def encodable(text: str) -> str:
    """The same without lone surrogates, which no client can send."""
    return text.encode(errors="replace").decode()


@fuzz(0.75)
@given(fields, files, st.sampled_from([LI, OFFICE, "fresh", "subscribe"]))
@example({"action": "make", "calendar": f"person:{LI}"}, [], "subscribe")
@example({"action": "handed-in", "item": "1", "note": HOSTILE}, [("file", (HOSTILE, b"a"))], LI)
@example({"action": "more-time", "item": "1", "day": "2022-06-30", "note": HOSTILE}, [], LI)
@example({"action": "later", "item": "1", "day": HOSTILE}, [], LI)
def test_any_form(here: SampleOffice, form: dict[str, Any], uploads: list[Any], whose: str) -> None:
    with AsItWas(here):
        visitor = Visitor(here)
        paths = {
            LI: visitor.path(LI),
            OFFICE: visitor.path(OFFICE, "decide"),
            "fresh": "/fresh",
            "subscribe": visitor.path(LI, "subscribe"),
        }
        named = {
            name: [encodable(one) for one in value] if isinstance(value, list) else encodable(value)
            for name, value in form.items()
        }
        sent = [
            (encodable(name), (encodable(file), body)) for name, (file, body) in uploads if name
        ]
        with capture_logs() as logs:
            answer = visitor.post(paths[whose], files=sent or None, **named)
        assert logs == []
        assert_answered(answer, {200, 303, 400, 413, 415, 422})
        assert answer.status_code != 422 or answer.text.count('role="alert"') == 1
        for event in here.events():
            assert UNUSABLE.search(event.note) is None
            for one in event.data.get("files", ()):
                assert UNUSABLE.search(one["name"]) is None
                assert one["name"] == Path(one["name"]).name != ""
                assert len(one["name"].encode()) <= 255
        if answer.status_code == 303:
            assert_plain(visitor.get(visitor.path(LI)).text)
            assert_plain(visitor.get(visitor.path(OFFICE, "decide")).text)
            assert_plain(visitor.get(visitor.path(LI, "subscribe")).text)
            assert found(here) == []


class AsItWas:
    """The record is afterwards what it was before: one office serves all the cases."""

    def __init__(self, office: SampleOffice) -> None:
        assert office.database.file is not None
        self._office, self._file = office, office.database.file
        self._saved = self._file.with_name("saved.db")

    def __enter__(self) -> None:
        self._office.database.close()
        shutil.copy(self._file, self._saved)

    def __exit__(self, *_error: object) -> None:
        self._office.database.close()
        for end in ("-wal", "-shm"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)
        self._saved.replace(self._file)
        shutil.rmtree(self._office.settings.uploads, ignore_errors=True)


heads = st.lists(
    st.sampled_from(
        [b"form-data", b'name="file"', b'name="note"', b'filename="a', b'"', b";", b" ", b"=",
         b'filename="\xb1\xed\\"', b"filename*=UTF-8''x", b"\x00", b"\xff\xfe", b"\r\n", b"\n",
         b"Content-Transfer-Encoding: base64"]
    )
    | st.binary(max_size=8),
    max_size=8,
).map(b"".join)  # fmt: skip
bodies = st.lists(
    st.sampled_from([b"--b\r\n", b"--b--\r\n", b"\r\n\r\n", b"Content-Disposition: "])
    | heads
    | st.binary(max_size=30),
    max_size=12,
).map(b"".join)
kinds = st.sampled_from(
    ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"]
) | st.sampled_from(
    [
        "utf-8",
        "utf-16",
        "utf-7",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "zlib",
        "rot13",
        "x",
        "base64",
        "gbk",
    ]
).map("multipart/form-data; boundary=b; charset={}".format)


@fuzz()
@given(bodies, kinds)
@example(b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n\xff\r\n--b--\r\n',
         "multipart/form-data; boundary=b; charset=undefined")  # fmt: skip
@example(b"--b", "multipart/form-data; boundary=" + "b" * 100)
def test_any_body(here: SampleOffice, body: bytes, kind: str) -> None:
    with AsItWas(here):
        visitor = Visitor(here)
        with capture_logs() as logs:
            answer = visitor.ask(
                "POST", visitor.path(LI), content=body, headers={"Content-Type": kind}
            )
        assert_answered(answer, {303, 400, 415, 422})
        assert logs == []


@fuzz(0.3)
@given(st.sampled_from(AWKWARD) | st.just(HOSTILE))
def test_the_record_is_never_taken_for_html(here: SampleOffice, text: str) -> None:
    """As an older version, or a hand in the database, may have let it in."""
    text = encodable(text).replace("\x00", "")
    with AsItWas(here):
        set_everywhere(here, text)
        with here.database.write() as session:
            session.add(Contact(unit_id="north", role="deputy", name=text, address="x@example.org"))
        here.act("request_extension", PLAN_KEY, here.clock().date().replace(day=30), note=text)
        visitor = Visitor(here)
        for path in (
            visitor.path("x@example.org"),
            visitor.path(OFFICE, "decide"),
            visitor.path("x@example.org", "subscribe"),
            visitor.path(LI) + "?said=<script>",
        ):
            answer = visitor.get(path)
            assert answer.status_code == 200
            assert_plain(answer.text)
            shown = UNUSABLE.sub(" ", text).strip()
            if shown:
                assert shown.split()[0] in html.unescape(text_of(answer))


def test_asking_twice_at_once_hands_in_once(here: SampleOffice) -> None:
    """A double tap: both get an answer, and the record has one hand-in."""
    visitor = Visitor(here)
    path = visitor.path(LI)
    data = {"action": "handed-in", "item": str(here.assignment().id), "note": "once"}

    async def main() -> list[int]:
        transport = httpx.ASGITransport(visitor.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://here") as client:
            answers = await asyncio.gather(*(client.post(path, data=data) for _time in range(4)))
            return sorted(one.status_code for one in answers)

    assert asyncio.run(main()) == [303, 422, 422, 422]
    assert [one.kind for one in here.events()].count("submit") == 1
