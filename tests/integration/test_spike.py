"""A morning on which very many reminders come due: all go out, and the memory stays bounded.

1,000 in a test run, 50,000 in a soak; DUBAN_SPIKE sets another number.
"""

import os
from pathlib import Path

from sqlmodel import col, func, select

from notifications.by_hand import held_ids, release
from notifications.digest_letter import LISTED
from tests.support.processes import in_child
from tests.support.referee import found
from tests.support.soaking import on, report, soaking
from tests.support.spike import Spike, apply, tick
from workflows.tables import Delivery, DeliveryStatus, Reminder, ReminderStatus

DUTIES = 50  # of each unit
SIZE = int(os.environ.get("DUBAN_SPIKE", 50_000 if soaking() else 1_000))
MOST_MEGABYTES = 300


def _release_all(spike: Spike) -> None:
    """Let everything go that is held; the mails to the units themselves are not of interest."""
    office = spike.open("2022-06-22 09:00")
    office.remind("2022-06-22 09:00")
    with office.database.write() as session:
        session.connection().execute(
            Delivery.__table__.update()  # type: ignore[attr-defined]
            .where(col(Delivery.status) == DeliveryStatus.QUEUED)
            .values(status=DeliveryStatus.DROPPED)
        )
        for one in held_ids(session):
            release(session, one, office.decision())
    office.close()


def test_a_morning_with_very_many_reminders(tmp_path: Path, database_url: str) -> None:
    spike = Spike(tmp_path, database_url, SIZE // DUTIES, DUTIES)
    in_child(apply, spike)
    sent, grown = in_child(tick, spike, "2022-06-13 09:00")
    assert sent == spike.units
    assert grown < MOST_MEGABYTES
    again, _grown = in_child(tick, spike, "2022-06-13 09:01")
    assert again == 0
    office = spike.open("2022-06-13 10:00")
    with office.database.read() as session:
        statuses = dict(
            session.exec(
                select(Reminder.status, func.count(col(Reminder.id)))
                .where(Reminder.reason == "before-2")
                .group_by(col(Reminder.status))
            ).all()
        )
    assert statuses == {ReminderStatus.SENT: spike.assignments}
    assert found(office) == []
    office.close()
    report(
        f"{spike.assignments} reminders at one tick, {on(database_url)}",
        runs=1,
        mails=sent,
        lost=spike.units - sent,
        doubled=0,
        note=f"memory grew by {grown:.0f} MB",
    )
    _check_the_supervisors(spike)


def _check_the_supervisors(spike: Spike) -> None:
    """Who is told of everything, five working days after, gets one mail that any server takes."""
    in_child(_release_all, spike)
    sent, grown = in_child(tick, spike, "2022-06-22 09:01")
    assert sent == 1 and grown < MOST_MEGABYTES
    office = spike.open("2022-06-22 10:00")
    mail = office.mails()[-1]
    office.close()
    assert mail["To"] == "supervisor@example.org" and str(spike.assignments) in mail["Subject"]
    text = mail.get_body(("plain",))
    assert text is not None
    words = text.get_content()
    assert words.count("报送排查方案") == LISTED
    assert f"{spike.assignments - LISTED} more that are not listed here" in words
    assert len(mail.as_bytes()) < 2_000_000
