"""A replayed season as it is judged without the program's own rules: its mails, its database and
the days on which offices work."""

import mailbox
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workflows.database import Database
from workflows.referee import verify

Digests = Mapping[tuple[str, date], list[EmailMessage]]
ZONE = ZoneInfo("Asia/Shanghai")
# The official notice for 2022, typed in here so that the library is not its own judge.
HOLIDAYS = {
    *(date(2022, 5, day) for day in range(1, 5)),
    *(date(2022, 6, day) for day in (3, 4, 5)),
    *(date(2022, 9, day) for day in (10, 11, 12)),
    *(date(2022, 10, day) for day in range(1, 8)),
}
WORKING_WEEKENDS = {date(2022, 5, 7), date(2022, 10, 8), date(2022, 10, 9)}


def is_day_off(day: date) -> bool:
    """By the notice alone."""
    return day in HOLIDAYS or (day.weekday() >= 5 and day not in WORKING_WEEKENDS)


def opened(home: Path) -> sqlite3.Connection:
    """A home's database, to be read as plain SQL."""
    connection = sqlite3.connect(home / "duban.db")
    connection.row_factory = sqlite3.Row
    return connection


def mails_of(home: Path) -> list[EmailMessage]:
    """Every mail that a home has sent."""
    box = mailbox.Maildir(home / "mail", factory=None, create=False)
    found: list[Any] = [
        message_from_bytes(box.get_bytes(key), policy=default) for key in box.iterkeys()
    ]
    return found


def sent_at(mail: EmailMessage) -> datetime:
    """When it says that it was sent, local."""
    moment: datetime = mail["Date"].datetime
    return moment.astimezone(ZONE)


def moment(text: str) -> datetime:
    """A stored time; the database keeps UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC"))


def digests_of(home: Path, mails: list[EmailMessage]) -> Digests:
    """The digests among a home's mails by address and day."""
    with closing(opened(home)) as connection:
        query = "SELECT message_id FROM delivery WHERE kind = 'digest'"
        of_digests = {row[0] for row in connection.execute(query)}
    found = defaultdict(list)
    for mail in mails:
        if mail["Message-ID"] in of_digests:
            found[mail["To"], sent_at(mail).date()].append(mail)
    return found


def assert_in_office_hours(mails: list[EmailMessage]) -> None:
    for mail in mails:
        at = sent_at(mail)
        assert not is_day_off(at.date()), at
        assert 9 <= at.hour < 18


def assert_said_before(
    rows: sqlite3.Connection, digests: Digests, due: str, eve: str, words: str
) -> None:
    still_open = rows.execute(
        "SELECT r.address FROM reminder r JOIN assignment a ON a.id = r.assignment_id "
        "WHERE r.due_basis = ? AND r.occurrence = ? AND r.reason = 'due-day' "
        "AND r.status = 'sent'",
        (due, eve),
    ).fetchall()
    assert still_open
    for row in still_open:
        (mail,) = digests[row[0], date.fromisoformat(eve)]
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        lines = [line for line in text.splitlines() if words in line]
        assert any("休息日" in line or "放假" in line for line in lines), text


def judged(home: Path, last: date) -> Mapping[str, int]:
    """What the referee counts; it finds nothing wrong."""
    database = Database(f"sqlite:///{home / 'duban.db'}")
    with database.read() as session:
        report = verify(
            session,
            now=datetime(last.year, last.month, last.day, 23, 59, tzinfo=ZONE),
            zone=ZONE,
            window_start=time(9),
            window_end=time(18),
            files=home / "files",
        )
    database.close()
    assert report.findings == []
    return report.counts
