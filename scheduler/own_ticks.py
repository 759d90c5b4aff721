"""The embedded mode's ticks: each remembers, groups and sends in this very process."""

import asyncio

import structlog

from config.errors import DubanError
from notifications.sender import Sender
from scheduler.inbox import RegularReading
from scheduler.office import Office
from scheduler.tick import tick

_log = structlog.get_logger()


class OwnTicks:
    """One tick at a time, with the sender that empties the outbox behind it."""

    def __init__(self, here: Office, sender: Sender, inbox: RegularReading | None) -> None:
        self._here, self._sender, self._inbox = here, sender, inbox
        self._busy, self._reading = asyncio.Lock(), asyncio.Lock()

    async def run(self) -> None:
        """One tick; a failed one must not end the program: the next one looks again."""
        here, sender = self._here, self._sender
        async with self._busy:
            if sender.stopping:
                return
            try:
                await asyncio.to_thread(here.database.end_stuck_writers)
                report = await tick(
                    here.database, here.organisation, here.settings, here.clock(), sender
                )
            except DubanError as error:
                _log.error("tick failed", reason=error.message, mend=error.mend)
                return
            except Exception:
                _log.exception("tick failed")
                return
        if report.due or report.sending.sent:
            _log.info("tick", due=report.due, deliveries=report.grouped, sent=report.sending.sent)

    async def read_inbox(self) -> None:
        """Read the office's mailboxes, where it wants that."""
        if self._inbox is not None:
            async with self._reading:
                await asyncio.to_thread(self._inbox.run)

    def end(self) -> None:
        """The batch under way is finished, no other is begun."""
        self._sender.stopping = True
        if self._inbox is not None:
            self._inbox.stopping = True

    async def stop(self) -> None:
        """Wait for what is under way."""
        self.end()
        async with self._busy, self._reading:
            pass
