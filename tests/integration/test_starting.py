"""How the program starts: commands are found in one table, and what a run does not need it does not
import. Nothing is timed here; `make bench` does (benchmarks/starting.py)."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen

import pytest
import typer
from typer.main import get_group

from config.i18n import _, using_language
from scheduler.cli.commands import COMMANDS
from tests.support.command_lines import COMMANDS as LINES
from tests.support.office import SampleOffice
from tests.support.program import run_here

LISTED = [one for listed in COMMANDS.values() for one in listed]
# Each takes as long to import as `duban --help` may take in all, or draws in what does.
HEAVY = {
    "aiosmtplib", "alembic", "apscheduler", "asyncio", "babel", "docx", "holidays", "icalendar",
    "jinja2", "lxml", "openpyxl", "pdfminer", "pydantic", "pydantic_settings", "rich", "ruamel",
    "sqlalchemy", "sqlmodel", "starlette", "structlog", "uvicorn",
}  # fmt: skip
# The program, with all that it has imported as the last line on standard error.
TELLING = (
    "import atexit, sys; from scheduler.cli import main;"
    "atexit.register(lambda: print('\\n', *sys.modules, file=sys.stderr));"
    "main()"
)


@pytest.mark.parametrize("module", sorted({one.module for one in LISTED}))
def test_the_table_lists_what_each_module_adds(module: str) -> None:
    app = typer.Typer()
    import_module(f"scheduler.cli.{module}").add_commands(app)
    assert set(get_group(app).commands) == {one.name for one in LISTED if one.module == module}


def test_no_module_with_commands_is_missing_from_the_table() -> None:
    of_groups = {  # what their groups consist of, which they add
        "feeds_export", "feeds_list", "forms_import", "forms_shown", "ledger", "people_changes",
        "progress_sheets", "progress_show",
    }  # fmt: skip
    folder = Path(import_module("scheduler.cli").__path__[0])
    adding = {file.stem for file in folder.glob("*.py") if "def add_commands(" in file.read_text()}
    assert adding - of_groups == {one.module for one in LISTED}
    assert {line.split()[0] for line, _arguments, _options in LINES} <= {one.name for one in LISTED}


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_help_has_every_command_once_under_its_heading(
    code: str, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", code)
    ended, out, err = run_here(capsysbinary, "--help")
    assert (ended, err) == (0, "")
    with using_language(code):
        for heading, listed in COMMANDS.items():
            _before, _heading, below = out.partition(f"\n{_(heading)}:\n")
            block = "".join(below.split("\n\n")[0].split())  # as long lines are broken
            assert block == "".join("".join((one.name, *_(one.help).split())) for one in listed)


@pytest.mark.parametrize("name", ["overdue", "feed"])
def test_a_command_tells_in_its_own_help_what_the_table_says_of_it(
    name: str, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    ended, out, _err = run_here(capsysbinary, name, "--help")
    assert ended == 0
    assert next(one.help for one in LISTED if one.name == name) in out


def test_a_mistyped_command_is_told_what_is_alike(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    ended, _out, err = run_here(capsysbinary, "overdeu")
    assert ended == 2 and "No such command 'overdeu'. Did you mean 'overdue'?" in err


def test_the_help_is_there_while_the_settings_are_wrong(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DUBAN_LANGUAGE", raising=False)
    Path("duban.toml").write_text('language = "en"\nhttp_port = "x"\n', encoding="utf-8")
    ended, out, _err = run_here(capsysbinary, "--help")
    assert ended == 0 and "How it stands:" in out, "in the language of the settings file"
    ended, _out, err = run_here(capsysbinary, "overdue")
    assert ended == 2 and err.startswith("duban.toml:2: http_port: ")


@pytest.mark.parametrize("arguments", [["--help"], [], ["--install-completion", "--help"]])
def test_the_help_imports_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    assert HEAVY & imported(arguments, tmp_path) == set()


def test_completing_a_command_imports_no_heavy_library(tmp_path: Path) -> None:
    asked = {"_DUBAN_COMPLETE": "complete_bash", "COMP_WORDS": "duban ov", "COMP_CWORD": "1"}
    assert HEAVY & imported([], tmp_path, asked) == set()


def test_a_list_imports_what_it_reads_the_record_with_and_no_more(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    office.close()
    modules = imported_modules(["overdue", "--at", "2022-06-20"], office.settings.home)
    assert "workflows.overdue" in modules
    reading = {"asyncio", "pydantic", "pydantic_settings", "rich", "sqlalchemy", "sqlmodel"}
    assert (HEAVY - reading) & {name.partition(".")[0] for name in modules} == set()
    assert modules & {
        "rich.console", "sqlalchemy.dialects.postgresql", "workflows.phrases",
        "workflows.tables.figures", "workflows.tables.inbox", "workflows.yaml_source",
    } == set()  # fmt: skip


def test_a_server_with_nothing_to_do_holds_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """Of what it must be able to do, much is seldom done: it is imported then."""
    office = SampleOffice(tmp_path)
    office.apply()
    office.close()
    command = [sys.executable, "-c", TELLING, "serve", "--port", "0", "--as-of", "2022-05-20T10:00"]
    environment = {**os.environ, "DUBAN_HOME": str(office.settings.home)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        url = re.search(r"http://[\d.:]+", process.stderr.readline() if process.stderr else "")
        assert url
        with urlopen(f"{url[0]}/health", timeout=30) as answer:  # noqa: S310
            assert answer.status == 200
        process.terminate()
        modules = set(process.communicate()[1].splitlines()[-1].split())
    assert "notifications.sender" in modules
    seldom = {"alembic", "docx", "holidays", "imapclient", "openpyxl", "pdfminer"}
    assert seldom & {name.partition(".")[0] for name in modules} == set()
    assert modules & {
        "notifications.inbox.reading", "scheduler.demo", "scheduler.replay",
        "sqlalchemy.dialects.postgresql", "workflows.applying",
    } == set()  # fmt: skip


def imported(
    arguments: Iterable[str], home: Path, environment: dict[str, str] | None = None
) -> set[str]:
    """The top-level packages that `duban ARGUMENTS` imports in a process of its own."""
    return {name.partition(".")[0] for name in imported_modules(arguments, home, environment)}


def imported_modules(
    arguments: Iterable[str], home: Path, environment: dict[str, str] | None = None
) -> set[str]:
    """The modules that `duban ARGUMENTS` imports in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", TELLING, *arguments],
        env={**os.environ, "DUBAN_HOME": str(home), **(environment or {})},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())
