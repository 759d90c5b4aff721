"""Stands around the whole application: what every answer carries, and what no answer says.

Pages that need scripts or styles set their own Content-Security-Policy; the strict one is the
default.
"""

import traceback
from collections.abc import Callable, Mapping

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.answers import refusal

_log = structlog.get_logger()

# Of a path, a status and headers
Refuse = Callable[[str, int, Mapping[str, str]], Response]

HEAD_BYTES = 16 * 1024  # the address with all headers

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # an address holds a token
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",  # nor should a search engine show it
}
_ON_THE_WIRE = [(key.lower().encode(), value.encode()) for key, value in SECURITY_HEADERS.items()]


def _no_body(_method: str, _path: str) -> int:
    return 0


def _plainly(_path: str, status: int, headers: Mapping[str, str]) -> Response:
    return refusal(status, headers)


class Guard:
    """ASGI middleware: security headers, a bound on requests, no traceback to anyone."""

    def __init__(
        self,
        app: ASGIApp,
        body_limit: Callable[[str, str], int] = _no_body,
        refuse: Refuse = _plainly,
    ) -> None:
        """`body_limit` says how many bytes a request of a method to a path may bring; 0: none.
        `refuse` makes the answer that refuses a request to a path."""
        self._app = app
        self._body_limit = body_limit
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                told = message["headers"]
                names = {name for name, _value in told}
                missing = [one for one in _ON_THE_WIRE if one[0] not in names]
                message["headers"] = [*told, *missing]
            await send(message)

        if scope["type"] == "http" and (status := self._too_much(scope)):
            # Closing spares us the rest of it.
            refused = self._refuse(scope["path"], status, {"Connection": "close"})
            await refused(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # Neither its message nor the address: they may hold a token.
            _log.error("request failed", error=type(error).__name__, place=_place(error))
            if not started:
                await self._refuse(scope["path"], 500, {})(scope, receive, send_with_headers)

    def _too_much(self, scope: Scope) -> int:
        """The status that refuses the request for its size; 0 where it may pass."""
        headers = dict(reversed(scope["headers"]))  # the first of a name counts
        fields = sum(len(name) + len(value) for name, value in scope["headers"])
        if len(scope["path"]) + len(scope["query_string"]) + fields > HEAD_BYTES:
            return 431
        limit = self._body_limit(scope["method"], scope["path"])
        if b"transfer-encoding" in headers:
            return 411 if limit else 413  # what comes in pieces has no length to be judged by
        length = headers.get(b"content-length", b"0").strip().decode("latin-1")
        if length == "0" or (length.isdecimal() and len(length) < 16 and int(length) <= limit):
            return 0
        return 413


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
