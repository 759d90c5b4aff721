"""Work for many askers: few at a time, in order, and one run for the same question."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from web.shared_work import SharedWork, TooBusy

WAIT = 10.0  # seconds: a bound against hangs


class Desk:
    """Notes what runs; each run waits until it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go = threading.Event()
        self.most = self._now = 0
        self._lock = threading.Lock()

    def work(self, name: str) -> str:
        """One run."""
        with self._lock:
            self.begun.append(name)
            self._now += 1
            self.most = max(self.most, self._now)
        assert self.go.wait(WAIT)
        with self._lock:
            self._now -= 1
        return name.upper()


def ask(here: SharedWork[str], desk: Desk, names: str) -> list[asyncio.Task[str]]:
    return [asyncio.create_task(here.run(name, desk.work, name)) for name in names]


async def begun(desk: Desk, count: int) -> None:
    async with asyncio.timeout(WAIT):
        while len(desk.begun) < count:
            await asyncio.sleep(0.001)


def test_few_at_a_time_in_the_order_of_asking() -> None:
    async def main() -> None:
        here, desk = SharedWork[str](2), Desk()
        tasks = ask(here, desk, "abcdefgh")
        await begun(desk, 2)
        desk.go.set()
        assert await asyncio.gather(*tasks) == list("ABCDEFGH")
        assert sorted(desk.begun[:2]) == ["a", "b"] and desk.most == 2

    asyncio.run(main())


def test_a_run_is_shared_until_it_begins() -> None:
    """A run under way may have looked too early: who asks then gets a later one."""

    async def main() -> None:
        here, desk = SharedWork[str](1), Desk()
        first = ask(here, desk, "a")
        await begun(desk, 1)
        later = ask(here, desk, "aaaaa")
        await asyncio.sleep(0)
        desk.go.set()
        assert await asyncio.gather(*first, *later) == ["A"] * 6
        assert desk.begun == ["a", "a"]

    asyncio.run(main())


def test_one_who_goes_away_does_not_take_the_answer_from_the_others() -> None:
    async def main() -> None:
        here, desk = SharedWork[str](1), Desk()
        gone, stays = ask(here, desk, "aa")
        await begun(desk, 1)
        gone.cancel()
        desk.go.set()
        assert await stays == "A"
        assert desk.begun == ["a"]

    asyncio.run(main())


def test_a_full_queue_refuses() -> None:
    async def main() -> None:
        here, desk = SharedWork[str](1, waiting=2), Desk()
        running = ask(here, desk, "a")
        await begun(desk, 1)
        waiting = ask(here, desk, "bc")
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await here.run("d", desk.work, "d")
        same = ask(here, desk, "b")  # takes no place
        desk.go.set()
        assert await asyncio.gather(*running, *waiting, *same) == ["A", "B", "C", "B"]
        assert await here.run("d", desk.work, "d") == "D"

    asyncio.run(main())


def test_a_failure_reaches_all_who_asked_and_ends_there() -> None:
    def fail() -> str:
        raise ValueError("no")

    async def main() -> None:
        here, desk = SharedWork[str](1), Desk()
        desk.go.set()
        asked: list[Coroutine[Any, Any, str]] = [here.run("a", fail) for _one in range(3)]
        results = await asyncio.gather(*asked, return_exceptions=True)
        assert [str(one) for one in results] == ["no"] * 3
        assert await here.run("a", desk.work, "a") == "A"

    asyncio.run(main())
