"""The HTTP server of `duban serve`: made from an office, with a clean stop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn

from calendars.usage import Fetches
from config.errors import DubanError, InputError
from config.i18n import _
from scheduler.office import Office
from scheduler.tick import message_domain, sending_window
from web.answering import Answering
from web.app import create_app
from web.server import server_config

_log = structlog.get_logger()


class HttpServer:
    """Listens once it is started; who fetched which feed is written now and then."""

    def __init__(self, here: Office) -> None:
        self._here = here
        self._fetches = Fetches()
        self._server = _server(here, self._fetches)
        self._serving: asyncio.Task[None] | None = None

    async def start(self, ended: asyncio.Event) -> str:
        """Listen; return the address once it answers. `ended` is set should it end by itself.
        Raises InputError where it cannot listen."""
        settings = self._here.settings
        listening = _listen(settings.http_host, settings.http_port)
        host, port = listening.getsockname()[:2]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        self._serving.add_done_callback(lambda _task: ended.set())
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.02)
        return f"http://{host}:{port}"

    def end(self) -> None:
        """Take no new request."""
        self._server.should_exit = True

    async def stop(self) -> None:
        """Answer what has been asked, and listen no more."""
        self.end()
        if self._serving is not None:
            await self._serving
        await self.write_fetches()

    async def write_fetches(self) -> None:
        """Note who fetched which feed since the last time."""
        try:
            await asyncio.to_thread(self._fetches.write, self._here.database)
        except DubanError as error:
            _log.error("fetches not noted", reason=error.message, mend=error.mend)


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
        domain=message_domain(settings),
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
