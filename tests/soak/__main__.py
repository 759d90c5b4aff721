"""`make soak`: every fault many times, a table of counts, and docs/reliability.md refreshed.

    python -m tests.soak [--kills 500] [--rounds 20] [--examples 2000]

Takes about an hour. Prints as it goes; the counts of earlier parts are kept when a later one fails.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from config.settings import InDoubt
from tests.soak.killing import Kill, Month, Outcome, month_of
from tests.soak.table import render, write_table
from tests.support import postgres
from tests.support.moments import ZONE_NAME
from tests.support.smtp import MailServer

_AT_ONCE = 5  # months: a server that is killed mostly waits, or starts
_PREPARING = Lock()  # databases are made and migrated one at a time in a process
REPOSITORY = Path(__file__).parent.parent.parent
KILL_LOG = REPOSITORY / "docs" / "reliability-kills.csv"
FAULTS = (
    "tests/integration/test_two_schedulers.py",
    "tests/integration/test_shared_writing.py",
    "tests/integration/test_database_faults.py",
    "tests/integration/test_disk_faults.py",
    "tests/integration/test_postgres_faults.py",
    "tests/integration/test_crash_between_statements.py",
    "tests/integration/test_clock_faults.py",
    "tests/integration/test_smtp_faults.py",
    "tests/integration/test_feed_storm.py",
    "tests/integration/test_spike.py",
    "tests/integration/test_polled_season.py",
    "tests/acceptance/test_fleet.py",
    "tests/acceptance/test_season.py",
)


def main() -> None:
    """Run everything that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--kills", type=int, default=500, help="of `duban serve`, at least")
    parser.add_argument("--month", type=int, default=1000, help="kills after which a month ends")
    parser.add_argument("--rounds", type=int, default=20, help="of each other fault")
    parser.add_argument("--examples", type=int, default=2000, help="of each property-based test")
    asked = parser.parse_args()
    kills = _kill_rows(asked.kills, asked.month)
    rows: list[dict[str, object]] = []
    for row in chain(kills, _fault_rows(asked.rounds), _fuzz_rows(asked.examples)):
        rows.append(row)
        write_table(rows)  # each time: an hour's counts outlive whatever ends the rest
    _say(render(rows))
    sys.exit(any(row.get("lost") or row.get("doubled") or row.get("failed") for row in rows))


def _kill_rows(wanted: int, each: int) -> Iterator[dict[str, object]]:
    """Months of kills, some at a time, until there were enough; their log goes to docs/."""
    if not wanted:
        return
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while sum(len(one.kills) for one in outcomes) < wanted:
            first = len(outcomes)
            outcomes += pool.map(partial(_month, each), range(first, first + _AT_ONCE))
            _log_kills(outcomes)
    for policy in InDoubt:
        of_it = [one for one in outcomes if one.in_doubt is policy]
        each_kind = Counter[str]()
        for one in of_it:
            each_kind[one.database] += len(one.kills)
        yield {
            "fault": f"kill -9 of duban serve, in_doubt = {policy.value}",
            "runs": sum(len(one.kills) for one in of_it),
            "mails": sum(one.mails for one in of_it),
            "lost": sum(len(one.lost) for one in of_it),
            "doubled": sum(len(one.doubled) for one in of_it),
            "in_doubt": sum(one.doubtful for one in of_it),
            "failed": sum(len(one.findings) for one in of_it),
            "note": ", ".join(f"{kind} {kills}" for kind, kills in sorted(each_kind.items()))
            + f"; largest batch in doubt {max(one.largest_batch for one in of_it)}, "
            f"arrived twice {sum(one.arrived_twice for one in of_it)}",
        }


def _month(most_kills: int, number: int) -> Outcome:
    """One month: SQLite and PostgreSQL, resend and hold, by turns."""
    policy = list(InDoubt)[number % 2]
    on_postgres = number // 2 % 2 == 1
    with tempfile.TemporaryDirectory() as folder, MailServer() as server:
        home = Path(folder) / "home"
        home.mkdir()
        start, end = month_of(2022, 6 + number % 4, ZoneInfo(ZONE_NAME))
        with _PREPARING:
            url = postgres.fresh_database() if on_postgres else f"sqlite:///{home / 'duban.db'}"
            month = Month(home, url, server, policy, seed=number)
            month.prepare(start)
        month.play(start, end, most_kills)
        month.database.close()
        if month.outcome.findings and not on_postgres:
            kept = Path(tempfile.gettempdir()) / f"duban-soak-{number}.db"
            shutil.copy(home / "duban.db", kept)
            _say(f"month {number}: its database is kept as {kept}")
    here = month.outcome
    _say(
        f"month {number}: {here.database} {here.in_doubt.value}: {len(here.kills)} kills, "
        f"{here.mails} mails, lost {len(here.lost)}, doubled {len(here.doubled)}, "
        f"in doubt {here.doubtful}, findings {len(here.findings)}"
    )
    for line in [*here.lost, *here.doubled, *here.findings]:
        _say(f"  {line}")
    return here


def _log_kills(outcomes: Sequence[Outcome]) -> None:
    with KILL_LOG.open("w", encoding="utf-8", newline="") as file:
        log = csv.writer(file, lineterminator="\n")
        log.writerow(["month", "database", "in_doubt", "kill", "moment", "was", "claimed", "begun"])
        for number, outcome in enumerate(outcomes):
            for count, kill in enumerate(outcome.kills, start=1):
                log.writerow([number, outcome.database, outcome.in_doubt.value, count, *_row(kill)])


def _row(kill: Kill) -> list[object]:
    local = kill.moment.astimezone(ZoneInfo(ZONE_NAME))
    was = "serving" if kill.serving else "starting"
    return [f"{local:%Y-%m-%d %H:%M}", was, kill.claimed, kill.started]


def _fault_rows(rounds: int) -> Iterator[dict[str, object]]:
    """The fault tests, each with many rounds; they report their counts themselves."""
    for test in FAULTS if rounds else ():
        yield from _pytest(test, {"DUBAN_SOAK_ROUNDS": str(rounds)})


def _fuzz_rows(examples: int) -> Iterator[dict[str, object]]:
    """The property-based tests of every door, with many cases each."""
    tests = sorted((REPOSITORY / "tests").glob("*/test_*fuzz*.py")) if examples else []
    for test in tests:
        name = str(test.relative_to(REPOSITORY))
        for row in _pytest(name, {"DUBAN_FUZZ_EXAMPLES": str(examples)}):
            yield {**row, "note": f"{examples} cases for each of its laws"}


def _pytest(test: str, environment: dict[str, str]) -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", test],
            cwd=REPOSITORY,
            env={**os.environ, "DUBAN_SOAK_REPORT": str(report), **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        passed = _count(done.stdout, "passed")
        failed = _count(done.stdout, "failed") + _count(done.stdout, "error")
        _say(f"{test}: {passed} passed, {failed} failed in {time.monotonic() - began:.0f} s")
        if failed or not passed:
            _say(done.stdout[-4000:])
        found = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
        yield from (json.loads(line) for line in found)
        name = Path(test).stem.removeprefix("test_").replace("_", " ")
        yield {"fault": name, "runs": passed, "failed": failed or int(not passed)}


def _count(output: str, word: str) -> int:
    last = output.strip().splitlines()[-1] if output.strip() else ""
    for part in last.split(","):
        if word in part:
            return int(part.split()[0])
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
