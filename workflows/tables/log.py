"""Tables that only grow: events, reported attributes, and when ticks ran."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from workflows.columns import Table, UtcDateTime, partial_index


class Event(Table, table=True):
    """The append-only log. `at` is when it happened, `recorded_at` when Duban was told."""

    __table_args__ = (
        Index("ix_event_assignment", "assignment_id", "id"),
        partial_index("ix_event_unannounced", "id", where="announced_at IS NULL"),
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


class ReportedAttribute(Table, table=True):
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


class TickSpan(Table, table=True):
    """A stretch of time through which one process ticked without a gap: who was awake when."""

    __tablename__ = "tick_span"
    __table_args__ = (Index("ix_tick_span_worker", "worker", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    worker: str = Field(max_length=200)
    first_at: datetime = Field(sa_type=UtcDateTime)  # a tick's own moment
    last_at: datetime = Field(sa_type=UtcDateTime)  # a later tick's, with none missing between
