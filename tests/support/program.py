"""Runs the whole program in this process, as fast as a call: its entry point and its exit code."""

import sys

import pytest

from config.plain_text import UNUSABLE
from scheduler.cli.main import main
from tests.support.hostile import ends_within


def run_here(capture: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str, str]:
    """Run `duban ARGUMENTS` with the surroundings as they are: exit code, output, errors.

    Whatever it is given, it shows no traceback and steers no terminal.
    """
    with pytest.MonkeyPatch.context() as patch, ends_within(60):
        patch.setattr(sys, "argv", ["duban", *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
            sys.exit(0)
    # Replacements are what an .xlsx file to standard output leaves.
    out, err = (one.decode("utf-8", "replace") for one in capture.readouterr())
    assert "Traceback" not in err and not UNUSABLE.search(err)
    assert out.startswith("PK") or not UNUSABLE.search(out)
    return int(caught.value.code or 0), out, err
