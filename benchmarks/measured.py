"""What is measured, and how: our own beside a reference in the same run."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One row, in seconds."""

    what: str
    own: float
    reference_name: str
    reference: float

    def __str__(self) -> str:
        """The row as it is printed."""
        return (
            f"{self.what:44} {self.own:9.3f} s   {self.reference_name:34}"
            f" {self.reference:9.3f} s   ratio {self.own / self.reference:8.3f}"
        )


@dataclass(frozen=True)
class Rate:
    """One row, in answers a second: our own and the reference's, run in turn."""

    what: str
    reference_name: str
    pairs: Sequence[tuple[float, float]]

    def __str__(self) -> str:
        """The row as it is printed: medians, also of the ratios of what ran side by side."""
        own, reference = (statistics.median(column) for column in zip(*self.pairs, strict=True))
        ratio = statistics.median(one / other for one, other in self.pairs)
        return (
            f"{self.what:44} {own:9,.0f} /s  {self.reference_name:34}"
            f" {reference:9,.0f} /s  ratio {ratio:8.3f}"
        )


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def pairs(own: Callable[[], object], reference: Callable[[], object], runs: int = 5) -> list[float]:
    """Medians of both, run in turn after one warm-up each."""
    own(), reference()
    both = [(timed(own), timed(reference)) for _run in range(runs)]
    return [statistics.median(column) for column in zip(*both, strict=True)]


def print_rows(measure: Callable[[Path], Iterable[object]]) -> None:
    """Measure in a folder of its own, and print each row when it is known."""
    with tempfile.TemporaryDirectory() as folder:
        for row in measure(Path(folder)):
            print(row, flush=True)
