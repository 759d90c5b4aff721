"""What mails end to end are measured beside: Django, and postfix's `smtp-source`, which sends one
body over and over; and postfix's `smtp-sink`, which takes all of them.
"""

import os
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from benchmarks.measured import timed

CONNECTIONS = 8
RUNS = 3
DJANGO, SOURCE = "Django's send_messages", "postfix's smtp-source -d"


def django_time(wire: Sequence[bytes], port: int) -> float:
    """Seconds that Django takes to send the same messages, handed to it ready."""
    import django
    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives, get_connection

    if not settings.configured:
        settings.configure(USE_I18N=False, DEFAULT_CHARSET="utf-8", USE_TZ=True)
        django.setup()

    ready = [_for_django(message_from_bytes(one), EmailMultiAlternatives) for one in wire]
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port
    )
    return timed(lambda: connection.send_messages(ready))


def _for_django(one: Message, sort: type[Any]) -> Any:
    parts = {part.get_content_type(): part for part in one.walk() if not part.is_multipart()}
    content = {
        name: (part.get_payload(decode=True) or b"").decode()  # type: ignore[union-attr]
        for name, part in parts.items()
    }
    message = sort(
        subject=_plain(one["Subject"]),
        body=content["text/plain"],
        from_email=_plain(one["From"]),
        to=[str(one["To"])],
        headers={
            name: str(one[name])
            for name in ("Date", "Message-ID", "Auto-Submitted", "Reply-To")
            if one[name]
        },
    )
    message.attach_alternative(content["text/html"], "text/html")
    message.attach("duban.ics", content["text/calendar"], "text/calendar")
    return message


def _plain(header: str) -> str:
    return str(make_header(decode_header(header)))


def source_time(source: str, wire: Sequence[bytes], port: int) -> float:
    """Seconds for as many mails of the mean length, one body over and over, over connections that
    are kept (-d): what the sink takes at most."""
    length = statistics.mean(len(one) for one in wire)
    command = [
        source, "-d", "-s", str(CONNECTIONS), "-m", str(len(wire)), "-l", str(int(length)),
        "-f", "duban@example.org", "-t", "unit@example.org", f"inet:127.0.0.1:{port}",
    ]  # fmt: skip
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def postfix_program(name: str) -> str | None:
    """Where a program of postfix is; None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/libexec/postfix")


@contextmanager
def running_sink(program: str) -> Iterator[int]:
    """A running smtp-sink, and its port on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    process = subprocess.Popen(
        [program, *as_nobody, f"inet:127.0.0.1:{port}", "1024"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _try in range(100):
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("smtp-sink does not answer")
