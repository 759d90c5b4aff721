"""The process dies between any two statements, by SIGKILL: all is as if it had not, or had done.

Each statement and each commit is a place to die, and so is the moment before and after a mail is
taken. A mail taken whose mark was lost goes out again, and is the only kind that may.
"""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from notifications.transports.base import Mail, SendResult
from notifications.transports.maildir import MaildirTransport
from tests.support import postgres
from tests.support.contents import everything
from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, PLAN
from tests.support.processes import Died, in_child
from tests.support.referee import found
from tests.support.soaking import on, report, rounds
from workflows.applying import Past
from workflows.database import Database

NEVER = 0
BEFORE = ["2022-06-13 09:00", "2022-06-15 09:00", "2022-06-17 09:00", "2022-06-20 09:00"]
MOMENT = "2022-06-21 09:00"
AFTER = ["2022-06-21 09:06", "2022-06-21 09:20", "2022-06-22 09:00"]


@dataclass(eq=False)
class Steps:
    """Counts the places to die, and dies at the one that was asked for."""

    last: int
    taken: int = 0

    def __call__(self, *_event: Any) -> None:
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, database: Database) -> None:
        event.listen(database.engine, "before_cursor_execute", self)
        event.listen(database.engine, "commit", self)


class SteppingMaildir(MaildirTransport):
    """A Maildir with a place to die before and after each mail."""

    def __init__(self, folder: Path, steps: Steps) -> None:
        super().__init__(folder)
        self._steps = steps

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        self._steps()
        result = await super().send(mail, until)
        self._steps()
        return result


@dataclass(frozen=True)
class Home:
    """A prepared office's folder and database, of which each run has a copy."""

    folder: Path
    url: str

    def open(self) -> SampleOffice:
        """With small batches, so that there are many transactions."""
        return SampleOffice(
            self.folder, BEFORE[-1], database_url=self.url, announce=True, morning_list=True,
            send_batch=2,
        )  # fmt: skip

    def copy(self, number: int) -> "Home":
        folder = self.folder.with_name(f"copy-{number}")
        shutil.copytree(self.folder, folder)
        if self.url.startswith("sqlite"):
            return Home(folder, f"sqlite:///{folder / 'home' / 'duban.db'}")
        return Home(folder, postgres.copy_database(self.url))

    def remove(self) -> None:
        shutil.rmtree(self.folder)
        if not self.url.startswith("sqlite"):
            postgres.drop_database(self.url)


def tick(home: Home, last: int) -> int:
    """A whole tick; returns how many places to die it has."""
    office, steps = home.open(), Steps(last)
    steps.watch(office.database)
    office.tick(MOMENT, SteppingMaildir(office.settings.maildir, steps))
    office.close()
    return steps.taken


def submit(home: Home, last: int) -> int:
    """A hand-in."""
    office, steps = home.open(), Steps(last)
    steps.watch(office.database)
    office.at(MOMENT)
    office.act("submit")
    office.close()
    return steps.taken


def create(home: Home, last: int) -> int:
    """The schema, from nothing."""
    database, steps = Database(home.url), Steps(last)
    steps.watch(database)
    database.migrate()
    database.close()
    return steps.taken


def places(work: Callable[[Home, int], int], home: Home, number: int) -> list[int]:
    """A seeded choice of the places to die that a work has: the soak tries more, then all."""
    whole = home.copy(0)
    steps = in_child(work, whole, NEVER)
    whole.remove()
    assert steps > 5
    return sorted(Random(number).sample(range(1, steps + 1), min(number * rounds(1), steps)))  # noqa: S311


def dies(work: Callable[[Home, int], int], home: Home, last: int) -> None:
    with pytest.raises(Died) as caught:
        in_child(work, home, last)
    assert caught.value.args == (-signal.SIGKILL,)


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Iterator[Home]:
    """Digests, a held mail, a notice and a list are due at MOMENT: one hand-in has come."""
    ready = Home(tmp_path / "ready", database_url)
    if database_url.startswith("sqlite"):
        ready = Home(ready.folder, f"sqlite:///{ready.folder / 'home' / 'duban.db'}")
    office = SampleOffice(ready.folder, database_url=ready.url, announce=True)
    office.apply(PLAN.replace("[北城市]", "[北城市, 南城市]"), BUREAU)
    office.ticks(BEFORE)
    office.remind("2022-06-20 10:00")
    office.act("submit", "bridges-2022/plan/south")
    office.close()
    yield ready


def test_a_tick_that_dies_anywhere(home: Home) -> None:
    reference = home.copy(0)
    with closing(reference.open()) as office:
        before = len(office.mails())
        office.ticks([MOMENT, *AFTER])
        expected, fates = {mail["Message-ID"] for mail in office.mails()}, Counter(office.fates())
    reference.remove()
    tried = places(tick, home, 2)
    in_doubt = 0
    for last in tried:
        here = home.copy(last)
        dies(tick, here, last)
        with closing(here.open()) as office:
            office.ticks(AFTER)
            arrived = Counter(mail["Message-ID"] for mail in office.mails())
            doubts = {one.message_id: one.doubts for one in office.deliveries() if one.doubts}
            assert set(arrived) == expected, f"died at {last}"
            for message_id, times in arrived.items():
                assert times <= 1 + doubts.get(message_id, 0), f"died at {last}"
            assert Counter(office.fates()) == fates, f"died at {last}"
            assert found(office) == [], f"died at {last}"
        in_doubt += len(doubts)
        here.remove()
    report(
        f"a crash between two statements of a tick, {on(home.url)}",
        runs=len(tried),
        mails=(len(expected) - before) * len(tried),
        lost=0,
        doubled=0,
        in_doubt=in_doubt,
    )


def test_a_hand_in_that_dies_anywhere_is_recorded_or_not(home: Home) -> None:
    with closing(home.open()) as office:
        before = everything(office.database)
    done = home.copy(0)
    submit(done, NEVER)
    with closing(done.open()) as office:
        after = everything(office.database)
    done.remove()
    assert after != before
    tried = places(submit, home, 2)
    for last in tried:
        here = home.copy(last)
        dies(submit, here, last)
        with closing(here.open()) as office:
            assert everything(office.database) in (before, after), f"died at {last}"
        here.remove()
    name = f"a crash between two statements of a hand-in, {on(home.url)}"
    report(name, runs=len(tried), lost=0, doubled=0)


def test_a_schema_that_was_begun_is_begun_again(tmp_path: Path, database_url: str) -> None:
    empty = Home(tmp_path / "ready", f"sqlite:///{tmp_path / 'ready' / 'home' / 'duban.db'}")
    if not database_url.startswith("sqlite"):
        empty = Home(empty.folder, postgres.fresh_database(migrated=False))
    empty.folder.mkdir()
    tried = places(create, empty, 2)
    for last in tried:
        here = empty.copy(last)
        dies(create, here, last)
        with closing(here.open()) as office:
            assert office.apply(past=Past.SILENT) == 1, f"died at {last}"
        here.remove()
    empty.remove()
    name = f"a crash between two statements of a first start, {on(database_url)}"
    report(name, runs=len(tried), lost=0, doubled=0)
