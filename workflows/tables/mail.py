"""Tables of what goes out: reminders, and deliveries with what became of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from workflows.columns import EnumValue, Table, UtcDateTime, partial_index


class ReminderStatus(StrEnum):
    """What became of a reminder."""

    PENDING = "pending"  # waits for a digest, or stands in one that has not gone out
    SENT = "sent"
    SUPERSEDED = "superseded"  # a later rung for the same assignment and address went instead
    SUPPRESSED = "suppressed"  # nothing was owed any more when it was about to go
    NO_CONTACT = "no_contact"  # there was nobody to tell
    FAILED = "failed"  # the address refused for good
    DROPPED = "dropped"  # a person decided against it
    ACKNOWLEDGED = "acknowledged"  # a gentle one, and the unit had said that it has seen it
    SNOOZED = "snoozed"  # a gentle one, and the person had asked to be reminded later
    SILENCED = "silenced"  # reminders were suspended for the unit or campaign


class DeliveryStatus(StrEnum):
    """How far a delivery has come."""

    HELD = "held"  # waits for the owner office's release
    QUEUED = "queued"  # goes out when its time comes
    CLAIMED = "claimed"  # a sender has it under a lease; nothing has left yet
    STARTED = "started"  # the transport has been asked; without `done` after a crash: in doubt
    DONE = "done"
    IN_DOUBT = "in_doubt"  # may or may not have arrived; a person decides
    FAILED = "failed"  # refused for good
    SUPPRESSED = "suppressed"  # nothing was left to say
    SUPERSEDED = "superseded"  # regrouped into a later digest
    RELEASED = "released"  # was held; its reminders went into a digest
    DROPPED = "dropped"


UNDER_WAY = frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.STARTED})  # a sender has it


class DeliveryKind(StrEnum):
    """A digest is one for a person and day; notices are exempt from that."""

    DIGEST = "digest"
    NOTICE = "notice"


class Delivery(Table, table=True):
    """One mail to one address: it holds reminders, not a body."""

    __table_args__ = (
        UniqueConstraint("address", "local_date", "purpose"),
        partial_index("ix_delivery_waiting", "not_before", where="status = 'queued'"),
        partial_index(
            "ix_delivery_leased", "lease_until", where="status IN ('claimed', 'started')"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: DeliveryKind = Field(sa_type=EnumValue(DeliveryKind))
    address: str = Field(max_length=254)
    local_date: date  # the office's day on which it goes out
    purpose: str = Field(default="", max_length=80)  # '' for the digest; else what it is for
    status: DeliveryStatus = Field(sa_type=EnumValue(DeliveryStatus))
    message_id: str = Field(max_length=200)  # stable: the same at every try
    not_before: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    worker: str = ""
    events_seen: int | None = None  # the newest event when it was last claimed; None: unknown
    attempts: int = 0
    doubts: int = 0  # how often it was started and not marked done
    error: str = ""
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # by recipient
    subject: str = ""
    body_hash: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""  # who released, dropped, held or retried it last
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: str = ""  # why
    channel: str = Field(default="", max_length=64)  # the channel's name; '' for mail


class Reminder(Table, table=True):
    """A rung come due for one assignment and address: one for one reason."""

    __table_args__ = (
        UniqueConstraint("assignment_id", "reason", "occurrence", "address", "due_basis"),
        Index("ix_reminder_delivery", "delivery_id"),
        partial_index("ix_reminder_pending", "address", where="status = 'pending'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    reason: str = Field(max_length=64)  # the rung's id
    occurrence: date  # the planned day
    address: str = Field(max_length=254)  # '' where there was nobody
    due_basis: date  # the effective due date it speaks of
    role: str = Field(max_length=20)
    recipient: str = ""  # the person's or office's name
    held: bool = False
    gentle: bool = False  # not sent any more when the unit has said that it has seen it
    status: ReminderStatus = Field(
        default=ReminderStatus.PENDING, sa_type=EnumValue(ReminderStatus)
    )
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    channel: str = Field(default="", max_length=64)  # the channel's name; '' for mail
