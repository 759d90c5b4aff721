"""What is expected by a day, and what the reported figures come to at their rate.

Between its points a target is expected to grow in a line by working days, or along the curve that
the plan declares. A forecast takes the rate of the last figures and goes on with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from workflows.targets.declared import Pace
from workflows.targets.figures import Line
from workflows.targets.views import DatedValue
from workflows.working_days import WorkingDays

_FIGURES = 4  # a rate is that of so many last figures: what was long ago says little


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is reached by `day` at the rate of the last figures; `reached_on` is the day on which
    the goal would be reached, None where that is never or more than two years off."""

    day: date
    value: Decimal
    reached_on: date | None


def expected_on(
    day: date,
    start: date,
    points: Sequence[DatedValue],
    curve: Sequence[DatedValue],
    pace: Pace,
    calendar: WorkingDays,
) -> Decimal | None:
    """What is expected to be reached at the end of `day`; None where nothing is, or can be said.

    `start` is the last day on which nothing is expected. A curve stands in place of the points.
    """
    line = [one for one in (curve or points) if one.value is not None]
    if not line or len(line) != len(curve or points):
        return None
    if day <= start:
        return Decimal(0)
    before = DatedValue(start, Decimal(0))
    for point in line:
        if day < point.day:
            if pace is Pace.NONE and not curve:
                return before.value if before.day > start else None
            return _between(before, point, day, calendar)
        before = point
    return before.value


def forecast(
    line: Line, start: date, goal: DatedValue, calendar: WorkingDays, today: date
) -> Forecast | None:
    """What the figures come to by the goal's day. None without figures, where there is no rate
    yet, or where the goal's day is past."""
    if not line or goal.value is None or goal.day <= today:
        return None
    last = line[-1]
    first_day, first_value = start, Decimal(0)
    if len(line) > 1:
        earliest = line[-_FIGURES:][0]
        first_day, first_value = earliest.day, earliest.value
    days = calendar.between(first_day, last.day)
    if days <= 0:
        return None
    rate = (last.value - first_value) / days
    ahead = calendar.between(last.day, goal.day)
    value = (last.value + rate * ahead).quantize(Decimal(1), rounding=ROUND_FLOOR)
    return Forecast(
        goal.day, max(value, Decimal(0)), _reached_on(last.day, last.value, rate, goal, calendar)
    )


def _reached_on(
    day: date, value: Decimal, rate: Decimal, goal: DatedValue, calendar: WorkingDays
) -> date | None:
    if goal.value is None or value >= goal.value:
        return day
    if rate <= 0:
        return None
    days = int(-(-(goal.value - value) // rate))
    return None if days > 500 else calendar.shift(day, max(days, 1))


def _between(before: DatedValue, after: DatedValue, day: date, calendar: WorkingDays) -> Decimal:
    if before.value is None or after.value is None:  # the caller has seen to it
        raise ValueError("a point without a value")
    whole = calendar.between(before.day, after.day)
    if whole == 0:
        return before.value
    gone = calendar.between(before.day, day)
    return before.value + (after.value - before.value) * gone / whole
