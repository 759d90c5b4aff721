"""Runs the whole program in a process of its own that need not load its libraries first.

It is the program from its entry point to its exit code, with the surroundings that it is given;
only the second or so that Python takes to import the libraries is spared.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from tests.support.processes import in_child


def run_forked(
    arguments: Sequence[str], environment: Mapping[str, str], cwd: Path, text: str
) -> subprocess.CompletedProcess[str]:
    """Run `duban ARGUMENTS` with `text` on standard input: exit code, output and errors."""
    mask = os.umask(0)
    os.umask(mask)
    code, out, err = in_child(_program, [*arguments], dict(environment), cwd, text, mask)
    return subprocess.CompletedProcess(["duban", *arguments], code, out, err)


def _program(
    arguments: list[str], environment: dict[str, str], cwd: Path, text: str, mask: int
) -> tuple[int, str, str]:
    from scheduler.cli.main import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    os.umask(mask)
    sys.argv = ["duban", *arguments]
    with ExitStack() as files:
        given, out, err = (files.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        given.write(text.encode())
        given.seek(0)
        for number, file in enumerate((given, out, err)):
            os.dup2(file.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
            for number, mode in enumerate("rww")
        )
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        return code, _written(out), _written(err)


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8")
