"""Processes that work on one database at a time: schedulers that tick, a clerk who types commands.

All keep to one simulated day: nobody begins a moment before everybody has ended the last one, and
within it they are as much at once as processes can be.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import col, select

from config.errors import DubanError
from notifications.sender import make_transport
from scheduler.tick import tick
from tests.support.command_line import command
from tests.support.office import SampleOffice
from workflows.handing_in import name_of
from workflows.tables import Assignment, Delivery

_WAIT = 60  # seconds: a bound against hangs
_DECISIONS = ("hold", "release", "retry", "drop")


@dataclass(frozen=True)
class Workplace:
    """Where everybody works, and when."""

    folder: Path
    url: str
    smtp_port: int
    moments: tuple[datetime, ...]
    settings: dict[str, Any] = field(default_factory=dict)

    def open(self) -> SampleOffice:
        """The office over SMTP, with small batches so that they meet often."""
        smtp = {"smtp_host": "127.0.0.1", "smtp_port": self.smtp_port, "smtp_security": "none"}
        return SampleOffice(
            self.folder, database_url=self.url, **{"send_batch": 3, **smtp, **self.settings}
        )

    def open_at_last(self) -> SampleOffice:
        """The same, tried again until the database is there, as a service manager does."""
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                return self.open()
            except DubanError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def schedule(place: Workplace, barrier: Barrier, name: str, seed: int) -> list[str]:
    """Tick at each moment, by a clock that is up to a minute wrong. Returns what went wrong.

    A tick that failed is followed by another, as in `duban serve`.
    """
    chance, failed = Random(seed), []  # noqa: S311 - a pattern, not a secret
    skew = timedelta(seconds=chance.randint(0, 60))

    async def run() -> None:
        office = place.open_at_last()
        transport = make_transport(office.settings)
        sender = office.sender(transport, name)
        for moment in _together(place.moments, barrier):
            office.clock.advance_to(moment + skew)
            deadline = time.monotonic() + _WAIT
            while time.monotonic() < deadline:
                try:
                    await tick(
                        office.database,
                        office.organisation,
                        office.settings,
                        office.clock(),
                        sender,
                    )
                    break
                except DubanError as error:
                    failed.append(str(error))
                    await asyncio.sleep(0.05)
        await transport.close()
        office.close()

    asyncio.run(run())
    return failed


def do_paperwork(place: Workplace, barrier: Barrier, seed: int, commands: int) -> list[str]:
    """Type commands at each moment. Returns what was refused, a text for each."""
    chance, refused = Random(seed), []  # noqa: S311 - a pattern, not a secret
    office = place.open_at_last()
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for moment in _together(place.moments, barrier):
            office.clock.advance_to(moment)
            for _n in range(commands):
                try:
                    with contextlib.redirect_stderr(nowhere):
                        command(office, *_command(office, chance))
                except DubanError as error:
                    refused.append(str(error))
    office.close()
    return refused


def _together(moments: Sequence[datetime], barrier: Barrier) -> Iterator[datetime]:
    for moment in moments:
        try:
            barrier.wait(_WAIT)
            yield moment
        except BaseException:
            barrier.abort()
            raise


def _command(office: SampleOffice, chance: Random) -> tuple[str, ...]:
    """A command that the office may well type now; the record may refuse it all the same."""
    with office.database.read() as session:
        assignments = session.exec(select(Assignment).order_by(col(Assignment.id))).all()
        numbers = session.exec(select(Delivery.id).order_by(col(Delivery.id).desc()).limit(20))
        recent = numbers.all()
    one = chance.choice(assignments)
    later = (one.effective_due + timedelta(days=chance.randint(1, 9))).isoformat()
    soon = (office.clock() + timedelta(days=chance.randint(1, 5))).date().isoformat()
    by = ("--by", "clerk")
    ways = [
        ("submit", name_of(one), *by),
        ("accept", name_of(one), *by),
        ("return", name_of(one), "--until", soon, *by),
        ("extend", name_of(one), "--approve", "--until", later, *by),
        ("overdue",),
    ]
    if recent:
        number = str(chance.choice(recent))
        ways += [("outbox", action, number) for action in _DECISIONS]
        ways += [("outbox", "release", "--all")]
    return chance.choice(ways)
