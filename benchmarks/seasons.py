"""The season of the five bundled campaigns, played by the production code: seconds for a month.

Real ticks, and mails rendered and written to the Maildir; the time until the program has started
and read the declarations is left out.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.measured import Amount, print_rows, timed
from config.settings import load_settings
from scheduler import demo

_ZONE = ZoneInfo("Asia/Shanghai")
_FIRST = datetime(2022, 5, 1, tzinfo=_ZONE)
_LAST = datetime(2022, 12, 31, 23, 59, tzinfo=_ZONE)
_MONTHS = 8
_GOAL = 1.0  # seconds a month


def measure(folder: Path) -> Iterator[Amount]:
    """The row."""
    settings = demo.isolated(load_settings(), folder / "home")
    demo.prepare_demo_home(settings.home)
    scenario = demo.demo_scenario(settings, _FIRST, _LAST)
    mails = 0

    def play() -> None:
        nonlocal mails
        months = asyncio.run(demo.run_scenario(settings, scenario, lambda _day: None))
        mails = sum(one.mails for one in months.values())

    seconds = timed(play)
    yield Amount(f"replay, a month of {_MONTHS} ({mails:,} mails)", seconds / _MONTHS, "s", _GOAL)


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
