"""`duban serve` while its database is away: it says so once a tick, and goes on when it is back."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.conftest import Duban
from tests.support.own_postgres import own_server
from tests.support.serving import PROGRAM
from tests.support.smtp import MailServer


def wait_for(happened: Callable[[], object], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something has happened while the process runs."""
    deadline = time.monotonic() + 60  # against hangs only
    while not happened():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def test_serve_outlives_its_database(duban: Duban, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with own_server() as server, MailServer() as sink:
        duban.settings |= {
            "DUBAN_DATABASE_URL": server.create("duban"),
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(sink.port),
            "DUBAN_SMTP_SECURITY": "none",
            "DUBAN_TICK_SECONDS": "1",
            "DUBAN_MORNING_LIST": "false",  # so that nobody gets two mails
        }
        duban.set_clock("2022-05-20T10:00:00+08:00")
        duban.run("apply", "--yes")
        with log.open("wb") as file:
            process = subprocess.Popen(
                [PROGRAM, "serve", "--port", "0", "--as-of", "2022-06-02T08:59:56"],
                env=duban.environment(), cwd=tmp_path, stderr=file,
            )  # fmt: skip
        try:
            wait_for(lambda: "http://" in log.read_text(), process, log)
            server.crash()
            wait_for(lambda: log.read_text().count("tick failed") > 1, process, log)
            server.start()
            wait_for(lambda: len(sink.received) >= 28, process, log)
        finally:
            process.terminate()
            assert process.wait(30) == 0
    recipients = [str(mail["To"]) for mail in sink.mails]
    assert len(recipients) == len(set(recipients))
    said = log.read_text()
    assert "Traceback" not in said
    assert "check that the server runs" in said
