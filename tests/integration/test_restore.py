"""Restoring: everything as it was, from either database to either; the old record is never lost."""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from calendars.options import FeedOptions, FeedScope
from config.errors import StateError
from tests.support import postgres
from tests.support.contents import everything
from tests.support.feeds import builder_of
from tests.support.keeping import (
    UPLOAD,
    UPLOAD_NAME,
    back_up,
    files_no_larger_than,
    live,
    lived,
    restore,
)
from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import PLAN
from tests.support.referee import found
from tests.support.rfc5545.entries import Entry, entries_of
from workflows.database import Database


@pytest.fixture
def other(office: SampleOffice, tmp_path: Path) -> Iterator[SampleOffice]:
    """An empty office on the other kind of database, on Monday 2022-06-13."""
    folder = tmp_path / "other"
    folder.mkdir()
    url = postgres.fresh_database() if office.database.file else ""
    here = SampleOffice(folder, start="2022-06-13 09:00", database_url=url)
    yield here
    here.close()
    if url:
        postgres.drop_database(url)


def test_everything_comes_back_on_the_other_kind(
    office: SampleOffice, other: SampleOffice, tmp_path: Path
) -> None:
    live(office)
    file = back_up(office, tmp_path / "duban.zip")
    done = restore(other, file, force=True, resend=True)
    assert everything(other.database) == everything(office.database)
    assert (other.settings.uploads / UPLOAD_NAME).read_bytes() == UPLOAD
    assert done.report.findings == []
    assert done.manifest.made_at == office.clock()
    # Work goes on: new rows get numbers of their own.
    other.tick("2022-06-15 09:00")
    office.tick("2022-06-15 09:00")
    assert other.fates() == office.fates()
    other.act("submit")
    assert other.events()[-1].id == office.events()[-1].id + 1  # type: ignore[operator]


def test_into_an_empty_home(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    office.close()
    shutil.rmtree(office.settings.home)
    assert restore(office, file, resend=True).old == ""
    assert everything(office.database) == before
    assert office.settings.home.stat().st_mode & 0o077 == 0
    names = {one.name for one in office.settings.home.iterdir()}
    assert {name for name in names if not name.startswith("duban.db")} == {"files"}
    office.close()


def test_never_over_a_record_unless_forced(office: SampleOffice, tmp_path: Path) -> None:
    live(office)
    file = back_up(office, tmp_path / "duban.zip")
    office.act("submit")
    newer = everything(office.database)
    with pytest.raises(StateError, match="there is a record already") as caught:
        restore(office, file)
    assert "--force" in caught.value.mend
    assert everything(office.database) == newer
    done = restore(office, file, force=True)
    assert everything(office.database) != newer
    assert old_record(office, done.old) == newer


def old_record(office: SampleOffice, place: str) -> list[tuple[object, ...]]:
    """Everything in the record that was kept aside."""
    if office.database.file is None:
        kept = Database(office.settings.resolved_database_url)
        kept.engine = kept.engine.execution_options(schema_translate_map={None: place})
    else:
        kept = Database(f"sqlite:///{place}")
        assert Path(place).stat().st_mode & 0o777 == 0o600
    found = everything(kept)
    kept.close()
    return found


def test_refused_while_another_program_uses_it(office: SampleOffice, tmp_path: Path) -> None:
    live(office)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    serving = Database(office.settings.resolved_database_url)  # as `duban serve` holds it
    assert serving.exists()
    with pytest.raises(StateError) as caught:
        restore(office, file, force=True)
    assert "stop “duban serve”" in caught.value.mend
    assert everything(office.database) == before
    serving.close()
    restore(office, file, force=True)


@pytest.mark.parametrize("content", ["不是数据库".encode() * 900, b"SQLite format 3\0" + bytes(99)])
def test_over_a_file_that_is_no_database(content: bytes, tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    office.close()
    place = office.database.file
    assert place is not None
    place.write_bytes(content)
    done = restore(office, file, force=True, resend=True)
    assert Path(done.old).read_bytes() == content
    assert everything(office.database) == before
    office.close()


def test_an_empty_file_is_no_record(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    office.close()
    assert office.database.file is not None
    office.database.file.write_bytes(b"")
    restore(office, file, resend=True)
    assert everything(office.database) == before
    office.close()


def test_a_log_left_behind_is_not_taken_for_ours(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    office.act("submit")
    place = office.database.file
    assert place is not None
    log = place.with_name("duban.db-wal").read_bytes()
    assert len(log) > 10_000
    office.close()
    place.unlink()  # somebody moved the file away, and not its log
    place.with_name("duban.db-wal").write_bytes(log)
    restore(office, file, resend=True)
    assert everything(office.database) == before
    office.close()


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    office.act("submit")
    before = everything(office.database)
    office.database.close()
    assert office.database.file is not None
    size = office.database.file.stat().st_size
    for limit in (4096, 65_536, size - 4096):
        with files_no_larger_than(limit), pytest.raises(StateError) as caught:
            restore(office, file, force=True)
        assert "disk" in caught.value.mend
        assert everything(office.database) == before
        assert not list(office.settings.home.glob("*restor*"))
    office.close()


_RESTORE = """
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from config.settings import load_settings
from scheduler.office import Office
from scheduler.restoring import Restore
here = Office(load_settings(home=Path(sys.argv[1]), organisation=Path(sys.argv[2])))
now = datetime.fromisoformat("2022-06-13T09:00:00+08:00")
Restore(here.settings, here.organisation, now, force=True, resend=True).run(Path(sys.argv[3]))
"""


def test_a_killed_restore_leaves_the_old_record_or_the_new(tmp_path: Path) -> None:
    """Killed while the new record is being filled in, and while it takes the old one's place."""
    office = lived(tmp_path)
    home, organisation = office.settings.home, office.settings.organisation
    file = back_up(office, tmp_path / "duban.zip")
    new, lasting = everything(office.database), everything(office.database, calendars=False)
    office.act("submit")
    old = everything(office.database)
    office.close()
    for sign, outcomes in ((".restoring-*/duban.db", [old]), ("*.before-restore-*", [old, new])):
        program = subprocess.Popen([sys.executable, "-c", _RESTORE, home, organisation, file])
        while not list(home.glob(sign)) and program.poll() is None:
            time.sleep(0.001)
        program.kill()
        program.wait()
        assert everything(office.database) in outcomes
        office.close()
    office.at("2022-06-13 09:01")
    restore(office, file, force=True, resend=True)
    assert everything(office.database, calendars=False) == lasting
    assert not list(home.glob(".restoring-*")), "what the killed ones left is gone"
    office.close()


def test_calendars_take_the_older_dates_for_newer_ones(
    office: SampleOffice, tmp_path: Path
) -> None:
    """Programs know what was lost. So what is restored is newer, and no feed that is kept in memory
    shows what was lost."""
    office.apply(PLAN)
    builder = builder_of(office)

    def entry() -> Entry:
        with office.database.read() as session:
            feed = builder.content(session, FeedOptions(FeedScope.ALL), office.clock())
        (only,) = entries_of(feed.body).values()
        return only

    office.at("2022-05-21 02:00")
    file = back_up(office, tmp_path / "duban.zip")
    for lost, entered in (("2022-06-20", "2022-06-21"), ("2022-06-22", "2022-06-23")):
        office.clock.advance(timedelta(days=1))
        office.act("approve_extension", PLAN_KEY, day(lost))
        before = entry()
        office.clock.advance(timedelta(minutes=1))
        done = restore(office, file, force=True)
        assert done.report.findings == []
        office.act("approve_extension", PLAN_KEY, day(entered))
        after = entry()
        assert after.value("DTSTART") == entered.replace("-", "")
        assert after.sequence > before.sequence
        assert after.value("LAST-MODIFIED") > before.value("LAST-MODIFIED")
        assert found(office) == []


def test_uploads_are_only_added(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    (office.settings.uploads / UPLOAD_NAME).write_bytes(b"damaged")
    (office.settings.uploads / ("0" * 64)).write_bytes(b"newer")
    restore(office, file, force=True)
    assert (office.settings.uploads / UPLOAD_NAME).read_bytes() == UPLOAD
    assert (office.settings.uploads / ("0" * 64)).read_bytes() == b"newer"
    office.close()


def test_the_restored_file_is_sound(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    restore(office, file, force=True)
    assert office.act("submit", PLAN_KEY).kind == "submit"
    office.close()
    place = office.database.file
    assert place is not None
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
