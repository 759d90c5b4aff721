"""`duban serve` in a process of its own, from its first word to a clean end."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("duban")
_WAIT = 30  # seconds that the end may take


@dataclass(slots=True)
class Served:
    """A running server; `said` has what it said on standard error, whole once it has ended."""

    pid: int
    url: str
    said: list[str] = field(default_factory=list)


@contextmanager
def served(
    environment: Mapping[str, str], *arguments: str, cwd: Path | None = None
) -> Iterator[Served]:
    """Serve on a free port; it must end with 0 on SIGTERM, and never with a traceback."""
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", *arguments],
        env=dict(environment),
        cwd=cwd,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    line = ""
    try:
        line = process.stderr.readline()
        match = re.search(r"http://[\d.:]+", line)
        assert match, line + process.stderr.read()
        here = Served(process.pid, match[0])
        yield here
    finally:
        process.terminate()
        rest = process.communicate(timeout=_WAIT)[1]
    here.said += [line, rest]
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
