"""What a process with the role “tick” does: puts the ticks, for the workers to do.

Several may run beside each other: of those that want to put a tick at the same time one does. By
the server's clock, so that no clock of a machine that was set back keeps ticks from coming.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from config.errors import DubanError
from notifications.outcomes import leases_expired, sweep
from scheduler.engine.jobs import Engine, Job, JobKind
from scheduler.office import Office
from workflows.database import alone

_log = structlog.get_logger()
_EARLY = 0.6  # of the interval: timers of two machines do not beat together
_PATIENCE = 120  # seconds that a tick may wait for a worker before it is said
_AGAIN = 600  # seconds after which that is said again


class PutTicks:
    """Puts jobs at their time, and takes back what a lost worker had."""

    def __init__(self, here: Office, engine: Engine) -> None:
        self._here, self._engine = here, engine
        self._failing = False
        self._told: float | None = None  # how long a tick had waited when it was last said

    async def run(self) -> None:
        """A tick for the workers, unless one waits or has just been put."""
        await self._try(self._tick)

    async def read_inbox(self) -> None:
        """The same for the office's mailboxes."""
        seconds = 60.0 * self._here.settings.inbox_minutes
        await self._try(lambda: self._put(JobKind.INBOX, seconds))

    def _tick(self) -> None:
        here, now = self._here, self._here.clock()
        lease = here.settings.lease_seconds
        if ended := here.database.end_stuck_writers():
            _log.warning("frozen writers ended", writers=ended)
        with here.database.read() as session:
            expired = leases_expired(session, now)
        if expired:  # whatever the engine does: a tick's own sweep needs a worker
            with here.database.write() as session:
                swept = sweep(session, now, here.settings.in_doubt)
            _log.warning("leases expired", deliveries=swept)
        if stuck := self._engine.sweep(lease):
            _log.warning("jobs of a lost worker given up", jobs=stuck)
        self._put(JobKind.TICK, here.settings.tick_seconds)
        with here.database.read() as session:
            self._look_for_workers(self._engine.seconds_waited(session, JobKind.TICK))

    def _look_for_workers(self, waited: float) -> None:
        """Say it where no worker takes the ticks: nobody is reminded then."""
        if waited < _PATIENCE:
            self._told = None
        elif self._told is None or waited > self._told + _AGAIN:
            self._told = waited
            _log.error("no worker takes the tick", waits=round(waited), mend="start duban worker")

    def _put(self, kind: JobKind, every: float) -> None:
        with self._here.database.write(shared=True) as session:
            alone(session, f"put {kind}")
            since = self._engine.seconds_since(session, kind)
            if (since is not None and since < _EARLY * every) or self._engine.waiting(kind):
                return
            self._engine.put(session, [Job(kind)])

    async def _try(self, work: Callable[[], Any]) -> None:
        try:
            await asyncio.to_thread(work)
        except Exception as error:  # the next one comes
            self._failing = True
            if isinstance(error, DubanError):
                _log.error("no tick put", reason=error.message, mend=error.mend)
            else:
                _log.exception("no tick put")
        else:
            if self._failing:
                _log.info("ticks are put again")
            self._failing = False
