"""Restoring: nothing is sent by itself that may have left already."""

from email.message import EmailMessage
from pathlib import Path

from notifications.restored import Kept
from tests.support.contents import everything
from tests.support.keeping import back_up, live, lived, restore
from tests.support.office import SampleOffice
from workflows.tables import DeliveryStatus


def test_what_may_have_left_waits_for_a_person(office: SampleOffice, tmp_path: Path) -> None:
    """A backup of Wednesday with mails still in the queue, restored on the next Monday."""
    live(office)
    office.remind("2022-06-15 09:00")  # grouped and not sent
    queued = {one.id for one in office.deliveries() if one.status is DeliveryStatus.QUEUED}
    assert queued
    file = back_up(office, tmp_path / "duban.zip")
    office.tick("2022-06-17 09:00")
    office.act("submit")
    sent = len(office.mails())
    office.at("2022-06-20 14:00")
    done = restore(office, file, force=True)
    held = {one.id for one in office.deliveries() if one.status is DeliveryStatus.HELD}
    assert held > queued, "those, and what came due in between"
    assert done.kept == Kept(len(held), 0)
    assert done.report.findings == []
    assert office.tick("2022-06-20 14:01").sent == 0, "nothing leaves by itself"
    office.act("submit")  # what was lost is entered again
    still = {one.id for one in office.deliveries() if one.status is DeliveryStatus.HELD}
    assert still <= held, "one whose reminders gave way to newer ones waits for nobody"
    for number in still:
        office.release(number)
    office.tick("2022-06-21 09:00")
    late = {str(mail["To"]): text_of(mail) for mail in office.mails()[sent:]}
    assert "排查方案" not in "".join(late.values()), "what was handed in is chased no more"
    assert "省局抽查" in late["roads@example.org"]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_what_was_being_sent_is_in_doubt(tmp_path: Path) -> None:
    office = lived(tmp_path)
    office.remind("2022-06-15 09:00")
    with office.database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE delivery SET status = 'started', claimed_at = created_at, attempts = 1,"
            " started_at = created_at, body_hash = 'x', events_seen = 1, lease_until = created_at"
            " WHERE status = 'queued'"
        )
    started = office.statuses().count("started")
    file = back_up(office, tmp_path / "duban.zip")
    done = restore(office, file, force=True)
    assert done.kept.in_doubt == office.statuses().count("in_doubt") == started > 0
    assert office.tick("2022-06-15 12:00").sent == 0
    office.close()


def test_a_backup_of_the_night_before_goes_on_as_usual(tmp_path: Path) -> None:
    """Nothing could leave between Friday 18:00 and Monday 9:00, so nothing waits on Monday."""
    office = lived(tmp_path)
    office.tick("2022-06-14 09:00")
    office.at("2022-06-15 02:00")
    file = back_up(office, tmp_path / "duban.zip")
    twin = everything(office.database, calendars=False)
    office.at("2022-06-15 08:55")
    done = restore(office, file, force=True)
    assert done.kept == Kept()
    assert everything(office.database, calendars=False) == twin
    assert office.tick("2022-06-15 09:00").sent > 0
    office.close()


def test_a_clock_that_was_set_back_holds_all(tmp_path: Path) -> None:
    office = lived(tmp_path)
    office.remind("2022-06-15 09:00")
    file = back_up(office, tmp_path / "duban.zip")
    office.close()
    (tmp_path / "late").mkdir()
    other = SampleOffice(tmp_path / "late", start="2022-06-14 08:00")
    done = restore(other, file, force=True)
    assert done.kept.held > 0
    assert "queued" not in other.statuses()
    other.close()
