"""What has changed between two looks at a campaign.

Of one duty the most telling change alone is named: that it came in is not said again as a light
that got better.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from workflows.lights import Light
from workflows.reporting.looking import View
from workflows.reporting.model import Change, Sort, Told
from workflows.standing import Standpoint
from workflows.states import STRUCK, State
from workflows.tables import UnitRow
from workflows.targets.declared import Measure
from workflows.targets.standing import TargetStanding
from workflows.targets.views import PROVINCE

# Not begun is no better and no worse than on course.
_BAD: Mapping[Light | None, int] = MappingProxyType(
    {None: 0, Light.DONE: 0, Light.GREY: 1, Light.GREEN: 1, Light.YELLOW: 2, Light.RED: 3}
)
_ORDER = list(Sort)


def changes_of(now: View, then: View | None, units: Mapping[str, UnitRow]) -> tuple[Change, ...]:
    """By sort, then in administrative order; `then` is None where the campaign did not exist."""
    before = {one.assignment.id: one for one in then.found} if then else {}
    placed: list[tuple[tuple[int, int, int, str], Change]] = []
    for one in now.found:
        old = before.get(one.assignment.id)
        for sort, was, is_now in _of_duty(one, old, now, then):
            change = Change(
                now_title(now), sort, one.unit.id, one.unit.name, one.assignment.title, was, is_now
            )
            place = one.unit.position, one.milestone.position, one.assignment.period
            placed.append(((_ORDER.index(sort), *place), change))
    for position, number, change in _of_targets(now, then, units):
        placed.append(((_ORDER.index(change.sort), position, number, ""), change))
    placed.sort(key=lambda pair: pair[0])
    return tuple(change for _place, change in placed)


def now_title(view: View) -> str:
    """The campaign's title in the plan in force."""
    return view.plan.title if view.plan else view.campaign.title


def _of_duty(
    one: Standpoint, old: Standpoint | None, now: View, then: View | None
) -> Iterator[tuple[Sort, Told, Told]]:
    is_now, was = one.standing, old.standing if old else None
    told = False
    if was is not None and is_now.due != was.due:
        told = True
        yield Sort.EXTENDED, was.due, is_now.due
    if is_now.state in STRUCK:
        if was is None or was.state not in STRUCK:
            yield Sort.WAIVED, None, None
        return
    returned = is_now.state is State.RETURNED and (
        was is None
        or was.state is not State.RETURNED
        or (was.effective_due != is_now.effective_due and was.due == is_now.due)
    )
    if returned:
        told = True
        yield Sort.RETURNED, None, is_now.effective_due
    if is_now.overdue_on(one.today) and not (old and old.standing.overdue_on(old.today)):
        told = True
        yield Sort.OVERDUE, None, is_now.effective_due
    came = is_now.submitted_at is not None and not is_now.owing
    if came and (was is None or was.owing or was.state in STRUCK):
        told = True
        yield Sort.HANDED_IN, None, None
    elif is_now.state is State.ACCEPTED and was is not None and was.state is State.SUBMITTED:
        told = True
        yield Sort.ACCEPTED, None, None
    if not told and old is not None and then is not None:
        yield from _of_lights(then.lights.of(old), now.lights.of(one))


def _of_lights(was: Light | None, is_now: Light | None) -> Iterator[tuple[Sort, Told, Told]]:
    if _BAD[is_now] > _BAD[was]:
        yield Sort.WORSE, was, is_now
    elif _BAD[is_now] < _BAD[was]:
        yield Sort.BETTER, was, is_now


def _of_targets(
    now: View, then: View | None, units: Mapping[str, UnitRow]
) -> Iterator[tuple[int, int, Change]]:
    for number, one in enumerate(_standings(now)):
        old = _same(then, one)
        unit = units.get(one.unit_id)
        words = (one.unit_id, unit.name if unit else one.unit_id, one.target.target.title)
        position = unit.position if unit else -1
        target = one.target.target
        measure = "%" if target.measure is Measure.SHARE else target.unit_of_measure
        figures = (_figure(old) if old else None, _figure(one))
        if figures[0] != figures[1]:
            title = now_title(now)
            change = Change(title, Sort.FIGURE, *words, *figures, measure, of_target=True)
            yield position, number, change
        if old is not None:
            for sort, was, is_now in _of_lights(old.light, one.light):
                yield (
                    position,
                    number,
                    Change(now_title(now), sort, *words, was, is_now, of_target=True),
                )


def _standings(view: View) -> Iterable[TargetStanding]:
    for target in view.numbers.views:
        yield view.numbers.totals[target.id]
    yield from view.numbers.units.values()


def _same(then: View | None, one: TargetStanding) -> TargetStanding | None:
    if then is None:
        return None
    if one.unit_id == PROVINCE:
        return then.numbers.totals.get(one.target.id)
    return then.numbers.units.get((one.target.id, one.unit_id))


def _figure(one: TargetStanding) -> Told:
    return one.level if one.target.target.measure is Measure.SHARE else one.figure
