"""The declaration: one campaign's plan, as written in its YAML file."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, field_validator

from config.i18n import _
from workflows.colors import Color
from workflows.conditions import Condition
from workflows.declared import MANY, SOME, DatePhrase, Declared, DuePhrase, Month, Text
from workflows.forms.declared import Form
from workflows.ladder import Rung
from workflows.organisation import Email, Id
from workflows.reporting.declared import Lights, Ranking, Reports
from workflows.selectors import Selector
from workflows.targets.declared import Target

Ladder = Annotated[tuple[Rung, ...], Field(min_length=1, max_length=SOME)]


class Kind(StrEnum):
    """How a milestone recurs."""

    ONCE = "once"
    PHASE = "phase"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Covers(StrEnum):
    """Which month or quarter a recurring duty reports on."""

    PREVIOUS = "previous"
    CURRENT = "current"


class IfHoliday(StrEnum):
    """Whether a due date on a day off stays or moves."""

    KEEP = "keep"
    PREVIOUS = "previous"
    NEXT = "next"


class UnitLadder(Declared):
    """The ladder that holds for some units."""

    who: Selector
    ladder: Ladder


UnitLadders = Annotated[tuple[UnitLadder, ...], Field(max_length=SOME)]


class Track(Declared):
    """A part of the campaign with its own addressee."""

    title: Text
    mailbox: Email | None = None


class Enquiry(Declared):
    """Whom to ask: an office; phone and name only where the campaign office adds them."""

    office: Text
    track: Id | None = None
    phone: Text | None = None
    name: Text | None = None


class Stage(Declared):
    """An ordered phase of the campaign."""

    id: Id
    title: Text
    start: DatePhrase | None = None
    end: DatePhrase | None = None
    clause: Text | None = None


class Deliverable(Declared):
    """Something to hand in."""

    name: Text
    form: Text | None = Field(default=None, description="the plan's attachment to fill in: 附件2")
    formats: tuple[Text, ...] = Field(default=(), max_length=SOME, description="e.g. PDF, WORD")
    stamped: bool = Field(default=False, description="加盖公章")
    written: bool = Field(default=False, description="书面")
    formal: bool = Field(default=False, description="以正式文件形式")
    mailbox: Email | None = None


class Milestone(Declared):
    """A dated duty, once or recurring."""

    id: Id
    title: Text
    kind: Kind = Kind.ONCE
    due: DuePhrase = Field(
        description="a date or the plan's phrase: 2022-05-31, 5月底前, 6月中旬前, 每月5日前, "
        "每季度末, 11月, 5月30日至6月20日, 印发之日起30日内, 3 working days after MILESTONE"
    )
    start: DatePhrase | None = Field(default=None, description="only where the plan gives one")
    first: Month | None = Field(
        default=None, description="monthly, quarterly: first month in which it is due"
    )
    last: Month | None = Field(
        default=None, description="monthly, quarterly: last month in which it is due"
    )
    covers: Covers | None = Field(
        default=None, description="monthly, quarterly: which month or quarter it reports on"
    )
    if_holiday: IfHoliday | None = None
    stage: Id | None = None
    who: Selector
    only_if: Condition | None = Field(
        default=None,
        description="owed only while this holds of what the unit has reported; not known: owed",
    )
    departments: tuple[Text, ...] = Field(
        default=(), max_length=SOME, description="责任部门; the first leads"
    )
    track: Id | None = None
    deliverables: tuple[Deliverable, ...] = Field(default=(), max_length=SOME)
    after: tuple[Id, ...] = Field(
        default=(), max_length=SOME, description="milestones that come before this one"
    )
    targets: tuple[Target, ...] = Field(default=(), max_length=SOME)
    ladder: Ladder | None = None
    ladder_for: UnitLadders = Field(
        default=(), description="ladders for single units; the first that names a unit holds"
    )
    correction_ladder: Ladder | None = Field(
        default=None, description="the ladder to the correction date of what was returned"
    )
    paper: Id | None = Field(
        default=None, description="one name for milestones that one paper settles: listed together"
    )
    clause: Text = Field(description="where the plan says so: 五（三）")
    note: Text | None = None


class Declaration(Declared):
    """One campaign in one year."""

    id: Id
    title: Text
    year: int = Field(ge=2000, le=2100)
    time_zone: Text = "Asia/Shanghai"
    reference: Text | None = Field(default=None, description="the document's reference number")
    issued: date | None = Field(
        default=None,
        description="nothing goes out before this day; 印发之日起30日内 counts from it",
    )
    owner: Text = Field(description="the campaign office, one of the departments")
    mailbox: Email = Field(description="where hand-ins and answers go")
    color: Color | None = Field(default=None, description="in calendars; by default one by the id")
    tracks: dict[Id, Track] = Field(default_factory=dict, max_length=SOME)
    enquiries: tuple[Enquiry, ...] = Field(default=(), max_length=MANY)
    stages: tuple[Stage, ...] = Field(default=(), max_length=SOME)
    groups: dict[Text, Selector] = Field(
        default_factory=dict, max_length=MANY, description="named selectors, used in who"
    )
    holiday_grace: bool = Field(
        default=True, description="due on a day off: late only after the next working day"
    )
    if_holiday: IfHoliday = IfHoliday.KEEP
    ladder: Ladder | None = Field(default=None, description="replaces the default ladder")
    ladder_for: UnitLadders = Field(
        default=(), description="ladders for single units, before those of the milestones"
    )
    correction_ladder: Ladder | None = Field(
        default=None, description="the ladder to the correction date of what was returned"
    )
    receipts: bool = Field(
        default=True, description="units are told when a hand-in is received, accepted or returned"
    )
    forms: tuple[Form, ...] = Field(default=(), max_length=SOME, description="what is filled in")
    lights: Lights = Lights()
    ranking: Ranking = Ranking()
    reports: Reports = Field(default=(), description="what goes out by itself, to whom, when")
    milestones: tuple[Milestone, ...] = Field(min_length=1, max_length=MANY)

    @field_validator("issued", mode="before")
    @classmethod
    def _readable_issued(cls, value: Any) -> Any:
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise ValueError(
                    _("“{value}” is not a day of the calendar\nwrite e.g. 2022-05-20").format(
                        value=value
                    )
                ) from None
        return value

    def milestone(self, milestone_id: str) -> Milestone:
        """The milestone of that id. Raises KeyError."""
        for milestone in self.milestones:
            if milestone.id == milestone_id:
                return milestone
        raise KeyError(milestone_id)

    def mailbox_for(self, milestone: Milestone) -> str:
        """Where this milestone's hand-ins go: its track's mailbox, else the campaign's."""
        track = self.tracks.get(milestone.track or "")
        return (track and track.mailbox) or self.mailbox

    def enquiries_for(self, milestone: Milestone) -> tuple[Enquiry, ...]:
        """Whom to ask about a milestone: the lines of its track and those of none."""
        return tuple(
            one
            for one in self.enquiries
            if one.track is None or milestone.track is None or one.track == milestone.track
        )

    def holiday_rule(self, milestone: Milestone) -> IfHoliday:
        """What happens to a due date on a day off."""
        return milestone.if_holiday or self.if_holiday
