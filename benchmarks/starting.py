"""How the program starts: whole processes, from `exec` to exit, beside importing two libraries.

Measured is processor time, user and system: it is what a start consists of, and holds where others
use the machine.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from benchmarks.measured import Result, print_rows
from benchmarks.reports import AT, new_office, play
from scheduler.office import write_demo_marker
from workflows.loading import declaration_files, load_declarations

PROGRAM = (sys.executable, str(Path(sys.executable).with_name("duban")))
TYPER, BOTH = "import typer", "import typer, sqlmodel"
# Command, what is imported beside it, and the goal; the other rows show what else has come of it.
ROWS = (
    ("--help", TYPER, 1.5),
    ("overdue --help", BOTH, None),
    ("overdue", BOTH, 1.2),
    ("status", BOTH, None),
    ("today", BOTH, None),
    ("plan", BOTH, None),
    ("check", BOTH, None),
)


def measure(folder: Path) -> Iterator[Result]:
    """The rows, on a record of the five campaigns: 1,785 assignments, one of ten overdue."""
    here = new_office(folder / "home")
    declared = load_declarations(declaration_files(here.settings.campaigns_dir), here.organisation)
    play(here, declared, here.organisation)
    here.close()
    write_demo_marker(here.settings.home, AT, datetime.now(AT.tzinfo))
    environment = {
        "DUBAN_HOME": str(here.settings.home),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "PYTHONUTF8": "1",
    }
    for command, imports, goal in ROWS:
        own = (*PROGRAM, *command.split())
        reference = (sys.executable, "-c", imports)
        pairs = [
            [_seconds(one, environment, folder) for one in (own, reference)]
            for _ in range(5 if goal is None else 12)
        ]
        mine, other = (statistics.median(column[1:]) for column in zip(*pairs, strict=True))
        yield Result(f"duban {command}, whole process", mine, f"python -c '{imports}'", other, goal)


def _seconds(command: tuple[str, ...], environment: dict[str, str], folder: Path) -> float:
    """Processor seconds of a process."""
    before = getrusage(RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
