"""Mails as units, strangers and servers send them, as bytes."""

from pathlib import Path

from scheduler.inbox import read_inbox
from scheduler.office import Office
from tests.support.office import SampleOffice
from workflows.tables import InboxMail

LI = "li@example.org"


def mail(
    text: str,
    subject: str = "回复：【待办1项】最近6月15日到期",
    *,
    sender: str = LI,
    answers: str = "",
    headers: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    day: str = "Tue, 14 Jun 2022 10:00:00 +0800",
) -> bytes:
    """A mail in UTF-8; `files` have the header behind `Content-Disposition: attachment; `."""
    head = f"From: {sender}\r\nTo: bridges@example.org\r\nSubject: {subject}\r\nDate: {day}\r\n"
    if answers:
        head += f"In-Reply-To: {answers}\r\n"
    head += headers
    if not files:
        head += "Content-Type: text/plain; charset=utf-8\r\n"
        return f"{head}\r\n{text}".encode()
    parts = [f"--edge\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()]
    parts += [
        b"--edge\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
        + name.encode("gb18030")
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + content
        + b"\r\n"
        for name, content in files
    ]
    start = f'{head}Content-Type: multipart/mixed; boundary="edge"\r\n\r\n'.encode()
    return start + b"".join(parts) + b"--edge--\r\n"


def bounce(
    address: str, words: str = "smtp; 550 Mailbox not found", *,
    action: str = "failed", status: str = "5.1.1", about: str = "",
) -> bytes:  # fmt: skip
    """A delivery status notice (RFC 3464), for the mail with the Message-ID `about`."""
    named = f"Message-ID: {about}\r\n" if about else ""
    return (
        "From: MAILER-DAEMON@example.org\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Date: Tue, 14 Jun 2022 10:00:00 +0800\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {words}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{named}Subject: x\r\n\r\nbody\r\n--b--\r\n"
    ).encode()


def maildir(office: SampleOffice, *mails: bytes) -> Path:
    """Put mails into the office's Maildir, which is made where it is not there yet."""
    folder = office.settings.home.parent / "inbox"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    count = len(list((folder / "new").iterdir()))
    for number, one in enumerate(mails, start=count):
        (folder / "new" / f"{number}.mail.example.org").write_bytes(one)
    return folder


def digest(office: SampleOffice) -> str:
    """The Message-ID of the digest that LI has got."""
    return next(one.message_id for one in office.deliveries() if one.address == LI)


def read(office: SampleOffice, *mails: bytes) -> list[InboxMail]:
    """Put mails into the office's Maildir and read it, as `duban inbox read` does."""
    maildir(office, *mails)
    here = Office(office.settings, office.clock)
    here.__dict__["database"] = office.database
    return read_inbox(here, office.clock).mails
