"""How uvicorn serves the application: its limits, and a deadline that uvicorn itself lacks."""

import asyncio
import socket

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from web.answers import refusal
from web.guard import HEAD_BYTES, SECURITY_HEADERS

SLOWEST = 8 * 1024  # bytes a second: a form with files has so much longer
KEEP_ALIVE_SECONDS = 30  # idle ones cost little, and give up their place where it is wanted


class Connection(H11Protocol):
    """One client's connection, which ends where the client takes too long.

    Without that, clients that never finish their request, or never take their answer, would hold
    connections until the process has no file left for its database and its mail. Where all places
    are taken, the client that has been idle the longest gives up its own: so idle ones, however
    many, keep nobody out.
    """

    most = 500  # at a time; below the usual limit of 1,024 open files
    patience = 60.0  # seconds for one request with its answer, beside what its bytes take
    _deadline: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        # asyncio does so only where the socket was made with the protocol named. Else the end of an
        # answer waits until its beginning is acknowledged: 40 ms for each.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait()
        if len(self.connections) > self.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take in what has come, and leave its client the time that it may take to come."""
        until = self._deadline.when() + len(data) / SLOWEST
        self._deadline.cancel()
        self._deadline = self.loop.call_at(until, self.transport.abort)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, and for this answer to be taken."""
        self._deadline.cancel()
        self._wait()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or too long, in the manner of all other answers."""
        self._refuse(400)

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(self.patience, self.transport.abort)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> None:
        others = [one for one in self.connections if isinstance(one, Connection) and one != self]
        idle = [one for one in others if one._is_idle()]
        if not idle:
            self._refuse(503)
            return
        longest = min(idle, key=lambda one: one._deadline.when())
        self.connections.discard(longest)
        longest.transport.abort()

    def _refuse(self, status: int) -> None:
        if self.cycle is not None:
            self.cycle.disconnected = True  # what it may still say is not sent
        answer = refusal(status, {**SECURITY_HEADERS, "Connection": "close"})
        for event in (
            h11.Response(status_code=status, headers=answer.raw_headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def server_config(app: ASGIApp, connection: type[Connection] = Connection) -> uvicorn.Config:
    """The configuration of a server for `app`, on a socket that the caller gives it."""
    return uvicorn.Config(
        app,
        http=connection,
        ws="none",
        lifespan="off",
        # Failures are logged by the application; what strangers send is no news, and may hold a
        # token.
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application does it, inside of its guard
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=5,
    )
