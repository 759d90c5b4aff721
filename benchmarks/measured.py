"""What is measured, and how: our own beside a reference in the same run, and its goal."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One row, in seconds: the smaller its ratio the better."""

    what: str
    own: float
    reference_name: str
    reference: float
    goal: float | None = None  # the largest ratio that is good enough: 0.5 for "twice as fast"

    @property
    def ratio(self) -> float:
        """Our own time as a multiple of the reference's."""
        return self.own / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else self.ratio <= self.goal

    def __str__(self) -> str:
        """The row as it is printed."""
        return (
            f"{self.what:44} {self.own:9.3f} s   {self.reference_name:34}"
            f" {self.reference:9.3f} s   ratio {self.ratio:8.3f}{_goal('≤', self.goal, self.met)}"
        )


@dataclass(frozen=True)
class Rate:
    """One row, in answers a second, run in turn: the larger its ratio the better."""

    what: str
    reference_name: str
    pairs: Sequence[tuple[float, float]]
    goal: float | None = None  # the smallest ratio that is good enough

    @property
    def ratio(self) -> float:
        """The median of the ratios of what ran side by side."""
        return statistics.median(one / other for one, other in self.pairs)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else self.ratio >= self.goal

    def __str__(self) -> str:
        """The row as it is printed, with the medians of both."""
        own, reference = (statistics.median(column) for column in zip(*self.pairs, strict=True))
        return (
            f"{self.what:44} {own:9,.0f} /s  {self.reference_name:34}"
            f" {reference:9,.0f} /s  ratio {self.ratio:8.3f}{_goal('≥', self.goal, self.met)}"
        )


@dataclass(frozen=True)
class Amount:
    """One row without a reference, such as memory in MB: the smaller the better."""

    what: str
    value: float
    unit: str
    goal: float | None = None  # the largest value that is good enough

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else self.value <= self.goal

    def __str__(self) -> str:
        """The row as it is printed."""
        return (
            f"{self.what:44} {self.value:9.3f} {self.unit:65}{_goal('≤', self.goal, self.met, 0)}"
        )


Row = Result | Rate | Amount
"""What a module measures; a plain text stands for a row that could not be, and says why."""


def _goal(sign: str, goal: float | None, met: bool | None, places: int = 2) -> str:
    if goal is None:
        return ""
    return f"   goal {sign} {goal:.{places}f}, {'met' if met else 'MISSED'}"


def summary(rows: Iterable[Row | str]) -> str:
    """How many goals are met, and what misses its own or could not be measured."""
    rows = list(rows)
    goals = [one for one in rows if not isinstance(one, str) and one.goal is not None]
    lines = [f"{sum(bool(one.met) for one in goals)} of {len(goals)} goals met"]
    lines += [f"missed: {one.what}" for one in goals if not one.met]
    lines += [
        " ".join(one.split()) for one in rows if isinstance(one, str) and "not measured" in one
    ]
    return "\n".join(lines)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that `work` takes, by that clock."""
    start = clock()
    work()
    return clock() - start


def pairs(
    own: Callable[[], object],
    reference: Callable[[], object],
    runs: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Medians of both, run in turn after one warm-up each. What only computes may be measured by
    `time.process_time`: others may work on the machine."""
    own(), reference()
    both = [(timed(own, clock), timed(reference, clock)) for _run in range(runs)]
    return [statistics.median(column) for column in zip(*both, strict=True)]


def printed(measure: Callable[[Path], Iterable[Row | str]]) -> list[Row | str]:
    """Measure in a folder of its own; print each row when it is known, and return them all."""
    rows: list[Row | str] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in measure(Path(folder)):
            print(row, flush=True)
            rows.append(row)
    return rows


def printed_by_name(module: str) -> list[Row | str]:
    """The same of a module of this folder."""
    return printed(import_module(f"benchmarks.{module}").measure)


def print_summary(rows: Iterable[Row | str]) -> None:
    """The goals, where there are any."""
    rows = list(rows)
    if any(isinstance(one, str) or one.goal is not None for one in rows):
        print(summary(rows))


def print_rows(measure: Callable[[Path], Iterable[Row | str]]) -> None:
    """Measure and print, with the goals at the end."""
    print_summary(printed(measure))
