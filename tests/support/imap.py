"""A small IMAP server on loopback, as strict as 163: no SELECT before ID (RFC 2971)."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

PASSWORD = "right-code"


@dataclass
class FakeImap:
    """What the server holds and was told. `mails` are by UID."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    claimed_size: int | None = None  # what it says of each mail's size
    port: int = 0
    commands: list[str] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.named = False
        self._say(b"* OK [CAPABILITY IMAP4rev1 ID UIDPLUS] ready")
        for line in self.rfile:
            tag, _space, rest = line.decode("utf-8", "replace").strip().partition(" ")
            self.server.state.commands.append(rest)  # type: ignore[attr-defined]
            if not self._answer(tag.encode(), rest, self.server.state):  # type: ignore[attr-defined]
                return

    def _answer(self, tag: bytes, rest: str, state: FakeImap) -> bool:
        word = rest.upper()
        ended = b" OK done"
        if word.startswith("CAPABILITY"):
            self._say(b"* CAPABILITY IMAP4rev1 ID UIDPLUS")
        elif word.startswith("LOGIN"):
            if PASSWORD not in rest:
                ended = b" NO LOGIN Login error or password error"
        elif word.startswith("ID "):
            self.named = True
            self._say(b'* ID ("name" "fake")')
        elif word.startswith(("SELECT", "EXAMINE")):
            if not self.named:
                ended = b" NO SELECT Unsafe Login. Please contact kefu@188.com for help"
            elif '"INBOX"' not in rest:
                ended = b" NO no such folder"
            else:
                self._say(b"* %d EXISTS" % len(state.mails))
                self._say(b"* OK [UIDVALIDITY %d] UIDs valid" % state.validity)
                ended = b" OK [READ-ONLY] done"
        elif word.startswith("UID SEARCH"):
            self._say(b"* SEARCH " + b" ".join(b"%d" % one for one in _searched(word, state)))
        elif found := re.match(r"UID FETCH (\d+) \((.*)\)", word):
            self._fetch(int(found[1]), found[2], state)
        elif word.startswith("LOGOUT"):
            self._say(b"* BYE")
        else:
            ended = b" BAD what?"
        self._say(tag + ended)
        return not word.startswith("LOGOUT")

    def _fetch(self, uid: int, what: str, state: FakeImap) -> None:
        mail = state.mails[uid]
        if "BODY" not in what:
            size = len(mail) if state.claimed_size is None else state.claimed_size
            self._say(
                b'* 1 FETCH (UID %d RFC822.SIZE %d INTERNALDATE "14-Jun-2022 10:00:00 +0800")'
                % (uid, size)
            )
            return
        head = b"[HEADER]" if "HEADER" in what else b"[]"
        content = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else mail
        self._say(b"* 1 FETCH (UID %d BODY%b {%d}\r\n%b)" % (uid, head, len(content), content))

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


def _searched(word: str, state: FakeImap) -> list[int]:
    """All since any day; from a UID on, but always the last one (RFC 9051, section 9)."""
    found = re.search(r"UID SEARCH UID (\d+):\*", word)
    if found is None:
        return sorted(state.mails)
    first = int(found[1])
    return [one for one in sorted(state.mails) if one >= first] or sorted(state.mails)[-1:]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    state: FakeImap
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the thread of the connection, which ends where a client does not trust us."""
        if self.context is None:
            super().finish_request(request, client_address)
            return
        with suppress(OSError), self.context.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)


@contextmanager
def fake_imap(context: ssl.SSLContext | None = None) -> Iterator[FakeImap]:
    """The server while the block runs; with a `context` it speaks TLS from the first byte."""
    state = FakeImap()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.state, server.context = state, context
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
