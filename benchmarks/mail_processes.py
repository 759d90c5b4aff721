"""Mails end to end with two processes on one record: one of them makes the reminders, both send."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.mail_office import MAILS, mail_office, mail_settings, same_office
from benchmarks.measured import timed
from scheduler.collector import spare_the_collector


def two_processes(folder: Path, port: int, **more: Any) -> float:
    """Seconds from the tick's first query until both have nothing left to send; `more` are
    settings."""
    done: list[int] = []
    with (
        mail_office(folder, port, **more),
        _at_work(folder, port, more, "second") as first,
        _at_work(folder, port, more, "third") as second,
    ):

        def whole() -> None:
            first.send("remind")
            first.recv()
            for one in (first, second):
                one.send("send")
            done.extend(one.recv() for one in (first, second))

        seconds = timed(whole)
    assert sum(done) == MAILS, done
    return seconds


@contextmanager
def _at_work(folder: Path, port: int, more: dict[str, Any], since: str) -> Iterator[Connection]:
    """A process that is ready, and the way to tell it what to do."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, folder, port, more, since), daemon=True)
    process.start()
    try:
        ours.recv()  # it is ready
        yield ours
        ours.send("end")
    finally:
        process.join()


def _work(told: Connection, folder: Path, port: int, more: dict[str, Any], since: str) -> None:
    with same_office(mail_settings(folder, port, **more), since) as here:
        spare_the_collector()
        answer: object = "ready"
        while True:
            told.send(answer)
            match told.recv():
                case "remind":
                    here.remind()
                case "send":
                    answer = here.send()
                case _:
                    return
