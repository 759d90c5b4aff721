"""How one who has to reach a target stands with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.lights import Light
from workflows.targets.pace import Forecast
from workflows.targets.views import TargetView


@dataclass(frozen=True, slots=True)
class Part:
    """One category of a target, or the whole where it has none."""

    category: str
    figure: Decimal | None  # None: not reported
    goal: Decimal | None  # by the last point; None: not known
    level: Decimal | None  # what is compared with the goal: the figure, or per cent of a share
    expected: Decimal | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One point of a target: the day by which, whether today's figures reach its value, and that
    value; None where it is not known."""

    day: date
    reached: bool
    goal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """How one who has to reach a target stands. Dates are local to the campaign."""

    target: TargetView
    unit_id: str  # PROVINCE for the province
    figure: Decimal | None  # the total so far; None: nothing reported
    whole: Decimal | None  # the denominator of a share, the N of “all of N”
    level: Decimal | None
    goal: Decimal | None
    due: date
    expected: Decimal | None  # by today
    as_of: date | None  # the day of the newest figure
    reached: bool
    behind: bool
    light: Light
    parts: tuple[Part, ...]
    stages: tuple[Stage, ...] = ()  # its points, by day
    forecast: Forecast | None = None
    reported: tuple[str, ...] = ()  # ids whose figures are in a sum
    missing: tuple[str, ...] = ()  # ids that have reported nothing: not counted, not zero
