"""What a figure comes to: levels and goals, by measure and category, and sums over units."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.targets.declared import Measure, Need, Target
from workflows.targets.figures import NO_CATEGORY, Figure, Line
from workflows.targets.standing import Part
from workflows.targets.views import DatedValue, TargetView, exact

_PERCENT = Decimal(100)


def some_behind(parts: Sequence[Part], threshold: float, need: Need) -> bool:
    """Whether figures lag behind what is expected: with all of the categories needed a single one
    does, with any one of them all do."""
    lagging = [
        part.expected is not None
        and (part.level or Decimal(0)) < part.expected * exact(threshold)
        and not part.reached
        for part in parts
    ]
    return any(lagging) if need is Need.ALL else all(lagging)


def number_in(attributes: Mapping[str, Any], name: str) -> Decimal | None:
    """A unit's attribute as a number; None where it is none."""
    value = attributes.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return exact(value)


def categories_of(target: Target) -> tuple[str, ...]:
    return tuple(target.categories) or (NO_CATEGORY,)


def goals_of(
    view: TargetView, whole: Decimal | None, baseline: Decimal | None
) -> Sequence[DatedValue]:
    """The points with the values that have to be worked out."""
    value = whole if view.target.measure is Measure.ALL else baseline
    if view.target.measure is Measure.YES_NO:
        value = Decimal(1)
    return [one if one.value is not None else DatedValue(one.day, value) for one in view.points]


def shared(view: TargetView, share: Decimal) -> tuple[Sequence[DatedValue], Sequence[DatedValue]]:
    """A share is to be reached by the last point; before it as much of it as of the whole."""
    *_staged, last = view.points
    points = [DatedValue(last.day, share)]
    line = view.curve or view.points
    if not last.value:
        return points, ()
    scaled = [
        DatedValue(one.day, one.value * share / last.value) for one in line if one.value is not None
    ]
    return points, scaled if len(line) > 1 else ()


def for_category(
    target: Target, category: str, points: Sequence[DatedValue]
) -> Sequence[DatedValue]:
    if category == NO_CATEGORY:
        return points
    value = exact(target.categories[category])
    return [DatedValue(one.day, value) for one in points]


def level_of(target: Target, figure: Figure, whole: Decimal | None) -> Decimal | None:
    if target.measure is not Measure.SHARE:
        return figure.value
    denominator = figure.whole if figure.whole is not None else whole
    if not denominator:
        return None
    return figure.value * _PERCENT / denominator


def reaches_point(target: Target, part: Part, points: Sequence[DatedValue]) -> bool:
    value = points[0].value if points else None
    if part.level is None:
        return False
    if target.measure is Measure.ALL:
        value = part.goal
    if value is None:
        return True  # what it is to be is not known: nobody can be late for it
    match target.operator:
        case ">=":
            return part.level >= value
        case "<=":
            return part.level <= value
    return part.level == value


def added(lines: Sequence[Line]) -> Line:
    """The sum of several lines on each day on which one of them has a figure: what each had
    reported by then, and of those who had."""
    days = sorted({figure.day for line in lines for figure in line})
    added = []
    for day in days:
        latest = [_latest(line, day) for line in lines]
        told = [one for one in latest if one is not None]
        wholes = [one.whole for one in told if one.whole is not None]
        added.append(Figure(day, sum((one.value for one in told), Decimal(0)), sum_known(wholes)))
    return tuple(added)


def _latest(line: Line, day: date) -> Figure | None:
    return max((one for one in line if one.day <= day), key=_day, default=None)


def _day(figure: Figure) -> date:
    return figure.day


def sum_known(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where there is nothing, or a part that is not known."""
    found = list(values)
    known = [one for one in found if one is not None]
    return sum(known, Decimal(0)) if found and len(known) == len(found) else None
