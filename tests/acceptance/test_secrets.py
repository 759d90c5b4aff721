"""Secrets come from private places and are never shown; the home is created private."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Duban
from tests.support.organisation import CAMPAIGN, PLAN, write_organisation
from tests.support.smtp import MailServer

SECRET = "Tr0ub4dor&3-纸鹤"


@pytest.fixture
def small(duban: Duban, tmp_path: Path) -> Duban:
    """The program with a campaign of one duty, on a day before it is due."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "bridges.yaml").write_text(CAMPAIGN + PLAN, encoding="utf-8")
    duban.settings["DUBAN_CAMPAIGNS_DIR"] = "campaigns"
    duban.settings["DUBAN_ORGANISATION"] = str(write_organisation(tmp_path))
    return duban


@pytest.fixture
def open_handed() -> Iterator[None]:
    """A user whose new files anybody may read and change."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_home_and_record_are_created_private(small: Duban, open_handed: None) -> None:
    small.run("apply", "--yes", "--past", "chase")
    small.run("tick")
    assert {"duban.db", "mail"} <= {one.name for one in small.home.iterdir()}
    assert stat.S_IMODE(small.home.stat().st_mode) == 0o700
    # Private by themselves, too: somebody may open the folder later.
    for file in small.home.iterdir():
        assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file.name


def test_a_password_reaches_the_mail_server_and_nobody_else(small: Duban, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    small.settings |= {
        "DUBAN_SMTP_HOST": "127.0.0.1",
        "DUBAN_SMTP_SECURITY": "none",
        "DUBAN_SMTP_USERNAME": "office",
        "DUBAN_SMTP_PASSWORD_FILE": str(file),
    }
    small.set_clock("2022-05-20T10:00:00+08:00")
    small.run("apply", "--yes")
    with MailServer(login=("office", "another")) as server:
        small.settings["DUBAN_SMTP_PORT"] = str(server.port)
        outputs = [small.run("tick", "--at", "2022-06-13T09:00", code=None)]
        assert not server.received
    outputs.append(small.run("outbox", "show", "1"))
    with MailServer(login=("office", SECRET)) as server:
        small.settings["DUBAN_SMTP_PORT"] = str(server.port)
        outputs.append(small.run("tick", "--at", "2022-06-13T17:00"))
        assert {one.login for one in server.received} == {"office"}
    outputs += [
        small.run("outbox", "show", "1"),
        small.run("backup", tmp_path / "backup.zip"),
        small.run("backup", tmp_path / "backup.zip", "--list"),
    ]
    shown = "".join(done.stdout + done.stderr for done in outputs)
    assert "535" in shown, "the refused login is told as such"
    assert SECRET not in shown
    for written in [*small.home.rglob("*"), tmp_path / "backup.zip"]:
        if written.is_file():
            assert SECRET.encode() not in written.read_bytes(), written.name


def test_no_failing_command_shows_the_database_password(small: Duban) -> None:
    small.settings["DUBAN_DATABASE_URL"] = f"postgresql://duban:{SECRET}@127.0.0.1:1/duban"
    done = small.run("apply", "--yes", code=1)
    assert "127.0.0.1" in done.stderr
    assert "Tr0ub" not in done.stdout + done.stderr
