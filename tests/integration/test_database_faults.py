"""Databases that fail: each is said with a mend, loses nothing, and works on when it is over."""

import asyncio
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from config.errors import DubanError, InputError, StateError
from notifications.transports.base import Mail, SendResult
from notifications.transports.maildir import MaildirTransport
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.processes import as_nobody, in_child
from tests.support.referee import found
from tests.support.soaking import on, report, rounds, soaking
from workflows.database import Database
from workflows.engines import configure_sqlite

MOMENT = "2022-06-13 09:00"  # two working days before the plan is due
AS_ROOT = os.getuid() == 0


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


def refused(work: Callable[[], object], said: str, mend: str) -> None:
    """The work is refused, in these words."""
    with pytest.raises(StateError, match=said) as caught:
        work()
    assert mend in caught.value.mend
    assert "\n" not in caught.value.message


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


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], None]]:
    """A disk of two megabytes at `folder`; gives what fills it up."""
    if not AS_ROOT or shutil.which("mount") is None:
        pytest.skip("only root mounts a disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")

    def fill() -> None:
        with (folder / "filling").open("ab", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass

    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path) as fill:
        office = SampleOffice(tmp_path)
        office.apply(PLAN, MONTHLY)
        before = everything(office.database)
        said, mend = "full", "free some space"
        for _round in range(rounds(1)):
            fill()
            refused(lambda: office.tick(MOMENT), said, mend)
            refused(lambda: command(office, "submit", PLAN_KEY, "--by", "x"), said, mend)
            assert everything(office.database) == before
        office.database.close()
        fill()
        office.database = Database(office.settings.resolved_database_url)
        refused(lambda: office.tick(MOMENT), said, mend)  # also when it has to be opened first
        (tmp_path / "filling").unlink()
        assert office.tick(MOMENT).sent == 3
        office.close()
    report("a full disk", runs=rounds(1) + 1, mails=3, lost=0, doubled=0)


def bounded_tick(folder: Path, most: int) -> None:
    """A tick by a process whose files may not grow beyond `most` bytes (RLIMIT_FSIZE)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    office = SampleOffice(folder)
    try:
        office.tick(MOMENT)
    finally:
        office.close()


def test_a_disk_that_fills_up_at_any_point_of_a_tick(tmp_path: Path) -> None:
    ready = SampleOffice(tmp_path / "ready")
    ready.apply(PLAN, MONTHLY)
    ready.close()
    refusals, doubts, sizes = 0, 0, range(36_000, 120_000, max(45_000 // rounds(1), 4096))
    for most in sizes:
        folder = tmp_path / str(most)
        shutil.copytree(tmp_path / "ready", folder)
        try:
            in_child(bounded_tick, folder, most)
        except DubanError as error:
            assert "free some space" in error.mend
            refusals += 1
        office = SampleOffice(folder)
        office.ticks([MOMENT, "2022-06-13 09:06", "2022-06-13 09:10"])
        assert len({address for _day, address in office.letters()}) == 3
        in_doubt = sum(one.doubts for one in office.deliveries())
        assert 3 <= len(office.letters()) <= 3 + in_doubt
        assert set(office.statuses()) == {"done"}
        assert found(office) == []
        office.close()
        doubts += in_doubt
        shutil.rmtree(folder)
    assert refusals >= 1
    report(
        "a disk that fills up at any point of a tick", runs=len(sizes), mails=3 * len(sizes),
        lost=0, doubled=0, in_doubt=doubts, note=f"{refusals} ticks refused",
    )  # fmt: skip


@contextmanager
def read_only_disk(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


def test_a_disk_that_became_read_only(tmp_path: Path) -> None:
    """As Linux makes one that has faults."""
    with small_disk(tmp_path):
        office = SampleOffice(tmp_path)
        office.apply()
        office.close()
        with read_only_disk(tmp_path):
            for work in (lambda: office.tick(MOMENT), lambda: command(office, "overdue")):
                refused(work, "readonly|unable to open", "permissions")
            office.close()
        assert office.tick(MOMENT).sent == 1
        office.close()


def open_and_write(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'duban.db'}")
    database.require()
    with database.write() as session:
        session.connection().execute(text("UPDATE campaign SET title = title"))


@pytest.mark.parametrize("locked", ["way", "folder", "file"])
def test_a_home_that_is_another_users(shared_folder: Path, locked: str) -> None:
    office = SampleOffice(shared_folder)
    office.apply()
    office.close()
    home, file = shared_folder / "home", shared_folder / "home" / "duban.db"
    home.chmod({"way": 0o700, "folder": 0o555, "file": 0o777}[locked])
    file.chmod(0o444 if locked == "file" else 0o666)
    with pytest.raises(DubanError) as caught:
        as_nobody(open_and_write, home)
    assert "check the folder and its permissions" in caught.value.mend
    home.chmod(0o755)
    file.chmod(0o644)
    assert office.tick(MOMENT).sent == 1
    office.close()


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users reach: pytest's own are private."""
    from tempfile import mkdtemp

    folder = Path(mkdtemp(prefix="duban-shared-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


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
