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
UNITS = 4_000
DUTIES = 50  # of each unit that owes anything
SIZES = (5_000, 50_000, 200_000)
_IDLE_GOAL = 120.0  # MB
_GROWTH_GOAL = 25.0  # MB more at four times as much due: the caches are full by then
_URL = re.compile(r"http://[\d.]+:\d+")
_PROGRAM = [sys.executable, "-c", "from scheduler.cli import main; main()"]
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
    peaks = {}
    for size in SIZES:
        peaks[size] = peak_of_tick(folder / str(size), size)
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


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return _megabytes(int(found.group(1))) if found else 0.0


def _megabytes(kibibytes: int) -> float:
    """Linux counts in kB that are 1,024 bytes; here a MB is a million."""
    return kibibytes * 1024 / 1_000_000


def peak_of_tick(folder: Path, size: int) -> float:
    """The peak in MB of a process that does one tick with so many assignments due.

    The organisation is the same at each size, and so is a mail: more units owe as much.
    """
    _write_organisation(folder, size // DUTIES)
    _in_child("apply_plan", folder)
    return float(_in_child("one_tick", folder))


def _write_organisation(folder: Path, owing: int) -> None:
    file = write_organisation(folder, UNITS)
    text = file.read_text(encoding="utf-8").replace("{street: 街道}", "{street: 街道, village: 村}")
    lines = text.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if "id: unit-0," in line)
    idle = (line.replace("level: street", "level: village") for line in lines[first + owing :])
    file.write_text("".join([*lines[: first + owing], *idle]), encoding="utf-8")


def _in_child(work: str, *arguments: object) -> str:
    """What a function of this module prints in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", work, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def _office(folder: Path) -> Office:
    settings = load_settings(
        home=folder / "home", organisation=folder / "organisation.yaml", spread_minutes=0
    )
    return Office(settings, SimulatedClock(_START))


def apply_plan(folder: Path) -> None:
    """Put a plan into the database by which each unit that owes anything owes all duties."""
    here = _office(folder)
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
    print(_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def main() -> None:
    """Measure and print; or do, in a process of its own, what is measured."""
    match sys.argv[1:]:
        case ["apply_plan", folder]:
            apply_plan(Path(folder))
        case ["one_tick", folder]:
            one_tick(Path(folder))
        case _:
            print_rows(measure)


if __name__ == "__main__":
    main()
