"""A fleet: `duban worker` and `duban serve --role tick`, real processes that share a PostgreSQL.

Each process has a log; all logs are shown where a test fails. A process may be killed or frozen.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from scheduler.clock import wall_clock
from scheduler.office import write_demo_marker
from tests.support.office import SampleOffice
from tests.support.organisation import ORGANISATION, PLAN, organisation, write_organisation
from tests.support.serving import PROGRAM
from tests.support.soaking import soaking
from workflows.tables import Contact

WAIT = 900 if soaking() else 90  # seconds: a bound against hangs
_END = 60  # seconds that a clean end may take
_READY = "Ctrl-C"  # each part says it once it is at work


@dataclass
class Member:
    """One process of a fleet."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        """What it has said until now."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ready(self) -> "Member":
        """Wait until it is at work."""
        until(lambda: _READY in self.said or self.process.poll() is not None, f"{self.name} starts")
        assert self.process.poll() is None, self.said
        return self

    def kill(self) -> None:
        """End it without a word, as a power cut does."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Stop it where it stands."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Ask it to end, and wait; it must end cleanly."""
        if self.process.poll() is None:
            self.resume()
            self.process.terminate()
        code = self.process.wait(_END)
        assert code == 0, f"{self.name} ended with {code}: {self.said}"
        assert "Traceback" not in self.said, self.said


class Fleet:
    """The processes of one office. They share a clock that begins at `moment` and then runs; at
    another `speed` than 1 each has its own, which begins when it is loaded: seconds later."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], moment: datetime, speed: float
    ) -> None:
        self._folder, self._environment = folder, dict(environment)
        self._began, self._moment, self._speed = time.monotonic(), moment, speed
        if speed == 1:
            home = Path(self._environment["DUBAN_HOME"])
            home.mkdir(exist_ok=True)
            write_demo_marker(home, moment, wall_clock())
        self.members: list[Member] = []

    def now(self) -> datetime:
        """By the clock that they share."""
        return self._moment + self._speed * timedelta(seconds=time.monotonic() - self._began)

    def worker(self, name: str) -> Member:
        """Start a worker; do not wait for it."""
        return self.start(name, "worker", "--name", name)

    def tick(self, name: str) -> Member:
        """Start a process that puts ticks; do not wait for it."""
        return self.start(name, "serve", "--role", "tick")

    def start(
        self, name: str, *arguments: str, program: Sequence[str | Path] = (PROGRAM,)
    ) -> Member:
        """Start `duban ARGUMENTS`, or another `program` in its place."""
        log = self._folder / f"{name}-{len(self.members)}.log"
        command = [*program, *arguments]
        if self._speed != 1:
            as_of = f"{self.now():%Y-%m-%dT%H:%M:%S}"
            command += ["--as-of", as_of, "--speed", str(self._speed)]
        with log.open("wb") as file:
            process = subprocess.Popen(command, env=self._environment, stdout=file, stderr=file)
        member = Member(name, process, log)
        self.members.append(member)
        return member

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the office to its end."""
        return subprocess.run(
            [PROGRAM, *arguments],
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=WAIT,
            check=False,
        )


@contextmanager
def fleet(
    folder: Path, environment: Mapping[str, str], moment: datetime, speed: float = 1
) -> Iterator[Fleet]:
    """A fleet without processes yet; what it has at the end is ended, and must end cleanly."""
    here = Fleet(folder, environment, moment, speed)
    try:
        yield here
        for member in here.members:
            if member.process.poll() != -signal.SIGKILL:
                member.end()
    except BaseException:
        for member in here.members:
            sys.stdout.write(f"--- {member.name}: {member.process.poll()}\n{member.said}\n")
        raise
    finally:
        for member in here.members:
            if member.process.poll() is None:
                member.kill()


def until(met: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
    """Wait until something is so; it is a failure where it never is."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, f"it never came to this: {what}"
        time.sleep(0.05)


def town_settings(url: str, folder: Path, **settings: Any) -> dict[str, Any]:
    """The settings of a town's office; its digests leave at once, and nothing else does."""
    return {
        "home": folder / "home",
        "organisation": folder / "organisation.yaml",
        "database_url": url,
        "mail_from": "duban@office.example.org",
        "language": "en",
        "spread_minutes": 0,
        "morning_list": False,
        "briefing_day": "off",
        **settings,
    }


def environment(url: str, folder: Path, **settings: Any) -> dict[str, str]:
    """The surroundings of processes of a town's office, with a tick each second."""
    kept = {one: os.environ[one] for one in ("PATH", "HOME", "PYTHONPATH") if one in os.environ}
    own = town_settings(url, folder, **{"tick_seconds": 1, **settings})
    return {**kept, "PYTHONUTF8": "1", **{f"DUBAN_{k.upper()}": str(v) for k, v in own.items()}}


def build_town(folder: Path, url: str, units: int, people: int, duties: int = 1) -> None:
    """An office whose `units` each owe `duties`, the first rung of which falls on 2022-05-31, and
    have `people` contacts each."""
    folder.mkdir(exist_ok=True)
    lines = [
        f"  - {{id: unit-{n}, name: 第{n}区, level: district, mailbox: unit-{n}@example.org}}\n"
        for n in range(units)
    ]
    text = ORGANISATION.replace("county: 县}", "county: 县, district: 区}")
    text = text.replace("departments:\n", "".join(lines) + "departments:\n", 1)
    write_organisation(folder, text)
    office = SampleOffice(folder, database_url=url)
    office.organisation = organisation(folder, text)
    plan = PLAN.replace("who: [北城市]", "who: {levels: [district]}")
    office.apply(*(plan.replace("id: plan", f"id: plan-{n}") for n in range(duties)))
    persons = [
        {
            "campaign_id": "", "unit_id": f"unit-{n}", "role": "contact", "greeted": True,
            "name": f"person-{n}-{m}", "address": f"person-{n}-{m}@example.org",
        }
        for n in range(units) for m in range(people)
    ]  # fmt: skip
    with office.database.write() as session:
        session.connection().execute(insert(Contact), persons)
    office.close()
