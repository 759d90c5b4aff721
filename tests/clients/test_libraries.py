"""What the libraries under calendar programs make of real feeds is what the record says."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from calendars.options import FeedOptions, FeedScope, Phases
from tests.clients.life import COUNTS, first, steps
from tests.clients.seen import Seen, expected, readings
from tests.support.feeds import make_feed
from tests.support.web import listening

LIBRARIES = ("vobject", "recurring", "ical", "icaljs", "libical")
ALL = FeedScope.ALL
FEEDS = tuple(
    FeedOptions(ALL, language=language, alarms=alarms, tasks=tasks, phases=phases)
    for language in ("zh", "en")
    for alarms, tasks, phases in (
        (False, False, Phases.END),
        (True, False, Phases.SPAN),
        (True, True, Phases.SPAN),
    )
)


class Fetched(NamedTuple):
    """A feed as it was fetched at some step, and what the record said then."""

    options: FeedOptions
    step: int
    file: Path
    expected: Sequence[Seen]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> list[Fetched]:
    """Every feed at every step, over HTTP."""
    folder = tmp_path_factory.mktemp("feeds")
    office = first(folder)
    found = []
    try:
        with listening(office) as (host, port):
            paths = [make_feed(office, **one._asdict())[1] for one in FEEDS]
            for step in steps(office):
                for number, (options, path) in enumerate(zip(FEEDS, paths, strict=True)):
                    answer = httpx.get(f"http://{host}:{port}{path}", trust_env=False)
                    file = folder / f"{step}-{number}.ics"
                    file.write_bytes(answer.raise_for_status().content)
                    found.append(Fetched(options, step, file, expected(office, options)))
    finally:
        office.close()
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_sees_what_the_record_says(library: str, fetched: Sequence[Fetched]) -> None:
    seen = readings(library, [one.file for one in fetched])
    for one, entries in zip(fetched, seen, strict=True):
        assert entries == one.expected, one
        assert len(entries) == len({each.uid for each in entries}) == COUNTS[one.step - 1]


def test_the_record_has_something_of_everything(fetched: Sequence[Fetched]) -> None:
    shown = [one for each in fetched for one in each.expected]
    assert {one.status for one in shown} == {
        "CONFIRMED", "CANCELLED", "COMPLETED", "NEEDS-ACTION",
    }  # fmt: skip
    assert {one.summary[0] for one in shown} >= {"✓", "!"}
    assert {one.sequence for one in shown} >= {0, 1}
    assert any(one.start and one.end > one.start for one in shown)
    assert "2022-06-13T09:00:00" in {moment for one in shown for moment in one.alarms}
