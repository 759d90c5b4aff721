"""How a target stands in words: what is reported, to be reached, expected by now, and foreseen."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from config.i18n import _
from workflows.lights import LIGHT_LOOKS, Light
from workflows.targets.declared import Measure
from workflows.targets.recording import shown
from workflows.targets.standing import TargetStanding
from workflows.targets.views import TargetView

_TENTH = Decimal("0.1")


def figure_words(one: TargetStanding) -> str:
    """What has been reached, with the day of the newest figure."""
    if one.figure is None or one.as_of is None:
        return _("nothing reported")
    level = one.level if one.level is not None else one.figure
    text = value_words(one.target, level, rounding=ROUND_FLOOR)  # never up to a goal that is missed
    if one.target.target.measure in {Measure.SHARE, Measure.ALL} and one.whole is not None:
        text += f" ({shown(one.figure)}/{shown(one.whole)})"
    return _("{value}, {day}").format(value=text, day=one.as_of)


def goal_words(one: TargetStanding) -> str:
    """What is to be reached by when."""
    if one.goal is None:
        text = _("all") if one.target.target.measure is Measure.ALL else _("not known")
    else:
        text = value_words(one.target, one.goal)
    last = _("{value} by {day}").format(value=text, day=one.due)
    # Of a staged one also the first point that is not reached: a light is red for that.
    for stage in one.stages:
        if not stage.reached and stage.goal is not None and stage.day < one.due:
            value = value_words(one.target, stage.goal)
            return _(", ").join((_("{value} by {day}").format(value=value, day=stage.day), last))
    return last


def expected_words(one: TargetStanding) -> str:
    """What is expected by now; '' where nothing can be said."""
    return "" if one.expected is None else value_words(one.target, one.expected)


def forecast_words(one: TargetStanding) -> str:
    """What the figures come to at their rate; '' where nothing can be said."""
    ahead = one.forecast
    if ahead is None:
        return ""
    text = _("{value} by {day}").format(value=value_words(one.target, ahead.value), day=ahead.day)
    if ahead.reached_on is None or ahead.reached_on <= ahead.day:
        return text
    return _("{forecast}, all of it on {day}").format(forecast=text, day=ahead.reached_on)


def pace_words(one: TargetStanding) -> str:
    """All of it in one line."""
    parts = [figure_words(one)]
    if expected := expected_words(one):
        parts.append(_("expected by now {value}").format(value=expected))
    if ahead := forecast_words(one):
        parts.append(_("at this rate {forecast}").format(forecast=ahead))
    return _("{title}, {goal}: {standing}").format(
        title=one.target.target.title, goal=goal_words(one), standing=_("; ").join(parts)
    )


def value_words(view: TargetView, value: Decimal, *, rounding: str = ROUND_HALF_UP) -> str:
    """A value with its unit of measure, to a tenth."""
    target = view.target
    if target.measure is Measure.YES_NO:
        return _("yes") if value else _("no")
    text = shown(value.quantize(_TENTH, rounding=rounding))
    if target.measure is Measure.SHARE:
        return f"{text}%"
    return _("{value} {measure}").format(value=text, measure=target.unit_of_measure)


def pace_headings() -> tuple[str, ...]:
    """Of the table whose rows `pace_rows` gives; the first column is the light's sign."""
    return (
        "", _("unit"), _("target"), _("reported"), _("goal"), _("expected by now"),
        _("at this rate"),
    )  # fmt: skip


def pace_rows(found: Iterable[tuple[str, TargetStanding]]) -> list[tuple[Light, tuple[str, ...]]]:
    """A row for each name with its standing ('' is the province), with the light's sign; those
    that have reported nothing at all come last, one row for a target."""
    rows = []
    silent: dict[tuple[str, Light], tuple[list[TargetStanding], list[str]]] = {}
    for name, one in found:
        name = name or _("the whole province")
        if one.figure is None:
            several, names = silent.setdefault((one.target.id, one.light), ([], []))
            several.append(one)
            names.append(name)
        else:
            rows.append(_pace_row(name, one))
    return rows + [_pace_row(_(", ").join(names), *several) for several, names in silent.values()]


def _pace_row(
    name: str, one: TargetStanding, *others: TargetStanding
) -> tuple[Light, tuple[str, ...]]:
    """Of several in one row, what they do not have in common is no figure."""
    goals = {goal_words(each) for each in (one, *others)}
    expected = {expected_words(each) for each in (one, *others)}
    own = _("{value} by {day}").format(value=_("each its own"), day=one.due)
    return one.light, (
        LIGHT_LOOKS[one.light].sign, name, one.target.target.title, figure_words(one),
        goals.pop() if len(goals) == 1 else own,
        expected.pop() if len(expected) == 1 else "", forecast_words(one),
    )  # fmt: skip
