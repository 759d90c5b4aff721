"""A bare ASGI application that gives fixed answers, under uvicorn as it comes.

Run as `python -m benchmarks.bare FILE`; it says its port. FILE holds the answers by path.
"""

import asyncio
import pickle
import sys
from pathlib import Path
from typing import Any

import uvicorn

Answers = dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]]  # status, headers, body


def bare_config(answers: Answers) -> uvicorn.Config:
    """Only its log is off, as ours is."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        status, headers, body = answers[scope["path"]]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return uvicorn.Config(
        app, port=0, http="h11", lifespan="off", log_level="critical", access_log=False
    )


async def serve(answers: Answers) -> None:
    """Serve until the process is ended, and say the port."""
    server = uvicorn.Server(bare_config(answers))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


def main() -> None:
    """Read the answers and serve."""
    asyncio.run(serve(pickle.loads(Path(sys.argv[1]).read_bytes())))  # noqa: S301 - our own file


if __name__ == "__main__":
    main()
