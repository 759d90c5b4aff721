"""Runs the program as its users do, in a process of its own."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.clock import wall_clock
from scheduler.office import write_demo_marker
from tests.support import postgres
from tests.support.forked import run_forked
from tests.support.serving import PROGRAM

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Without the spread a tick at nine sends all that is due; briefings are their own tests' matter.
_PLAIN = {
    "DUBAN_LANGUAGE": "en",
    "DUBAN_ACTOR": "office",
    "DUBAN_SPREAD_MINUTES": "0",
    "DUBAN_BRIEFING_DAY": "off",
}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium; where it is not installed, what needs it is skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@dataclass(slots=True)
class Duban:
    """The program with a home folder and settings of its own."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    forked: bool = False  # from a process that has the libraries loaded

    def environment(self) -> dict[str, str]:
        """Only what the program needs, so that nothing of the developer's leaks in."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "DUBAN_HOME": str(self.home), "PYTHONUTF8": "1", **self.settings}

    @property
    def database_url(self) -> str:
        """Where its database is."""
        return self.settings.get("DUBAN_DATABASE_URL", f"sqlite:///{self.home / 'duban.db'}")

    def run(
        self, *arguments: str | Path, code: int | None = 0, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command; it must end with `code` (None: any), and never with a traceback."""
        run = run_forked if self.forked else _run_installed
        done = run([*map(str, arguments)], self.environment(), self.home.parent, text)
        assert "Traceback" not in done.stderr, done.stderr
        assert code in {None, done.returncode}, f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """Run a command with `--format json` and read what it prints."""
        return json.loads(self.run(*arguments, "--format", "json", code=code).stdout)

    def set_clock(self, moment: str) -> None:
        """Let the home's clock stand at a moment such as `2022-05-20T09:00+08:00`, and run on."""
        self.home.mkdir(parents=True, exist_ok=True)
        write_demo_marker(self.home, datetime.fromisoformat(moment), wall_clock())

    def begin(self) -> None:
        """Have the five campaigns applied on Friday 2022-05-20 at ten; it is a minute later.

        The record is a copy of one that `duban apply` made once for each kind of database.
        """
        server = self.settings.get("DUBAN_DATABASE_URL", "")
        shutil.copytree(_applied(bool(server)).home, self.home)
        if server:
            postgres.copy_into(server, _applied(True).database_url)
        self.set_clock("2022-05-20T10:01:00+08:00")


@cache
def _applied(on_server: bool) -> Duban:
    folder = Path(tempfile.mkdtemp(prefix="duban-applied-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Duban(folder / "home", dict(_PLAIN), forked=True)
    if on_server:
        made.settings["DUBAN_DATABASE_URL"] = postgres.fresh_database(migrated=False)
    made.set_clock("2022-05-20T10:00:00+08:00")
    made.run("apply", "--yes")
    return made


def _run_installed(
    arguments: Sequence[str], environment: Mapping[str, str], cwd: Path, text: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments],
        env=environment,
        cwd=cwd,
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture
def duban(tmp_path: Path) -> Duban:
    """The program over an empty home, in English so that tests read plainly."""
    return Duban(tmp_path / "home", dict(_PLAIN), forked=True)


@pytest.fixture
def duban_installed(tmp_path: Path) -> Duban:
    """The same as the command that setup installs: each run starts Python and loads everything."""
    return Duban(tmp_path / "home", dict(_PLAIN))


@pytest.fixture(params=["sqlite", "postgres"])
def duban_on_each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Duban]:
    """The same, over an empty home with SQLite and over an empty PostgreSQL database."""
    if request.param == "sqlite":
        yield Duban(tmp_path / "home", dict(_PLAIN), forked=True)
        return
    url = postgres.fresh_database(migrated=False)
    yield Duban(tmp_path / "home", {**_PLAIN, "DUBAN_DATABASE_URL": url}, forked=True)
    postgres.drop_database(url)
