"""Feeds: built anew and after one change, beside the whole of it through `icalendar`'s objects."""

import statistics
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.feed_office import EVERYTHING, NOW, change, feed_office
from benchmarks.feed_reference import built_by_library
from benchmarks.measured import Result, print_rows, timed
from calendars.feed import FeedBuilder
from calendars.options import Surroundings
from scheduler.office import Office

RUNS = 5
_MADE_OF = ("calendars.", "workflows.reminding", "workflows.ladder")
_LATER = NOW + timedelta(days=1)
_REFERENCE = "the whole through icalendar"


def measure(folder: Path) -> Iterator[Result]:
    """The rows."""
    with feed_office(folder) as here:
        entries = _require_same(here)
        own, reference = _in_turn(here, kept=False)
        yield Result(f"feed of {entries:,} with alarms, nothing kept", own, _REFERENCE, reference)
        own, reference = _in_turn(here, kept=True)
        yield Result(
            f"the same after one change, {reference / own:,.0f} times", own, _REFERENCE, reference
        )


def _in_turn(here: Office, *, kept: bool) -> tuple[float, float]:
    """Medians of both, each after one change, one after the other."""
    builder = _builder(here)
    both = []
    for number in range(RUNS + 1):
        change(here, number + (RUNS + 1 if kept else 0))
        if not kept:
            forget()
            builder = _builder(here)
        both.append((timed(lambda: _own(here, builder)), timed(lambda: _reference(here))))  # noqa: B023
    own, reference = zip(*both[1:], strict=True)  # the first warms up
    return statistics.median(own), statistics.median(reference)


def forget() -> None:
    """Empty the caches of all that a feed is made of, as in a process that has just begun."""
    rooms = [module for name, module in sys.modules.items() if name.startswith(_MADE_OF)]
    for cached in {one for room in rooms for one in vars(room).values() if _is_cache(one)}:
        cached.cache_clear()


def _is_cache(one: object) -> bool:
    return callable(getattr(one, "cache_clear", None))


def _own(here: Office, builder: FeedBuilder) -> bytes:
    with here.database.read() as session:
        return builder.content(session, EVERYTHING, _LATER).body


def _reference(here: Office) -> bytes:
    with here.database.read() as session:
        return built_by_library(here, session, EVERYTHING, _LATER)


def _require_same(here: Office) -> int:
    """Both are the same bytes; how many entries they have."""
    ours = _own(here, _builder(here))
    assert ours == _reference(here), "what is compared is not the same"
    return ours.count(b"BEGIN:VEVENT")


def _builder(here: Office) -> FeedBuilder:
    settings = here.settings
    around = Surroundings(base=settings.public_url, marks=settings.feed_marks)
    return FeedBuilder(here.organisation, around, settings.language)


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
