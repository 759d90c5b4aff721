"""A move that is broken off: the old record is in force, and the next run makes the move whole."""

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url

from config.errors import StateError
from tests.support import postgres
from tests.support.contents import everything
from tests.support.keeping import files_no_larger_than
from tests.support.moving import at, is_empty, to
from tests.support.office import SampleOffice
from tests.support.processes import Died, in_child
from tests.support.soaking import rounds


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
        folder, url = tmp_path / f"at-{last}", postgres.fresh_database()
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


def test_a_server_that_goes_away_leaves_all_as_it_was(office: SampleOffice, target: str) -> None:
    before = everything(office.database)
    office.close()
    name = make_url(target).database

    def end(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if connection.engine.name == "postgresql" and "FROM event" in statement:
            postgres.end_sessions(str(name))

    event.listen(Engine, "before_cursor_execute", end)
    try:
        with pytest.raises(StateError) as caught:
            to(office, target)
    finally:
        event.remove(Engine, "before_cursor_execute", end)
    assert "the server went away" in caught.value.mend
    assert is_empty(target)
    assert everything(office.database) == before
    office.close()
    to(office, target)


def test_a_full_disk_leaves_all_as_it_was(office: SampleOffice, target: str) -> None:
    """The mark on the old record cannot be set: what has arrived is taken out again."""
    before = everything(office.database)
    office.close()
    assert office.database.file is not None
    with files_no_larger_than(office.database.file.stat().st_size):
        with pytest.raises(StateError) as caught:
            to(office, target)
        assert "disk" in caught.value.mend
        assert is_empty(target)
    assert everything(office.database) == before
    office.close()
    to(office, target)
