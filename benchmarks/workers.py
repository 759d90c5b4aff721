"""Several workers on one PostgreSQL: how fast a spread tick makes 20,000 digests and how fast the
mails go out, with 1, 2 and 4 workers beside the embedded mode.

    python -m benchmarks.workers [0 1 2 4]

Takes longer than a minute and is no part of `make bench`. Workers, PostgreSQL and mail server share
this machine's processors, so beside the time stands what each took of them.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from benchmarks.mail_references import CONNECTIONS, postfix_program, running_sink
from tests.support.fleet import Fleet, build_town, environment, fleet, until
from tests.support.moments import at
from tests.support.own_postgres import OwnServer, own_server
from workflows.database import Database

UNITS, PEOPLE = 2000, 10  # a duty each: 2,000 assignments, 20,000 reminders, digests and mails
MAILS = UNITS * PEOPLE
_MOMENT = at("2022-05-31 09:00")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the morning: seconds of it, and of processors in Duban and in PostgreSQL."""

    seconds: float
    own: float
    server: float

    def __str__(self) -> str:
        """For the row: the rate, and which share of one processor each had."""
        return (
            f"{self.seconds:6.1f} s {MAILS / self.seconds:7,.0f}/s, processors:"
            f" Duban {self.own / self.seconds:.2f}, PostgreSQL {self.server / self.seconds:.2f}"
        )


def measure(workers: int) -> Iterator[str]:
    """The rows with so many workers; with 0 it is the embedded mode."""
    sink = postfix_program("smtp-sink")
    if sink is None:
        yield "not measured: there is no smtp-sink (Debian's package postfix)"
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        own_server() as server,
        running_sink(sink) as port,
        _morning(Path(folder), server, port, workers) as (here, url),
    ):
        name = f"{workers} workers" if workers else "embedded"
        clock = _Processors(here, server)
        database = Database(url)
        made = _step(clock, lambda: _count(database, "true") == MAILS, before=_first(here, workers))
        yield f"{name:12} reminders and digests {made}"
        sent = _step(clock, lambda: _count(database, "status = 'done'") == MAILS)
        yield f"{name:12} mails                 {sent}"
        database.close()


@contextmanager
def _morning(
    folder: Path, server: OwnServer, port: int, workers: int
) -> Iterator[tuple[Fleet, str]]:
    url = server.create("office")
    build_town(folder, url, UNITS, PEOPLE)
    settings = environment(
        url, folder, tick_seconds=5, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none",
        smtp_connections=CONNECTIONS,
    )  # fmt: skip
    with fleet(folder, settings, _MOMENT) as here:
        for number in range(workers):
            here.worker(f"worker-{number}").ready()
        yield here, url


def _first(here: Fleet, workers: int) -> Callable[[], object]:
    """What begins the morning."""
    if workers:
        return lambda: here.tick("ticks").ready()
    return lambda: here.start("embedded", "serve", "--port", "0").ready()


def _step(
    clock: "_Processors", done: Callable[[], bool], before: Callable[[], object] = lambda: None
) -> Step:
    before()  # from when the first process that ticks is ready, which it says before it ticks
    started, own, server = time.monotonic(), clock.own(), clock.server()
    until(done, "the step ends", 300)
    return Step(time.monotonic() - started, clock.own() - own, clock.server() - server)


def _count(database: Database, which: str) -> int:
    with database.read() as session:
        query = text(f"SELECT count(*) FROM delivery WHERE {which}")  # noqa: S608 - ours
        return int(session.connection().execute(query).scalar_one())


class _Processors:
    """Seconds of processors, user and system, that processes have had."""

    def __init__(self, here: Fleet, server: OwnServer) -> None:
        self._here = here
        self._postmaster = int((server.folder / "postmaster.pid").read_text().split()[0])

    def own(self) -> float:
        """Of Duban's."""
        return sum(_had(one.process.pid) for one in self._here.members)

    def server(self) -> float:
        """Of PostgreSQL's, those that have ended as well."""
        children = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children")
        return _had(self._postmaster, ended=True) + sum(
            _had(int(pid)) for pid in children.read_text().split()
        )


def _had(pid: int, *, ended: bool = False) -> float:
    """Of one process; with `ended` also of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(int(one) for one in fields[11 : 15 if ended else 13]) / _TICKS_PER_SECOND


def main(counts: list[int]) -> None:
    """Measure and print."""
    for workers in counts:
        for row in measure(workers):
            print(row, flush=True)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [0, 1, 2, 4])
