"""The shapes of an answer: a short plain refusal, and a body that leaves in pieces."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PIECE = 64 * 1024  # bytes


def refusal(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that says its status in words and nothing else."""
    return Response(refusal_text(status), status, headers, "text/plain")


def refusal_text(status: int) -> str:
    """The status in words, as one line."""
    return HTTPStatus(status).phrase.lower() + "\n"


class PiecewiseResponse(Response):
    """Hands its body over as fast as the client takes it.

    So a slow reader costs a piece of memory and not a copy of the whole body, and others have
    their turn between two pieces.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        body = memoryview(self.body)
        for start in range(0, max(len(body), 1), PIECE):
            if start:
                # Else it would not be noticed that the client has gone, and asyncio would log each
                # piece that could not be sent.
                await asyncio.sleep(0)
            piece, more = bytes(body[start : start + PIECE]), start + PIECE < len(body)
            await send({"type": "http.response.body", "body": piece, "more_body": more})
