"""The season of the five campaigns: applying, a tick, a long list of people, the replay."""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from benchmarks.measured import Result, pairs, print_rows, timed
from config.settings import load_settings
from notifications.sender import Sender, make_transport
from scheduler import demo
from scheduler.clock import SimulatedClock
from scheduler.office import Office, write_demo_marker
from scheduler.tick import sending_window, tick
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.loading import declaration_files, load_declarations

PROGRAM = Path(sys.executable).with_name("duban")
IMPORTS = [sys.executable, "-c", "import typer, sqlmodel"]
READING = """
import sys
from openpyxl import load_workbook
for row in load_workbook(sys.argv[1], read_only=True).active.iter_rows(values_only=True):
    pass
"""
ZONE = ZoneInfo("Asia/Shanghai")


def measure(folder: Path) -> Iterator[Result]:
    """The rows."""
    settings = demo.isolated(load_settings(), folder / "home")
    settings.home.mkdir()
    environment = {
        "DUBAN_HOME": str(settings.home),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "PYTHONUTF8": "1",
    }

    def run(*command: str | Path) -> Callable[[], object]:
        return lambda: subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, check=True
        )

    imports = run(*IMPORTS)
    name = "python -c 'import typer, sqlmodel'"
    start = datetime(2022, 5, 1, 9, tzinfo=ZONE)
    here = Office(settings, SimulatedClock(start))
    declarations = load_declarations(declaration_files(settings.campaigns_dir), here.organisation)
    database = here.create_database()

    def first_apply() -> None:
        with database.write() as session:
            planned = plan_apply(session, declarations, here.organisation, start)
            apply(session, planned, here.organisation, now=start, actor="bench", past=Past.CHASE)

    applied = timed(first_apply)
    base = statistics.median(timed(imports) for _run in range(3))
    yield Result("apply, 1,785 assignments", applied, name, base)

    clock = SimulatedClock(start.replace(day=6))
    sender = Sender(
        database, make_transport(settings), settings, sending_window(settings), clock, "b"
    )

    def nothing_due() -> None:
        asyncio.run(tick(database, here.organisation, settings, clock(), sender))

    def select_one() -> None:
        with database.write() as session:
            session.connection().exec_driver_sql("SELECT 1")

    own, reference = pairs(nothing_due, select_one, 20)
    yield Result("tick with nothing due", own, "an empty writing transaction", reference)

    write_demo_marker(settings.home, start.replace(month=9), start.replace(month=9))
    file = _many_people(folder / "people.xlsx", [one.name for one in here.organisation.units])
    own, reference = pairs(
        run(PROGRAM, "contacts", "import", file, "--dry-run"),
        run(sys.executable, "-c", READING, str(file)),
        3,
    )
    yield Result("contacts import, 10,000 rows, shown", own, "openpyxl reads them", reference)
    replay = run(PROGRAM, "replay", "--from", "2022-05-01", "--to", "2022-12-31")
    yield Result("replay of the whole season", timed(replay), name, base)


def _many_people(file: Path, units: Sequence[str]) -> Path:
    """A contact list of 10,000 rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["姓名", "单位", "邮箱", "联系方式"])
    for number in range(10_000):
        sheet.append(
            [f"联络员{number}", units[number % len(units)], f"p{number}@example.org", str(number)]
        )
    book.save(file)
    return file


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
