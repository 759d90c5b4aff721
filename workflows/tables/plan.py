"""Tables of the plan: campaigns, units, milestones, and assignments, the holders of state."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from workflows.columns import EnumValue, Table, UtcDateTime, partial_index
from workflows.states import State


class CampaignStatus(StrEnum):
    """Whether a campaign is under way. All but `running` are silent."""

    DRAFT = "draft"  # applied and looked at, not begun
    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    ARCHIVED = "archived"  # closed, and out of every list and feed

    @property
    def is_over(self) -> bool:
        """Whether nothing is owed in it any more."""
        return self in {CampaignStatus.CLOSED, CampaignStatus.ARCHIVED}


class Campaign(Table, table=True):
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
    changed_at: datetime = Field(sa_type=UtcDateTime)  # applied, started, paused, closed, archived
    color: str = Field(default="", max_length=40)  # in calendars, by its CSS name; '': by its id
    receipts: bool = True  # units are told what became of their hand-ins
    status: CampaignStatus = Field(
        default=CampaignStatus.RUNNING, sa_type=EnumValue(CampaignStatus)
    )


class UnitRow(Table, table=True):
    """A responsible unit as the organisation file had it at the last apply."""

    __tablename__ = "unit"

    id: str = Field(primary_key=True, max_length=64)
    name: str
    aliases: list[str] = Field(sa_type=JSON)
    level: str
    parent_id: str | None = None
    position: int  # administrative order
    attributes: dict[str, Any] = Field(sa_type=JSON)


class MilestoneRow(Table, table=True):
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
    # Ladders for single units: [{"units": [ids], "ladder": [rungs]}]; a unit stands in one at most.
    unit_ladders: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    # The ladder of a returned hand-in, to its correction date.
    correction_ladder: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    holiday_grace: bool
    only_if: str = ""  # a condition on what a unit reports; where it fails, nothing is owed
    parent_id: str = ""  # of one opened during the campaign: the milestone that it came out of
    paper: str = Field(default="", max_length=64)  # milestones of one paper are settled by it


class Assignment(Table, table=True):
    """Milestone × unit × period: the only holder of state."""

    __table_args__ = (
        UniqueConstraint("campaign_id", "milestone_id", "unit_id", "period"),
        partial_index("ix_assignment_next_at", "next_at", where="next_at IS NOT NULL"),
        partial_index("ix_assignment_owing", "late_after", where="state IN ('open', 'returned')"),
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
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when that was
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The day on which an address wishes to be reminded, in place of gentle rungs before it.
    snoozes: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sequence: int = 0  # raised by each event that changes it
    reworded: int = 0  # how often the plan, a unit's name or a campaign's rest changed its entry
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
