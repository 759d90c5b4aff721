"""Blocking work for many who ask: few runs at a time, in order, and one run for the same question.

The threads are not those of the tick, so that a storm of requests cannot hold a tick back.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

T = TypeVar("T")


class TooBusy(Exception):
    """So much is waiting that more is refused."""


class SharedWork(Generic[T]):
    """Runs work in threads. A run that has not begun yet is shared by all who ask for the same:
    it will see everything that was committed before they asked, so nobody gets an old answer."""

    def __init__(self, at_once: int, waiting: int = 500) -> None:
        """At most `at_once` runs at a time, and `waiting` different ones in the queue."""
        self._slots = asyncio.Semaphore(at_once)  # serves in order
        self._most_waiting = waiting
        self._waiting: dict[str, asyncio.Task[T]] = {}

    async def run(self, question: str, work: Callable[..., T], *arguments: Any) -> T:
        """The result of `work`. Raises TooBusy, or what `work` raises."""
        task = self._waiting.get(question)
        if task is None:
            if len(self._waiting) >= self._most_waiting:
                raise TooBusy
            task = asyncio.create_task(self._run(question, work, *arguments))
            self._waiting[question] = task
        # Shielded: one who goes away does not take the answer from the others.
        return await asyncio.shield(task)

    async def _run(self, question: str, work: Callable[..., T], *arguments: Any) -> T:
        async with self._slots:
            del self._waiting[question]  # who asks from now on wants a later look
            return await run_in_threadpool(work, *arguments)
