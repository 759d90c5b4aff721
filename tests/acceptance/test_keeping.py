"""Keeping the record as people do: backup, restore and doctor of the installed program."""

import time
from pathlib import Path

from tests.acceptance.conftest import Duban
from tests.acceptance.test_serve import serving
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN, write_organisation

KEY = "bridges-2022/plan/north"


def small(duban: Duban) -> Duban:
    """A small campaign, applied on 2022-05-20."""
    folder = duban.home.parent
    (folder / "campaigns").mkdir()
    file = folder / "campaigns" / "bridges-2022.yaml"
    file.write_text(CAMPAIGN + PLAN + MONTHLY, encoding="utf-8")
    duban.settings |= {
        "DUBAN_CAMPAIGNS_DIR": str(file.parent),
        "DUBAN_ORGANISATION": str(write_organisation(folder)),
    }
    duban.set_clock("2022-05-20T10:00:00+08:00")
    duban.run("apply", "--yes")
    return duban


def test_a_record_moves_to_another_place(duban_on_each: Duban, tmp_path: Path) -> None:
    """From the old home, on either database, into a new one on SQLite."""
    duban = small(duban_on_each)
    duban.run("submit", KEY)
    file = tmp_path / "duban.zip"
    done = duban.run("backup", file)
    assert "every hash is right" in done.stderr
    elsewhere = {**duban.settings, "DUBAN_DATABASE_URL": ""}
    new = Duban(tmp_path / "new" / "home", elsewhere, forked=True)
    new.set_clock("2022-05-20T10:05:00+08:00")
    assert "restored" in new.run("restore", file).stderr
    assert "submitted" in new.run("show", KEY).stdout


def test_a_server_makes_backups_and_is_not_restored_over(duban: Duban, tmp_path: Path) -> None:
    small(duban)
    (duban.home / ".duban-demo.json").unlink()  # on the wall clock from here on
    with serving(duban):
        deadline = time.monotonic() + 60
        while not (made := list((duban.home / "backups").glob("duban-*.zip"))):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        refused = duban.run("restore", made[0], "--force", code=1)
        assert "stop “duban serve”" in refused.stderr
    assert made[0].stat().st_mode & 0o777 == 0o600
    refused = duban.run("restore", made[0], code=1)
    assert "there is a record already" in refused.stderr
    assert "--force" in refused.stderr
    assert "The old record is kept as" in duban.run("restore", made[0], "--force").stderr
    assert list(duban.home.glob("duban.db.before-restore-*"))


def test_a_backup_is_looked_into_and_never_replaced(duban: Duban, tmp_path: Path) -> None:
    small(duban)
    file = tmp_path / "duban.zip"
    duban.run("backup", file)
    assert "is there already" in duban.run("backup", file, code=1).stderr
    manifest = duban.json("backup", "--list", file)
    assert manifest["rows"]["campaign"] == 1
    file.write_text("a letter")
    assert "is no backup of Duban" in duban.run("restore", file, code=2).stderr
