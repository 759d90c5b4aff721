"""`make audit`: asks the advisory sources whether a locked dependency has a known vulnerability.

Exit code 1 only where one is found. Where no source can be reached, it says so and that is all:
a check that cannot be made must not stop the work of who has no network.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = Path("requirements.lock")
SOURCES = ("pypi", "osv")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one source said: how many packages it knew, and what is wrong with which."""

    source: str
    audited: int
    unknown: tuple[str, ...]
    vulnerable: tuple[str, ...]


def audit(source: str, lock: Path) -> Outcome | str:
    """What `source` says of the packages in `lock`, or why it cannot be asked."""
    with tempfile.TemporaryDirectory(prefix="duban-audit-") as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip",
            "-s", source, "--timeout", "10", "-f", "json", "-o", str(report),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, capture_output=True, encoding="utf-8", timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return "timed out"
        if not report.exists():
            return (done.stderr.strip().splitlines() or ["no report"])[-1]
        outcome = read(source, json.loads(report.read_bytes()))
        return outcome or "knows none of the packages"


def read(source: str, report: Any) -> Outcome | None:
    """The outcome in pip-audit's report; None where the source knew nothing at all."""
    packages: Sequence[dict[str, Any]] = report["dependencies"]
    unknown = tuple(one["name"] for one in packages if "skip_reason" in one)
    vulnerable = tuple(
        f"{one['name']} {one['version']}: {fault['id']}"
        f" (mended in {', '.join(fault['fix_versions']) or 'no version yet'})"
        for one in packages
        for fault in one.get("vulns", ())
    )
    if len(unknown) == len(packages):
        return None
    return Outcome(source, len(packages) - len(unknown), unknown, vulnerable)


def main() -> int:
    """Ask the first source that answers."""
    reasons = []
    for source in SOURCES:
        outcome = audit(source, LOCK)
        if isinstance(outcome, str):
            reasons.append(f"{source}: {outcome}")
            continue
        for line in outcome.vulnerable:
            print(line)
        print(
            f"{outcome.audited} packages asked about at {source}: "
            f"{len(outcome.vulnerable)} known vulnerabilities"
        )
        if outcome.unknown:
            print(f"unknown there: {', '.join(outcome.unknown)}")
        return 1 if outcome.vulnerable else 0
    print(f"nothing was audited, no advisory source can be reached ({'; '.join(reasons)})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
