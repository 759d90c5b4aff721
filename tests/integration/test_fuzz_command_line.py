"""Whatever stands on the command line: done, or refused clearly with the record as it was."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command_lines import anything, commands, moment, name
from tests.support.contents import everything
from tests.support.fuzzing import fuzz
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, MONTHLY, PLAN
from tests.support.program import run_here
from tests.support.supervising import draft
from tests.support.targets import REPAIRS
from workflows.database import Database

CONTACTS = "name,unit,role,email\n王明,北城市,contact,wang@north.example.org\n"


@dataclass
class Home:
    """A home whose record is the same before each case."""

    folder: Path
    seed: Path
    sound: list[tuple[object, ...]] = field(repr=False)
    capture: pytest.CaptureFixture[bytes] = field(repr=False)

    @property
    def database(self) -> Path:
        return self.folder / "home" / "duban.db"

    def reset(self) -> None:
        """As it was."""
        for file in self.database.parent.glob("duban.db*"):
            file.unlink()
        shutil.copy(self.seed, self.database)

    def record(self) -> list[tuple[object, ...]]:
        """Every row."""
        database = Database(f"sqlite:///{self.database}")
        try:
            return everything(database)
        finally:
            database.close()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the program here: its exit code and what it printed."""
        return run_here(self.capture, *arguments)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[object, ...]]]:
    """A folder with a home in it, made once, and what its record holds."""
    folder = tmp_path_factory.mktemp("seed")
    office = SampleOffice(folder, database_url="")
    office.apply(PLAN, MONTHLY, BUREAU, REPAIRS)
    office.add_contact("north", "contact", "wang@north.example.org")
    office.tick("2022-06-13 09:00")
    office.at("2022-06-17 08:00")
    draft(office)
    sound = everything(office.database)
    office.close()
    shutil.copy(folder / "home" / "duban.db", folder / "seed.db")
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / "bridges-2022.yaml").write_text(CAMPAIGN + PLAN + MONTHLY, "utf-8")
    (folder / "contacts.csv").write_text(CONTACTS, "utf-8")
    return folder, sound


@pytest.fixture
def home(
    seed: tuple[Path, list[tuple[object, ...]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Home:
    shutil.copytree(seed[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUBAN_ORGANISATION", "organisation.yaml")
    monkeypatch.setenv("DUBAN_CAMPAIGNS_DIR", "campaigns")
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    monkeypatch.setenv("DUBAN_ACTOR", "office")
    return Home(tmp_path, tmp_path / "seed.db", seed[1], capsysbinary)


@fuzz(1.5)
@given(commands())
def test_every_command_is_done_or_refused(home: Home, arguments: list[str]) -> None:
    home.reset()
    code, out, err = home.run(*arguments)
    assert code in {0, 1, 2, 3}
    if code in {1, 2}:
        assert err.strip() or out.strip()
        assert len(err) < 30_000
        assert home.record() == home.sound


@pytest.mark.parametrize(
    "line",
    [
        f"extend {PLAN_KEY} --approve --until 9999-12-31",  # the calendar ends there
        f"return {PLAN_KEY} --until 9999-12-31",
        f"submit {PLAN_KEY} --on 0001-01-01",
        f"submit {PLAN_KEY} --by \ud800",  # what no encoding knows
        f"submit {PLAN_KEY} --why \x1b[2J",
        f"submit {PLAN_KEY} --by \0",  # PostgreSQL keeps none
        "outbox show 99999999999999999999",  # more than a database's integers hold
        "outbox list --limit 99999999999999999999",
        "feed revoke 99999999999999999999",
        "overdue --min-days 99999999999999999999",
        "plan --output nul\0",
        f"plan --output {'x' * 300}",
        "check nul\0",
        "contacts import .",
        "serve --as-of 2022-06-01 --speed nan",
        "serve --as-of 2022-06-01 --speed inf",
        "serve --as-of 0001-01-01",
        "tick --at 9999-12-31",
        "replay --from 2022-06-01 --to 9999-12-31",
    ],
)
def test_what_once_went_wrong_is_refused(home: Home, line: str) -> None:
    code, _out, err = home.run(*line.split(" "))
    assert code == 2 and err.strip()
    assert home.record() == home.sound


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\0", "contains NUL|is not the name"),
        (b"x" * 200_000, "field larger"),
        (b"\xff", "codec can't decode"),
        (b"bridges-2022/plan/north,2022-99-01,submit", "csv:2: there is no day 2022-99-01"),
        (b"\n\nbridges-2022/plan/north,0001-01-01,submit", "submissions.csv:4: 1 is out of range"),
        (b"bridges-2022/plan/north,2022-06-01,shout", "submissions.csv:2: unknown action"),
        (b"x,2022-06-01\n" * 500, "more problems"),
    ],
)
def test_submissions_that_cannot_be_played(home: Home, content: bytes, says: str) -> None:
    (home.folder / "submissions.csv").write_bytes(b"assignment,at,action\n" + content)
    code, _out, err = home.run(
        "replay", "campaigns/bridges-2022.yaml", "--from", "2022-06-01", "--to", "2022-06-02",
        "--submissions", "submissions.csv",
    )  # fmt: skip
    assert code == 2
    assert re.search(says, err)


@fuzz()
@given(st.lists(anything, min_size=1, max_size=4))
def test_any_words_at_all(home: Home, arguments: list[str]) -> None:
    code, _out, _err = home.run(*arguments)
    assert code in {0, 1, 2}


cells = st.lists(name | moment | st.sampled_from(["submit", "x"]), max_size=4).map(",".join)
submissions = st.lists(cells).map(lambda rows: "\n".join(rows).encode("utf-8", "replace"))


@fuzz(0.2)
@given(st.binary(max_size=80) | submissions)
def test_a_file_of_submissions(home: Home, content: bytes) -> None:
    file = home.folder / "submissions.csv"
    file.write_bytes(b"assignment,at,action\n" + content)
    code, _out, err = home.run(
        "replay", "campaigns/bridges-2022.yaml", "--from", "2022-06-01", "--to", "2022-06-02",
        "--submissions", "submissions.csv",
    )  # fmt: skip
    assert code in {0, 2}
    assert (code == 0) == (not err.strip())
