"""Sending on many workers: how many jobs the outbox needs, and what one does."""

import asyncio
from dataclasses import dataclass, field

import structlog
from sqlmodel import Session, col, func, select

from notifications.carriers.limiter import Limiter
from notifications.sender import Sender
from scheduler.engine.jobs import Engine, Job, JobKind
from scheduler.office import Office
from scheduler.tick import sending_window
from workflows.database import alone
from workflows.tables import Delivery, DeliveryStatus

_log = structlog.get_logger()
MAILS = 1000  # of one job
_MOST = 400  # jobs that wait at once; the next tick puts more
_SHARE = 1 / 4  # of the lease, after which a job claims no more: none lasts as long as a lease


@dataclass
class Mailing:
    """The jobs that empty the outbox, on one worker; its one sender is in the event loop `loop`."""

    here: Office
    engine: Engine
    sender: Sender
    loop: asyncio.AbstractEventLoop
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def put_jobs(self) -> None:
        """As many as what is due now needs, less those that are waiting.

        A carrier whose mails are counted has one job at a time, so that its limits, that of
        connections as well, hold over all workers together.
        """
        with self.here.database.write(shared=True) as session:
            alone(session, "put mails")  # two ticks at once must not put a counted carrier two
            jobs = min(-(-_due(session, self.here) // MAILS), _MOST)
            if not jobs:
                return
            if self._counts:
                jobs = 0 if self.engine.waiting(JobKind.SEND, taken=True) else 1
            else:
                jobs -= self.engine.waiting(JobKind.SEND)
            about = {"mails": MAILS}
            self.engine.put(session, [Job(JobKind.SEND, about=about) for _n in range(jobs)])

    def send(self, job: Job) -> None:
        """Send a batch. Called in a thread; of two jobs the second waits for the first."""
        asyncio.run_coroutine_threadsafe(self._send(job.about["mails"]), self.loop).result()

    async def _send(self, mails: int) -> None:
        seconds = _SHARE * self.here.settings.lease_seconds
        async with self._busy:
            report = await self.sender.run(mails, seconds)
            if self._counts:
                await self.sender.hang_up()  # else another's connections would come on top of ours
        if report.sent:
            _log.info("mails", sent=report.sent)

    @property
    def _counts(self) -> bool:
        return Limiter(self.here.settings).counts

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        async with self._busy:
            pass


def _due(session: Session, here: Office) -> int:
    """How many deliveries a sender would find now."""
    now = here.clock()
    if not sending_window(here.settings).is_open(now):
        return 0
    query = select(func.count()).where(
        Delivery.status == DeliveryStatus.QUEUED, col(Delivery.not_before) <= now
    )
    return session.exec(query).one()
