"""How a target stands, in words: figure, goal, what is expected, and where it is heading."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from config.day_words import short_day
from config.i18n import _
from workflows.targets.declared import Measure, Need, Target
from workflows.targets.figures import NO_CATEGORY
from workflows.targets.recording import shown
from workflows.targets.standing import TargetStanding
from workflows.targets.views import PROVINCE

_NAMED = 3  # units that a line names
_ONE_PLACE = Decimal("0.1")


def figure_words(standing: TargetStanding) -> str:
    """What is reported: `12`, `49/50 (98%)`, `yes`, `加油站型 1, 物流园区型 0`; '' for nothing."""
    target = standing.target.target
    if standing.figure is None:
        return ""
    if any(part.category != NO_CATEGORY for part in standing.parts):
        return _(", ").join(
            f"{part.category} {'—' if part.figure is None else shown(part.figure)}"
            for part in standing.parts
        )
    if standing.unit_id == PROVINCE and standing.target.units and target.measure is Measure.YES_NO:
        return shown(standing.figure)  # so many units
    return amount(target, standing.figure, standing.whole, standing.level)


def amount(
    target: Target, value: Decimal, whole: Decimal | None = None, level: Decimal | None = None
) -> str:
    """A figure of the target, without its unit of measure."""
    if target.measure is Measure.YES_NO and value in {0, 1}:
        return _("yes") if value else _("no")
    text = shown(value)
    if whole is not None:
        text += f"/{shown(whole)}"
    if target.measure is Measure.SHARE and level is not None:
        text += f" ({shown(level.quantize(_ONE_PLACE, rounding=ROUND_FLOOR))}%)"
    return text


def goal_words(standing: TargetStanding) -> str:
    """What is to be reached by the last day: `15`, `98%`, `加油站型 1, 物流园区型 1`."""
    target = standing.target.target
    if target.categories and any(part.category != NO_CATEGORY for part in standing.parts):
        join = _(", ") if target.need is Need.ALL else _(" or ")
        return join.join(
            f"{name} {shown(Decimal(str(value)).normalize() + 0)}"
            for name, value in target.categories.items()
        )
    if standing.goal is None:
        if target.measure is Measure.ALL:
            return _("all")
        return _("not known") if target.baseline is not None else ""
    if target.measure is Measure.YES_NO and not (
        standing.unit_id == PROVINCE and standing.target.units
    ):
        return _("yes")
    return rounded(standing.goal) + ("%" if target.measure is Measure.SHARE else "")


def expected_words(standing: TargetStanding) -> str:
    """What is expected by now; '' where nothing is."""
    if standing.expected is None or standing.reached:
        return ""
    return rounded(standing.expected) + (
        "%" if standing.target.target.measure is Measure.SHARE else ""
    )


def forecast_words(standing: TargetStanding, today: date) -> str:
    """What the last figures' rate comes to, as said on `today`; '' where there is none.

    `at this rate 14 of 15 个 by 31 October`, or the day on which the goal would be reached.
    """
    ahead, goal = standing.forecast, standing.goal
    if ahead is None or goal is None:
        return ""
    measure = standing.target.target.unit_of_measure
    if ahead.reached_on is not None and ahead.reached_on <= ahead.day:
        return _("at this rate all {goal} {measure} on {day}").format(
            goal=rounded(goal), measure=measure, day=short_day(ahead.reached_on, today)
        )
    return _("at this rate {value} of {goal} {measure} by {day}").format(
        value=shown(ahead.value), goal=rounded(goal), measure=measure,
        day=short_day(ahead.day, today),
    )  # fmt: skip


def missing_words(
    standing: TargetStanding, names: Mapping[str, str], *, every: bool = False
) -> str:
    """Who has not reported and so is not in the sum, the first few by name; '' for nobody.

    `names` are the units' by id; with `every` all are named.
    """
    missing = [names.get(unit, unit) for unit in standing.missing]
    if not missing:
        return ""
    several = len(missing) if every else _NAMED
    named = _(", ").join(missing[:several])
    return _("{count} of {all} not reported: {names}").format(
        count=len(missing),
        all=len(missing) + len(standing.reported),
        names=named + ("…" if len(missing) > several else ""),
    )


def rounded(value: Decimal) -> str:
    """A figure that was worked out, to one decimal place."""
    return shown(value.quantize(_ONE_PLACE) if value != value.to_integral_value() else value)
