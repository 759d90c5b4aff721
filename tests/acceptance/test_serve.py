"""`duban serve`: feeds over real HTTP and mail over real SMTP from one process; a clean stop."""

import signal
import socket
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from calendars.options import FeedScope
from tests.acceptance.conftest import Duban
from tests.support.feeds import make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN, write_organisation
from tests.support.serving import PROGRAM, served
from tests.support.smtp import MailServer
from workflows.database import Database


@contextmanager
def serving(duban: Duban, *arguments: str, said: list[str] | None = None) -> Iterator[str]:
    """The address of a running server; it must end cleanly on SIGTERM. What it says on standard
    error is added to `said`."""
    with served(duban.environment(), *arguments, cwd=duban.home.parent) as here:
        yield here.url
    if said is not None:
        said += here.said


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait, half a minute at most."""
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_feed_and_reminders_from_one_process(duban_on_each: Duban, tmp_path: Path) -> None:
    duban = duban_on_each
    duban.begin()
    duban.settings["DUBAN_PUBLIC_URL"] = "https://duban.example.org"
    duban.settings["DUBAN_FEED_MARKS"] = "false"  # exported on another day than it is served
    address = duban.run("feed", "create", "--unit", "郑州市").stdout.strip()
    path = httpx.URL(address).path
    file = tmp_path / "zhengzhou.ics"
    duban.run("feed", "export", "--unit", "郑州市", "-o", file, "--url", address)
    with MailServer() as server:
        duban.settings |= {
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": "none",
        }
        with serving(duban, "--as-of", "2022-06-02T09:00") as url, httpx.Client() as client:
            answer = client.get(url + path)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
            assert answer.content == file.read_bytes()
            tag = {"If-None-Match": answer.headers["etag"]}
            assert client.get(url + path, headers=tag).status_code == 304
            assert client.get(url + "/feeds/wrong.ics").status_code == 404
            assert client.get(url + "/health").json()["status"] == "ok"
            duban.run("submit", "sunshine-2022/liaison/郑州市")
            assert client.get(url + path, headers=tag).status_code == 200, "it has changed"
            duban.run("feed", "revoke", "1")
            assert client.get(url + path).status_code == 404
            wait_until(lambda: len(server.received) >= 28)
        recipients = [str(one["To"]) for one in server.mails if _is_digest(str(one["Subject"]))]
        assert len(recipients) == len(set(recipients)) >= 28


def _is_digest(subject: str) -> bool:
    return subject.startswith(("[Due", "[Overdue"))


def test_a_stop_finishes_the_batch_under_way_and_leaves_no_doubt(duban: Duban) -> None:
    duban.begin()
    with MailServer() as server:
        server.pause_after = 0.4
        duban.settings |= {
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": "none",
            "DUBAN_SEND_BATCH": "5",
            "DUBAN_TICK_SECONDS": "1",
        }
        with serving(duban, "--as-of", "2022-06-02T09:00"):
            wait_until(lambda: len(server.received) > 0)
        sent = len(server.received)
    assert 5 <= sent < 28, "what was under way, and no more"
    statuses = Counter(one["status"] for one in duban.json("outbox", "list"))
    assert statuses["done"] == sent
    assert set(statuses) <= {"done", "queued", "held"}


def test_no_token_is_ever_logged(duban: Duban, tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    _number, path = make_feed(office, FeedScope.ALL)
    office.close()
    duban.settings["DUBAN_ORGANISATION"] = str(office.settings.organisation)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    wrong = "a-wrong-token-of-somebody"
    said: list[str] = []
    with serving(duban, said=said) as url, httpx.Client(timeout=30) as client:
        assert client.get(url + path).status_code == 200
        assert client.post(url + path).status_code == 405
        assert client.get(f"{url}{path}/../?{token}").status_code == 404
        assert client.get(f"{url}/feeds/{wrong}.ics", headers={"Referer": token}).status_code == 404
        for broken in (f"GET {path}\x00 HTTP/1.1\r\n\r\n", f"{token}\r\n\r\n"):
            port = int(url.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port), 30) as connection:
                connection.sendall(broken.encode())
                assert connection.recv(100).startswith(b"HTTP/1.1 400")
        with closing(sqlite3.connect(duban.home / "duban.db")) as database:
            database.execute("ALTER TABLE feed RENAME TO elsewhere")
        answer = client.get(url + path)
        assert (answer.status_code, token in answer.text) == (503, False)
    log = "".join(said)
    assert "request failed" in log
    for secret in (token, wrong, sha256(token.encode()).hexdigest()):
        assert secret not in log


def test_a_second_signal_waits_for_no_mail_server(duban: Duban) -> None:
    duban.begin()
    with MailServer() as server, subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--as-of", "2022-06-02T09:00"],
        env=duban.environment() | {
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": "none",
        },
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        server.pause_after = 2
        wait_until(lambda: len(server.received) > 0)
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)  # what is under way is waited for
        process.terminate()
        assert process.wait(30) == -signal.SIGTERM


def test_a_signal_ends_it_although_nobody_reads_its_log_any_more(duban: Duban) -> None:
    duban.begin()
    with subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--as-of", "2022-05-20T10:00"],
        env=duban.environment(),
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        assert b"http://" in process.stderr.readline()
        process.stderr.close()
        process.terminate()
        process.wait(30)


def test_a_port_in_use_is_said_and_nothing_sent(duban: Duban) -> None:
    duban.begin()
    with socket.create_server(("127.0.0.1", 0)) as other:
        serve = ("serve", "--as-of", "2022-06-02T09:00", "--port", str(other.getsockname()[1]))
        assert "DUBAN_HTTP_PORT" in duban.run(*serve, code=2).stderr
    assert duban.json("outbox", "list") == []


def test_the_demo_again_and_never_over_a_real_home(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "campaigns").mkdir()  # one small campaign; the season replays the bundled five
    (tmp_path / "campaigns" / "bridges.yaml").write_text(CAMPAIGN + PLAN, encoding="utf-8")
    duban.settings["DUBAN_CAMPAIGNS_DIR"] = "campaigns"
    duban.settings["DUBAN_ORGANISATION"] = str(write_organisation(tmp_path))
    duban.home.mkdir()
    precious = duban.home / "duban.db"
    precious.write_bytes(b"precious")
    assert "demo home" in duban.run("demo", code=2).stderr
    assert precious.read_bytes() == b"precious"
    precious.unlink()
    duban.set_clock("2022-05-20T10:00:00+08:00")  # a demo that was broken off
    (duban.home / "left-over").touch()
    done = duban.run("demo")
    assert not (duban.home / "left-over").exists()
    assert "2022-08" in done.stdout
    assert "as of 2022-09-08" in duban.run("overdue").stderr


def test_a_replay_takes_submissions_from_a_file(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "handed-in.csv"
    file.write_text(
        "assignment,at,action\n"
        "sunshine-2022/liaison/滑县,2022-05-18T10:30,\n"
        "sunshine-2022/liaison/滑县,2022-05-19,accept\n"
        "阳光/联络员/长垣市,2022-05-20T11:00,submit\n",
        encoding="utf-8",
    )
    into = tmp_path / "season"
    span = ("--from", "2022-05-16", "--to", "2022-05-25")
    (month,) = duban.json("replay", *span, "--submissions", file, "--into", into)
    assert (month["submissions"], month["accepted"]) == (2, 1)
    assert month["mails"] > 30
    shown = duban.run("--home", into, "show", "sunshine-2022/liaison/滑县").stdout
    assert "state: accepted" in shown
    assert not duban.home.exists(), "the real home is not touched"
    file.write_text("assignment,at\nsunshine-2022/liaison/滑城,2022-05-18\n", encoding="utf-8")
    done = duban.run("replay", *span, "--submissions", file, code=2)
    assert "handed-in.csv:2" in done.stderr


def test_an_older_program_ends_once_a_newer_one_has_upgraded_the_record(
    duban_on_each: Duban,
) -> None:
    duban = duban_on_each
    duban.begin()
    duban.settings["DUBAN_TICK_SECONDS"] = "1"
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0"], env=duban.environment(), cwd=duban.home.parent,
        stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert process.stderr is not None
        process.stderr.readline()  # it serves
        upgrade = "UPDATE alembic_version SET version_num = '9999'"
        with closing(Database(duban.database_url)) as newer, newer.write() as session:
            session.connection().exec_driver_sql(upgrade)
        said = process.communicate(timeout=30)[1]
    finally:
        process.kill()
    assert process.returncode == 1, said
    assert "9999" in said and "start this one again" in said and "Traceback" not in said
