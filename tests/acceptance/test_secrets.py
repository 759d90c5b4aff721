"""Secrets come from private places and are never shown; the home is created private."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Duban
from tests.support.smtp import MailServer

SECRET = "Tr0ub4dor&3-纸鹤"


@pytest.fixture
def open_handed() -> Iterator[None]:
    """A user whose new files anybody may read and change."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_home_and_record_are_created_private(duban: Duban, open_handed: None) -> None:
    duban.run("apply", "--yes", "--past", "chase")
    duban.run("tick")
    assert len(list(duban.home.rglob("*"))) > 4
    assert stat.S_IMODE(duban.home.stat().st_mode) == 0o700
    # Private by themselves, too: somebody may open the folder later.
    for file in duban.home.iterdir():
        assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file.name


def test_a_password_from_a_private_file_reaches_the_server(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    with MailServer(login=("office", SECRET)) as server:
        duban.settings |= {
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": "none",
            "DUBAN_SMTP_USERNAME": "office",
            "DUBAN_SMTP_PASSWORD_FILE": str(file),
        }
        duban.set_clock("2022-05-20T10:00:00+08:00")
        duban.run("apply", "--yes")
        duban.run("tick", "--at", "2022-06-02T09:00")
        assert server.received and server.received[0].login == "office"


@pytest.mark.parametrize("command", ["overdue", "apply --yes --past chase", "config show"])
def test_no_failing_command_shows_the_database_password(duban: Duban, command: str) -> None:
    url = f"postgresql://duban:{SECRET}@127.0.0.1:1/duban?password={SECRET}"
    duban.settings["DUBAN_DATABASE_URL"] = url
    done = duban.run(*command.split(), code=None)
    assert (done.stdout + done.stderr).strip()
    assert "Tr0ub" not in done.stdout + done.stderr


def test_no_secret_in_the_record_the_mail_or_a_backup(duban: Duban, tmp_path: Path) -> None:
    with MailServer(login=("office", "another")) as server:
        duban.settings |= {
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": "none",
            "DUBAN_SMTP_USERNAME": "office",
            "DUBAN_SMTP_PASSWORD": SECRET,
        }
        duban.set_clock("2022-05-20T10:00:00+08:00")
        duban.run("apply", "--yes")
        outputs = [duban.run("tick", "--at", "2022-06-02T09:00", code=None)]
    outputs += [
        duban.run("outbox", "list"),
        duban.run("outbox", "show", "1"),
        duban.run("backup", tmp_path / "backup.zip"),
        duban.run("backup", tmp_path / "backup.zip", "--list"),
    ]
    shown = "".join(done.stdout + done.stderr for done in outputs)
    assert "535" in shown, "the wrong password is told as such"
    assert SECRET not in shown
    for file in [*duban.home.rglob("*"), tmp_path / "backup.zip"]:
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file.name
