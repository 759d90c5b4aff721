"""Databases that fail: each is said with a mend, loses nothing, and works on when it is over."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from config.errors import InputError, StateError
from notifications.transports.base import Mail, SendResult
from notifications.transports.maildir import MaildirTransport
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.refusing import refused
from tests.support.soaking import on, report, rounds, soaking
from workflows.database import Database
from workflows.engines import configure_sqlite

MOMENT = "2022-06-13 09:00"  # two working days before the plan is due


@contextmanager
def locked_by_a_program(office: SampleOffice) -> Iterator[None]:
    """Another program holds the database, as a file manager's preview or a stuck script does."""
    if (file := office.database.file) is None:
        other = Database(office.database.url)
        with other.write():
            yield
        other.close()
        return
    script = (
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "held.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.readline()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None and holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    yield
    holder.communicate(b"\n")


def impatient(office: SampleOffice) -> SampleOffice:
    """The office, giving up soon where the database is held."""
    office.database.close()
    office.database = Database(office.settings.resolved_database_url, busy_seconds=0.1)
    return office


def test_a_database_that_another_program_holds(office: SampleOffice) -> None:
    impatient(office).apply()
    said, mend = "locked|lock timeout", "another program holds it; try again"
    for _round in range(rounds(1)):
        with locked_by_a_program(office):
            refused(lambda: office.tick(MOMENT), said, mend)
            refused(lambda: command(office, "submit", PLAN_KEY, "--by", "x"), said, mend)
            command(office, "overdue")  # who only reads need not wait
    office.remind(MOMENT)
    with locked_by_a_program(office):
        refused(office.send, said, mend)
    assert office.send().sent == 1
    command(office, "submit", PLAN_KEY, "--by", "x")
    assert office.statuses() == ["done"] and len(office.events()) == 2
    name = f"another program holds the database, {on(office.database.url)}"
    report(name, runs=rounds(1) + 1, mails=1, lost=0, doubled=0)


class ThenAway(MaildirTransport):
    """Takes each mail; then something happens to the database."""

    def __init__(self, folder: Path, happens: Callable[[], object]) -> None:
        super().__init__(folder)
        self._happens = happens

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        result = await super().send(mail, until)
        self._happens()
        return result


def test_what_went_out_while_the_database_was_away_is_recorded_later(office: SampleOffice) -> None:
    impatient(office).apply()
    office.remind(MOMENT)
    with ExitStack() as away:
        held = locked_by_a_program(office)
        transport = ThenAway(office.settings.maildir, lambda: away.enter_context(held))
        sender = office.sender(transport)
        refused(lambda: asyncio.run(sender.run()), "locked|lock timeout", "try again")
    assert office.statuses() == ["started"]
    assert asyncio.run(sender.run()).sent == 1
    assert office.statuses() == ["done"] and len(office.mails()) == 1
    assert office.deliveries()[0].doubts == 0


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off(tmp_path: Path, keep: float) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN, MONTHLY)
    office.close()
    file = tmp_path / "home" / "duban.db"
    os.truncate(file, int(file.stat().st_size * keep))
    broken = file.read_bytes()
    for work in (Database(f"sqlite:///{file}").require, lambda: command(office, "overdue")):
        with pytest.raises(StateError) as caught:
            work()
        assert "restore a backup" in caught.value.mend
    assert file.read_bytes() == broken


def test_a_page_in_the_middle_that_is_damaged(tmp_path: Path) -> None:
    """Whichever it is: a clear error or right work, never anything else."""
    office = SampleOffice(tmp_path)
    office.apply(PLAN, MONTHLY)
    office.close()
    file = tmp_path / "home" / "duban.db"
    whole = file.read_bytes()
    outcomes = Counter[str]()
    pages = range(1, len(whole) // 4096, 1 if soaking() else 4)
    for page in pages:
        damaged = bytearray(whole)
        damaged[page * 4096 : (page + 1) * 4096] = os.urandom(4096)
        file.write_bytes(damaged)
        try:
            office.remind(MOMENT)
            outcomes["worked"] += 1
        except StateError as error:
            assert "restore a backup" in error.mend
            outcomes["refused"] += 1
        office.close()
        for rest in file.parent.glob("duban.db-*"):
            rest.unlink()
    assert set(outcomes) == {"worked", "refused"}
    file.write_bytes(whole)
    assert office.tick(MOMENT).sent == 3
    office.close()
    report(
        "a damaged page of the database", runs=len(pages), lost=0, doubled=0,
        note=f"said {outcomes['refused']} times, not met {outcomes['worked']} times",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said", "mend"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer Duban", "install that version"),
        ("DROP TABLE alembic_version", "another program's", "a database of its own"),
    ],
)
def test_a_schema_that_is_not_ours(office: SampleOffice, change: str, said: str, mend: str) -> None:
    office.apply()
    with office.database.write() as session:
        session.connection().execute(text(change))
    before = everything(office.database)
    refused(office.database.migrate, said, mend)
    assert everything(office.database) == before


def test_a_file_that_keeps_no_write_ahead_log(tmp_path: Path) -> None:
    """`unix-dotfile` works without shared memory, as a file system does that has none."""
    address = f"file:{tmp_path / 'duban.db'}?vfs=unix-dotfile"
    connection = sqlite3.connect(address, uri=True)
    with pytest.raises(StateError, match="cannot keep a write-ahead log") as caught:
        configure_sqlite(connection, 0)
    assert "a disk of this machine, or use PostgreSQL" in caught.value.mend


def test_a_home_on_a_network_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"9 1 0:40 / {tmp_path} rw shared:1 - nfs4 server:/home rw,vers=4.2\n")
    monkeypatch.setattr("workflows.filesystems.MOUNTS", mounts)
    office = Database(f"sqlite:///{tmp_path / 'home' / 'duban.db'}")
    refused(office.migrate, r"network drive \(nfs4\)", "or use PostgreSQL")
    assert (tmp_path / "home" / "duban.db").stat().st_size == 0


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x.db?mode=ro&uri=true"]
)
def test_a_database_that_keeps_nothing(url: str) -> None:
    with pytest.raises(InputError, match="it names no file"):
        Database(url)
