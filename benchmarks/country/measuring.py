"""What is measured of a country's record: sizes, a quiet tick, questions, and the peak morning."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

import scheduler.tick
from benchmarks.country.pilot import PEAK, QUIET, Accepting
from benchmarks.country.sizes import at_most, table_sizes
from benchmarks.mail_references import CONNECTIONS, postfix_program, running_sink
from calendars.feed import FeedBuilder
from calendars.options import FeedOptions, FeedScope, Surroundings
from config.settings import SmtpSecurity
from notifications.outbox import claim
from notifications.sender import Sender, make_transport
from notifications.transports.base import Transport
from scheduler.office import Office
from scheduler.tick import remind, sending_window
from workflows.overdue import overdue
from workflows.tables import DeliveryStatus

Figures = dict[str, str]
_ONE = "unit-7"


@dataclass
class Spent:
    """Seconds by the clock, and of the processor in this process alone: where others work on the
    machine as well the latter says more. On PostgreSQL it leaves out what the server does."""

    clock: float = 0.0
    processor: float = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """What is done in here is added."""
        clock, processor = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.clock += time.perf_counter() - clock
            self.processor += time.process_time() - processor

    def __str__(self) -> str:
        """Both."""
        if self.clock < 1:
            return f"{self.clock * 1000:.1f} ms ({self.processor * 1000:.1f} CPU)"
        return f"{self.clock:.1f} s ({self.processor:.1f} CPU)"

    def rate(self, number: int) -> str:
        """So many a second, by both."""
        return f"{number / self.clock:,.0f}/s ({number / self.processor:,.0f} CPU)"


def spent(work: Callable[[], object]) -> Spent:
    """What the work takes."""
    found = Spent()
    with found.counted():
        work()
    return found


def median(work: Callable[[], object], runs: int) -> Spent:
    """The medians of so many runs, after one that warms up."""
    work()
    found = [spent(work) for _run in range(runs)]
    return Spent(
        statistics.median(one.clock for one in found),
        statistics.median(one.processor for one in found),
    )


def figures(here: Office, mails: int) -> Figures:
    """All figures of one record, by what they are; at the end the morning's mails, `mails` of them
    sent."""
    sizes = table_sizes(here.database)
    counts = {one.name: one.rows for one in sizes}
    total = sum(one.bytes for one in sizes)
    found = {
        "assignments": f"{counts['assignment']:,}",
        "on disk": f"{total / 1e9:.2f} GB, {total / counts['assignment']:,.0f} B an assignment",
        "tick, nothing due": str(_quiet(here)),
    }
    for one in sizes:
        print("   ", one, flush=True)
    found |= _questions(here)
    return found | _peak(here, mails)


def _quiet(here: Office) -> Spent:
    def nothing() -> None:
        assert _remind(here, QUIET + timedelta(minutes=1)) == (0, 0)

    return median(nothing, 9)


def _questions(here: Office) -> Figures:
    """What people ask."""
    options = FeedOptions(FeedScope.UNIT, _ONE, alarms=True, language="zh")
    around = Surroundings(base="https://duban.example.org", marks=here.settings.feed_marks)
    builder = FeedBuilder(here.organisation, around, "zh")
    items: list[Any] = []

    def ask() -> None:
        with here.database.read() as session:
            items.append(overdue(session, QUIET))

    def fetch() -> None:
        with here.database.read() as session:
            items.append(builder.content(session, options, QUIET).body.count(b"BEGIN:VEVENT"))

    before, most = at_most(ask)
    rows = len(items[-1])
    items.clear()
    items.clear()
    took = spent(ask)
    items.clear()
    first, again = spent(fetch), median(fetch, 5)
    return {
        "overdue, all": f"{rows:,} in {took}, {most - before:,.0f} MB",
        "feed of one unit": f"{items[0]:,} entries in {first}",
        "the same again": f"{again}",
    }


def _peak(here: Office, mails: int) -> Figures:
    """The morning on which very much is due."""
    here.database.engine.dispose()  # what SQLite has kept of the questions before is not its memory
    made: list[tuple[int, int]] = []
    with _timing("collect_due") as collecting, _timing("group_pending") as grouping:
        before, most = at_most(lambda: made.append(_remind(here, PEAK)))
    due, digests = made[0]
    with here.database.read() as session:
        told = (
            session.execute(text("SELECT count(*) FROM reminder WHERE status = 'pending'")).scalar()
            or 0
        )
    waiting = median(lambda: _claim(here), 5)
    found = {
        "peak: due": f"{due:,}",
        "peak: reminders": f"{told:,} in {collecting}, {collecting.rate(told)}",
        "peak: digests": f"{digests:,} in {grouping}, {grouping.rate(digests)}",
        "peak: memory": f"{most:,.0f} MB, {before:,.0f} before",
        "claim of 500": f"{waiting} with {digests:,} waiting",
    }
    sent, took, how = _send(here, mails)
    if sent:
        found["mails"] = f"{sent:,} in {took}, {took.rate(sent)} {how}"
        found["claim after it"] = f"{median(lambda: _claim(here), 5)}"
    return found


def _remind(here: Office, now: Any) -> tuple[int, int]:
    return remind(here.database, here.organisation, here.settings, now, "bench")


class _NotKept(Exception):
    """Takes a transaction back."""


def _claim(here: Office) -> None:
    window = sending_window(here.settings)
    try:
        with here.database.write(shared=True) as session:
            lease = timedelta(minutes=5)
            claim(session, PEAK, window, limit=500, lease=lease, worker="bench")
            raise _NotKept
    except _NotKept:
        pass


def _send(here: Office, mails: int) -> tuple[int, Spent, str]:
    """How many went, in how many seconds, and whereto."""
    sink = postfix_program("smtp-sink")
    if sink is None:
        return *_sent(here, Accepting(), mails), "written and recorded (there is no smtp-sink)"
    with running_sink(sink) as port:
        over = here.settings.model_copy(
            update={
                "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": SmtpSecurity.NONE,
                "smtp_connections": CONNECTIONS,
            }
        )  # fmt: skip
        return *_sent(here, make_transport(over), mails), "to smtp-sink"


def _sent(here: Office, transport: Transport, mails: int) -> tuple[int, Spent]:
    sender = Sender(
        here.database, transport, here.settings, sending_window(here.settings), lambda: PEAK, "b"
    )

    async def run() -> int:
        try:
            return (await sender.run(mails)).statuses[DeliveryStatus.DONE]
        finally:
            await transport.close()

    done: list[int] = []
    took = spent(lambda: done.append(asyncio.run(run())))
    return done[0], took


@contextmanager
def _timing(name: str) -> Iterator[Spent]:
    """Seconds that a step of the tick takes in all."""
    step: Callable[..., Any] = getattr(scheduler.tick, name)
    found = Spent()

    def measured(*arguments: Any, **named: Any) -> Any:
        with found.counted():
            return step(*arguments, **named)

    setattr(scheduler.tick, name, measured)
    try:
        yield found
    finally:
        setattr(scheduler.tick, name, step)
