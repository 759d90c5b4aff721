"""`duban diff` and `duban apply` on a running campaign: what is shown, asked, decided by a file."""

import json
from pathlib import Path

import pytest

from config.errors import InputError, ProblemsError, StateError
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.moments import day
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN
from workflows.states import State

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EARLIER = PLAN.replace("06-15", "06-10")
KEY = "bridges-2022/plan/earlier"


@pytest.fixture
def old(office: SampleOffice, tmp_path: Path) -> Path:
    """The declaration that is in force."""
    file = write(tmp_path / "old.yaml", PLAN, MONTHLY)
    command(office, "apply", str(file), "--yes", "--by", "甲")
    return file


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """One that has an earlier date, and nothing monthly."""
    return write(tmp_path / "new.yaml", EARLIER)


def write(file: Path, *milestones: str) -> Path:
    file.write_text(CAMPAIGN + "".join(milestones), encoding="utf-8")
    return file


def test_two_files_or_the_record_and_a_file_are_compared(
    office: SampleOffice, old: Path, new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.act("submit")
    capsys.readouterr()
    command(office, "diff", str(old), str(new), "--format", "json")
    files = json.loads(capsys.readouterr().out)
    command(office, "diff", "桥梁", str(new), "--format", "json")
    record = json.loads(capsys.readouterr().out)
    assert [(one["difference"], one["class"], one["assignments"]) for one in record] == [
        ("removed", "decision", 9), ("earlier", "decision", 1),
    ]  # fmt: skip
    assert [one["submitted"] for one in files] == [0, 0]
    assert [one["submitted"] for one in record] == [0, 1]
    command(office, "diff", str(old), str(new))
    told = capsys.readouterr()
    assert "2022-06-15 → 2022-06-10" in told.out
    assert "people who get one notice of all of it: 3" in told.err
    command(office, "diff", str(old), str(old))
    assert "nothing differs" in capsys.readouterr().err
    other = new.with_name("other.yaml")
    other.write_text(new.read_text().replace("id: bridges-2022", "id: roads-2022"))
    with pytest.raises(InputError, match="two campaigns"):
        command(office, "diff", str(old), str(other))


def test_other_words_are_told_by_what_they_are(
    office: SampleOffice, old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = old.with_name("other.yaml")
    other.write_text(old.read_text().replace("clause: ", "clause: 附", 1))
    command(office, "diff", str(old), str(other), "--format", "json")
    (found,) = json.loads(capsys.readouterr().out)
    assert found["difference"] == "text"
    assert found["detail"].startswith("clause: ") and " → 附" in found["detail"]


def test_without_decisions_nothing_is_written(
    office: SampleOffice, old: Path, new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(office.database)
    with pytest.raises(InputError, match=KEY) as caught:
        command(office, "apply", str(new), "--yes")
    assert caught.value.exit_code == 2
    capsys.readouterr()
    command(office, "apply", str(new), "--plan")
    shown = capsys.readouterr()
    assert f"to be decided: {KEY}: take or keep" in shown.err
    assert "fewer" not in shown.out and "milestone removed" in shown.out
    command(office, "apply", str(new), "--plan", "--format", "csv")
    assert capsys.readouterr().out.startswith("campaign,milestone,difference,class,key")
    assert everything(office.database) == before


def test_a_file_of_decisions(
    office: SampleOffice, old: Path, new: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file = tmp_path / "decisions.yaml"
    command(office, "apply", str(new), "--plan", "--template", str(file))
    text = file.read_text(encoding="utf-8")
    assert f"\n{KEY}:\n" in text and "#   take" in text
    with pytest.raises(ProblemsError, match="an answer is one word"):
        command(office, "apply", str(new), "--yes", "--decisions", str(file))
    for said, wrong in (
        (f"{KEY}: take\n", "removed” is not answered"),
        (f"x/y: take\n{KEY}: take\n", "1:1: x/y: nothing is asked"),
        (f"{KEY}: perhaps\n", "“perhaps” is none of these"),
    ):
        file.write_text(said, encoding="utf-8")
        with pytest.raises(ProblemsError, match=wrong):
            command(office, "apply", str(new), "--yes", "--decisions", str(file))
    file.write_text("bridges-2022/monthly/removed: keep\n" + f"{KEY}: keep\n", encoding="utf-8")
    capsys.readouterr()
    command(office, "apply", str(new), "--plan", "--decisions", str(file))
    assert "get one notice" not in capsys.readouterr().err
    filled = text.replace(f"{KEY}:", f"{KEY}: take").replace("removed:", "removed: cancel")
    file.write_text(filled, encoding="utf-8")
    command(office, "apply", str(new), "--yes", "--decisions", str(file), "--note", "通知")
    assert office.assignment().due == day("2022-06-10")
    assert office.assignment("bridges-2022/monthly/hill/6").state is State.CANCELLED
    last = office.events()[-1]
    assert last.note == "通知"


def test_what_is_archived_is_left_alone(
    office: SampleOffice, old: Path, new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else each change of the organisation file would ask about the campaigns of past years."""
    by = ("--by", "office")
    command(office, "campaign", "close", "桥梁", "--yes", *by)
    command(office, "campaign", "archive", "桥梁", *by)
    before = everything(office.database)
    command(office, "apply", str(old), "--yes", *by)
    assert "archived" not in capsys.readouterr().err.splitlines()[-1]
    command(office, "apply", str(new), "--yes", *by)
    assert "archived, and left as they are: bridges-2022" in capsys.readouterr().err
    with pytest.raises(StateError, match="is archived") as caught:
        command(office, "diff", "桥梁", str(new))
    assert "duban campaign unarchive bridges-2022" in str(caught.value)
    assert everything(office.database) == before
    command(office, "campaign", "unarchive", "桥梁", *by)
    with pytest.raises(InputError, match=KEY):
        command(office, "apply", str(new), "--yes", *by)


def test_a_person_is_asked_one_after_the_other(
    office: SampleOffice, old: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = write(tmp_path / "new.yaml", EARLIER.replace("id: plan", "id: scheme"))
    asked: list[str] = []
    answers = iter(["the same", "same", "cancel", "keep"])

    def prompt(text: str, **_how: object) -> str:
        asked.append(text)
        return next(answers)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("typer.confirm", lambda _text, default: False)
    command(office, "apply", str(new))
    assert asked == [
        "What is to be done? (same/new)", "What is to be done? (same/new)",
        "What is to be done? (cancel/keep)", "What is to be done? (take/keep)",
    ]  # fmt: skip
    assert office.assignment().due == day("2022-06-15")


def test_what_is_new_and_past_is_answered_by_past(
    office: SampleOffice, old: Path, tmp_path: Path
) -> None:
    office.at("2022-06-16 10:00")
    new = write(tmp_path / "new.yaml", PLAN.replace("[北城市]", "[北城市, 南城市]"), MONTHLY)
    with pytest.raises(InputError, match="plan/past/wider"):
        command(office, "apply", str(new), "--yes")
    command(office, "apply", str(new), "--yes", "--past", "done")
    assert office.assignment("bridges-2022/plan/south").state is State.ACCEPTED
