"""Nothing that a name, a title or an address holds becomes a header, a recipient or a command.

The doors refuse such text; here it is in the database all the same, as in one that somebody has
tampered with, and a real server tells what reached it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from config.errors import InputError
from config.settings import load_settings
from notifications.transports.base import Mail, Verdict
from tests.integration.test_smtp_transport import NORTH, mail, only, send, settings
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.smtp import MailServer
from workflows.tables import Assignment, Campaign, Delivery, MilestoneRow, Reminder, UnitRow

NINE = "2022-06-13 09:00"
EVIL = "evil@example.org"
LURES = [
    f"x\r\nBcc: {EVIL}",
    f"x\nBcc: {EVIL}\n\nbuy",
    f"x\rBcc: {EVIL}",
    f"x\r\n.\r\nMAIL FROM:<{EVIL}>\r\nRCPT TO:<{EVIL}>\r\nDATA\r\n",
    f"x\u2028Bcc: {EVIL}\x85Bcc: {EVIL}",
    f"x?=\r\n =?utf-8?q?Bcc:_{EVIL}?=",
]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


def an_office(folder: Path, server: MailServer, units: str = "[北城市]") -> SampleOffice:
    """An office at nine whose mails go to `server`."""
    office = SampleOffice(
        folder, smtp_host=server.host, smtp_port=server.port, smtp_security="none"
    )
    office.apply(PLAN.replace("[北城市]", units))
    office.remind(NINE)
    return office


@pytest.mark.parametrize("lure", LURES)
def test_no_name_or_title_becomes_a_header_or_a_command(
    tmp_path: Path, server: MailServer, lure: str
) -> None:
    office = an_office(tmp_path, server)
    with office.database.write() as session:
        for table, values in (
            (Assignment, {"title": lure}),
            (Campaign, {"title": lure, "owner": lure}),
            (UnitRow, {"name": lure}),
            (
                MilestoneRow,
                {"title": lure, "mailbox": lure, "departments": [lure], "enquiries": [
                    {"office": lure, "people": [lure], "phone": lure}
                ]},
            ),
            (Reminder, {"recipient": lure}),
        ):  # fmt: skip
            session.connection().execute(update(table).values(**values))
    office.send()

    assert server.commands == ["MAIL", f"RCPT:{NORTH}", "DATA"]
    (received,) = server.received
    assert received.recipients == (NORTH,)
    assert set(received.message.keys()) == {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID",
        "Auto-Submitted", "Reply-To",
    }  # fmt: skip
    assert len(received.message.keys()) == 9
    assert EVIL not in str(received.message["To"])
    assert office.statuses() == ["done"]
    office.close()


ADDRESSES = [
    f"north@example.org\r\nRCPT TO:<{EVIL}>",
    f"north@example.org> SIZE=1\r\nRCPT TO:<{EVIL}",
    f"north@example.org, {EVIL}",
    f"north <{EVIL}>",
    f'"{EVIL}" <north@example.org>',
    "north @example.org",
    "北城@example.org",  # SMTPUTF8 (RFC 6531), which not every server has
    "north@例子.中国",
    "north",
    "@example.org",
    "x" * 250 + "@example.org",
    "north@example.org\x00",
]


def test_an_address_that_is_none_fails_alone(tmp_path: Path, server: MailServer) -> None:
    office = SampleOffice(
        tmp_path, smtp_host=server.host, smtp_port=server.port, smtp_security="none"
    )
    for number in range(len(ADDRESSES) + 2):
        office.add_contact("north", "contact", f"person-{number}@example.org")
    office.apply(PLAN)
    office.remind(NINE)
    with office.database.write() as session:
        for number, address in enumerate(ADDRESSES, start=2):
            for table in (Delivery, Reminder):
                session.connection().execute(
                    update(table)
                    .where(col(table.address) == f"person-{number}@example.org")
                    .values(address=address)
                )
    office.send()

    assert office.statuses() == ["done", "done", *["failed"] * len(ADDRESSES)]
    for delivery in office.deliveries()[2:]:
        (outcome,) = delivery.outcome.values()
        assert outcome["verdict"] == "permanent"
        assert "is not an address that every mail server takes" in delivery.error
        assert "mend the contact's address" in delivery.error
    assert [one.recipients for one in server.received] == [
        ("person-0@example.org",), ("person-1@example.org",)
    ]  # fmt: skip
    assert not any(EVIL in command for command in server.commands)
    office.close()


@pytest.mark.parametrize("lure", [f"duban@example.org\r\nBcc: {EVIL}", f"duban, {EVIL}", "duban"])
def test_the_sender_is_one_address(lure: str) -> None:
    with pytest.raises(InputError, match="--mail-from"):
        load_settings(mail_from=lure)


def test_a_sender_that_is_more_than_an_address_says_no_more(server: MailServer) -> None:
    good = mail()
    bad = Mail(f"duban@example.org>\r\nRCPT TO:<{EVIL}", good.recipients, good.content)
    send(settings(server), bad, good)
    assert set(server.commands) == {"MAIL", f"RCPT:{NORTH}", "DATA"}
    assert {one.sender for one in server.received} == {"duban@example.org"}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("other", ["\r\n", "\n", "\r"])
def test_no_body_ends_the_mail_early(server: MailServer, end: str, other: str) -> None:
    """A dot between two sorts of line ends is how mails are smuggled (CVE-2023-51764)."""
    smuggled = f"MAIL FROM:<{EVIL}>{other}RCPT TO:<{EVIL}>{other}DATA{other}"
    content = f"To: {NORTH}\r\n\r\nhello{end}.{other}{smuggled}last words".encode()

    result = only(send(settings(server), Mail("duban@example.org", (NORTH,), content)))

    assert result.verdict is Verdict.ACCEPTED
    assert server.commands == ["MAIL", f"RCPT:{NORTH}", "DATA"]
    (received,) = server.received
    assert b"last words" in received.content
    assert b"\r\n.\r\nMAIL FROM" in received.content, "the dot arrives as it was"
