"""Tables of what is to be reached and what was: targets, shares, progress, filled forms, lights,
supervision notices. But for notices and lights they only grow: what is corrected stays."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from workflows.columns import EnumValue, Table, UtcDateTime


class TargetRow(Table, table=True):
    """A target as one version of the plan compiled it. Never changed: a later version has its
    own, so that what held on a day can still be told."""

    __tablename__ = "target"

    campaign_id: str = Field(foreign_key="campaign.id", primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    id: str = Field(primary_key=True, max_length=64)
    milestone_id: str = Field(max_length=64)
    position: int
    declared: dict[str, Any] = Field(sa_type=JSON)  # as the declaration has it, without defaults
    units: list[str] = Field(sa_type=JSON)  # ids of the units bound; none for a province's target
    reporters: list[str] = Field(sa_type=JSON)  # ids of the units that report it; none: the office
    points: list[list[Any]] = Field(sa_type=JSON)  # [day, value]; a value is null: worked out
    curve: list[list[Any]] = Field(sa_type=JSON)  # [day, value] of what is expected by then
    start: date  # nothing is expected before it


class TargetShare(Table, table=True):
    """What a unit takes on of a province's target. The newest one holds; null takes it back."""

    __tablename__ = "target_share"
    __table_args__ = (Index("ix_target_share", "campaign_id", "target_id", "unit_id"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    target_id: str = Field(max_length=64)
    unit_id: str = Field(foreign_key="unit.id", max_length=64)
    value: float | None
    origin: str = Field(max_length=20)  # `office` set it, or the `unit` named it in its plan
    at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    note: str = ""


class Progress(Table, table=True):
    """A reported figure. The newest one for a day holds; the ones that it corrects stay."""

    __table_args__ = (Index("ix_progress_target", "campaign_id", "target_id", "unit_id"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    target_id: str = Field(max_length=64)
    unit_id: str = Field(max_length=64)  # '' where the office reports for the province
    category: str = Field(default="", max_length=500)
    day: date  # for which the figure holds, local to the campaign
    value: float | None  # null takes back what was reported for that day
    denominator: float | None = None  # of a share
    origin: str = Field(default="", max_length=80)  # `form:ID` where a form brought it
    filled_id: int | None = Field(default=None, foreign_key="filled_form.id")
    corrects: int | None = None  # the report that this one replaces
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    note: str = ""


class FilledForm(Table, table=True):
    """A form as a unit filled it in. The newest one for an assignment holds."""

    __tablename__ = "filled_form"
    __table_args__ = (Index("ix_filled_form_assignment", "assignment_id", "form_id"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    form_id: str = Field(max_length=64)
    assignment_id: int = Field(foreign_key="assignment.id")
    version: int  # of the plan whose form it is
    content: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    file_name: str = Field(default="", max_length=500)
    file_hash: str = Field(default="", max_length=64)  # of the upload, where it is kept


class LightTurn(Table, table=True):
    """The light that an assignment showed last, for rungs that tell when it turns."""

    __tablename__ = "light_turn"

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    light: str = Field(max_length=10)
    day: date  # since when, local to the campaign
    seen_at: datetime = Field(sa_type=UtcDateTime)


class Degree(StrEnum):
    """The three degrees of supervision."""

    REMINDER = "reminder"  # 提醒函
    SUPERVISION = "supervision"  # 督办通知
    CIRCULAR = "circular"  # 通报或约谈建议


class NoticeStatus(StrEnum):
    """How far a supervision notice has come."""

    DRAFT = "draft"
    RELEASED = "released"
    DROPPED = "dropped"
    ANSWERED = "answered"  # the receipt slip has come back


class SupervisionNotice(Table, table=True):
    """A notice of supervision to one unit. What it says is kept as it was drafted."""

    __tablename__ = "supervision_notice"
    __table_args__ = (UniqueConstraint("year", "serial"),)

    id: int | None = Field(default=None, primary_key=True)
    year: int  # local, of the draft
    serial: int  # within the year, from 1
    degree: Degree = Field(sa_type=EnumValue(Degree))
    unit_id: str = Field(foreign_key="unit.id", max_length=64)
    campaign_id: str = Field(default="", max_length=64)  # '' for all of them
    content: dict[str, Any] = Field(sa_type=JSON)
    answer_by: date
    status: NoticeStatus = Field(default=NoticeStatus.DRAFT, sa_type=EnumValue(NoticeStatus))
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    drafted_by: str
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # released or dropped
    decided_by: str = ""
    decision: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str = ""
    answer: str = ""
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id")


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
