"""Disks that are full, read-only or another user's: each is said with a mend, loses nothing, and
work goes on when it is over.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from config.errors import DubanError
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.processes import as_nobody, in_child
from tests.support.referee import found
from tests.support.refusing import refused
from tests.support.soaking import report, rounds
from workflows.database import Database

MOMENT = "2022-06-13 09:00"  # two working days before the plan is due
AS_ROOT = os.getuid() == 0


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


def test_a_log_that_takes_no_line_ends_nothing() -> None:
    program = (
        "import structlog; from scheduler.logs import configure_logs; configure_logs();"
        "structlog.get_logger().error('of no importance'); print('went on')"
    )
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        asked = [sys.executable, "-c", program]
        done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=full, check=False)
    assert done.stdout == b"went on\n"
