"""All tables. The database is the truth: what is not here does not survive a restart.

Times are UTC; dates are local to the campaign's zone. Columns in a unique key are NOT NULL,
since NULLs do not collide.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from workflows.columns import EnumValue, UtcDateTime
from workflows.states import State


class ReminderStatus(StrEnum):
    """What became of a reminder."""

    PENDING = "pending"  # waits for a digest, or stands in one that has not gone out
    SENT = "sent"
    SUPERSEDED = "superseded"  # a later rung for the same assignment and address went instead
    SUPPRESSED = "suppressed"  # nothing was owed any more when it was about to go
    NO_CONTACT = "no_contact"  # there was nobody to tell
    FAILED = "failed"  # the address refused for good
    DROPPED = "dropped"  # a person decided against it


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


class DeliveryKind(StrEnum):
    """A digest is one for a person and day; notices are exempt from that."""

    DIGEST = "digest"
    NOTICE = "notice"


class Campaign(SQLModel, table=True):
    """A campaign in the version now in force."""

    id: str = Field(primary_key=True, max_length=64)
    title: str
    year: int
    time_zone: str
    owner: str
    mailbox: str
    issued: date | None = None
    version: int
    digest: str = Field(max_length=64)  # of the declaration and its units: same means no change
    applied_at: datetime = Field(sa_type=UtcDateTime)
    receipts: bool = True  # units are told what became of their hand-ins


class CampaignVersion(SQLModel, table=True):
    """Every version that was ever applied, with who and why."""

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    version: int
    digest: str = Field(max_length=64)
    declaration: dict[str, Any] = Field(sa_type=JSON)


class UnitRow(SQLModel, table=True):
    """A responsible unit as the organisation file had it at the last apply."""

    __tablename__ = "unit"

    id: str = Field(primary_key=True, max_length=64)
    name: str
    aliases: list[str] = Field(sa_type=JSON)
    level: str
    parent_id: str | None = None
    position: int  # administrative order
    attributes: dict[str, Any] = Field(sa_type=JSON)


class MilestoneRow(SQLModel, table=True):
    """What all assignments of one milestone share."""

    __tablename__ = "milestone"

    campaign_id: str = Field(foreign_key="campaign.id", primary_key=True, max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    position: int
    title: str
    kind: str
    stage: str
    departments: list[str] = Field(sa_type=JSON)  # proper names, the lead office first
    track: str
    clause: str
    mailbox: str  # where hand-ins go
    enquiries: list[dict[str, Any]] = Field(sa_type=JSON)  # whom to ask
    deliverables: list[dict[str, Any]] = Field(sa_type=JSON)
    ladder: list[dict[str, Any]] = Field(sa_type=JSON)
    holiday_grace: bool
    only_if: str = ""  # a condition on what a unit reports; where it fails, nothing is owed
    parent_id: str = ""  # of one opened during the campaign: the milestone that it came out of


class Assignment(SQLModel, table=True):
    """Milestone × unit × period: the only holder of state."""

    __table_args__ = (
        UniqueConstraint("campaign_id", "milestone_id", "unit_id", "period"),
        Index(
            "ix_assignment_next_at",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index(
            "ix_assignment_owing",
            "late_after",
            sqlite_where=text("state IN ('open', 'returned')"),
            postgresql_where=text("state IN ('open', 'returned')"),
        ),
        Index("ix_assignment_unit", "unit_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    milestone_id: str = Field(max_length=64)
    unit_id: str = Field(foreign_key="unit.id", max_length=64)
    period: str = Field(default="", max_length=7)  # month of the due date, '' where none
    uid: str = Field(unique=True, max_length=64)  # the calendar UID, for ever
    title: str
    start: date | None = None
    nominal_due: date  # what the plan says
    due: date  # after if_holiday, or after an approved extension
    effective_due: date  # the due date, or the correction date after a return
    late_after: date  # overdue from the next day on
    initial_state: State = Field(default=State.OPEN, sa_type=EnumValue(State))
    state: State = Field(default=State.OPEN, sa_type=EnumValue(State))
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_in_late: bool = False  # some hand-in came after the day that held for it
    missing: list[str] = Field(default_factory=list, sa_type=JSON)  # parts not received yet
    nil: bool = False  # what was handed in is a nil report
    requested_due: date | None = None  # an extension waiting for a decision
    extended_from: date | None = None  # the due date before the approved extension
    silent: bool = False  # entered when it was already past: listed, never mailed
    reminded_through: date | None = None  # the last local day whose rungs were handled
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sequence: int = 0  # RFC 5545, section 3.8.7.4: raised at each change of the entry
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Event(SQLModel, table=True):
    """The append-only log. `at` is when it happened, `recorded_at` when Duban was told."""

    __table_args__ = (
        Index("ix_event_assignment", "assignment_id", "id"),
        Index(
            "ix_event_unannounced",
            "id",
            sqlite_where=text("announced_at IS NULL"),
            postgresql_where=text("announced_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    kind: str = Field(max_length=30)
    at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    note: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    previous_hash: str = Field(default="", max_length=64)
    hash: str = Field(max_length=64)
    announced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReportedAttribute(SQLModel, table=True):
    """A fact that a unit has reported of itself. The newest one holds; none is ever changed."""

    __tablename__ = "reported_attribute"
    __table_args__ = (Index("ix_reported_attribute_unit", "unit_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: str = Field(foreign_key="unit.id", max_length=64)
    name: str = Field(max_length=64)
    value: Any = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    note: str = ""
    undoes: int | None = None  # the report that this one takes back


class Contact(SQLModel, table=True):
    """A person at a unit, for one campaign or ('' as campaign) for all."""

    __table_args__ = (UniqueConstraint("campaign_id", "unit_id", "role", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(default="", max_length=64)
    unit_id: str = Field(max_length=64)
    role: str = Field(max_length=20)
    name: str
    address: str = Field(max_length=254)
    gender: str = ""
    position: str = ""  # in the unit: 科长
    phone: str = ""
    area: str = ""  # the county or office of the unit, as the list names it
    note: str = ""
    first: date | None = None  # the first day on which it serves; None: from the beginning
    last: date | None = None  # the last day on which it serves; None: for good
    successor: str = ""  # the address that takes over after the last day
    handed_over: bool = False  # what was open has gone to the successor
    greeted: bool = False  # has been told what was already on its way when it came


class Absence(SQLModel, table=True):
    """A time in which a contact is away; a deputy (B角) is told instead. Days are inclusive."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(index=True, max_length=254)
    first: date
    last: date
    deputy: str = Field(default="", max_length=254)  # the deputy's address; '': the unit's own
    actor: str
    note: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Delivery(SQLModel, table=True):
    """One mail to one address: it holds reminders, not a body."""

    __table_args__ = (
        UniqueConstraint("address", "local_date", "purpose"),
        Index(
            "ix_delivery_waiting",
            "not_before",
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
        ),
        Index(
            "ix_delivery_leased",
            "lease_until",
            sqlite_where=text("status IN ('claimed', 'started')"),
            postgresql_where=text("status IN ('claimed', 'started')"),
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


class NoticeItem(SQLModel, table=True):
    """An event that a notice tells of."""

    __tablename__ = "notice_item"
    __table_args__ = (
        UniqueConstraint("delivery_id", "event_id"),
        Index("ix_notice_item_event", "event_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id")
    event_id: int = Field(foreign_key="event.id")
    recipient: str = ""  # the person's or office's name


class Reminder(SQLModel, table=True):
    """A rung come due for one assignment and address: one for one reason."""

    __table_args__ = (
        UniqueConstraint("assignment_id", "reason", "occurrence", "address", "due_basis"),
        Index("ix_reminder_delivery", "delivery_id"),
        Index(
            "ix_reminder_pending",
            "address",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
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
    status: ReminderStatus = Field(
        default=ReminderStatus.PENDING, sa_type=EnumValue(ReminderStatus)
    )
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class TickSpan(SQLModel, table=True):
    """A stretch of time through which one process ticked without a gap: who was awake when."""

    __tablename__ = "tick_span"
    __table_args__ = (Index("ix_tick_span_worker", "worker", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    worker: str = Field(max_length=200)
    first_at: datetime = Field(sa_type=UtcDateTime)  # a tick's own moment
    last_at: datetime = Field(sa_type=UtcDateTime)  # a later tick's, with none missing between


class Feed(SQLModel, table=True):
    """A calendar feed. Only the token's hash is kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    scope: str = Field(max_length=20)  # unit, campaign or all
    subject: str = Field(default="", max_length=64)  # the unit's or campaign's id
    actor: str = ""
    holder: str = Field(default="", max_length=254)  # the address of whom it was given to
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
