"""Three workers and two tick processes on one PostgreSQL, while everything fails that may fail.

In the middle of the deliveries a worker is killed with -9, another is frozen until its lease is
over and goes on, and PostgreSQL is restarted without a word. The soak does it with 20,000.
"""

import contextlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.fleet import WAIT, Fleet, Member, build_town, environment, fleet, until
from tests.support.moments import at
from tests.support.own_postgres import OwnServer, own_server
from tests.support.smtp import MailServer
from tests.support.soaking import report, soaking
from workflows.database import Database

UNITS, PEOPLE, DUTIES = (2000, 10, 1) if soaking() else (500, 3, 4)  # always 2,000 rungs at once
MAILS = UNITS * PEOPLE
MOMENT = at("2022-05-31 09:00")
LEASE, TIMEOUT = 9, 1.5  # seconds
LATER = timedelta(minutes=2)  # after which a mail in doubt is tried again
AGAIN = "status = 'queued' AND attempts > 0"  # in doubt, or not answered in time: after a minute
UNDER_WAY = "status IN ('claimed', 'started')"


@pytest.fixture
def postgres() -> Iterator[OwnServer]:
    """A server whose commits are flushed, as an office's are."""
    with own_server() as running:
        yield running


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        running.pause = 0.01
        yield running


def test_a_killed_a_frozen_worker_and_a_restarted_server_lose_and_double_nothing(
    tmp_path: Path, postgres: OwnServer, mail: MailServer
) -> None:
    url = postgres.create("office")
    build_town(tmp_path, url, UNITS, PEOPLE, DUTIES)
    settings = environment(
        url, tmp_path, smtp_host=mail.host, smtp_port=mail.port, smtp_security="none",
        lease_seconds=LEASE, smtp_timeout=TIMEOUT,
    )  # fmt: skip
    database = Database(url)
    with fleet(tmp_path, settings, MOMENT) as here:
        here.tick("tick-a").ready()  # it makes the engine's tables, which takes longer for five
        workers = [here.worker(f"worker-{n}") for n in range(3)]
        here.tick("tick-b")
        chaos = _Chaos(database, mail, *workers[:2])
        chaos.kill_at(MAILS * 2 // 10)
        chaos.freeze_at(MAILS * 3 // 10)
        until(lambda: len(mail.received) >= MAILS * 5 // 10, "half of the mails")
        postgres.crash_and_restart()
        chaos.resume_after_its_lease()
        until(lambda: chaos.count(f"status = 'done' OR {AGAIN}") == MAILS, "all are done or tried")
        here.worker("worker-0").ready()  # under its old name: what it had is begun again, in vain
        until(lambda: not chaos.count(UNDER_WAY), "nothing is under way")
    doubted = _send_what_is_in_doubt(here, mail, database)

    taken = Counter(re.findall(rb"(?mi)^Message-ID: *(\S+)", b"".join(
        one.content.partition(b"\r\n\r\n")[0] + b"\r\n" for one in mail.received
    )))  # fmt: skip
    with database.read() as session:
        rows = session.connection().execute(
            text("SELECT message_id, address, status, doubts FROM delivery")
        ).all()  # fmt: skip
    database.close()
    known = {row.message_id.encode(): row for row in rows}
    assert set(taken) <= set(known)
    lost = [row for key, row in known.items() if row.status != "done" or not taken[key]]
    twice = {known[key].address for key, times in taken.items() if times > 1}
    assert len({row.address for row in rows}) == len(rows) == MAILS
    assert lost == []
    assert twice <= {row.address for row in rows if row.doubts} == doubted
    assert {one for received in mail.received for one in received.recipients} == {
        row.address for row in rows
    }
    continued = chaos.continued()  # the lease of what it took last, and the next tick
    assert 0 < continued < WAIT
    report(
        "a worker killed, one frozen and PostgreSQL restarted, 3 workers and 2 tick processes",
        runs=1,
        mails=len(mail.received),
        lost=len(lost),
        doubled=len(twice - doubted),
        in_doubt=len(doubted),
        note=f"arrived twice {len(twice)}, lease {LEASE} s, what the killed worker had was "
        f"another's after {continued:.1f} s",
    )


class _Chaos:
    """Kills and freezes workers at their work, and looks what becomes of what they had."""

    def __init__(
        self, database: Database, mail: MailServer, killed: Member, frozen: Member
    ) -> None:
        self._database, self._mail = database, mail
        self._killed, self._frozen = killed, frozen
        self._watch: Thread | None = None
        self._continued = 0.0

    def count(self, which: str) -> int:
        """How many deliveries are so."""
        with self._database.engine.connect() as connection:
            query = text(f"SELECT count(*) FROM delivery WHERE {which}")  # noqa: S608 - a test's
            return int(connection.execute(query).scalar_one())

    def kill_at(self, mails: int) -> None:
        """Kill it once so many mails were taken and it has some under way."""
        self._at_work(mails, self._killed)
        self._killed.kill()
        self._watch = Thread(target=self._taken_back, daemon=True)
        self._watch.start()

    def freeze_at(self, mails: int) -> None:
        """The same for the one that is frozen."""
        self._at_work(mails, self._frozen)
        self._frozen.freeze()
        assert self.count(_had(self._frozen)) > 0

    def resume_after_its_lease(self) -> None:
        """Wait until what it had is taken back; then it goes on."""
        until(lambda: not self.count(_had(self._frozen)), "what the frozen one had is taken back")
        self._frozen.resume()

    def continued(self) -> float:
        """Seconds from the kill until what the killed one had was the others'."""
        assert self._watch is not None
        self._watch.join(WAIT)
        return self._continued

    def _taken_back(self) -> None:
        began, has = time.monotonic(), True
        while has:
            time.sleep(0.05)
            with contextlib.suppress(DBAPIError):  # the server is being restarted
                has = self.count(_had(self._killed)) > 0
        self._continued = time.monotonic() - began

    def _at_work(self, mails: int, member: Member) -> None:
        until(lambda: len(self._mail.received) >= mails, f"{mails} mails")
        until(lambda: self.count(_had(member)) > 0, f"{member.name} has mails under way")


def _had(member: Member) -> str:
    """The condition on deliveries that a process has under way: its number is in its name."""
    return f"{UNDER_WAY} AND worker LIKE '%-{member.process.pid}-%'"


def _send_what_is_in_doubt(here: Fleet, mail: MailServer, database: Database) -> set[str]:
    """Return the addresses that the referee names as in doubt; what still waits is sent again."""
    verified = here.run("verify", "--format", "json")
    assert verified.returncode == 0, verified.stdout
    said = json.loads(verified.stdout)
    assert said["findings"] == []
    later = f"{here.now() + LATER:%Y-%m-%dT%H:%M:%S}"
    ticked = here.run("tick", "--at", later)
    assert ticked.returncode == 0, ticked.stderr
    return {one["address"] for one in said["in_doubt"]}
