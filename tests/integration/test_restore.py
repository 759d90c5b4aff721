"""Restoring: everything as it was, from either database to either, the old record never lost,
and nothing sent by itself that may have left already."""

import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.errors import InputError, StateError
from notifications.restored import Kept
from tests.support import postgres
from tests.support.contents import everything
from tests.support.keeping import (
    UPLOAD,
    UPLOAD_NAME,
    back_up,
    files_no_larger_than,
    live,
    lived,
    restore,
    rewritten,
    with_manifest,
)
from tests.support.office import PLAN_KEY, SampleOffice
from workflows.database import Database
from workflows.schema_version import HEAD
from workflows.tables import DeliveryStatus


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


def test_a_backup_of_a_newer_schema(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    for changed in ({"schema_version": f"{int(HEAD) + 1:04}"}, {"format": 2}):
        newer = with_manifest(file, lambda data, changed=changed: data.update(changed))  # type: ignore[misc]
        with pytest.raises((StateError, InputError), match="was made by a newer Duban"):
            restore(office, newer, force=True)
    assert everything(office.database) == before
    office.close()


def test_rows_that_do_not_fit_change_nothing(office: SampleOffice, tmp_path: Path) -> None:
    """Right hashes do not make right rows."""
    live(office)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    for line in (b"[]", b'{"id": 1}', b"{" * 5000):
        with pytest.raises((InputError, StateError)):
            restore(office, forged(file, line + b"\n"), force=True)
    assert everything(office.database) == before
    assert {one.name for one in office.settings.home.iterdir()} >= {"files"}
    assert not list(office.settings.home.glob(".restoring-*"))


def forged(file: Path, line: bytes) -> Path:
    """The backup with another line for the feeds, and the hash of that."""

    def change(data: dict[str, dict[str, object]]) -> None:
        data["members"]["database/feed.jsonl"] = {
            "size": len(line),
            "sha256": sha256(line).hexdigest(),
        }

    return rewritten(
        with_manifest(file, change), lambda name, old: line if name.endswith("feed.jsonl") else old
    )


def test_a_table_that_is_no_part_of_the_record(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    line = b'{"version_num":"0001"}\n'

    def smuggle(data: dict[str, Any]) -> None:
        data["rows"]["alembic_version"] = 1
        data["members"]["database/alembic_version.jsonl"] = data["members"].pop(
            "database/feed.jsonl"
        ) | {"size": len(line), "sha256": sha256(line).hexdigest()}
        del data["rows"]["feed"]

    changed = with_manifest(file, smuggle)
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(changed) as old, zipfile.ZipFile(bad, "w") as new:
        for info in old.infolist():
            is_feed = info.filename == "database/feed.jsonl"
            name = "database/alembic_version.jsonl" if is_feed else info.filename
            new.writestr(name, line if is_feed else old.read(info))
    with pytest.raises(InputError, match="is no backup of Duban"):
        restore(office, bad, force=True)
    office.close()


def test_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = back_up(office, tmp_path / "duban.zip")
    bad = rewritten(file, lambda name, old: old[:-2] + b"0\n" if "unit" in name else old)
    before = everything(office.database)
    with pytest.raises(InputError, match="is no backup of Duban, or is damaged"):
        restore(office, bad, force=True)
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
    new = everything(office.database)
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
    assert everything(office.database) == new
    assert not list(home.glob(".restoring-*")), "what the killed ones left is gone"
    office.close()


def test_what_may_have_left_waits_for_a_person(office: SampleOffice, tmp_path: Path) -> None:
    """A backup of Wednesday with mails still in the queue, restored on the next Monday."""
    live(office)
    office.remind("2022-06-15 09:00")  # grouped and not sent
    queued = {one.id for one in office.deliveries() if one.status is DeliveryStatus.QUEUED}
    assert queued
    file = back_up(office, tmp_path / "duban.zip")
    office.tick("2022-06-17 09:00")
    office.act("submit")
    sent = len(office.mails())
    office.at("2022-06-20 14:00")
    done = restore(office, file, force=True)
    held = {one.id for one in office.deliveries() if one.status is DeliveryStatus.HELD}
    assert held > queued, "those, and what came due in between"
    assert done.kept == Kept(len(held), 0)
    assert done.report.findings == []
    assert office.tick("2022-06-20 14:01").sent == 0, "nothing leaves by itself"
    office.act("submit")  # what was lost is entered again
    still = {one.id for one in office.deliveries() if one.status is DeliveryStatus.HELD}
    assert still <= held, "one whose reminders gave way to newer ones waits for nobody"
    for number in still:
        office.release(number)
    office.tick("2022-06-21 09:00")
    late = {str(mail["To"]): text_of(mail) for mail in office.mails()[sent:]}
    assert "排查方案" not in "".join(late.values()), "what was handed in is chased no more"
    assert "省局抽查" in late["roads@example.org"]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_what_was_being_sent_is_in_doubt(tmp_path: Path) -> None:
    office = lived(tmp_path)
    office.remind("2022-06-15 09:00")
    with office.database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE delivery SET status = 'started', claimed_at = created_at, attempts = 1,"
            " started_at = created_at, body_hash = 'x', events_seen = 1, lease_until = created_at"
            " WHERE status = 'queued'"
        )
    started = office.statuses().count("started")
    file = back_up(office, tmp_path / "duban.zip")
    done = restore(office, file, force=True)
    assert done.kept.in_doubt == office.statuses().count("in_doubt") == started > 0
    assert office.tick("2022-06-15 12:00").sent == 0
    office.close()


def test_a_backup_of_the_night_before_goes_on_as_usual(tmp_path: Path) -> None:
    """Nothing could leave between Friday 18:00 and Monday 9:00, so nothing waits on Monday."""
    office = lived(tmp_path)
    office.tick("2022-06-14 09:00")
    office.at("2022-06-15 02:00")
    file = back_up(office, tmp_path / "duban.zip")
    twin = everything(office.database)
    office.at("2022-06-15 08:55")
    done = restore(office, file, force=True)
    assert done.kept == Kept()
    assert everything(office.database) == twin
    assert office.tick("2022-06-15 09:00").sent > 0
    office.close()


def test_a_clock_that_was_set_back_holds_all(tmp_path: Path) -> None:
    office = lived(tmp_path)
    office.remind("2022-06-15 09:00")
    file = back_up(office, tmp_path / "duban.zip")
    office.close()
    (tmp_path / "late").mkdir()
    other = SampleOffice(tmp_path / "late", start="2022-06-14 08:00")
    done = restore(other, file, force=True)
    assert done.kept.held > 0
    assert "queued" not in other.statuses()
    other.close()


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
