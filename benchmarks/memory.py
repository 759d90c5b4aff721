"""Peak memory: `duban serve` when it has nothing to do, and a tick on a morning with very many due.

Each is measured in a process of its own, by what Linux says of its largest resident set. What it
says to the parent (`ru_maxrss`) will not do: that begins with the parent's own.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from benchmarks.measured import Amount, print_rows
from benchmarks.streets import write_organisation
from config.settings import load_settings
from scheduler import demo
from scheduler.clock import SimulatedClock
from scheduler.office import Office, write_demo_marker
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.loading import load_declarations

ZONE = ZoneInfo("Asia/Shanghai")
UNITS = 4_000
DUTIES = 50  # of each unit
SIZES = (5_000, 50_000, 200_000)
_IDLE_GOAL = 120.0  # MB
_GROWTH_GOAL = 10.0  # MB more at four times as much due: the caches are full by then
_URL = re.compile(r"http://[\d.]+:\d+")
_PROGRAM = [sys.executable, "-c", "from scheduler.cli import main; main()"]
# The same, with its status as Linux has it at the end.
_TELLING = (
    "import atexit; from scheduler.cli import main;"
    "atexit.register(lambda: print(open('/proc/self/status').read())); main()"
)
_START = datetime(2022, 5, 20, 10, tzinfo=ZONE)
_DUE = datetime(2022, 5, 31, 9, tzinfo=ZONE)  # the first rung's day
_PLAN = """\
id: bench-{name}
title: 农村公路隐患排查（{name}）
year: 2022
owner: 公路处
mailbox: roads@example.org
enquiries: [{{office: 公路处, phone: 0000-0000000}}]
milestones:
"""
_DUTY = """\
  - id: plan-{n}
    title: 报送排查方案之{n}
    due: 2022-06-15
    who: {{levels: [street]}}
    departments: [公路处]
    deliverables: [{{name: 排查方案}}]
    clause: 二（{n}）
"""


def measure(folder: Path) -> Iterator[Amount]:
    """The rows."""
    yield Amount("duban serve, idle, five campaigns", idle(folder / "idle"), "MB", _IDLE_GOAL)
    made = _apply_plan(folder)
    peaks = {}
    for size in SIZES:
        home = shutil.copytree(made, folder / str(size))
        peaks[size] = peak_of_tick(home, folder / "organisation.yaml", size)
        yield Amount(f"tick with {size:,} due", peaks[size], "MB")
    more = peaks[SIZES[-1]] - peaks[SIZES[-2]]
    yield Amount(f"  more at {SIZES[-1]:,} than at {SIZES[-2]:,}", more, "MB", _GROWTH_GOAL)


def idle(home: Path) -> float:
    """The peak of `serve` in MB once it has answered, over a record of the five campaigns."""
    settings = demo.isolated(load_settings(), home)
    demo.prepare_demo_home(home)
    until = datetime(2022, 9, 8, 8, 55, tzinfo=ZONE)
    here = demo.begin_office(
        settings,
        demo.demo_scenario(settings, _START, until).declarations,
        demo.default_contacts(settings),
        SimulatedClock(datetime(2022, 5, 1, tzinfo=ZONE)),
    )
    here.close()
    write_demo_marker(home, until, datetime.now(ZONE))
    environment = {**os.environ, "DUBAN_HOME": str(home), "DUBAN_HTTP_PORT": "0"}
    with subprocess.Popen(
        [*_PROGRAM, "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            url = next(filter(None, map(_URL.search, process.stdout or ())))
            with urlopen(f"{url.group()}/health", timeout=30) as answer:  # noqa: S310
                answer.read()
            time.sleep(3)  # the first tick has ended
            return _peak(process.pid)
        finally:
            process.terminate()
            process.communicate()


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return megabytes(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]))


def megabytes(kibibytes: int) -> float:
    """Linux counts in kB that are 1,024 bytes; here a MB is a million."""
    return kibibytes * 1024 / 1_000_000


def _apply_plan(folder: Path) -> Path:
    """Put a plan into a database by which each unit owes all duties; return the office's home."""
    settings = load_settings(home=folder / "home", organisation=write_organisation(folder, UNITS))
    here = Office(settings, SimulatedClock(_START))
    files = []
    for name in ("one", "two"):  # no campaign may have more than 100,000 assignments
        files.append(folder / f"{name}.yaml")
        duties = "".join(_DUTY.format(n=n) for n in range(DUTIES // 2))
        files[-1].write_text(_PLAN.format(name=name) + duties, encoding="utf-8")
    declared = load_declarations(files, here.organisation)
    with here.create_database().write() as session:
        planned = plan_apply(session, declared, here.organisation, _START)
        apply(session, planned, here.organisation, now=_START, actor="bench", past=Past.CHASE)
    here.close()
    return settings.home


def peak_of_tick(home: Path, organisation: Path, size: int) -> float:
    """The peak in MB of `duban tick` on the morning on which so many assignments are due, in this
    record: its other units' duties have no rung to come. The mails are written and sent."""
    owing = [f"unit-{number}" for number in range(size // DUTIES)]
    with sqlite3.connect(home / "duban.db") as connection:
        connection.execute(
            "UPDATE assignment SET next_at = NULL"
            " WHERE unit_id NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(owing),),
        )
    connection.close()
    environment = {
        **os.environ, "DUBAN_HOME": str(home), "DUBAN_ORGANISATION": str(organisation),
        "DUBAN_SPREAD_MINUTES": "0", "DUBAN_LANGUAGE": "en",
    }  # fmt: skip
    command = [sys.executable, "-c", _TELLING, "tick", "--at", f"{_DUE:%Y-%m-%dT%H:%M}"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    assert f"{size} reminders came due" in done.stderr + done.stdout, done.stderr
    return megabytes(int(re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)[0]))


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
