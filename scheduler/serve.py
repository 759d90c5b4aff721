"""`duban serve` and `duban worker`: the running program put together from its parts.

Without a role all of it is in one process: the timer's tick, the sender and HTTP. With one the
process has its part alone, and an engine spreads the ticks' work over workers (scheduler/engine/).
"""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from config.errors import DubanError
from config.i18n import _
from notifications.sender import Sender, make_transport
from scheduler.backups import daily_backups
from scheduler.clock import wall_clock
from scheduler.collector import spare_the_collector
from scheduler.http_server import HttpServer
from scheduler.inbox import regular_reading
from scheduler.office import Office
from scheduler.own_ticks import OwnTicks
from scheduler.roles import Role, require_postgres
from scheduler.tick import sending_window
from workflows.moved import OvertakenError

_log = structlog.get_logger()
_BACKUP_SECONDS = 60  # how often it is asked whether a backup is due
_NAME_SECONDS = 10  # how often it is seen to that a worker has its name
_OVERTAKEN_SECONDS = 10  # how often it is seen whether the record is this program's still
_FETCH_SECONDS = 60  # how often it is written who fetched which feed

Say = Callable[[str], None]


async def serve(
    here: Office, say: Say = lambda _text: None, role: Role | None = None, name: str = ""
) -> None:
    """Run until SIGTERM or SIGINT. `say` is told, in words, once a part is ready; `name` is the
    worker's. A batch that is under way is finished before the process ends.

    Raises InputError where the office cannot be run so, OvertakenError once the record has moved or
    a newer Duban has upgraded it: what is under way is finished before that, too.
    """
    if role is not None:
        require_postgres(here)
    running = _Running(here, say)
    try:
        async with contextlib.AsyncExitStack() as parts:
            with running.stop_on_signal():  # a second signal ends it at once: it may wait long
                if role is None:
                    await parts.enter_async_context(_ticks_here(running))
                if role in (Role.TICK, Role.WORKER, Role.ALL):
                    await parts.enter_async_context(_ticks_spread(running, role, name))
                if role in (None, Role.WEB, Role.ALL):
                    await parts.enter_async_context(_web(running, role))
                spare_the_collector()
                often = min(_OVERTAKEN_SECONDS, here.settings.tick_seconds)
                running.every(often, running.look_for_newer, now=False)
                running.timer.start()
                await running.ended.wait()
            await running.rest()
    finally:
        if running.timer.running:
            running.timer.shutdown(wait=False)
        here.database.close()
    if running.overtaken is not None:
        raise running.overtaken


class _Running:
    """What the parts share: the timer, the words, and the end."""

    def __init__(self, here: Office, say: Say) -> None:
        self.here, self.say = here, say
        self.timer = AsyncIOScheduler()
        self.ended = asyncio.Event()
        self.overtaken: OvertakenError | None = None
        self._ends: list[Callable[[], None]] = []
        self._under_way: set[asyncio.Event] = set()

    def every(self, seconds: float, work: Callable[[], Awaitable[object]], *, now: bool) -> None:
        """Have the timer do `work` at intervals, the first time as soon as all parts are there or
        after the first."""

        async def do() -> None:
            ended = asyncio.Event()
            self._under_way.add(ended)
            try:
                await work()
            finally:
                self._under_way.discard(ended)
                ended.set()

        self.timer.add_job(
            do,
            IntervalTrigger(seconds=seconds),
            **({"next_run_time": wall_clock()} if now else {}),
            misfire_grace_time=None,  # a late one is still wanted: the default of 1 s would lose it
            coalesce=True,
            max_instances=1,
        )

    async def rest(self) -> None:
        """Begin nothing any more, and wait for what the timer has begun: a shutdown would cancel
        it, and leave mails in doubt."""
        self.timer.pause()
        for ended in list(self._under_way):
            await ended.wait()

    def at_end(self, work: Callable[[], None]) -> None:
        """Have `work` done as soon as the end is wanted, before anything is waited for."""
        self._ends.append(work)

    async def look_for_newer(self) -> None:
        """End where a newer Duban has the record: whoever watches over this one starts it again."""
        try:
            await asyncio.to_thread(self.here.database.require_not_overtaken)
        except OvertakenError as error:
            self.overtaken = error
            self._stop()
        except DubanError:
            pass  # the database is away, as each part says by itself

    def _stop(self) -> None:
        self.ended.set()
        for work in self._ends:
            work()

    @contextlib.contextmanager
    def stop_on_signal(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT be the end."""
        loop = asyncio.get_running_loop()

        def stop() -> None:
            first = not self.ended.is_set()
            self._stop()
            if first:  # said last, since nobody may read it; a slow server may keep us for minutes
                _log.info("stopping: what is under way is finished first")

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def _ticks_here(running: _Running) -> AsyncIterator[None]:
    """The embedded mode: ticks and mails in this process."""
    here = running.here
    if here.database.file is None:
        from scheduler.engine.alike import require_mail_server

        await asyncio.to_thread(require_mail_server, here)
    async with _sender(here) as sender:
        inbox = regular_reading(here)
        ticks = OwnTicks(here, sender, inbox)
        running.at_end(ticks.end)
        running.every(here.settings.tick_seconds, ticks.run, now=True)
        if inbox is not None:
            running.every(60 * here.settings.inbox_minutes, ticks.read_inbox, now=True)
        _back_up(running)
        try:
            yield
        finally:
            await ticks.stop()


@contextlib.asynccontextmanager
async def _ticks_spread(running: _Running, role: Role, name: str) -> AsyncIterator[None]:
    """Puts the ticks, does them, or both."""
    from scheduler.engine.alike import join
    from scheduler.engine.dbos_engine import DbosEngine
    from scheduler.engine.putting import PutTicks
    from scheduler.engine.worker import OwnName, Worker

    here = running.here
    engine = await asyncio.to_thread(DbosEngine, here.database)
    inbox = regular_reading(here)
    try:
        async with contextlib.AsyncExitStack() as parts:
            if role is not Role.TICK:
                own = await asyncio.to_thread(OwnName, here.database, name)
                parts.callback(own.give_up)
                await asyncio.to_thread(join, here, "worker", own.name)
                running.every(_NAME_SECONDS, partial(asyncio.to_thread, own.keep), now=False)
                sender = await parts.enter_async_context(_sender(here))
                worker = Worker(here, engine, sender, own.name, inbox)
                parts.push_async_callback(worker.stop)
                running.at_end(worker.end)
                await asyncio.to_thread(worker.start)
                running.say(_("worker {name} is at work; stop with Ctrl-C").format(name=own.name))
            if role is not Role.WORKER:
                ticks = PutTicks(here, engine)
                running.every(here.settings.tick_seconds, ticks.run, now=True)
                if inbox is not None:
                    minutes = here.settings.inbox_minutes
                    running.every(60 * minutes, ticks.read_inbox, now=True)
                _back_up(running)
                if role is Role.TICK:
                    running.say(_("putting ticks for the workers; stop with Ctrl-C"))
            yield
    finally:
        await asyncio.to_thread(engine.close)


@contextlib.asynccontextmanager
async def _web(running: _Running, role: Role | None) -> AsyncIterator[None]:
    """Feeds and pages."""
    if role is Role.WEB:
        from scheduler.engine.alike import join

        who = f"{socket.gethostname()}-{os.getpid()}"
        await asyncio.to_thread(join, running.here, "web", who)
    server = HttpServer(running.here)
    try:
        running.say(
            _("serving at {url}; stop with Ctrl-C").format(url=await server.start(running.ended))
        )
        running.at_end(server.end)
        running.every(_FETCH_SECONDS, server.write_fetches, now=False)
        yield
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def _sender(here: Office) -> AsyncIterator[Sender]:
    """This process's sender; its transport is closed at the end."""
    settings = here.settings
    transport = make_transport(settings)
    # Containers repeat host name and process id: the last part makes each start another worker.
    worker = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        yield Sender(
            here.database, transport, settings, sending_window(settings), here.clock, worker,
            links=here.links, organisation=here.organisation,
        )  # fmt: skip
    finally:
        await transport.close()


def _back_up(running: _Running) -> None:
    """The daily backups, where there are any."""
    here = running.here
    daily = daily_backups(here)
    if daily is None:
        return

    async def back_up() -> None:
        await asyncio.to_thread(daily.run, here.clock())

    running.every(_BACKUP_SECONDS, back_up, now=True)
