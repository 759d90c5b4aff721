"""Runs functions in processes of their own, which may die at any moment.

They are forked from one clean process that has the program loaded, so that each starts in
milliseconds and shares no connection, lock or thread with the tests.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from config.errors import DubanError
from tests.support.soaking import soaking

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "tests.support.colleagues", "tests.support.spike", "workflows.migrate", "psycopg",
        "sqlite3",  # which a child without the rights of root may not be able to load
        "notifications.rendering", "notifications.transports.smtp", "holidays.countries.china",
        "scheduler.cli.app", "scheduler.demo", "workflows.loading", "rich.table",
    ]
)  # fmt: skip
_WAIT = 1800 if soaking() else 120  # seconds that a child may take: a bound against hangs
NOBODY = 65534


class Child:
    """A function under way in a process of its own."""

    def __init__(self, work: Callable[..., Any], *arguments: Any) -> None:
        """`work` is a function of a module; what it is given and returns can be pickled."""
        self._answer, far_end = CONTEXT.Pipe(duplex=False)
        self._process: BaseProcess = CONTEXT.Process(
            target=_work, args=(far_end, work, arguments), daemon=True
        )
        with _without_main():
            self._process.start()
        far_end.close()

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid or 0

    @property
    def is_running(self) -> bool:
        """Whether it has not answered yet."""
        return not self._answer.poll()

    def result(self) -> Any:
        """What the function returned; a DubanError that it raised is raised here again.

        Raises Died where the process ended without an answer.
        """
        try:
            if not self._answer.poll(_WAIT):
                self._process.kill()
                raise TimeoutError("the child process hangs")
            kind, value = self._answer.recv()
        except EOFError:
            self._process.join(_WAIT)
            raise Died(self._process.exitcode) from None
        finally:
            self._answer.close()
            self._process.join(_WAIT)
        if kind == "refused":
            raise DubanError(*value)
        if kind == "broken":
            raise AssertionError(value)
        return value


class Died(Exception):
    """A child ended without an answer; a negative exit code is the signal that killed it."""


def in_child(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function in a process of its own, and wait for it."""
    return Child(work, *arguments).result()


def as_nobody(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function without the rights of root, for whom no file is read-only."""
    return in_child(_as_nobody, work, arguments)


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep the child from loading the program that runs the tests: it needs none of it."""
    main = sys.modules["__main__"]
    file = main.__dict__.pop("__file__", None)
    try:
        yield
    finally:
        if file is not None:
            main.__file__ = file


def _as_nobody(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    return work(*arguments)


def _work(answer: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    from config.i18n import set_language

    set_language("en")
    try:
        answer.send(("done", work(*arguments)))
    except DubanError as error:
        answer.send(("refused", (error.message, error.mend)))
    except Exception:
        import traceback

        answer.send(("broken", traceback.format_exc()))
