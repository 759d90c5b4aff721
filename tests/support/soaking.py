"""How long the fault tests run and where their counts go: seconds in `make test`, hours in a soak.

DUBAN_SOAK_ROUNDS is the number of rounds that each fault runs.
DUBAN_SOAK_REPORT names a file to which each fault adds one line of JSON.
"""

import json
import os
from pathlib import Path

# Read when imported, before a test's surroundings are made clean.
_ROUNDS = os.environ.get("DUBAN_SOAK_ROUNDS", "")
_REPORT = os.environ.get("DUBAN_SOAK_REPORT", "")


def rounds(default: int) -> int:
    """How often to repeat a fault: `default` in a test run, else what the soak asks for."""
    return int(_ROUNDS) if _ROUNDS else default


def soaking() -> bool:
    """Whether this is a soak."""
    return bool(_ROUNDS)


def report(fault: str, **counts: int | float | str) -> None:
    """Add one fault's counts to the soak's report; usual names: runs, mails, lost, doubled,
    in_doubt."""
    if _REPORT:
        with Path(_REPORT).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"fault": fault, **counts}, ensure_ascii=False) + "\n")


def on(url: str) -> str:
    """Where a fault was tried, for its name: `on SQLite` or `on PostgreSQL`."""
    return "on SQLite" if url.startswith("sqlite") else "on PostgreSQL"
