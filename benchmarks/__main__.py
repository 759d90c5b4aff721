"""Prints one table: what was measured, its median, the reference's, the ratio and its goal.

`python -m benchmarks` measures all; `python -m benchmarks mails feeds` these modules alone.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import feeds, mails, memory, record, reports, season, seasons, serving, starting
from benchmarks.measured import Row, print_rows

MODULES: dict[str, Callable[[Path], Iterable[Row | str]]] = {
    "starting": starting.measure,
    # Before what writes and deletes many files: ext4 may pass over their inodes for minutes.
    "seasons": seasons.measure,
    "season": season.measure,
    "memory": memory.measure,
    "mails": mails.measure,
    "feeds": feeds.measure,
    "serving": serving.measure,
    "reports": reports.measure,
    "record": record.measure,
}


def main(names: list[str]) -> None:
    """Measure and print."""
    if unknown := [one for one in names if one not in MODULES]:
        sys.exit(f"there is no {', '.join(unknown)}; there are {', '.join(MODULES)}")
    print_rows(*(MODULES[one] for one in names or MODULES))


if __name__ == "__main__":
    main(sys.argv[1:])
