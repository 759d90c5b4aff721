"""Backups: whole, consistent while others write, checked, private, nothing in them to trust."""

import json
import os
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from config.errors import InputError, StateError
from scheduler.backups import DailyBackups, daily_backups, last_failure, scheduled_backups
from scheduler.office import Office, write_demo_marker
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
from workflows.handing_in import Deed, submit
from workflows.keeping.archive import reading
from workflows.keeping.dump import dump_rows, reflect
from workflows.keeping.schemas import tables_of
from workflows.naming import find_assignment
from workflows.schema_version import HEAD
from workflows.tables import Contact
from workflows.uploads import keep_upload


def test_a_backup_says_what_it_holds(office: SampleOffice, tmp_path: Path) -> None:
    live(office)
    stray = office.settings.uploads / "报送 .pdf"
    stray.touch()
    file = back_up(office, tmp_path / "outside" / "duban.zip")
    stray.unlink()
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file], "nothing is left beside it"
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        manifest = json.loads(opened.read("manifest.json"))
        assert opened.read(f"files/{UPLOAD_NAME}") == UPLOAD
        lines = opened.read("database/event.jsonl").decode().splitlines()
    assert manifest["schema_version"] == HEAD
    assert manifest["made_at"] == "2022-06-13T09:00:00+08:00"
    assert manifest["database"] == ("sqlite" if office.database.file else "postgresql")
    assert manifest["rows"].keys() == tables_of(HEAD)
    assert all(manifest["rows"].values()), f"a table is not tried: {manifest['rows']}"
    assert manifest["rows"]["event"] == len(lines) == len(office.events())
    assert json.loads(lines[0])["recorded_at"] == "2022-05-20T02:00:00+00:00"


def test_no_secret_of_the_settings_is_in_it(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, smtp_host="127.0.0.1", smtp_password="s3cret-word")
    office.apply()
    with zipfile.ZipFile(back_up(office, tmp_path / "duban.zip")) as opened:
        content = b"".join(opened.read(name) for name in opened.namelist())
    assert b"s3cret" not in content
    assert str(tmp_path).encode() not in content
    office.close()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    office = lived(tmp_path)
    file = tmp_path / "duban.zip"
    file.write_bytes(b"precious")
    with pytest.raises(StateError, match="is there already"):
        back_up(office, file)
    assert file.read_bytes() == b"precious"
    office.close()


def test_one_snapshot_while_others_write(office: SampleOffice, tmp_path: Path) -> None:
    """What is committed after the first table was read is in no table of the backup."""
    live(office)
    with office.database.read() as session:
        tables = reflect(session, tables_of(HEAD))
        before = {table.name: list(dump_rows(session, table)) for table in tables}
        office.tick("2022-06-15 09:00")
        office.act("submit")
        after = {table.name: list(dump_rows(session, table)) for table in tables}
    assert before == after
    with office.database.read() as session:
        now = {t.name: list(dump_rows(session, t)) for t in reflect(session, tables_of(HEAD))}
    assert now != before


def test_a_damaged_database_is_not_backed_up(tmp_path: Path) -> None:
    office = lived(tmp_path)
    office.database.close()
    file = office.database.file
    assert file is not None
    content = bytearray(file.read_bytes())
    content[8192 : 8192 + 4096 * 20] = b"\xa5" * 4096 * 20
    file.write_bytes(content)
    with pytest.raises(StateError, match=r"damaged|malformed"):
        back_up(office, tmp_path / "duban.zip")
    assert not (tmp_path / "duban.zip").exists()
    office.close()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    office = lived(tmp_path)
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "duban.zip", tmp_path / ("x" * 300), tmp_path / ("x" * 250)):
        with pytest.raises(StateError, match="cannot write"):
            back_up(office, place)
    office.close()


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    office = lived(tmp_path)
    folder = tmp_path / "outside"
    with files_no_larger_than(5000), pytest.raises(StateError, match="cannot write"):
        back_up(office, folder / "duban.zip")
    assert list(folder.iterdir()) == []
    office.close()


def test_what_is_no_backup_is_said(tmp_path: Path) -> None:
    office = lived(tmp_path)
    good = back_up(office, tmp_path / "duban.zip")
    office.close()
    raw = good.read_bytes()
    bad = tmp_path / "bad.zip"
    for content in (b"", b"not a zip", raw[: len(raw) // 2], raw[:-1], b"PK\x05\x06" + bytes(18)):
        bad.write_bytes(content)
        with pytest.raises(InputError, match="is no backup of Duban, or is damaged"):
            check(bad)
    found = 0
    for place in range(0, len(raw), len(raw) // 100):
        bad.write_bytes(raw[:place] + bytes([raw[place] ^ 0x40]) + raw[place + 1 :])
        try:
            check(bad)
        except InputError:
            found += 1
    assert found > 80, "what is left lies where nothing is said, e.g. in a date"
    os.mkfifo(tmp_path / "pipe")
    for device in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(InputError, match="is no backup of Duban"):
            check(device)
    for name in ("none.zip", "x" * 300, ""):
        with pytest.raises(InputError, match="cannot read"):
            check(tmp_path / name)


def check(file: Path) -> None:
    with reading(file) as archive:
        archive.check()


def test_names_in_a_backup_lead_nowhere_else(tmp_path: Path) -> None:
    office = lived(tmp_path)
    good = back_up(office, tmp_path / "duban.zip")
    office.close()
    for name in ("files/../../evil", "/files/evil", "files/.hidden", "files/a\\..\\b", "evil", ""):

        def smuggle(data: dict[str, dict[str, object]], name: str = name) -> None:
            data["members"][name] = data["members"].pop(f"files/{UPLOAD_NAME}")

        bad = with_manifest(good, smuggle)
        with zipfile.ZipFile(bad, "a") as opened:
            opened.writestr(name or "x", UPLOAD)
        with pytest.raises(InputError, match="is no backup of Duban"):
            check(bad)


def test_a_backup_cannot_swell(tmp_path: Path) -> None:
    """Neither more bytes than declared, nor members that are declared nowhere."""
    office = lived(tmp_path)
    good = back_up(office, tmp_path / "duban.zip")
    office.close()
    bad = rewritten(good, lambda name, old: old + b"\0" * 10**8 if "event" in name else old)
    with pytest.raises(InputError, match="is no backup of Duban"):
        check(bad)
    bad = rewritten(good, lambda name, old: None if "event" in name else old)
    with pytest.raises(InputError, match="is no backup of Duban"):
        check(bad)


def test_each_day_one_and_the_oldest_go(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, backup_keep=3)
    office.apply()
    folder = office.settings.backups
    folder.mkdir()
    others = [folder / name for name in ("duban-2022-06-01.zip", "other.zip", "duban-x.zip")]
    for other in others:
        other.write_bytes(b"somebody's own")
    daily = DailyBackups(office.database, office.settings)
    assert daily.run(office.at("2022-06-13 09:00")) is not None, "none yet: at once"
    assert daily.run(office.at("2022-06-13 23:59")) is None
    assert daily.run(office.at("2022-06-14 01:59")) is None
    assert daily.run(office.at("2022-06-14 02:00")) is not None
    assert daily.run(office.at("2022-06-20 13:00")) is not None, "missed ones are made up for once"
    assert daily.run(office.at("2022-06-21 02:00")) is not None
    days = [f"{moment:%m-%d %H}" for moment, _file in scheduled_backups(office.settings)]
    assert days == ["06-14 02", "06-20 13", "06-21 02"]
    assert all(other.exists() for other in others)
    for _moment, file in scheduled_backups(office.settings):
        check(file)
    office.close()


def test_two_programs_do_not_halve_the_days(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, backup_keep=2)
    office.apply()
    for day in ("12", "13", "14"):
        for second in ("01", "02"):
            name = f"duban-2022-06-{day}-0200{second}.zip"
            back_up(office, office.settings.backups / name)
    DailyBackups(office.database, office.settings).run(office.at("2022-06-15 02:00"))
    kept = [file.name for _moment, file in scheduled_backups(office.settings)]
    assert kept == ["duban-2022-06-14-020002.zip", "duban-2022-06-15-020000.zip"]
    office.close()


def test_a_failed_backup_is_noted_and_removes_nothing(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, backup_keep=1)
    office.apply()
    daily = DailyBackups(office.database, office.settings)
    assert daily.run(office.at("2022-06-13 09:00")) is not None
    office.database.close()
    file = office.database.file
    assert file is not None
    shutil.copy(file, tmp_path / "good.db")
    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE alembic_version")
    connection.execute("DROP TABLE reminder")
    connection.commit()
    connection.close()
    file.write_bytes(b"\0" * 5000)
    assert daily.run(office.at("2022-06-14 02:00")) is None
    assert len(scheduled_backups(office.settings)) == 1
    assert "2022-06-14T02:00" in last_failure(office.settings)
    shutil.copy(tmp_path / "good.db", file)
    assert daily.run(office.at("2022-06-14 02:30")) is None, "not every minute"
    assert daily.run(office.at("2022-06-14 03:00")) is not None
    assert last_failure(office.settings) == ""
    office.close()


def test_files_that_are_on_another_machine_are_missed(office: SampleOffice, tmp_path: Path) -> None:
    """Of several machines one makes the backups, and others take files in."""
    office.apply()
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF")
    upload = keep_upload(office.settings.uploads, plan)
    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock(), data={"files": [upload.as_data()]})
        submit(session, find_assignment(session, PLAN_KEY), deed)
    daily = DailyBackups(office.database, office.settings)
    made = daily.run(office.at("2022-06-14 02:00"))
    assert made is not None and made.missing == 0
    assert last_failure(office.settings) == ""
    kept = office.settings.uploads / upload.sha256
    kept.rename(tmp_path / "elsewhere")
    made = daily.run(office.at("2022-06-15 02:00"))
    assert made is not None and made.missing == 1
    assert "1 files that the record names are not in" in last_failure(office.settings)
    assert daily.run(office.at("2022-06-15 04:00")) is None, "it is one all the same"
    (tmp_path / "elsewhere").rename(kept)


def test_by_themselves_only_on_the_wall_clock(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    assert daily_backups(Office(office.settings)) is not None
    assert daily_backups(Office(office.settings, office.clock)) is None
    assert daily_backups(Office(office.settings.model_copy(update={"backup_keep": 0}))) is None
    write_demo_marker(office.settings.home, office.clock(), office.clock())
    assert daily_backups(Office(office.settings)) is None
    office.close()


def test_a_table_larger_than_a_batch(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    rows = [
        Contact(unit_id="north", role="contact", name="张", address=f"c{number}@example.org")
        for number in range(2500)
    ]
    with office.database.write() as session:
        session.add_all(rows)
    file = back_up(office, tmp_path / "duban.zip")
    before = everything(office.database)
    restore(office, file, force=True)
    assert everything(office.database) == before
    office.close()
