"""Tables of the program's own running: when it ticked, which tries to send failed, how much each
carrier has taken, which events a notice tells of, and when the contacts changed.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from workflows.columns import Table, UtcDateTime


class TickSpan(Table, table=True):
    """A stretch of time through which one process ticked without a gap: who was awake when."""

    __tablename__ = "tick_span"
    __table_args__ = (Index("ix_tick_span_worker", "worker", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    worker: str = Field(max_length=200)
    first_at: datetime = Field(sa_type=UtcDateTime)  # a tick's own moment
    last_at: datetime = Field(sa_type=UtcDateTime)  # a later tick's, with none missing between


class FailedTry(Table, table=True):
    """A try that did not end in acceptance. The one that did is the delivery's own record."""

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_delivery", "delivery_id"),)

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id")
    at: datetime = Field(sa_type=UtcDateTime)
    channel: str = Field(default="", max_length=64)
    verdict: str = Field(max_length=20)
    code: int
    text: str


class CarrierMinute(Table, table=True):
    """How many mails a carrier was given in a minute: its limits hold over all processes."""

    __tablename__ = "carrier_minute"

    carrier: str = Field(primary_key=True, max_length=64)
    minute: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    mails: int


class CarrierPace(Table, table=True):
    """What a carrier was found to take, where its provider publishes no figure or takes less."""

    __tablename__ = "carrier_pace"

    carrier: str = Field(primary_key=True, max_length=64)
    per_minute: int
    changed_at: datetime = Field(sa_type=UtcDateTime)
    rests_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    said: str = ""  # the server's words that slowed it down


class NoticeItem(Table, table=True):
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


class ContactsStamp(Table, table=True):
    """When the list of contacts last changed: what they see in their calendars may be another."""

    __tablename__ = "contacts_stamp"

    id: int = Field(default=1, primary_key=True)  # there is one
    changed_at: datetime = Field(sa_type=UtcDateTime)
