"""Moving to PostgreSQL: everything arrives, one place is in force, and nothing is sent twice."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from config.errors import DubanError, InputError, StateError
from scheduler.moving import move, take_back
from tests.integration.test_upgrades import RELEASED, write_released
from tests.support.contents import everything
from tests.support.moving import NEXT, at, is_empty, source_of, to
from tests.support.office import SampleOffice
from tests.support.referee import found
from workflows.database import Database
from workflows.keeping.copying import copy_record
from workflows.migrate import upgrade_to


def test_everything_arrives_and_the_next_tick_sends_what_was_still_to_send(
    office: SampleOffice, bare: str, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "old", tmp_path / "stayed")
    before = everything(office.database)
    office.close()
    done = to(office, bare)
    assert done.report.findings == []
    assert all(table.rows for table in done.tables), "there is a row in every table"
    new, stayed = at(office, bare), SampleOffice(tmp_path / "stayed", "2022-06-13 09:00")
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
    assert served.exists()
    with pytest.raises(StateError, match="another Duban is connected"):
        to(office, target)
    served.close()
    to(office, target)


def test_a_database_that_is_not_empty_stays_as_it_is(office: SampleOffice, bare: str) -> None:
    database = Database(bare)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE payroll (id integer)"))
    database.close()
    with pytest.raises(StateError, match="another program's: it holds the table “payroll”"):
        to(office, bare)
    with database.write() as session:
        session.connection().execute(text("DROP TABLE payroll"))
    database.close()
    other = at(office, bare)
    other.apply()
    before = everything(other.database)
    other.close()
    with pytest.raises(StateError, match="holds a record already"):
        to(office, bare)
    assert everything(other.database) == before
    other.close()
    office.database.require()


def test_an_older_record_moves_into_an_older_empty_schema(
    office: SampleOffice, bare: str, tmp_path: Path
) -> None:
    version = RELEASED[0]
    empty = Database(bare)
    with empty.write() as session:
        upgrade_to(version, session.connection())
    empty.close()
    url = f"sqlite:///{tmp_path / 'released.db'}"
    write_released(url, version)
    office.at("2022-06-23 09:01")
    move(office.settings, office.clock(), url, bare)
    new = SampleOffice(tmp_path / "old", "2022-06-23 09:01", database_url=bare)
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
        ("DROP TABLE light_turn", "it has no table “light_turn”"),
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
