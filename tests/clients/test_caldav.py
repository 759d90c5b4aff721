"""Entries of a feed, put on Radicale by the caldav client: kept whole, moved, never doubled."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calendars.options import FeedOptions, FeedScope, Phases
from tests.clients.life import COUNTS, first, steps
from tests.clients.seen import Seen, expected, program, readings, run
from tests.support.feeds import feed_content
from tests.support.web import wait_for

SCRIPT = Path(__file__).with_name("put_by_caldav.py")
_WAIT = 30  # seconds that the server's end may take


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """A server with an empty storage, which lets everybody in; its address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]  # it does not take 0 itself
    command: list[str | Path] = [
        program("radicale"), "--config", "", "--server-hosts", f"127.0.0.1:{port}",
        "--auth-type", "none", "--storage-filesystem-folder", folder / "storage",
    ]  # fmt: skip
    with (folder / "radicale.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(lambda: answers(port))
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(_WAIT)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("tasks", [False, True])
def test_entries_on_a_caldav_server(tmp_path: Path, tasks: bool) -> None:
    options = FeedOptions(
        FeedScope.ALL, language="zh", alarms=True, tasks=tasks, phases=Phases.SPAN
    )
    office = first(tmp_path)
    files, wanted = [], []
    for step in steps(office):
        files.append(tmp_path / f"step-{step}.ics")
        files[-1].write_bytes(feed_content(office, **options._asdict()).body)
        wanted.append({one.uid: one for one in expected(office, options)})
    office.close()

    there = tmp_path / "there"
    there.mkdir()
    with radicale(tmp_path) as url:
        run([program("python"), SCRIPT, url, there, *files])

    on_server: dict[str, Seen] = {}
    for file, entries, count in zip(files, wanted, COUNTS, strict=True):
        on_server |= entries  # nobody takes away what has left the feed
        found = readings("vobject", sorted((there / file.stem).iterdir()))
        assert sorted(one for each in found for one in each) == sorted(on_server.values())
        assert len(entries) == count
