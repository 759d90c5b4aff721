"""The database: UTC kept, writers that wait, faults that are said clearly, migrations complete."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import class_mapper
from sqlmodel import col, func, select

from config.errors import InputError, StateError
from tests.support.moments import at
from workflows.database import Database
from workflows.schema_version import HEAD
from workflows.tables import Contact, Feed, all_tables


def fresh(folder: Path) -> Database:
    """A SQLite database."""
    return opened(f"sqlite:///{folder / 'home' / 'duban.db'}")


def opened(url: str) -> Database:
    database = Database(url)
    database.migrate()
    return database


def feed(made: datetime) -> Feed:
    return Feed(token_hash="a", scope="all", created_at=made, changed_at=made)


def test_moments_come_back_aware_and_in_utc(database_url: str) -> None:
    database = opened(database_url)
    moment = at("2022-06-13 00:30") + timedelta(microseconds=123456)
    with database.write() as session:
        session.add(feed(moment))
    with database.read() as session:
        (found,) = session.exec(select(Feed)).all()
        assert found.created_at == moment
        assert found.created_at.tzinfo is UTC
        raw = session.connection().execute(text("SELECT created_at FROM feed")).scalar()
        assert str(raw).startswith("2022-06-12 16:30:00.123456")
        later = select(Feed).where(col(Feed.created_at) >= moment)
        assert len(session.exec(later).all()) == 1
    database.close()


def test_naive_moments_are_refused(database_url: str) -> None:
    database = opened(database_url)
    naive = datetime(2022, 6, 13)  # noqa: DTZ001 - what is tested
    refused = pytest.raises(StatementError, match="a naive time cannot be stored")
    with refused, database.write() as session:
        session.add(feed(naive))
        session.flush()
    with database.read() as session:
        assert session.exec(select(Feed)).all() == []
    database.close()


def test_reading_then_writing_waits_for_another_writer(database_url: str) -> None:
    """A deferred transaction that reads and then writes would fail at once here."""
    database = opened(database_url)
    other_has_begun, failures = threading.Event(), []

    def count_and_add(name: str) -> None:
        try:
            with database.write() as session:
                number = session.exec(select(func.count(col(Contact.id)))).one()
                other_has_begun.wait(0.02)
                session.add(Contact(unit_id=str(number), role="contact", name=name, address=name))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=count_and_add, args=(f"{n}@x",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as session:
        seen = session.exec(select(Contact.unit_id).order_by(col(Contact.id))).all()
    assert seen == [str(n) for n in range(8)]  # each counted all that came before
    database.close()


def test_an_error_takes_everything_back(database_url: str) -> None:
    database = opened(database_url)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.add(feed(at("2022-06-13")))
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert session.exec(select(Feed)).all() == []
    database.close()


def test_a_reader_keeps_its_snapshot_beside_a_writer(database_url: str) -> None:
    database = opened(database_url)
    count = select(func.count(col(Feed.id)))
    with database.read() as reader:
        assert reader.exec(count).one() == 0
        with database.write() as writer:
            writer.add(feed(at("2022-06-13")))
        assert reader.exec(count).one() == 0
    with database.read() as reader:
        assert reader.exec(count).one() == 1
    database.close()


def test_the_database_settings(tmp_path: Path) -> None:
    database = fresh(tmp_path)
    with database.read() as session:
        ask = session.connection().exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA cache_size").scalar() == -16_384
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
    database.close()


def test_only_what_can_be_made_again_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'home' / 'duban.db'}", durable=False)
    database.migrate()
    with database.write() as session:
        session.add(feed(at("2022-06-13")))
        assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 0
    database.close()


def test_foreign_keys_are_kept(database_url: str) -> None:
    database = opened(database_url)
    with pytest.raises((IntegrityError, StateError)), database.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO campaign_version (campaign_id, version, digest, declaration)"
            " VALUES ('none', 1, '', '{}')"
        )
    database.close()


def test_an_index_is_partial_where_the_tables_say_so(database_url: str) -> None:
    database = opened(database_url)
    said = {
        index.name
        for table in all_tables().tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert said
    with database.engine.connect() as connection:
        made = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            if database.file is not None
            else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        )
        assert {name for name, definition in made if " WHERE " in definition} == said
    database.close()


def test_keys_refer_to_tables_that_are_there_as_soon_as_their_own() -> None:
    tables = all_tables().sorted_tables
    mappers = class_mapper(Contact).registry.mappers
    module = {one.class_.__tablename__: one.class_.__module__ for one in mappers}
    always = {f"workflows.tables.{name}" for name in ("log", "mail", "people", "plan")}
    for table in tables:
        for key in table.foreign_keys:
            assert module[key.column.table.name] in {*always, module[table.name]}


def test_migrations_equal_the_models(database_url: str) -> None:
    database = opened(database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []
    assert database.schema_version() == HEAD
    database.migrate()  # again: nothing to do
    database.close()


def test_there_is_no_database_yet(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    assert not database.exists()
    with pytest.raises(StateError, match="there is no database yet") as caught:
        database.require()
    assert "duban apply" in caught.value.mend
    assert not (tmp_path / "none.db").exists()
    database.close()


def test_an_empty_database_file_is_none(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not database.exists()
    database.migrate()
    assert database.exists()
    database.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "duban.db"
    file.write_bytes("不是数据库\n".encode() * 500)
    database = Database(f"sqlite:///{file}")
    for work in (database.exists, database.migrate, database.require):
        with pytest.raises(StateError, match="not a database") as caught:
            work()
        assert "restore a backup" in caught.value.mend
    assert file.read_bytes() == "不是数据库\n".encode() * 500
    database.close()


def test_a_folder_in_the_files_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "duban.db").mkdir()
    with pytest.raises(StateError, match="unable to open") as caught:
        Database(f"sqlite:///{tmp_path / 'duban.db'}").migrate()
    assert "DUBAN_HOME" in caught.value.mend


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot create the folder") as caught:
        Database(f"sqlite:///{tmp_path / 'file' / 'home' / 'duban.db'}").migrate()
    assert "DUBAN_HOME" in caught.value.mend


@pytest.mark.parametrize("url", ["nonsense", "sqlite//missing.db", "nosuchdb://host/name"])
def test_a_url_that_cannot_be_used_is_said(url: str) -> None:
    with pytest.raises(InputError, match="the database URL cannot be used"):
        Database(url)
