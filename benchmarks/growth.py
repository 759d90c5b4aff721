"""How what Duban does grows with the record: 1,000 to 1,000,000 assignments, and its plot.

`python -m benchmarks.growth docs/growth.svg` writes the plot beside printing the figures. Only the
units become more: each owes 100 assignments, ten a month. It takes some minutes.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col, select

from benchmarks.feeds import forget
from benchmarks.large_record import (
    NOW,
    Shape,
    apply_all,
    new_office,
    settle,
)
from benchmarks.plot import Points, log_plot, slope
from calendars.feed import FeedBuilder
from calendars.options import FeedOptions, FeedScope, Surroundings
from scheduler.collector import sparing_the_collector
from scheduler.office import Office
from scheduler.tick import remind
from workflows.compile import compile_campaigns
from workflows.holiday_record import follow_record
from workflows.loading import declaration_files, load_declarations
from workflows.overdue import overdue
from workflows.tables import Assignment

# A campaign has 100,000 assignments at most.
SHAPES = (Shape(10), Shape(100), Shape(1_000), Shape(10_000, campaigns=10, milestones=1))
DUE, OVERDUE = 25, 200
_ROUNDS = 4  # of ticks with something due; the day's first, which does more, is not counted
_LIMIT = 1.1  # of the slope: nothing grows worse than in proportion
_FLAT = 0.1  # of the slope of a tick
_EVERYTHING = FeedOptions(FeedScope.ALL, language="zh")
_ONE_UNIT = FeedOptions(FeedScope.UNIT, "unit-0", language="zh")


def measure(folder: Path, shapes: Sequence[Shape] = SHAPES) -> dict[str, Points]:
    """Seconds of processor time by the number of assignments, for each thing that is done."""
    found: dict[str, list[tuple[float, float]]] = {}

    def note(name: str, shape: Shape, seconds: float) -> None:
        print(f"{shape.assignments:9,} {name:34} {seconds:10.4f} s", flush=True)
        found.setdefault(name, []).append((float(shape.assignments), seconds))

    with ExitStack() as stack:
        offices = []
        for shape in shapes:
            here = new_office(folder / str(shape.units), shape)
            stack.callback(here.close)
            offices.append((shape, here))
            files = declaration_files(here.settings.campaigns_dir)
            declared = load_declarations(files, here.organisation)
            work = partial(compile_campaigns, declared, here.organisation)
            note("compile", shape, _spent(work))
            note("apply", shape, _spent(partial(apply_all, here, shape)))
            settle(here, due=_ROUNDS * DUE, overdue=OVERDUE)
            _share_out(here)
        stack.enter_context(sparing_the_collector())  # as `duban serve` does
        for name, work_on, rounds in _works():
            # In turn, so that what else runs on the machine slows all of them alike.
            spent = [[_by_itself(work_on, here, n) for _shape, here in offices] for n in rounds]
            for (shape, _here), each in zip(offices, zip(*spent, strict=True), strict=True):
                note(name, shape, statistics.median(each[1:] or each))
    return dict(found)


def _works() -> Iterator[tuple[str, Callable[[Office, int], object], range]]:
    """What is done, and in which rounds; the first of several warms up."""
    yield f"tick, {DUE} due", _with_work, range(_ROUNDS)
    yield "tick, nothing due", _without_work, range(60, 90)
    yield f"overdue, {OVERDUE} of them", _overdue, range(10)
    yield "feed of a unit (100 entries)", partial(_feed, options=_ONE_UNIT), range(6)
    yield "feed of everything", partial(_feed, options=_EVERYTHING), range(1)


def _by_itself(work: Callable[[Office, int], object], here: Office, number: int) -> float:
    """Seconds, as in a process of its own, which goes by the holidays of one record alone."""
    with here.database.read() as session:
        follow_record(session)
    return _spent(partial(work, here, number))


def _share_out(here: Office) -> None:
    """What waits comes due in parts, a minute apart."""
    with here.database.write() as session:
        waiting = session.exec(select(Assignment.id).where(col(Assignment.next_at) == NOW)).all()
        for number in range(_ROUNDS):
            these = col(Assignment.id).in_(waiting[number::_ROUNDS])
            moment = NOW + timedelta(minutes=number)
            session.connection().execute(update(Assignment).where(these).values(next_at=moment))


def _with_work(here: Office, number: int) -> None:
    """A tick that finds so many due, a part of what waits."""
    assert _remind(here, number) == DUE


def _without_work(here: Office, number: int) -> None:
    assert _remind(here, number) == 0


def _remind(here: Office, minutes: int) -> int:
    """What a tick does in the record, so long after `NOW`."""
    moment = NOW + timedelta(minutes=minutes)
    due, _made = remind(here.database, here.organisation, here.settings, moment, "bench")
    return due


def _overdue(here: Office, _number: int) -> None:
    with here.database.read() as session:
        assert len(overdue(session, NOW)) == OVERDUE


def _feed(here: Office, _number: int, options: FeedOptions) -> None:
    """Built as in a process that has just begun."""
    forget()
    around = Surroundings(base=here.settings.public_url, marks=here.settings.feed_marks)
    with here.database.read() as session:
        FeedBuilder(here.organisation, around, "zh").content(session, options, NOW)


def _spent(work: Callable[[], object]) -> float:
    """Seconds of processor time: others may work on the machine."""
    start = time.process_time()
    work()
    return time.process_time() - start


def judged(lines: dict[str, Points]) -> Iterator[str]:
    """What grows worse than it may."""
    for name, points in lines.items():
        limit = _FLAT if name.startswith("tick") else _LIMIT
        if slope(points) > limit:
            yield f"{name}: slope {slope(points):.2f}, at most {limit} is wanted"


def main() -> None:
    """Measure, print and draw."""
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder))
    for name, points in lines.items():
        print(f"{name:34} slope {slope(points):5.2f}")
    for file in sys.argv[1:]:
        title = "How the work grows with the record (slope in brackets)"
        up = "seconds of processor time"
        drawn = log_plot(title, "assignments in the record", up, lines)
        Path(file).write_text(drawn, encoding="utf-8")
    if worse := list(judged(lines)):
        sys.exit("\n".join(worse))


if __name__ == "__main__":
    main()
