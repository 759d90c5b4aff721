"""More reminders wait for one person than are read at a time: they still go out in one mail."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlmodel import col, func, select

from notifications.grouping import group_pending
from notifications.ungrouped import BATCH
from scheduler.tick import sending_window
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from workflows.tables import Delivery, DeliveryStatus, Reminder, ReminderStatus

DUE = date(2022, 6, 15)
MOMENT = "2022-06-15 09:00"
LAST = "zoe@example.org"  # behind all that a batch holds


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    here = SampleOffice(tmp_path, spread_minutes=10)
    here.apply(PLAN)
    here.at(MOMENT)
    yield here
    here.close()


def _remind(office: SampleOffice, address: str, first: int, count: int) -> None:
    owed = office.assignment()
    row = {
        "assignment_id": owed.id, "occurrence": DUE, "address": address, "due_basis": DUE,
        "role": "contact", "recipient": "", "held": False, "gentle": False, "channel": "",
        "status": ReminderStatus.PENDING, "created_at": office.clock(),
    }  # fmt: skip
    with office.database.write() as session:
        rows = [{**row, "reason": f"r{n}"} for n in range(first, first + count)]
        session.connection().execute(insert(Reminder), rows)


def _group(office: SampleOffice) -> int:
    with office.database.write() as session:
        window = sending_window(office.settings)
        return group_pending(session, office.clock(), window, "example.org")


def _found(office: SampleOffice) -> list[tuple[str, str, int]]:
    """Address, purpose and number of reminders of each delivery."""
    query = (
        select(Delivery.address, Delivery.purpose, func.count(col(Reminder.id)))
        .join(Reminder, col(Reminder.delivery_id) == Delivery.id)
        .group_by(col(Delivery.id))
        .order_by(col(Delivery.id))
    )
    with office.database.read() as session:
        return list(session.exec(query).all())


def test_one_digest_for_more_than_a_batch(office: SampleOffice) -> None:
    _remind(office, "many@example.org", 0, 2 * BATCH + 1)
    _remind(office, LAST, 0, 3)
    assert _group(office) == 2
    assert _found(office) == [("many@example.org", "", 2 * BATCH + 1), (LAST, "", 3)]
    with office.database.read() as session:
        digest = session.exec(select(Delivery).order_by(col(Delivery.id))).first()
    assert digest is not None
    assert digest.not_before == sending_window(office.settings).slot(digest.address, office.clock())


def test_one_urgent_notice_for_more_than_a_batch(office: SampleOffice) -> None:
    """The day's digest has gone: what would pass goes in one notice, and not in one a batch."""
    _remind(office, "many@example.org", 0, 1)
    assert _group(office) == 1
    with office.database.write() as session:
        digest = session.exec(select(Delivery)).one()
        digest.status = DeliveryStatus.DONE
        session.add(digest)
    office.at("2022-06-15 11:00")
    _remind(office, "many@example.org", 1, BATCH + 2)
    assert _group(office) == 1
    assert [(purpose[:6], count) for _address, purpose, count in _found(office)] == [
        ("", 1),
        ("urgent", BATCH + 2),
    ]
