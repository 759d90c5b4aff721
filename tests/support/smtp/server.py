"""The SMTP server itself: its thread and its socket, from the beginning of a block to its end."""

import asyncio
import ssl
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

from config.settings import SmtpSecurity
from tests.support.smtp.behaviour import Behaviour
from tests.support.smtp.conversation import Conversation

_WAIT = 10  # seconds that starting and stopping may take

T = TypeVar("T")


class MailServer(Behaviour):
    """Use it in a `with` block; `host` and `port` say where it listens."""

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        security: SmtpSecurity = SmtpSecurity.NONE,
        context: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        port: int = 0,
        size: int = 0,
        pipelining: bool = False,
    ) -> None:
        """`context` is the server's TLS context, where `security` needs one; with `login`, mail
        is taken only after AUTH with that name and password; `size` is the largest mail's; with
        `pipelining` it is announced."""
        super().__init__(security, context, login, size, pipelining)
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> "MailServer":
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WAIT)
        self._loop.close()

    def drop_all(self) -> None:
        """Break every open connection, as a server does with idle ones."""
        self._run(self._drop_all())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT)

    async def _start(self) -> None:
        implicit = self.context if self.security is SmtpSecurity.TLS else None
        self._server = await self._loop.create_server(
            lambda: Conversation(self, self._loop), self.host, self.port, ssl=implicit
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._drop_all()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    async def _drop_all(self) -> None:
        for conversation in list(self._open):
            conversation.abort()
        await asyncio.sleep(0.02)
