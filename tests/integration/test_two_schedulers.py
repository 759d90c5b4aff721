"""Several schedulers on one database while a clerk types: nothing lost, nothing doubled, and no
word about locks to anybody.

Two real processes on SQLite, four on PostgreSQL, over SMTP to a server that keeps what it took.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.colleagues import Workplace, do_paperwork, schedule
from tests.support.moments import ZONE, day
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.processes import CONTEXT, Child
from tests.support.referee import found
from tests.support.smtp import MailServer
from tests.support.soaking import on, report, rounds
from workflows.database import Database
from workflows.schema_version import HEAD
from workflows.tables import DeliveryStatus, ReminderStatus
from workflows.working_days import working_days

PEOPLE = 5  # at each unit
UNITS = ("north", "south", "hill")


def plans() -> list[str]:
    """Duties of all units, one falling due every other working day."""
    dues = [working_days().shift(day("2022-06-06"), 2 * n) for n in range(12)]
    everyone = PLAN.replace("[北城市]", "[北城市, 南城市, 山县]")
    return [
        everyone.replace("id: plan", f"id: plan-{n}").replace("2022-06-15", due.isoformat())
        for n, due in enumerate(dues)
    ]


def mornings(days: int) -> Iterator[datetime]:
    """Each working day when the window opens, a little later, and after noon."""
    for n in range(days):
        date = working_days().shift(day("2022-06-06"), n)
        for clock in ("09:00", "09:01", "14:00"):
            yield datetime.fromisoformat(f"{date} {clock}").replace(tzinfo=ZONE)


@pytest.fixture
def place(tmp_path: Path, database_url: str, server: MailServer) -> Workplace:
    office = SampleOffice(tmp_path, database_url=database_url)
    for unit in UNITS:
        for n in range(PEOPLE):
            office.add_contact(unit, "contact", f"{unit}-{n}@example.org")
        office.add_contact(unit, "lead", f"{unit}-lead@example.org")
    office.apply(*plans(), MONTHLY)
    office.close()
    moments = tuple(mornings(rounds(2)))
    return Workplace(tmp_path, database_url, server.port, moments, {"morning_list": True})


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        running.pause = 0.002
        yield running


def test_nothing_is_doubled_or_lost_between_them(place: Workplace, server: MailServer) -> None:
    on_sqlite = place.url.startswith("sqlite")
    schedulers = 2 if on_sqlite else 4
    barrier = CONTEXT.Barrier(schedulers + 1)
    children = [Child(schedule, place, barrier, f"machine-{n}", n) for n in range(schedulers)]
    clerk = Child(do_paperwork, place, barrier, 7, 6)
    assert [child.result() for child in children] == [[]] * schedulers
    refused = clerk.result()
    assert [one for one in refused if "cannot be used" in one] == []
    assert 0 < len(refused) < 6 * len(place.moments)  # some is refused by the rules, not all

    office = place.open()
    office.clock.advance_to(place.moments[-1])
    for _n in range(4):  # what was late still goes out
        office.clock.advance(timedelta(days=1))
        office.tick(f"{office.clock():%Y-%m-%d} 16:00")
    taken = Counter(mail["Message-ID"] for mail in server.mails)
    done = {one.message_id for one in office.deliveries() if one.status is DeliveryStatus.DONE}
    doubts = sum(one.doubts for one in office.deliveries())
    lost, doubled = done - set(taken), {key for key, times in taken.items() if times > 1}
    assert (lost, doubled, set(taken) - done, doubts) == (set(), set(), set(), 0)
    purposes = {one.purpose.partition("-")[0] for one in office.deliveries()}
    assert {"", "receipt", "morning"} <= purposes
    kept_back = {one.id for one in office.deliveries() if one.status is DeliveryStatus.HELD}
    waiting = [one for one in office.reminders() if one.status is ReminderStatus.PENDING]
    assert {one.delivery_id for one in waiting} <= kept_back
    assert found(office) == []
    report(
        f"{schedulers} schedulers and a clerk at once, {on(place.url)}",
        runs=len(place.moments),
        mails=len(server.mails),
        commands=6 * len(place.moments),
        lost=len(lost),
        doubled=len(doubled),
        in_doubt=doubts,
    )
    office.close()


def start(url: str) -> str | None:
    """What each program does first."""
    database = Database(url)
    database.migrate()
    version = database.schema_version()
    database.close()
    return version


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_several_start_at_once_where_there_is_no_database_yet(tmp_path: Path, kind: str) -> None:
    for number in range(rounds(1)):
        url = f"sqlite:///{tmp_path / str(number) / 'duban.db'}"
        if kind == "postgres":
            url = postgres.fresh_database(migrated=False)
        children = [Child(start, url) for _n in range(4)]
        assert [child.result() for child in children] == [HEAD] * 4
        if kind == "postgres":
            postgres.drop_database(url)
    report(f"four first starts at once, {on(url)}", runs=rounds(1), lost=0, doubled=0)
