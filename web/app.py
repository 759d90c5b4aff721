"""The ASGI application. It can be called without a socket."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from calendars.feed import FeedContent, FeedScope, feed_content, find_feed
from config.i18n import using_language
from web.conditional import is_unchanged, validators
from workflows.database import Database

_CALENDAR = "text/calendar; charset=utf-8"


def create_app(database: Database, language: str) -> Starlette:
    """The application over `database`, answering in `language` (zh or en)."""

    def read_feed(token: str) -> tuple[FeedContent, str] | None:
        with using_language(language), database.read() as session:
            feed = find_feed(session, token)
            if feed is None:
                return None
            content = feed_content(session, FeedScope(feed.scope), feed.subject)
            return content, feed.subject or feed.scope

    async def feed(request: Request) -> Response:
        """GET or HEAD /feeds/TOKEN.ics; 404 alike for wrong and revoked tokens."""
        found = await asyncio.to_thread(read_feed, request.path_params["token"])
        if found is None:
            return Response("not found\n", 404, media_type="text/plain")
        content, name = found
        headers = {
            **validators(content.etag, content.last_modified),
            "Cache-Control": "private, max-age=0, must-revalidate",
            "Content-Disposition": f'inline; filename="duban-{name}.ics"',
        }
        if is_unchanged(request.headers, content.etag, content.last_modified):
            return Response(status_code=304, headers=headers)
        return Response(content.body, headers=headers, media_type=_CALENDAR)

    async def health(_request: Request) -> Response:
        """200 where the database answers."""
        version = await asyncio.to_thread(database.schema_version)
        return JSONResponse({"status": "ok", "schema": version})

    return Starlette(
        routes=[
            Route("/feeds/{token}.ics", feed, methods=["GET"]),
            Route("/health", health, methods=["GET"]),
        ]
    )
