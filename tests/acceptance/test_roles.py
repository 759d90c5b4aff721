"""`duban serve --role …` and `duban worker` as they are run: what each part does and says, its
limits and its end."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from config.errors import InputError
from scheduler.office import Office
from scheduler.roles import require_postgres
from tests.acceptance.conftest import Duban
from tests.support import postgres
from tests.support.fleet import build_town, environment, fleet, until
from tests.support.moments import at
from tests.support.serving import PROGRAM
from tests.support.smtp import MailServer
from workflows.database import Database
from workflows.tables import Delivery

MOMENT = at("2022-05-31 09:00")
UNITS, MANY = 36, 120  # mails, each of one unit; MANY are more than two batches
A_MINUTE, CONNECTIONS = 12, 2
SPEED = 20  # a minute in three seconds

# Run in place of the program: says where Python itself connects to, as a library might at home.
WATCHED = """
import sys
def watch(event, given):
    if event == "socket.connect":
        print("connects to", given[1], file=sys.stderr)
sys.addaudithook(watch)
from scheduler.cli import main
main()
"""


@pytest.fixture
def url() -> Iterator[str]:
    here = postgres.fresh_database()
    yield here
    postgres.drop_database(here)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def smtp(mail: MailServer, **more: Any) -> dict[str, Any]:
    return {
        "smtp_host": mail.host, "smtp_port": mail.port, "smtp_security": "none", "smtp_timeout": 3,
        "lease_seconds": 30, **more,
    }  # fmt: skip


def waiting(url: str, what: str) -> int:
    """How many jobs of a kind no worker has taken."""
    database = Database(url)
    with database.engine.connect() as connection:
        query = "SELECT count(*) FROM dbos.workflow_status WHERE name = :w AND status = 'ENQUEUED'"
        found: int = connection.execute(text(query), {"w": what}).scalar_one()
    database.close()
    return found


def doubts(url: str) -> tuple[int, int]:
    """How many deliveries are in doubt or under way, and how many are done."""
    database = Database(url)
    with database.read() as session:
        rows = session.connection().execute(text("SELECT status, doubts FROM delivery")).all()
    database.close()
    open_ones = [row for row in rows if row.doubts or row.status in {"claimed", "started"}]
    return len(open_ones), sum(row.status == "done" for row in rows)


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--role", one) for one in ("web", "tick", "worker", "all")] + [("worker",)],
)
def test_a_role_on_sqlite_is_refused(duban: Duban, arguments: tuple[str, ...]) -> None:
    duban.begin()
    refused = duban.run(*arguments, code=2)
    assert "a role needs PostgreSQL: this office's record is the file" in refused.stderr
    assert "duban migrate-data" in refused.stderr
    assert refused.stdout == ""


def test_a_role_without_the_engine_says_what_to_install(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_town(tmp_path, url, 1, 1)
    monkeypatch.setitem(sys.modules, "dbos", None)
    for name, value in environment(url, tmp_path).items():
        if name.startswith("DUBAN_"):
            monkeypatch.setenv(name, value)
    from config.i18n import using_language
    from config.settings import load_settings

    office = Office(load_settings())
    with using_language("en"), pytest.raises(InputError, match="not installed") as caught:
        require_postgres(office)
    assert "duban[postgres]" in caught.value.mend
    office.close()


def test_a_worker_where_there_is_no_record_yet_says_so(tmp_path: Path) -> None:
    url = postgres.fresh_database(migrated=False)
    (tmp_path / "organisation.yaml").write_text("levels: {a: b}\nunits: []\n", encoding="utf-8")
    done = subprocess.run(
        [PROGRAM, "worker"], env=environment(url, tmp_path), capture_output=True, encoding="utf-8",
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "there is no database yet" in done.stderr
    assert "Traceback" not in done.stderr
    postgres.drop_database(url)


def claimed_by(url: str) -> str:
    """The sender that claimed first."""
    database = Database(url)
    with database.read() as session:
        query = select(Delivery.worker).where(Delivery.worker != "").order_by(col(Delivery.id))
        found = session.exec(query.limit(1)).one()
    database.close()
    return found


def test_from_a_tick_without_workers_to_limits_that_hold_over_all(
    url: str, tmp_path: Path, mail: MailServer
) -> None:
    """One tick waits, not one for each interval; then three workers keep to the carrier's minute
    and its connections together."""
    build_town(tmp_path, url, UNITS, 1)
    mail.pause = 0.05
    settings = environment(
        url, tmp_path,
        **smtp(
            mail, smtp_per_minute=A_MINUTE, smtp_profile="exchange", smtp_connections=CONNECTIONS,
            lease_seconds=600 * SPEED,
        ),
    )  # fmt: skip
    with fleet(tmp_path, settings, MOMENT, SPEED) as here:
        ticks = here.tick("ticks").ready()
        until(lambda: waiting(url, "tick") == 1, "a tick waits")
        web = here.start("web", "serve", "--role", "web", "--port", "0").ready()
        match = re.search(r"http://[\d.:]+", web.said)
        assert match
        assert httpx.get(match[0] + "/health").json()["status"] == "ok"
        assert httpx.get(match[0] + "/feeds/wrong.ics").status_code == 404
        assert waiting(url, "tick") == 1
        workers = [here.worker("worker") for _n in range(3)]
        for worker in workers:
            worker.ready()
        until(lambda: len(mail.received) >= 1, "the first mail")
        [first] = [one for one in workers if f"-{one.process.pid}-" in claimed_by(url)]
        first.end()  # the others have to go on where it was
        until(lambda: len(mail.received) == UNITS, "all mails, a minute's share each minute")
        web.end()
        ticks.end()
        for worker in workers:
            worker.end()
    names = {re.search(r"worker (\S+) is at work", one.said)[1] for one in workers}  # type: ignore[index]
    assert names == {"worker", "worker-2", "worker-3"}
    assert mail.most_connected <= CONNECTIONS
    assert doubts(url) == (0, UNITS)
    database = Database(url)
    with database.read() as session:
        claims = session.exec(select(Delivery.claimed_at, Delivery.worker)).all()
    minutes = Counter(one.replace(second=0, microsecond=0) for one, _worker in claims if one)
    assert max(minutes.values()) <= A_MINUTE
    assert len({worker for _one, worker in claims}) > 1
    database.close()


def test_sigterm_while_mails_go_out_leaves_nothing_in_doubt(
    url: str, tmp_path: Path, mail: MailServer
) -> None:
    """And the engine is silent, and speaks to nobody but PostgreSQL."""
    build_town(tmp_path, url, MANY, 1)
    mail.pause_after = 0.3
    with fleet(tmp_path, environment(url, tmp_path, **smtp(mail)), MOMENT) as here:
        everything = here.start(
            "all", "serve", "--role", "all", "--port", "0", "--name", "all-in-one",
            program=(sys.executable, "-c", WATCHED),
        )  # fmt: skip
        until(lambda: len(mail.received) >= 5, "mails go out")
        everything.end()
    said = everything.said.splitlines()
    connected = [one for one in said if one.startswith("connects to")]
    assert set(connected) == {f"connects to ('127.0.0.1', {mail.port})"}
    rest = [one for one in said if one not in connected]
    assert [one for one in rest if not one.startswith("timestamp=")] == [
        "worker all-in-one is at work; stop with Ctrl-C",
        next(one for one in rest if one.startswith("serving at http://")),
    ]
    assert [one for one in rest if "level='error'" in one or "level='warning'" in one] == []
    in_doubt, done = doubts(url)
    assert (in_doubt, done) == (0, len(mail.received))
    assert 5 <= done < MANY
    verified = here.run("verify", "--format", "json")
    assert json.loads(verified.stdout)["ok"]
