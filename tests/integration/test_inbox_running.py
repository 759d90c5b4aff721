"""Incoming mail beside the running program, at intervals, and on each database."""

import os
import subprocess
import time
from pathlib import Path

from sqlmodel import col, select

from scheduler.inbox import read_inbox
from scheduler.office import Office
from tests.support.imap import PASSWORD, fake_imap
from tests.support.incoming import LI, mail, maildir
from tests.support.office import SampleOffice
from tests.support.serving import PROGRAM, served
from workflows.tables import InboxKind, InboxMail, InboxStatus


def environment(office: SampleOffice, **settings: str) -> dict[str, str]:
    """For a program on the office's home."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept, "PYTHONUTF8": "1", "DUBAN_LANGUAGE": "en",
        "DUBAN_HOME": str(office.settings.home),
        "DUBAN_ORGANISATION": str(office.settings.organisation), **settings,
    }  # fmt: skip


def kept(office: SampleOffice, count: int) -> list[str]:
    """The subjects of what was read, once there are `count`; half a minute at most."""
    deadline = time.monotonic() + 30
    while True:
        with office.database.read() as session:
            found = list(session.exec(select(InboxMail.subject).order_by(col(InboxMail.id))))
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def test_serve_reads_over_imap(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    with fake_imap() as server:
        server.mails = {1: mail("收到", "一")}
        settings = {
            "DUBAN_IMAP_HOST": "127.0.0.1", "DUBAN_IMAP_PORT": str(server.port),
            "DUBAN_IMAP_SECURITY": "none", "DUBAN_IMAP_USERNAME": "office@example.org",
            "DUBAN_IMAP_PASSWORD": PASSWORD, "DUBAN_INBOX_MINUTES": "1",
        }  # fmt: skip
        with served(environment(office, **settings), cwd=tmp_path) as here:
            assert kept(office, 1) == ["一"]
    assert PASSWORD not in "".join(here.said)
    office.close()


def test_reading_at_intervals_until_stopped(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    folder = maildir(office, mail("收到", "一"))
    with subprocess.Popen(
        [PROGRAM, "inbox", "read", "--every", "5"],
        env=environment(office, DUBAN_INBOX_MAILDIR=str(folder)),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert kept(office, 1) == ["一"]
        process.terminate()
        said = process.communicate(timeout=30)[1]
    assert process.returncode == 0 and "Traceback" not in said
    office.close()


def test_on_each_database(office: SampleOffice, tmp_path: Path) -> None:
    office.apply()
    office.add_contact("north", "contact", LI.upper())
    folder = maildir(
        office,
        b"Subject: \x00\xff\r\nMessage-ID: <\x00@x>\r\nReferences: <\x00> <a@b>\r\n\r\n\x00",
        mail("已报送\x00", "排查方案", files=(('filename="a\x00b.rar"', b"\x00"),)),
    )  # fmt: skip
    here = Office(office.settings.model_copy(update={"inbox_maildir": folder}), office.clock)
    here.__dict__["database"] = office.database
    first, second = read_inbox(here, office.clock).mails
    assert (first.kind, first.status) == (InboxKind.OTHER, InboxStatus.DONE)
    assert (second.kind, second.unit_id) == (InboxKind.SUBMISSION, "north")
    assert [one["name"] for one in second.files] == ["a b.rar"]
    assert read_inbox(here, office.clock).mails == []
