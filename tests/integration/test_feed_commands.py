"""`duban feed …` as its users type it, on a real record."""

import json
from pathlib import Path
from typing import Any

import icalendar
import pytest

from calendars.tokens import find_feed
from calendars.usage import Fetches
from config.errors import InputError, StateError
from config.i18n import using_language
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN

WANG = "wang@example.org"


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    office.apply(PLAN, MONTHLY)
    office.add_contact("north", "contact", WANG)
    return office


@pytest.fixture
def run(applied: SampleOffice, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command of `feed` and gives what it printed, and what it said beside."""

    def running(*arguments: str | Path) -> tuple[str, str]:
        capsys.readouterr()
        with using_language("en"):
            command(applied, "feed", *map(str, arguments))
        printed = capsys.readouterr()
        return printed.out, printed.err

    return running


def rows(run: Any, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("list", "--format", "json", *arguments)[0])
    return found


def token_of(printed: str) -> str:
    """The token in a feed's address."""
    return printed.splitlines()[0].rpartition("/")[2].removesuffix(".ics")


def opens(office: SampleOffice, token: str) -> bool:
    with office.database.read() as session:
        return find_feed(session, token, office.clock()) is not None


def test_a_feed_works_until_the_end_of_its_last_day(applied: SampleOffice, run: Any) -> None:
    token = token_of(run("create", "--unit", "北城", "--expires", "2022-06-30")[0])
    assert "works until 2022-06-30" in run("list")[0]
    applied.at("2022-06-30 23:59")
    assert opens(applied, token)
    applied.at("2022-07-01 00:00")
    assert not opens(applied, token)
    assert "expired 2022-06-30" in run("list")[0]
    with pytest.raises(StateError, match="revoked or expired"):
        run("change", "1", "--alarms")
    with pytest.raises(InputError, match="expired at once"):
        run("create", "--all", "--expires", "2022-06-30")


def test_a_rotated_feed_has_a_time_of_grace(applied: SampleOffice, run: Any) -> None:
    old = token_of(run("create", "--all")[0])
    printed, said = run("rotate", "1", "--grace", "3")
    new = token_of(printed)
    assert "2022-05-23 10:00" in said
    applied.at("2022-05-23 09:59")
    assert opens(applied, old) and opens(applied, new)
    applied.at("2022-05-23 10:00")
    assert not opens(applied, old) and opens(applied, new)
    last = token_of(run("rotate", "1", "--grace", "0")[0])
    assert not opens(applied, new) and opens(applied, last)
    run("revoke", "1")
    assert not opens(applied, last)


def test_options_are_changed_one_by_one(applied: SampleOffice, run: Any) -> None:
    token = token_of(run("create", "--unit", "北城", "--alarms", "--name", "Wang's")[0])
    run("change", "1", "--tasks", "--language", "zh", "--expires", "2022-12-31")
    (row,) = rows(run)
    assert (row["alarms"], row["tasks"], row["language"], row["name"]) == (
        True, True, "zh", "Wang's",
    )  # fmt: skip
    run("change", "1", "--no-alarms", "--no-end")
    (row,) = rows(run)
    assert (row["alarms"], row["tasks"], row["expires_at"]) == (False, True, None)
    assert opens(applied, token)
    assert "nothing was changed" in run("change", "1", "--tasks")[1]
    with pytest.raises(InputError, match="exclude each other"):
        run("change", "1", "--no-end", "--expires", "2022-12-31")


def test_who_never_subscribed(applied: SampleOffice, run: Any) -> None:
    run("create", "--unit", "山县")
    run("create", "--person", WANG)
    run("create", "--all")

    def unused() -> set[str]:
        return {row["name"] for row in rows(run, "--unused")}

    assert unused() == {"北城市", "南城市", "山县", "wang", ""}
    fetches = Fetches()
    fetches.note(2, applied.clock(), "ICSx5/2.3\nX: y")
    assert fetches.write(applied.database) == 1
    assert unused() == {"南城市", "山县", ""}
    (fetched,) = [row for row in rows(run) if row["fetched_at"]]
    assert (fetched["id"], fetched["holder"], fetched["fetched_by"]) == (2, WANG, "ICSx5/2.3 X: y")
    assert "units that never subscribed: 2" in run("list", "--unused")[1]


def test_a_feed_is_exported_with_its_options(run: Any, tmp_path: Path) -> None:
    run("create", "--unit", "北城", "--tasks", "--name", "North")
    file = tmp_path / "north.ics"
    run("export", "--feed", "1", "-o", file)
    calendar = icalendar.Calendar.from_ical(file.read_bytes())
    assert calendar["NAME"] == "North" and len(calendar.walk("VTODO")) == 4
    before = file.stat().st_mtime_ns
    assert "unchanged" in run("export", "--feed", "1", "-o", file)[1]
    assert file.stat().st_mtime_ns == before
    run("revoke", "1")
    with pytest.raises(StateError, match="feed 1 is revoked or expired"):
        run("export", "--feed", "1", "-o", file)


def test_each_unit_gets_a_file(applied: SampleOffice, run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "web" / "feeds"
    url = "https://calendars.example.org/feeds/"
    assert "3 files" in run("export", "--units", "-o", folder, "--url", url)[1]
    assert {one.name for one in folder.iterdir()} == {"north.ics", "south.ics", "hill.ics"}
    calendar = icalendar.Calendar.from_ical((folder / "hill.ics").read_bytes())
    assert calendar["SOURCE"] == f"{url}hill.ics"
    applied.act("submit")
    assert "1 have changed" in run("export", "--units", "-o", folder, "--url", url)[1]


@pytest.mark.parametrize(
    "arguments",
    [("create",), ("create", "--all", "--overdue"), ("export", "-o", "x", "--units", "--all"),
     ("export", "-o", "x")],
)  # fmt: skip
def test_a_feed_is_of_one_thing(run: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="a feed is of one thing") as caught:
        run(*arguments)
    assert caught.value.mend.startswith("give ")


def test_a_code_to_scan(run: Any) -> None:
    printed, said = run("create", "--all", "--qr")
    assert len(printed.splitlines()) > 15 and "█" in printed
    assert "the page for subscribers: http" in said
