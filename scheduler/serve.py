"""`duban serve`: the timer's tick, the sender and HTTP in one process, with a clean stop."""

import asyncio
import contextlib
import gc
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from calendars.usage import Fetches
from config.errors import DubanError, InputError
from config.i18n import _
from notifications.sender import Sender, make_transport
from scheduler.backups import daily_backups
from scheduler.inbox import regular_reading
from scheduler.office import Office
from scheduler.tick import sending_window, tick
from web.answering import Answering
from web.app import create_app
from web.server import server_config

_log = structlog.get_logger()
_BACKUP_SECONDS = 60  # how often it is asked whether a backup is due
_FETCH_SECONDS = 60  # how often it is written who fetched which feed


async def serve(here: Office, ready: Callable[[str], None] = lambda _url: None) -> None:
    """Run until SIGTERM or SIGINT. `ready` is told the address once HTTP answers.

    A batch that is under way is finished before the process ends.
    """
    settings, database = here.settings, here.database
    organisation = here.organisation
    window = sending_window(settings)
    transport = make_transport(settings)
    # Containers repeat host name and process id: the last part makes each start another worker.
    worker = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    sender = Sender(
        database, transport, settings, window, here.clock, worker,
        links=here.links, organisation=here.organisation,
    )  # fmt: skip
    busy = asyncio.Lock()

    async def run_tick() -> None:
        async with busy:
            if sender.stopping:
                return
            try:
                report = await tick(database, organisation, settings, here.clock(), sender)
            except DubanError as error:
                # One failed tick must not end the program: the next one looks again.
                _log.error("tick failed", reason=error.message, mend=error.mend)
                return
            except Exception:
                _log.exception("tick failed")
                return
        if report.due or report.sending.sent:
            _log.info("tick", due=report.due, deliveries=report.grouped, sent=report.sending.sent)

    timer = AsyncIOScheduler()
    timer.add_job(
        run_tick,
        IntervalTrigger(seconds=settings.tick_seconds),
        misfire_grace_time=None,  # a late tick is still wanted: the default of 1 s would lose it
        coalesce=True,
        max_instances=1,
    )
    daily = daily_backups(here)
    if daily is not None:

        async def run_backup() -> None:
            await asyncio.to_thread(daily.run, here.clock())

        timer.add_job(
            run_backup,
            IntervalTrigger(seconds=_BACKUP_SECONDS),
            next_run_time=here.clock(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    inbox, reading = regular_reading(here), asyncio.Lock()
    if inbox is not None:

        async def run_inbox() -> None:
            async with reading:
                await asyncio.to_thread(inbox.run)

        timer.add_job(
            run_inbox,
            IntervalTrigger(minutes=settings.inbox_minutes),
            next_run_time=here.clock(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    fetches = Fetches()

    async def write_fetches() -> None:
        try:
            await asyncio.to_thread(fetches.write, database)
        except DubanError as error:
            _log.error("fetches not noted", reason=error.message, mend=error.mend)

    timer.add_job(
        write_fetches,
        IntervalTrigger(seconds=_FETCH_SECONDS),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    server = _server(here, fetches)
    spare_the_collector()
    timer.start()
    try:
        first = asyncio.create_task(run_tick())
        listening = _listen(settings.http_host, settings.http_port)
        host, port = listening.getsockname()[:2]
        with _stop_on_signal(server, sender):
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started and not serving.done():
                await asyncio.sleep(0.02)
            ready(f"http://{host}:{port}")
            await serving
        await first
    finally:
        timer.pause()  # a shutdown would cancel the tick under way, and put its mails in doubt
        sender.stopping = True
        if inbox is not None:
            inbox.stopping = True
        async with busy, reading:
            await transport.close()
        await write_fetches()
        timer.shutdown(wait=False)
        database.close()


def spare_the_collector() -> None:
    """What is loaded by now stays: Python's collector of circular references need not look at all
    of it again and again while a morning's mails go out, which takes a tenth of the time."""
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again before a tick under way has ended."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(here: Office, fetches: Fetches) -> uvicorn.Server:
    settings = here.settings
    app = create_app(
        here.database,
        here.feed_builder,
        here.clock,
        settings.language,
        settings.public_url,
        settings.base_url,
        trusted_proxies=settings.trusted_proxies,
        answering=_answering(here),
        fetches=fetches,
    )
    return _Server(server_config(app))


def _answering(here: Office) -> Answering | None:
    """What the pages behind a mail's link stand on; None where there are no links."""
    settings = here.settings
    if here.links is None:
        return None
    return Answering(
        database=here.database,
        organisation=here.organisation,
        links=here.links,
        window=sending_window(settings),
        uploads=settings.uploads,
        upload_bytes=settings.upload_megabytes * 1_000_000,
        domain=settings.mail_from.rpartition("@")[2] or "localhost",
        now=here.clock,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InputError(
            _("cannot listen on {host}:{port}: {reason}").format(
                host=host, port=port, reason=error.strerror
            ),
            _("another program may use it: set DUBAN_HTTP_PORT to a free port"),
        ) from None
    return listening


@contextlib.contextmanager
def _stop_on_signal(server: uvicorn.Server, sender: Sender) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True
        sender.stopping = True  # the batch under way is finished, no other is begun

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
