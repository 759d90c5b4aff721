"""The ASGI application. It can be called without a socket.

No answer is made from the Host header: a stranger chooses that.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from calendars.feed import FeedBuilder
from calendars.usage import Fetches
from config.errors import DubanError
from web.answering import Answering
from web.answering.routes import Pages
from web.answers import refusal
from web.failure_limit import FailureLimit
from web.feeds import Feeds
from web.guard import Guard, Refuse
from web.shared_work import SharedWork, TooBusy
from web.subscribing.page import SubscribePage
from workflows.database import Database

_log = structlog.get_logger()

_BUSY_SECONDS = "30"


def create_app(
    database: Database,
    builder: FeedBuilder,
    now: Callable[[], datetime],
    language: str,
    public_url: str = "",
    base: str = "",
    monotonic: Callable[[], float] = time.monotonic,
    trusted_proxies: str = "127.0.0.1, ::1",
    answering: Answering | None = None,
    fetches: Fetches | None = None,
) -> ASGIApp:
    """The application over `database`, answering in `language` (zh or en).

    `builder` builds its feeds; `now` gives the time, aware; `public_url` is where it is reached
    from elsewhere, '' where that is not known, and `base` the same, or its own address.
    `monotonic` gives seconds that never run back, for the limit on wrong tokens;
    `trusted_proxies` are the addresses and networks whose X-Forwarded-For is believed. Without
    `answering` there are no pages behind a mail's link. Who fetches feeds is noted in `fetches`.
    """
    limit = FailureLimit(monotonic)
    feeds = Feeds(database, builder, language, now, public_url, fetches or Fetches(), limit)
    base = base or public_url
    subscribing = SubscribePage(database, builder.organisation, language, now, base, limit)
    checks = SharedWork[str | None](1)  # apart, so that a storm of feeds does not look like a fault

    async def health(_request: Request) -> Response:
        """200 where the database answers."""
        version = await checks.run("schema", database.schema_version)
        return JSONResponse({"status": "ok", "schema": version})

    pages = Pages(answering, language, monotonic) if answering else None

    def refuse(path: str, status: int, headers: Mapping[str, str]) -> Response:
        """A page where a person has asked, one plain line for programs."""
        shown = pages.refusal(path, status, headers) if pages else None
        return shown or refusal(status, headers)

    app = Starlette(
        routes=[
            Route("/feeds/{token}.ics", feeds.answer, methods=["GET"]),
            *([Route("/feeds/{token}", subscribing.answer, methods=["GET"])] if base else ()),
            Route("/health", health, methods=["GET"]),
            *(pages.routes() if pages else ()),
        ],
        exception_handlers=_handlers(refuse),
    )
    app.router.redirect_slashes = False  # it would send people to the Host header's address
    proxied = ProxyHeadersMiddleware(app, trusted_proxies)  # type: ignore[arg-type]
    return Guard(proxied, pages.body_limit, refuse) if pages else Guard(proxied)  # type: ignore[arg-type]


def _handlers(refuse: Refuse) -> dict[Any, Callable[[Request, Any], Awaitable[Response]]]:
    """What is answered where a request fails."""

    async def say_why(request: Request, error: HTTPException) -> Response:
        return refuse(request.scope["path"], error.status_code, error.headers or {})

    async def say_busy(request: Request, _error: TooBusy) -> Response:
        return refuse(request.scope["path"], 503, {"Retry-After": _BUSY_SECONDS})

    async def say_unavailable(request: Request, error: DubanError) -> Response:
        # It tells of the record, never of the address.
        _log.error("request failed", reason=error.message, mend=error.mend)
        return refuse(request.scope["path"], 503, {"Retry-After": _BUSY_SECONDS})

    async def say_failed(request: Request, _error: Exception) -> Response:
        return refuse(request.scope["path"], 500, {})

    return {
        HTTPException: say_why,
        TooBusy: say_busy,
        DubanError: say_unavailable,
        Exception: say_failed,
    }
