"""One worker: takes its name, does jobs until it is stopped, and lets those at hand finish."""

import asyncio
import socket
from itertools import chain, count

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from notifications.sender import Sender
from scheduler.engine.jobs import Engine, Job, JobKind
from scheduler.engine.mailing import Mailing
from scheduler.engine.ticking import Ticking
from scheduler.inbox import RegularReading
from scheduler.office import Office
from workflows.database import Database, lock_key
from workflows.database_errors import clear_errors

_log = structlog.get_logger()
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


class OwnName:
    """A worker's name, which no other has meanwhile: the machine's, the second on it with “-2”.

    A worker that is started again gets the one that it had, and with it its jobs.
    """

    def __init__(self, database: Database, wanted: str = "") -> None:
        """Takes the first name that is free, for as long as the process lives."""
        self._database = database
        base = wanted or socket.gethostname()
        with clear_errors(database.url):
            self._connection: Connection | None = database.engine.connect()
            names = chain([base], (f"{base}-{number}" for number in count(2)))
            self.name = next(one for one in names if _take(self._connection, one))
        self._held = True

    def keep(self) -> bool:
        """To be called now and then: the server forgets who has it when it is restarted. Returns
        whether it is had."""
        had = self._held
        try:
            if self._connection is None:
                self._connection = self._database.engine.connect()
            if not self._held:  # somebody else may have it by now, whose jobs are then ours as well
                self._held = _take(self._connection, self.name)
            self._connection.exec_driver_sql("SELECT 1")
            self._connection.rollback()
        except DBAPIError:
            self.give_up()
        if had and not self._held:
            _log.warning("the database is away: no job is done until it is back", worker=self.name)
        elif self._held and not had:
            _log.info("the database is back", worker=self.name)
        return self._held

    def give_up(self) -> None:
        """Let another have it."""
        self._held = False
        if self._connection is not None:
            self._connection.invalidate()  # the lock is the session's: it must not be used again
            self._connection.close()
            self._connection = None


def _take(connection: Connection, name: str) -> bool:
    take = text("SELECT pg_try_advisory_lock(:key)")
    taken: bool = connection.execute(take, {"key": lock_key(f"worker {name}")}).scalar_one()
    connection.rollback()
    return taken
