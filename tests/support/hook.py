"""A real HTTP endpoint on loopback that keeps what is posted to it, as a channel does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class Hook:
    """Use it in a `with` block; `url` is its address as apprise writes it."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.status = 200  # of each answer
        hook = self

        class _Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                content = json.loads(self.rfile.read(length))
                if hook.status == 200:
                    hook.received.append(content)
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on standard error."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """With a token in it, as all of them have."""
        return f"json://127.0.0.1:{self._server.server_port}/secret-token-42"

    def __enter__(self) -> "Hook":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
