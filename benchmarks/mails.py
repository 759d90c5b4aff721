"""Mails end to end: from rungs that come due to the server's 250, recorded, in one process."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.mail_office import MAILS, mail_office
from benchmarks.mail_processes import two_processes
from benchmarks.mail_references import (
    DJANGO,
    RUNS,
    SOURCE,
    django_time,
    postfix_program,
    running_sink,
    source_time,
)
from benchmarks.mail_transport import transport_time
from benchmarks.measured import Result, print_rows, timed
from scheduler.collector import spare_the_collector
from tests.support import postgres

_WHAT = f"mails end to end, {MAILS:,} of 2 duties"


def measure(folder: Path) -> Iterator[Result | str]:
    """The rows; a line that says so where a reference is missing."""
    sink, source = postfix_program("smtp-sink"), postfix_program("smtp-source")
    if sink is None:
        yield f"{_WHAT:44} not measured: there is no smtp-sink (Debian's package postfix)"
        return
    with running_sink(sink) as port:
        _own, wire = _own_run(folder / "first", port)  # a warm-up, and the messages
        pairs = [
            (
                _own_run(folder / f"one{n}", port)[0],
                two_processes(folder / f"two{n}", port),
                django_time(wire, port),
            )
            for n in range(RUNS)
        ]
        one, two, django = (statistics.median(column) for column in zip(*pairs, strict=True))
        yield Result(f"{_WHAT} ({MAILS / one:,.0f}/s)", one, DJANGO, django, 0.5)
        yield Result(f"the same, two processes ({MAILS / two:,.0f}/s)", two, DJANGO, django, 0.33)
        big = [_own_run(folder / f"big{n}", port, send_batch=500)[0] for n in range(RUNS)]
        yield Result(
            "the same, one process, send_batch 500", statistics.median(big), DJANGO, django
        )
        server = [
            two_processes(folder / f"pg{n}", port, database_url=postgres.fresh_database())
            for n in range(RUNS)
        ]
        name = "the same, two processes on PostgreSQL"
        yield Result(name, statistics.median(server), DJANGO, django)
        if source is None:
            yield f"{_WHAT:44} no limit: there is no smtp-source (Debian's package postfix)"
        else:
            both = [
                (transport_time(wire, port), source_time(source, wire, port)) for _ in range(RUNS)
            ]
            alone, limit = (statistics.median(column) for column in zip(*both, strict=True))
            yield Result(
                f"SMTP alone, pool of 8 ({len(wire) / alone:,.0f}/s)", alone, SOURCE, limit, 5
            )
        rendering, sending = _halves(folder / "halves", port)
    before = "  of one process, until deliveries are made"
    yield f"{before:44} {rendering:9.3f} s   and then {sending:.3f} s"


def _halves(folder: Path, port: int) -> tuple[float, float]:
    """Seconds until deliveries are made, and from then on."""
    with mail_office(folder, port) as here:
        first = timed(here.remind)
        return first, timed(here.send)


def _own_run(folder: Path, port: int, **more: Any) -> tuple[float, list[bytes]]:
    """Seconds for all of it, and the messages as they went over the wire."""
    with mail_office(folder, port, **more) as here:
        spare_the_collector()  # as `duban serve` does
        done = []

        def whole() -> None:
            here.remind()
            done.append(here.send())

        seconds = timed(whole)
        assert done == [MAILS], done
        return seconds, here.transport.seen


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
