"""The pages behind a mail's link, asked as a browser does, without a socket."""

import asyncio
import html
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from starlette.types import ASGIApp

from notifications.links import LinkKind, Links
from notifications.sender import Sender, make_transport
from scheduler.tick import sending_window
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.web import app_of
from web.answering import Answering
from workflows.tables import all_tables

PUBLIC_URL = "https://duban.example.org"
LI, WANG, CHIEF = "li@example.org", "wang@example.org", "chief@example.org"
JUNE = "bridges-2022/monthly/north/2022-06"
TWO_FILES = [("file", ("方案.pdf", b"one")), ("file", ("盖章件.pdf", b"two"))]
LINKS = Links(bytes(range(32)), PUBLIC_URL, 30)


def answering(office: SampleOffice, upload_bytes: int = 1_000_000) -> Answering:
    """What the pages of a sample office stand on."""
    return Answering(
        database=office.database,
        organisation=office.organisation,
        links=LINKS,
        window=sending_window(office.settings),
        uploads=office.settings.uploads,
        upload_bytes=upload_bytes,
        domain="office.example.org",
        now=office.clock,
    )


class Visitor:
    """One person with a browser: each call is one request over the application."""

    def __init__(
        self, office: SampleOffice, language: str = "en", upload_bytes: int = 1_000_000
    ) -> None:
        self.office = office
        self.app: ASGIApp = app_of(
            office, language, monotonic=lambda: 0.0, answering=answering(office, upload_bytes)
        )
        self.client_address = "192.0.2.1"

    def path(self, address: str, kind: str = "answer", made: datetime | None = None) -> str:
        """Where the link of `address` leads to, made now or at `made`."""
        token = LINKS.token(LinkKind(kind), address, made or self.office.clock())
        return f"/{kind}/{token}"

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One request; redirects are not followed."""

        async def main() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.client_address, 1))
            async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
                return await client.request(method, path, **how)

        return asyncio.run(main())

    def get(self, path: str, **how: Any) -> httpx.Response:
        """GET."""
        return self.ask("GET", path, **how)

    def post(self, path: str, files: Any = None, **fields: Any) -> httpx.Response:
        """A form's POST, as a browser sends ours: from an origin that it does not name."""
        return self.ask("POST", path, data=fields, files=files, headers={"Origin": "null"})

    def follow(self, path: str, answer: httpx.Response) -> str:
        """The text of the page to which a form's answer leads."""
        assert answer.status_code == 303, text_of(answer)
        return text_of(self.get(path + answer.headers["location"]))


def send_mails(office: SampleOffice) -> int:
    """Send what waits, with links to the pages; return how many mails left."""

    async def main() -> int:
        transport = make_transport(office.settings)
        window = sending_window(office.settings)
        sender = Sender(
            office.database, transport, office.settings, window, office.clock, "test", links=LINKS
        )
        try:
            return (await sender.run()).sent
        finally:
            await transport.close()

    return asyncio.run(main())


def text_of(answer: httpx.Response) -> str:
    """What people read on a page, in one line."""
    body = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def every_row(office: SampleOffice) -> dict[str, Sequence[str]]:
    """All that the database holds, by table."""
    with office.database.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in all_tables().sorted_tables
        }


def every_file(folder: Path) -> list[str]:
    """The names of all files under `folder`."""
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def number(office: SampleOffice, name: str = PLAN_KEY) -> int:
    """The number of an assignment, as forms name it."""
    return office.assignment(name).id or 0


def last_event(office: SampleOffice) -> tuple[str, str, str]:
    """What a page has done last: kind, by whom, note."""
    event = office.events()[-1]
    assert event.data["via"] == "page"
    return event.kind, event.actor, event.note
