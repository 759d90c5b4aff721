"""The log: what happened, and when Duban was told. It only grows."""

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
