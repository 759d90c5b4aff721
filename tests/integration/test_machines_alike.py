"""Machines of one office: what they must have in common is seen from each of them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from config.errors import StateError
from scheduler.doctor.finding import Level
from scheduler.engine.alike import join, neighbours
from scheduler.engine.dbos_engine import DbosEngine
from scheduler.office import Office
from scheduler.serve import serve
from tests.support import postgres
from tests.support.doctor import findings
from tests.support.fleet import until
from tests.support.office import SampleOffice

BY_SERVER = {"smtp_host": "127.0.0.1", "public_url": "https://duban.example.org"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    url = postgres.fresh_database()
    here = SampleOffice(tmp_path, "2022-05-31 09:00", database_url=url)
    DbosEngine(here.database).close()
    yield here
    here.close()
    postgres.drop_database(url)


def machine(office: SampleOffice, **settings: Any) -> Office:
    """Another machine of the office."""
    return Office(office.settings.model_copy(update={**BY_SERVER, **settings}), office.clock)


def told(office: SampleOffice, **settings: Any) -> list[tuple[Level, str]]:
    return [
        (one.level, one.message)
        for one in findings(office, **BY_SERVER, **settings)
        if one.check == "workers"
    ]


def nobody(office: SampleOffice) -> bool:
    with office.database.read() as session:
        return neighbours(session) == []


def test_what_machines_have_otherwise(office: SampleOffice, tmp_path: Path) -> None:
    first = machine(office)
    join(first, "worker", "first")
    assert told(office) == [(Level.OK, "1 connected: first; no tick waits in vain")]
    relay = machine(office, smtp_host="relay.example.org", tick_seconds=7, http_port=1)
    with capture_logs() as said:
        join(relay, "worker", "a relay of its own")
    assert said == [], "a machine may have its own"
    assert told(office) == [
        (Level.OK, "2 connected: a relay of its own, first; no tick waits in vain")
    ]

    other_files = tmp_path / "other.yaml"
    other_files.write_text(office.settings.organisation.read_text("utf-8") + "\n", "utf-8")
    strange = machine(
        office, home=tmp_path / "empty", organisation=other_files, time_zone="Asia/Tokyo"
    )
    with capture_logs() as said:
        join(strange, "web", "strange")
    names = ["a relay of its own", "first"]
    assert [(one["what"], one["others"]) for one in said] == [
        ("secret.key", names), ("files", names), ("settings", names)
    ]  # fmt: skip
    assert told(office) == [
        (Level.ERROR, "another secret.key than here, so that links in mails do not open: strange"),
        (Level.WARNING, "another organisation file, holidays or templates than here: strange"),
        (Level.WARNING, "other settings than here: strange"),
    ]
    for one in (first, relay, strange):
        one.close()
    until(lambda: nobody(office), "the server has seen that they are gone")


def test_no_mail_goes_into_a_maildir_while_others_send(office: SampleOffice) -> None:
    """Where duban.toml was forgotten, a third of the office's mails would be sent to nobody."""
    first, forgotten = machine(office), machine(office, smtp_host="")
    join(first, "worker", "first")
    refused = pytest.raises(StateError, match="others send by one: first")
    with refused as caught:
        join(forgotten, "worker", "second")
    with refused:  # nor in one process
        asyncio.run(serve(forgotten))
    assert "smtp_host" in caught.value.mend
    join(forgotten, "web", "second")  # which sends none
    forgotten.close()
    first.close()
    until(lambda: nobody(office), "the server has seen that they are gone")
    forgotten = machine(office, smtp_host="")
    join(forgotten, "worker", "second")  # for a start without a mail server
    assert told(office) == [
        (
            Level.ERROR,
            "no SMTP server is set, mail is put into a Maildir and counts as sent: second",
        )
    ]
    forgotten.close()
