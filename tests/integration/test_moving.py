"""Moving to PostgreSQL: everything arrives, one place is in force, and nothing is sent twice."""

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from config.errors import DubanError, InputError, StateError
from scheduler.moving import Move, Return, move, take_back
from tests.integration.test_upgrades import RELEASED, write_released
from tests.support import postgres
from tests.support.contents import everything
from tests.support.keeping import back_up, lived, restore
from tests.support.office import SampleOffice
from tests.support.processes import Died, in_child
from tests.support.referee import found
from tests.support.soaking import rounds
from workflows.database import Database
from workflows.keeping.copying import copy_record
from workflows.migrate import upgrade_to

SAME_DAY, NEXT = "2022-06-13 09:20", "2022-06-15 09:00"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office with something in every table, on SQLite, at 2022-06-13 09:00; nobody is in it."""
    here = lived(tmp_path / "old")
    here.close()
    yield here
    here.close()


@pytest.fixture
def target() -> Iterator[str]:
    """An empty database."""
    url = postgres.fresh_database(migrated=False)
    yield url
    postgres.drop_database(url)


def source_of(office: SampleOffice) -> str:
    return office.settings.resolved_database_url


def to(office: SampleOffice, target: str) -> Move:
    """Move it, now."""
    now = office.clock().astimezone(office.settings.zone)
    return move(office.settings, now, source_of(office), target)


def back(office: SampleOffice, target: str = "") -> Return:
    """Take it back, now."""
    now = office.clock().astimezone(office.settings.zone)
    return take_back(office.settings, office.organisation, now, source_of(office), target)


def at(office: SampleOffice, target: str) -> SampleOffice:
    """The same office where it has moved to."""
    folder = office.settings.home.parent
    return SampleOffice(folder, f"{office.clock():%Y-%m-%d} 09:00", database_url=target)


def is_empty(target: str) -> bool:
    database = Database(target)
    try:
        return not database.exists() and everything(database) == []
    finally:
        database.close()


def test_everything_arrives_and_the_next_tick_sends_what_was_still_to_send(
    office: SampleOffice, target: str, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "old", tmp_path / "stayed")
    before = everything(office.database)
    office.close()
    done = to(office, target)
    assert done.report.findings == []
    assert all(table.rows for table in done.tables), "there is a row in every table"
    new, stayed = at(office, target), SampleOffice(tmp_path / "stayed", "2022-06-13 09:00")
    assert everything(new.database) == before
    for one in (new, stayed):
        one.act("submit")
        one.tick(NEXT)
    assert new.fates() == stayed.fates()
    assert new.letters() == stayed.letters()
    assert {one["Message-ID"] for one in new.mails()} == {
        one["Message-ID"] for one in stayed.mails()
    }
    assert new.events()[-1].id == stayed.events()[-1].id, "numbers go on"
    assert found(new) == []
    new.close()
    stayed.close()


def test_the_old_record_says_where_it_has_gone_and_sends_nothing(
    office: SampleOffice, target: str, tmp_path: Path
) -> None:
    to(office, target)
    name = Database(target).shown
    for work in (
        office.database.require,
        office.database.migrate,
        office.database.exists,
        lambda: SampleOffice(tmp_path / "old"),
        lambda: to(office, target),
    ):
        with pytest.raises(StateError) as caught:
            work()
        assert f"has moved: since 2022-06-13 09:00 it is at {name}" in caught.value.message
        assert "DUBAN_DATABASE_URL" in caught.value.mend
    assert copy_record(source_of(office), tmp_path / "copy.db")
    with pytest.raises(StateError, match="has moved"):
        Database(f"sqlite:///{tmp_path / 'copy.db'}").schema_version()


def test_a_record_that_is_in_use_stays(office: SampleOffice, target: str) -> None:
    before = everything(office.database)  # from here on it is open, as `duban serve` has it
    with pytest.raises(StateError) as caught:
        to(office, target)
    assert "stop “duban serve”" in caught.value.mend
    assert everything(office.database) == before
    assert is_empty(target)
    office.close()
    served = Database(target)
    assert not served.exists()
    with pytest.raises(StateError, match="another Duban is connected"):
        to(office, target)
    served.close()
    to(office, target)


def test_a_database_that_is_not_empty_stays_as_it_is(office: SampleOffice, target: str) -> None:
    database = Database(target)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE payroll (id integer)"))
    database.close()
    with pytest.raises(StateError, match="another program's: it holds the table “payroll”"):
        to(office, target)
    with database.write() as session:
        session.connection().execute(text("DROP TABLE payroll"))
    database.close()
    other = at(office, target)
    other.apply()
    before = everything(other.database)
    other.close()
    with pytest.raises(StateError, match="holds a record already"):
        to(office, target)
    assert everything(other.database) == before
    other.close()
    office.database.require()


def test_an_older_record_moves_into_an_older_empty_schema(
    office: SampleOffice, target: str, tmp_path: Path
) -> None:
    version = RELEASED[0]
    empty = Database(target)
    with empty.write() as session:
        upgrade_to(version, session.connection())
    empty.close()
    url = f"sqlite:///{tmp_path / 'released.db'}"
    write_released(url, version)
    office.at("2022-06-23 09:01")
    move(office.settings, office.clock(), url, target)
    new = SampleOffice(tmp_path / "old", "2022-06-23 09:01", database_url=target)
    waiting = new.statuses().count("queued")
    assert new.tick("2022-06-23 09:05").sent == waiting > 0
    assert found(new) == []
    new.close()


def test_what_was_wrong_before_is_told_and_moves_along(office: SampleOffice, target: str) -> None:
    with office.database.write() as session:
        session.connection().execute(text("UPDATE event SET note = 'x' WHERE id = 2"))
    office.close()
    assert [one.code.value for one in to(office, target).report.findings] == ["event-changed"]


def test_what_does_not_fit_leaves_both_as_they_were(office: SampleOffice, target: str) -> None:
    """SQLite keeps what its columns were not declared for; PostgreSQL does not."""
    for statement, says in (
        ("UPDATE assignment SET due = 'soon' WHERE id = 2", "“assignment” cannot be read"),
        ("UPDATE unit SET name = 'a' || char(0) WHERE id = 'hill'", "NUL"),
        ("UPDATE unit SET aliases = '[' WHERE id = 'hill'", "the database is damaged: “.”"),
    ):
        with office.database.write() as session:
            session.connection().execute(text(statement))
        office.close()
        with pytest.raises(DubanError, match=says):
            to(office, target)
        assert is_empty(target)
        office.database.require()
        office.close()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("postgresql://me:secret@127.0.0.1:1/x", "sqlite:///new.db"),
        ("sqlite:///old.db", "sqlite:///new.db"),
        ("postgresql://127.0.0.1:1/x", "postgresql://me:secret@127.0.0.1:1/y"),
        ("sqlite:///old.db", "mysql://me:secret@127.0.0.1/x"),
        ("sqlite:///old.db", "postgresql://me:sec@ret@127.0.0.1/x"),
    ],
)
def test_other_ways_are_refused(office: SampleOffice, source: str, target: str) -> None:
    with pytest.raises(InputError) as caught:
        move(office.settings, office.clock(), source, target)
    assert "ret" not in str(caught.value).replace("restore", "")
    with pytest.raises(InputError):
        take_back(office.settings, office.organisation, office.clock(), source, target)


@dataclass(eq=False)
class Steps:
    """Counts statements and commits, and dies at the one that was asked for."""

    last: int
    taken: int = 0

    def __call__(self, *_event: Any) -> None:
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def moves(folder: Path, target: str, last: int) -> int:
    """A move; returns how many places to die it has. Runs in a process of its own."""
    office = SampleOffice(folder, start="2022-06-13 09:00")
    office.close()
    steps = Steps(last)
    event.listen(Engine, "before_cursor_execute", steps)
    event.listen(Engine, "commit", steps)
    to(office, target)
    return steps.taken


def test_a_move_that_dies_anywhere(office: SampleOffice, target: str, tmp_path: Path) -> None:
    """The old record is in force until the last commit, and the next run makes the move whole."""
    before = everything(office.database)
    office.close()
    shutil.copytree(tmp_path / "old", tmp_path / "whole")
    steps = in_child(moves, tmp_path / "whole", target, 0)
    assert steps > 100
    anywhere = Random(9).sample(range(20, steps), min(rounds(1), steps - 20))  # noqa: S311
    for last in [*anywhere, steps]:
        folder, url = tmp_path / f"at-{last}", postgres.fresh_database(migrated=False)
        shutil.copytree(tmp_path / "old", folder)
        with pytest.raises(Died):
            in_child(moves, folder, url, last)
        there = SampleOffice(folder, start="2022-06-13 09:00")
        assert everything(there.database) == before
        there.close()
        assert is_empty(url) == (last < steps), "the last commit is the mark on the old record"
        to(there, url)
        new = at(there, url)
        assert everything(new.database) == before
        new.close()
        postgres.drop_database(url)


def test_taken_back_before_anything_was_done_there(office: SampleOffice, target: str) -> None:
    before = everything(office.database)
    office.close()
    to(office, target)
    office.at(SAME_DAY)
    done = back(office, target)
    assert (done.same, done.kept.held) == (True, 0)
    assert everything(office.database) == before
    assert is_empty(target), "nothing can be sent from there"
    office.close()
    to(office, target)


def test_taken_back_after_a_morning_there(office: SampleOffice, target: str) -> None:
    """What the other place has sent is held here, as after a restore."""
    to(office, target)
    new = at(office, target)
    assert new.tick(NEXT).sent > 0
    sent = len(new.mails())
    served = Database(target)
    assert served.exists()
    office.at("2022-06-15 10:00")
    with pytest.raises(StateError, match="another Duban is connected"):
        back(office, target)
    served.close()
    new.close()
    done = back(office, target)
    assert not done.same and done.kept.held > 0
    assert done.aside == "duban_before_return_2022_06_15_100000"
    assert office.tick("2022-06-15 10:01").sent == 0
    assert len(office.mails()) == sent
    assert found(office) == []
    office.close()
    with pytest.raises(StateError, match="has not moved"):
        back(office)


def test_taken_back_from_a_server_that_is_gone(office: SampleOffice, target: str) -> None:
    to(office, target)
    with pytest.raises(StateError, match=r"has moved to .*, and not to"):
        back(office, "postgresql://me:secret@127.0.0.1:1/x")
    assert back(office).aside == ""
    office.database.require()


def test_the_way_back_with_all_that_was_done_there(
    office: SampleOffice, target: str, tmp_path: Path
) -> None:
    to(office, target)
    new = at(office, target)
    new.tick(NEXT)
    file = back_up(new, tmp_path / "duban.zip")
    after = everything(new.database)
    new.close()
    office.at(NEXT)
    restore(office, file, force=True, resend=True)
    assert everything(office.database) == after
