"""Peak memory: `duban serve` when it has nothing to do, and a tick on a morning with very many due.

Each is measured in a process of its own, by what Linux says of its largest resident set.
"""

import asyncio
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from benchmarks.measured import Amount, print_rows
from benchmarks.streets import write_organisation
from config.settings import load_settings
from notifications.sender import Sender, make_transport
from scheduler import demo
from scheduler.clock import SimulatedClock
from scheduler.office import Office, write_demo_marker
from scheduler.tick import sending_window, tick
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.loading import load_declarations

ZONE = ZoneInfo("Asia/Shanghai")
UNITS = 1_000
DUTIES = 50  # of each unit in one campaign
SIZES = (5_000, 50_000, 200_000)
_IDLE_GOAL = 120.0  # MB
_GROWTH_GOAL = 25.0  # MB more at forty times as much due
_PROGRAM = [sys.executable, "-c", "from scheduler.cli import main; main()"]
_START = datetime(2022, 5, 20, 10, tzinfo=ZONE)
_DUE = datetime(2022, 5, 31, 9, tzinfo=ZONE)  # the first rung's day
_PLAN = """\
id: bench-{n}
title: 农村公路隐患排查之{n}
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
    peaks = {}
    for size in SIZES:
        peaks[size] = peak_of_tick(folder / str(size), size)
        yield Amount(f"tick with {size:,} due", peaks[size], "MB")
    more = peaks[SIZES[-1]] - peaks[SIZES[0]]
    yield Amount(f"  more at {SIZES[-1]:,} than at {SIZES[0]:,}", more, "MB", _GROWTH_GOAL)


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
        [*_PROGRAM, "serve"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            found = next(re.finditer(r"http://[\d.:]+", line) for line in process.stdout)
            with closing(urlopen(f"{next(found).group()}/health")) as answer:  # noqa: S310
                answer.read()
            time.sleep(2)  # the first tick has ended
            return _peak(process.pid)
        finally:
            process.terminate()


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1000 if found else 0.0


def peak_of_tick(folder: Path, size: int) -> float:
    """The peak in MB of a process that does one tick with so many assignments due."""
    write_organisation(folder, UNITS)
    _in_child("apply_plan", folder, size // UNITS)
    return float(_in_child("one_tick", folder))


def _in_child(work: str, *arguments: object) -> str:
    """What a function of this module prints in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", work, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def _office(folder: Path) -> Office:
    settings = load_settings(
        home=folder / "home", organisation=folder / "organisation.yaml", spread_minutes=0
    )
    return Office(settings, SimulatedClock(_START))


def apply_plan(folder: Path, duties: int) -> None:
    """Put a plan into the database by which each unit owes so many duties."""
    here = _office(folder)
    files = []
    for first in range(0, duties, DUTIES):
        files.append(folder / f"plan-{first}.yaml")
        own = [_DUTY.format(n=n) for n in range(first, min(first + DUTIES, duties))]
        files[-1].write_text(_PLAN.format(n=first) + "".join(own), encoding="utf-8")
    declared = load_declarations(files, here.organisation)
    with here.create_database().write() as session:
        planned = plan_apply(session, declared, here.organisation, _START)
        apply(session, planned, here.organisation, now=_START, actor="bench", past=Past.CHASE)
    here.close()


def one_tick(folder: Path) -> None:
    """One tick on the morning on which all is due; prints the largest resident set, in MB."""
    here = _office(folder)
    settings, window = here.settings, sending_window(here.settings)
    sender = Sender(
        here.database, make_transport(settings), settings, window, SimulatedClock(_DUE), "bench",
        organisation=here.organisation,
    )  # fmt: skip
    asyncio.run(tick(here.database, here.organisation, settings, _DUE, sender))
    here.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def main() -> None:
    """Measure and print; or do, in a process of its own, what is measured."""
    match sys.argv[1:]:
        case ["apply_plan", folder, duties]:
            apply_plan(Path(folder), int(duties))
        case ["one_tick", folder]:
            one_tick(Path(folder))
        case _:
            print_rows(measure)


if __name__ == "__main__":
    main()
