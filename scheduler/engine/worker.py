"""One worker: takes its name, does jobs until it is stopped, and lets those at hand finish."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from notifications.sender import Sender
from scheduler.engine.jobs import Engine, Job, JobKind
from scheduler.engine.mailing import Mailing
from scheduler.engine.ticking import Ticking
from scheduler.inbox import RegularReading
from scheduler.office import Office
from workflows.database import lock_key

_LONGEST_STOP = 60  # seconds that a stop waits for jobs at hand; their mails are waited for anyway


class Worker:
    """The jobs of this process. Its `sender` belongs to the event loop that makes the worker."""

    def __init__(
        self, here: Office, engine: Engine, sender: Sender, name: str, inbox: RegularReading | None
    ) -> None:
        """`name` stays the same when the process is started again."""
        self._engine, self._name, self._sender, self._inbox = engine, name, sender, inbox
        self._mailing = Mailing(here, engine, sender, asyncio.get_running_loop())
        self._ticking = Ticking(here, engine, self._mailing, sender.worker)
        # A frozen machine must not keep the others from writing for as long as a lease.
        here.database.stuck_seconds = min(
            here.database.stuck_seconds, max(1, here.settings.lease_seconds // 3)
        )

    def start(self) -> None:
        """Begin to take jobs."""
        self._engine.work(
            self._name,
            {
                JobKind.TICK: self._ticking.tick,
                JobKind.REMIND: self._ticking.remind,
                JobKind.GROUP: self._ticking.group,
                JobKind.SEND: self._mailing.send,
                JobKind.INBOX: self._read_inbox,
            },
        )

    def end(self) -> None:
        """The batch under way is finished, no other is begun."""
        self._ticking.stopping = self._sender.stopping = True
        if self._inbox is not None:
            self._inbox.stopping = True

    async def stop(self) -> None:
        """Take no job any more; mails that are under way are finished and recorded."""
        self.end()
        await asyncio.to_thread(self._engine.rest, _LONGEST_STOP)
        await self._mailing.idle()

    def _read_inbox(self, _job: Job) -> None:
        if self._inbox is not None:
            self._inbox.run()


@contextmanager
def worker_name(here: Office, wanted: str = "") -> Iterator[str]:
    """A name that no other worker has while the block lasts: the machine's, the second on it with
    “-2”. A worker that is started again gets the one that it had, and with it its jobs."""
    base = wanted or socket.gethostname()
    with here.database.engine.connect() as connection:
        number = 1
        while True:
            name = base if number == 1 else f"{base}-{number}"
            key = lock_key(f"worker {name}")
            taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
            if taken.scalar_one():
                break
            number += 1
        connection.commit()
        yield name
