"""Restoring from a backup that is newer, forged or damaged changes nothing."""

import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.errors import InputError, StateError
from tests.support.contents import everything
from tests.support.keeping import back_up, live, lived, restore, rewritten, with_manifest
from tests.support.office import SampleOffice
from workflows.schema_version import HEAD


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
