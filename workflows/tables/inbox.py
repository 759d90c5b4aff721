"""Tables of what comes in: mails to the office, and addresses that take none."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from workflows.columns import EnumValue, Table, UtcDateTime, partial_index


class InboxKind(StrEnum):
    """What an incoming mail is."""

    BOUNCE = "bounce"  # a delivery status notice (RFC 3464)
    AUTOMATIC = "automatic"  # an automatic answer (RFC 3834): nobody has read anything
    ACKNOWLEDGEMENT = "acknowledgement"  # 收到, 已阅, 已悉
    SUBMISSION = "submission"  # 已报, or an answer with attachments
    OTHER = "other"


class InboxStatus(StrEnum):
    """What became of it."""

    WAITING = "waiting"  # for the office
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    DONE = "done"  # nothing to decide


class FailingAddress(Table, table=True):
    """An address of which a server said that it takes no mail, until it is cleared or mended."""

    __tablename__ = "failing_address"

    address: str = Field(primary_key=True, max_length=254)
    since: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    count: int = 1
    code: str = Field(default="", max_length=20)
    text: str = ""  # the server's words
    cleared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cleared_by: str = ""


class InboxPlace(Table, table=True):
    """How far an IMAP folder has been read (RFC 9051, section 2.3.1.1)."""

    __tablename__ = "inbox_place"

    source: str = Field(primary_key=True, max_length=300)
    uid_validity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)


class InboxMail(Table, table=True):
    """An incoming mail: what it seems to say, and what the office made of it."""

    __tablename__ = "inbox_mail"
    __table_args__ = (partial_index("ix_inbox_mail_waiting", "id", where="status = 'waiting'"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=300)
    fingerprint: str = Field(unique=True, max_length=64)  # of its bytes: read once
    message_id: str = Field(default="", max_length=500)
    sender: str = Field(default="", max_length=254)
    subject: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    kind: InboxKind = Field(sa_type=EnumValue(InboxKind))
    status: InboxStatus = Field(sa_type=EnumValue(InboxStatus))
    body: str = ""  # its text, shortened
    unit_id: str = Field(default="", max_length=64)  # whose contact sent it
    assignments: list[int] = Field(default_factory=list, sa_type=JSON)  # what it seems to be about
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # as uploads keep them
    links: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # of large attachments
    note: str = ""
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
