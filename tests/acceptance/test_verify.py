"""`duban verify` as an office runs it: after a day's work, after a restore, after a doubt."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

from tests.acceptance.conftest import Duban
from tests.support.organisation import CAMPAIGN, PLAN, write_organisation
from workflows.database import Database


def worked(duban: Duban) -> Duban:
    """A small campaign applied, a tick on 13 June 2022 that reminds two units, and a hand-in."""
    duban.home.mkdir(parents=True)
    file = duban.home.parent / "bridges-2022.yaml"
    file.write_text(CAMPAIGN + PLAN.replace("[北城市]", "[北城市, 南城市]"), encoding="utf-8")
    duban.settings["DUBAN_ORGANISATION"] = str(write_organisation(duban.home.parent))
    duban.set_clock("2022-06-13T10:00:00+08:00")
    duban.run("apply", file, "--yes")
    duban.run("tick")
    duban.run("submit", "bridges-2022/plan/north")
    return duban


def change(duban: Duban, statement: str) -> None:
    """What a person with a database shell might do."""
    database = Database(duban.database_url)
    with database.write() as session:
        session.connection().execute(text(statement))
    database.close()


def test_all_is_well_until_someone_changes_the_record(duban_on_each: Duban) -> None:
    duban = worked(duban_on_each)
    assert "everything is as it should be" in duban.run("verify").stderr

    change(duban, "UPDATE event SET note = 'never mind' WHERE kind = 'submit'")
    (duban.home / "files").mkdir()
    (duban.home / "files" / "abc").write_text("foreign")
    found = duban.json("verify", code=1)
    assert found["ok"] is False
    event, file = found["findings"]
    assert (event["code"], event["severity"], event["where"]) == (
        "event-changed", "error", "event 2",
    )  # fmt: skip
    assert "restore a backup" in event["mend"]
    assert (file["code"], file["where"]) == ("file-differs", "abc")


def test_a_copy_elsewhere_with_warnings_and_doubts_alone(duban: Duban) -> None:
    worked(duban)
    elsewhere = Duban(duban.home.with_name("restored"), dict(duban.settings))
    elsewhere.set_clock("2022-06-13T11:00:00+08:00")
    with (
        closing(sqlite3.connect(duban.home / "duban.db")) as source,
        closing(sqlite3.connect(elsewhere.home / "duban.db")) as target,
    ):
        source.backup(target)
    change(elsewhere, "UPDATE delivery SET started_at = '2022-06-13 12:00:00.000000' WHERE id = 1")
    change(elsewhere, "UPDATE delivery SET doubts = 1 WHERE id = 2")
    found = elsewhere.json("verify")
    assert found["ok"] is True
    assert [one["code"] for one in found["findings"]] == ["outside-window"]
    assert {name: count for name, count in found["counts"].items() if count} == {
        "campaigns": 1, "assignments": 2, "events": 2, "rungs": 6, "reminders": 6,
        "deliveries": 3, "in_doubt": 1,
    }  # fmt: skip
    (doubt,) = found["in_doubt"]
    assert (doubt["delivery"], doubt["day"], doubt["status"]) == (2, "2022-06-13", "done")
    assert doubt["address"] == "south@example.org" and len(doubt["reminders"]) == 1
    done = elsewhere.run("verify")
    assert "0 errors, 1 warnings, 1 in doubt" in done.stderr
    assert "south@example.org" in done.stdout


def test_without_a_database(duban: Duban) -> None:
    assert "duban apply" in duban.run("verify", code=1).stderr
