"""Prints one table: what was measured, its median, the reference's, the ratio and its goal.

`python -m benchmarks` measures all; `python -m benchmarks mails feeds` these modules alone. Each is
in a process of its own: in one that holds what the others left in memory the same takes longer.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.measured import Row, print_summary, printed_by_name

MODULES = (
    "starting",
    "seasons",  # before what writes and deletes many files: ext4 may pass over their inodes
    "season",
    "memory",
    "mails",
    "feeds",
    "serving",
    "reports",
    "record",
)


def main(names: list[str]) -> None:
    """Measure and print."""
    if unknown := [one for one in names if one not in MODULES]:
        sys.exit(f"there is no {', '.join(unknown)}; there are {', '.join(MODULES)}")
    rows: list[Row | str] = []
    for name in names or MODULES:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows += pool.submit(printed_by_name, name).result()
    print_summary(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
