"""A report as data: what a campaign has reached at a moment, and what moved since the last one.

Nothing here is an object of the record, so that two reports can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from workflows.lights import Light
from workflows.states import State
from workflows.status import CampaignBoard, Counts, added
from workflows.tables import CampaignStatus
from workflows.targets.declared import Measure
from workflows.targets.pace import Forecast
from workflows.targets.standing import Part


class Why(StrEnum):
    """What the record says of why something is overdue."""

    RETURNED = "returned"  # to be handed in again by `until`
    ASKED = "asked"  # for more time, until `until`; not decided yet
    EXTENDED = "extended"  # until `until`, which is past
    REJECTED = "rejected"  # more time was asked for and not given
    REOPENED = "reopened"
    SEEN = "seen"  # the unit said that it had seen it


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is recorded of an overdue duty; `on` is the local day on which it happened,
    `note` what was said with it."""

    why: Why
    on: date
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OverdueDuty:
    """One duty that is overdue. Days are counted from `effective_due`."""

    campaign: str  # its title
    name: str  # campaign/milestone/unit[/period], by ids
    unit_id: str
    unit: str
    level: str
    title: str
    nominal_due: date  # what the plan says
    effective_due: date  # after an extension or a return
    days: int  # calendar days
    working_days: int
    state: State
    reasons: tuple[Reason, ...]  # the oldest first


class Outcome(StrEnum):
    """What became of a wish for more time."""

    PENDING = "pending"
    GRANTED = "granted"
    REJECTED = "rejected"
    HANDED_IN = "handed_in"  # before it was decided


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that was asked for, or given unasked (`asked_on` is None). Days are local."""

    campaign: str
    name: str
    unit_id: str
    unit: str
    level: str
    title: str
    before: date  # the date that held until then
    until: date  # that was given, or else asked for
    asked_on: date | None
    decided_on: date | None
    outcome: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class TargetLine:
    """How a unit, or the province, stands with a target.

    `share` is the part of the goal that is reached, 0 to 1; None where a figure or the goal is
    not known. Of a sum `missing` names the units that have reported nothing.
    """

    campaign: str
    target_id: str
    title: str
    measure: Measure
    operator: str
    unit_of_measure: str
    must: bool  # else it is striven for
    unit_id: str  # PROVINCE for the province's own target, or the sum over the units
    unit: str  # '' there
    level: str
    figure: Decimal | None
    whole: Decimal | None  # the denominator of a share, the N of “all of N”
    value: Decimal | None  # what is compared with the goal: the figure, or per cent
    goal: Decimal | None
    expected: Decimal | None  # by today
    due: date
    as_of: date | None
    reached: bool
    light: Light
    parts: tuple[Part, ...]  # its categories, where it has any
    forecast: Forecast | None
    reported: int  # of a sum: how many units have reported
    missing: tuple[str, ...]

    @property
    def is_sum(self) -> bool:
        """Whether it is the province's line."""
        return self.unit == ""

    @property
    def share(self) -> float | None:
        """The part of the goal that is reached, at most 1."""
        if self.operator == "<=" or self.value is None or not self.goal:
            return None
        return max(0.0, min(float(self.value / self.goal), 1.0))


@dataclass(frozen=True, slots=True)
class Run:
    """Due dates in a row with which a unit was late."""

    length: int
    titles: tuple[str, ...]  # what was late on each of them
    lasts: bool  # up to the last due date


@dataclass(frozen=True, slots=True)
class Lateness:
    """How often a unit was late over the season so far: of what was `due`, how much was handed in
    late and how much is overdue."""

    unit_id: str
    unit: str
    level: str
    position: int
    due: int
    late: int
    overdue: int
    runs: tuple[Run, ...]  # of two and more, the longest first
    by_campaign: Mapping[str, int]  # late and overdue, by the campaign's id

    @property
    def times(self) -> int:
        """How often in all."""
        return self.late + self.overdue

    @property
    def longest(self) -> Run | None:
        """The longest run of two and more."""
        return self.runs[0] if self.runs else None

    @property
    def lasting(self) -> Run | None:
        """The longest one that goes up to now."""
        return next((run for run in self.runs if run.lasts), None)


class Sort(StrEnum):
    """What has changed."""

    OVERDUE = "overdue"
    HANDED_IN = "handed_in"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXTENDED = "extended"
    WAIVED = "waived"
    WORSE = "worse"  # a light
    BETTER = "better"
    FIGURE = "figure"


Told = Light | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise than it was; `unit` is '' for the province, `unit_of_measure`
    that of figures."""

    campaign: str
    sort: Sort
    unit_id: str
    unit: str
    title: str
    before: Told = None
    after: Told = None
    unit_of_measure: str = ""
    of_target: bool = False  # else of a duty


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """One campaign's part. Titles are those of the plan in force at the report's moment."""

    id: str
    title: str
    owner: str
    reference: str
    status: CampaignStatus
    board: CampaignBoard
    overdue: tuple[OverdueDuty, ...]  # worst first, then in administrative order
    extensions: tuple[Extension, ...]  # the newest last
    targets: tuple[TargetLine, ...]  # in the plan's order, the sum before the units
    lateness: tuple[Lateness, ...]  # who was late, the most often first
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Campaigns at a moment, by id. Both moments are aware, in the zone of the campaigns."""

    at: datetime
    since: datetime
    campaigns: tuple[CampaignReport, ...]
    lateness: tuple[Lateness, ...]  # over all of them

    @property
    def counts(self) -> Counts:
        """The counts of all campaigns together."""
        return added([one.board.counts for one in self.campaigns])

    @property
    def today(self) -> date:
        """The local day of the moment."""
        return self.at.date()
