"""Writing transactions that share the lock on PostgreSQL, and coarse jobs that run beside each
other on the same addresses: what becomes of each reminder is what one of the serial orders makes.
"""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import compress, product
from pathlib import Path

import pytest
from sqlalchemy import String, column, text, values
from sqlmodel import select

from config.errors import StateError
from config.settings import InDoubt
from notifications.due import collect_due
from notifications.grouping import close_stale, group_pending
from notifications.outbox import Started, claim, mark_started
from notifications.outcomes import mark_finished
from notifications.shards import Shard
from notifications.transports.base import RecipientResult, Verdict
from notifications.transports.maildir import MaildirTransport
from scheduler.tick import message_domain, remind, sending_window
from tests.support import postgres
from tests.support.fleet import until
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN, with_ladder
from tests.support.referee import found
from tests.support.soaking import on, report, rounds
from workflows.database import Database, alone
from workflows.tables import Assignment, Delivery

LADDER = "[{id: first, when: on the day}, {id: second, when: on the day at 14:00}]"
MORNING, NOON = "2022-06-15 09:00", "2022-06-15 14:00"
UNITS, SHARDS = ("north", "south", "hill"), 5
SENDERS = 2


@pytest.fixture
def impatient(postgres_url: str) -> Iterator[Database]:
    """A database whose writers wait for each other for a moment alone."""
    here = Database(postgres_url, busy_seconds=0.2)
    yield here
    here.close()


def test_shared_writers_run_beside_each_other_and_never_beside_another(impatient: Database) -> None:
    with impatient.write(shared=True), impatient.write(shared=True):
        with impatient.write(shared=True), impatient.read():
            pass
        with pytest.raises(StateError, match="cannot be used"), impatient.write():
            pass
    with impatient.write(), pytest.raises(StateError), impatient.write(shared=True):
        pass
    with impatient.write(), pytest.raises(StateError), impatient.write():
        pass


def test_a_name_is_had_by_one_alone_until_its_transaction_ends(impatient: Database) -> None:
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(impatient.write(shared=True)) for _transaction in range(2)
        )
        alone(first, "digests of 1/16")
        alone(first, "digests of 1/16")
        alone(second, "digests of 2/16")
        with pytest.raises(StateError), impatient.write(shared=True) as third:
            alone(third, "digests of 1/16")
    with impatient.write(shared=True) as fourth:
        alone(fourth, "digests of 1/16")


@pytest.mark.parametrize("of", [1, 2, 16])
def test_each_name_is_in_one_shard_alone(impatient: Database, of: int) -> None:
    names = ["", "郑州市", "a@example.org", "A@example.org", *(f"unit-{n}" for n in range(500))]
    rows = values(column("name", String), name="names").data([(one,) for one in names])
    held: Counter[str] = Counter()
    with impatient.read() as session:
        for number in range(of):
            query = select(rows.c.name).where(Shard(number, of).holds(rows.c.name))
            found_here = session.connection().execute(query).scalars().all()
            assert len(found_here) > len(names) / of / 2  # no shard has all the work
            held.update(found_here)
    assert held == Counter(names)


def test_the_server_ends_a_shared_transaction_that_does_nothing(postgres_url: str) -> None:
    """Its machine was frozen or has vanished, and it keeps every use case out."""
    frozen, others = Database(postgres_url), Database(postgres_url)
    frozen.stuck_seconds = 1
    with pytest.raises(StateError, match="cannot be used"), frozen.write(shared=True) as session:
        session.connection().execute(text("SELECT 1"))
        with others.write() as other:  # waits until the server has ended it
            other.connection().execute(text("SELECT 1"))
        session.connection().execute(text("SELECT 1"))
    with frozen.write(shared=True) as session:  # it finds the server again
        session.connection().execute(text("SELECT 1"))
    frozen.close()
    others.close()


@pytest.mark.parametrize("shared", [True, False])
def test_whoever_is_frozen_after_many_rows_is_ended_by_the_others(
    postgres_url: str, shared: bool
) -> None:
    """The driver's way of sending many rows stops the server's own timer."""
    frozen, others = Database(postgres_url), Database(postgres_url, busy_seconds=0.2)
    frozen.stuck_seconds = 1
    many = [{"value": "1"}, {"value": "2"}]
    with pytest.raises(StateError, match="cannot be used"), frozen.write(shared=shared) as session:
        session.connection().execute(text("SELECT set_config('a.b', :value, true)"), many)
        assert others.end_stuck_writers() == 0  # it may still go on
        until(lambda: others.end_stuck_writers() == 1, "it has done nothing for too long")
        with others.write() as other:
            other.connection().execute(text("SELECT 1"))
        session.connection().execute(text("SELECT 1"))
    with frozen.write(shared=shared):
        assert others.end_stuck_writers() == 0
    frozen.close()
    others.close()


# What becomes of an address: each reminder's assignment, rung, status and kind of delivery.
Outcome = tuple[tuple[int, str, str, str], ...]


@dataclass
class Day:
    """A copy of an office: a first rung's digests wait, and the second rung has just come due."""

    folder: Path
    url: str

    def open(self) -> SampleOffice:
        """The office at noon, with small batches so that there are many claims."""
        office = SampleOffice(self.folder, database_url=self.url, send_batch=2)
        office.at(NOON)
        return office

    def collect(self, office: SampleOffice, shard: Shard) -> None:
        """As the job of a shard of units does."""
        more = True
        while more:
            with office.database.write(shared=True) as session:
                window = sending_window(office.settings)
                more = bool(
                    collect_due(session, office.clock(), office.organisation, window, shard)
                )

    def group(self, office: SampleOffice, shard: Shard) -> None:
        """As the job of a shard of addresses does."""
        with office.database.write(shared=True) as session:
            window, domain = sending_window(office.settings), message_domain(office.settings)
            group_pending(session, office.clock(), window, domain, (), shard)

    def send(self, office: SampleOffice) -> int:
        """All that waits."""
        transport = MaildirTransport(self.folder / "mail", durable=False)
        return asyncio.run(office.sender(transport, threading.current_thread().name).run()).sent

    def close_the_tick(self, office: SampleOffice) -> None:
        """As each tick ends, spread or not, and the mails after it."""
        remind(office.database, office.organisation, office.settings, office.clock(), "closing")
        self.send(office)

    def outcomes(self, office: SampleOffice) -> dict[str, Outcome]:
        """By address; each mail that is done has arrived once."""
        deliveries = {one.id: one for one in office.deliveries()}
        done = [one for one in deliveries.values() if one.status == "done"]
        arrived = list((self.folder / "mail" / "new").iterdir())
        assert len(arrived) == len(done)
        ids = Counter(
            line for one in arrived for line in one.read_bytes().split(b"\n")
            if line.lower().startswith(b"message-id:")
        )  # fmt: skip
        assert set(ids.values()) == {1}
        by_address: dict[str, list[tuple[int, str, str, str]]] = {}
        for one in office.reminders():
            delivery = deliveries.get(one.delivery_id)
            kind = delivery.purpose.partition("-")[0] if delivery and one.status == "sent" else "-"
            fate = (one.assignment_id, one.reason, one.status.value, kind)
            by_address.setdefault(one.address, []).append(fate)
        return {key: tuple(sorted(fates)) for key, fates in by_address.items()}


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The database of which each day is a copy."""
    url = postgres.fresh_database()
    office = SampleOffice(tmp_path_factory.mktemp("ready"), database_url=url)
    for unit in UNITS:
        for n in range(3):
            office.add_contact(unit, "contact", f"{unit}-{n}@example.org")
        office.add_contact(unit, "contact", "everywhere@example.org")  # their shards differ
    everyone = with_ladder(LADDER, PLAN.replace("[北城市]", "[北城市, 南城市, 山县]"))
    office.apply(everyone, everyone.replace("id: plan", "id: other"))
    office.remind(MORNING)
    assert office.statuses() == ["queued"] * 10
    office.close()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def days(waiting: str, tmp_path: Path) -> Iterator[Callable[[], Day]]:
    """Makes fresh copies."""
    made: list[Day] = []

    def make() -> Day:
        day = Day(tmp_path / str(len(made)), postgres.copy_database(waiting))
        made.append(day)
        return day

    yield make
    for day in made:
        postgres.drop_database(day.url)


def test_claims_beside_what_supersedes_and_groups_lose_and_double_nothing(
    waiting: str, days: Callable[[], Day]
) -> None:
    shards = [Shard(number, SHARDS) for number in range(SHARDS)]
    allowed: dict[str, set[Outcome]] = {}
    for order in _orders([one for one in shards if _has_units(waiting, one)]):
        for address, outcome in _in_turn(days(), order).items():
            allowed.setdefault(address, set()).add(outcome)
    assert {len(one) for one in allowed.values()} >= {2, 4}  # the order does make a difference
    seen: Counter[bool] = Counter()
    chance = random.Random(9)  # noqa: S311 - a pattern, not a secret
    for _round in range(rounds(10)):
        for address, outcome in _at_once(days(), shards, chance.random()).items():
            assert outcome in allowed[address], address
            seen["superseded" in {status for _id, _reason, status, _kind in outcome}] += 1
    assert seen[True] and seen[False]  # both the senders and the shards came first now and then
    report(
        f"claims beside shards that supersede and group, {on('postgresql')}",
        runs=rounds(10), lost=0, doubled=0, note=f"the new rung came first {seen[True]} times",
    )  # fmt: skip


@pytest.mark.parametrize("marked", ["started", "done"])
def test_whoever_locks_deliveries_beside_a_sender_that_marks_them_never_waits_for_it_in_turn(
    days: Callable[[], Day], marked: str
) -> None:
    """A sender's results come in any order; what groups locks deliveries by number."""
    office = days().open()
    window, now = sending_window(office.settings), office.clock()
    with office.database.write() as session:
        lease = timedelta(hours=1)
        claims = claim(session, now, window, limit=10, lease=lease, worker="one").contents
    ids = sorted(one.delivery_id for one in claims)
    addresses = {one.delivery_id: one.address for one in claims}

    def start() -> int:
        begun = [Started(one, "主题", "f" * 64) for one in reversed(ids)]
        with office.database.write(shared=True) as session:
            return len(mark_started(session, begun, now, window, "one"))

    def finish() -> int:
        taken = {
            one: {addresses[one]: RecipientResult(Verdict.ACCEPTED, 250)} for one in reversed(ids)
        }
        with office.database.write(shared=True) as session:
            return len(mark_finished(session, taken, now, InDoubt.RESEND, "one"))

    if marked == "done":
        start()
    lock = select(Delivery.id).with_for_update()
    with ThreadPoolExecutor(1) as pool:
        with office.database.write(shared=True) as session:
            session.exec(lock.where(Delivery.id == ids[0])).one()
            marks = pool.submit(start if marked == "started" else finish)
            until(lambda: _waits(office.database), "the sender waits for the first")
            session.exec(lock.where(Delivery.id == ids[-1])).one()
        assert marks.result(60) == len(ids)
    office.close()


def _waits(database: Database) -> bool:
    query = text(
        "SELECT 1 FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.read() as session:
        return session.connection().execute(query).first() is not None


def _has_units(url: str, shard: Shard) -> bool:
    database = Database(url)
    with database.read() as session:
        some = session.exec(select(Assignment.id).where(shard.holds(Assignment.unit_id))).first()
    database.close()
    return some is not None


def _orders(shards: Sequence[Shard]) -> Iterator[tuple[Sequence[Shard], Sequence[Shard]]]:
    """The shards that come before the first claim, and those after it."""
    for chosen in product((True, False), repeat=len(shards)):
        before = list(compress(shards, chosen))
        yield before, [one for one in shards if one not in before]


def _in_turn(day: Day, order: tuple[Sequence[Shard], Sequence[Shard]]) -> dict[str, Outcome]:
    office = day.open()
    before, after = order
    for shard in before:
        day.collect(office, shard)
    day.send(office)
    for shard in after:
        day.collect(office, shard)
    day.close_the_tick(office)
    assert found(office) == []
    outcomes = day.outcomes(office)
    office.close()
    return outcomes


def _at_once(day: Day, shards: Sequence[Shard], seed: float) -> dict[str, Outcome]:
    collected = threading.Event()
    barrier = threading.Barrier(SENDERS + len(shards))
    chance = random.Random(seed)  # noqa: S311 - a pattern, not a secret
    pauses = [chance.random() / 20 for _thread in range(SENDERS + len(shards))]

    def send(pause: float) -> None:
        office = day.open()
        barrier.wait(60)
        time.sleep(pause)
        while not collected.is_set():
            day.send(office)
        office.close()

    def collect(pause: float, shard: Shard) -> None:
        office = day.open()
        barrier.wait(60)
        time.sleep(pause)
        day.collect(office, shard)
        office.close()

    office = day.open()
    with ThreadPoolExecutor(len(pauses) + len(shards)) as pool:
        senders = [pool.submit(send, pause) for pause in pauses[:SENDERS]]
        try:
            for one in [*map(lambda p, s: pool.submit(collect, p, s), pauses[SENDERS:], shards)]:
                one.result(60)
            with office.database.write() as session:
                close_stale(session, sending_window(office.settings).today(office.clock()), ())
            for one in [pool.submit(day.group, office, shard) for shard in shards]:
                one.result(60)
        finally:
            collected.set()
        for one in senders:
            one.result(60)
    day.close_the_tick(office)
    assert found(office) == []
    outcomes = day.outcomes(office)
    office.close()
    return outcomes
