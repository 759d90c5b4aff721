"""`duban init`: a folder in which a new office can begin at once."""

import stat
import tomllib
from pathlib import Path

import pytest

from tests.acceptance.conftest import Duban
from tests.support.forked import run_forked


def run_in(folder: Path, duban: Duban, *arguments: str, code: int = 0) -> str:
    """Run a command where the new duban.toml lies, without settings of any other kind."""
    kept = {
        name: value for name, value in duban.environment().items() if not name.startswith("DUBAN_")
    }
    done = run_forked(arguments, kept, folder, "")
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_the_folder_works_at_once(duban: Duban, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    said = duban.run("init", folder, "--yes").stderr
    assert "duban check" in said and str(folder / "duban.toml") in said
    assert "1 declarations checked: 0 errors, 0 warnings" in run_in(folder, duban, "check")
    assert "duban.toml: mail_from" in run_in(folder, duban, "config", "show", "--format", "csv")
    assert "31 assignments added" in run_in(folder, duban, "apply", "--yes")
    assert stat.S_IMODE((folder / "var" / "duban.db").stat().st_mode) == 0o600
    assert "郑州市" in run_in(folder, duban, "status")


def test_five_answers_and_a_list_of_units_as_offices_have_it(duban: Duban, tmp_path: Path) -> None:
    units = tmp_path / "units.txt"
    units.write_bytes("序号\t单位\t邮箱\r\n1\t甲县\tjia@example.org\r\n2\t乙县\r\n".encode("gbk"))
    folder = tmp_path / "office"
    duban.run(
        "init", folder, "--name", '督"查"室', "--mail-from", "office@example.org", "--smtp-host",
        "mail.example.org", "--language", "zh", "--units", units,
    )  # fmt: skip
    settings = tomllib.loads((folder / "duban.toml").read_text(encoding="utf-8"))
    assert settings["actor"] == '督"查"室' and settings["smtp_host"] == "mail.example.org"
    organisation = (folder / "organisation.yaml").read_text(encoding="utf-8")
    assert organisation.index("甲县") < organisation.index("乙县")
    assert organisation.count("jia@example.org") == 1
    assert "office@example.org" in organisation
    run_in(folder, duban, "check")
    run_in(folder, duban, "apply", "--yes")


def test_nothing_is_overwritten_and_a_refusal_leaves_nothing(duban: Duban, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    duban.run("init", folder, "--yes")
    (folder / "duban.toml").write_text("language = 'en'\n", encoding="utf-8")
    assert "is there already" in duban.run("init", folder, "--yes", code=2).stderr
    assert (folder / "duban.toml").read_text(encoding="utf-8") == "language = 'en'\n"
    (folder / "duban.toml").unlink()
    assert duban.run("init", folder, "--yes", code=2).stderr.count("organisation.yaml") == 1
    assert not (folder / "duban.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--yes"),  # nobody can be asked
        (["--yes", "--units", "甲县、甲县"], "named twice: 甲县"),
        (["--yes", "--units", "、,"], "no unit is named"),
        (["--yes", "--mail-from", "nobody"], "--mail-from"),
        (["--yes", "--language", "fr"], "--language"),
        (["--yes", "--time-zone", "Mars/North"], "--time-zone"),
        (["--yes", "--name", ""], "no name of an office"),
    ],
)
def test_wrong_answers_are_refused(
    duban: Duban, tmp_path: Path, arguments: list[str], says: str
) -> None:
    done = duban.run("init", tmp_path / "office", *arguments, code=2)
    assert says in done.stderr
    assert not (tmp_path / "office").exists()
