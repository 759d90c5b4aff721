"""Judges targets by one day's figures: figure and goal, pace and light, for a unit or in sum."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.declaration import Declaration
from workflows.ladder import late_after
from workflows.lights import Light
from workflows.reporting.declared import Lights
from workflows.targets.declared import Measure, Need, Target
from workflows.targets.figures import NO_CATEGORY, Figure, Line, Lines
from workflows.targets.measuring import (
    added,
    categories_of,
    for_category,
    goals_of,
    level_of,
    number_in,
    reaches_point,
    shared,
    some_behind,
    sum_known,
)
from workflows.targets.pace import Forecast, expected_on, forecast
from workflows.targets.standing import Part, Stage, TargetStanding
from workflows.targets.views import PROVINCE, DatedValue, TargetView, exact
from workflows.working_days import working_days


class Judge:
    """Judges targets on one day by one set of figures."""

    def __init__(
        self,
        today: date,
        lines: Lines,
        attributes: Mapping[str, Mapping[str, Any]],
        order: Mapping[str, int],
        rule: Declaration | None,
    ) -> None:
        self.today, self.lines = today, lines
        self._attributes, self._order = attributes, order
        self._lights = rule.lights if rule else Lights()
        self._grace = rule.holiday_grace if rule else True
        self._calendar = working_days()

    def in_order(self, units: Iterable[str]) -> list[str]:
        """Unit ids in administrative order."""
        return sorted(units, key=lambda unit: self._order.get(unit, len(self._order)))

    def unit(self, view: TargetView, unit: str, share: Decimal | None = None) -> TargetStanding:
        """One unit's standing; with `share`, with its share of a province's target."""
        whole = self._whole_of(view.target, unit)
        points = goals_of(view, whole, self._baseline(view.target, unit))
        curve: Sequence[DatedValue] = view.curve
        if share is not None:
            points, curve = shared(view, share)
        lines = {name: self._line(view, unit, name) for name in categories_of(view.target)}
        return self._judged(view, unit, lines, points, curve, whole)

    def total(
        self, view: TargetView, views: Sequence[TargetView], bound: Sequence[TargetStanding]
    ) -> TargetStanding:
        """The province's standing, or the sum over the units that a target binds; `bound` is how
        each of them stands. What binds units is reached when each has reached it."""
        summed = [one for one in views if one.id in view.target.sum_of] or [view]
        reporters = [(one, who) for one in summed for who in one.who_reports]
        wanted = categories_of(view.target) if view.is_province else (NO_CATEGORY,)
        lines = {name: self._sum_of(reporters, name) for name in wanted}
        told = {who for one, who in reporters if self._has_line(one, who)}
        silent = {who for one, who in reporters if not self._has_nothing(one, who)} - told
        # A share of those who have reported, or all that they have, is not yet the province's.
        complete = not silent or view.target.measure not in {Measure.SHARE, Measure.ALL}
        points = self._total_goals(view, [who for _one, who in reporters])
        sums = replace(
            self._judged(view, PROVINCE, lines, points, view.curve, None, complete=complete),
            reported=tuple(self.in_order(told - {PROVINCE})),
            missing=tuple(self.in_order(silent - {PROVINCE})),
        )
        if view.is_province or not bound:
            return sums
        return replace(
            sums,
            reached=all(one.reached for one in bound),
            behind=any(one.behind for one in bound),
            light=max((one.light for one in bound), key=list(Light).index),
        )

    def _sum_of(self, reporters: Iterable[tuple[TargetView, str]], category: str) -> Line:
        return added(
            [
                self._with_whole(one, who, self._line(one, who, name))
                for one, who in reporters
                for name in (categories_of(one.target) if category == NO_CATEGORY else (category,))
            ]
        )

    def _judged(
        self,
        view: TargetView,
        unit: str,
        lines: Mapping[str, Line],
        points: Sequence[DatedValue],
        curve: Sequence[DatedValue],
        whole: Decimal | None,
        *,
        complete: bool = True,
    ) -> TargetStanding:
        target = view.target
        due = points[-1].day if points else view.start
        parts = tuple(
            self._part(view, name, line, for_category(target, name, points), curve, whole)
            for name, line in lines.items()
        )
        told = [part for part in parts if part.figure is not None]
        some = all if target.need is Need.ALL else any
        reached = complete and bool(parts) and some(part.reached for part in parts)
        behind = bool(told) and some_behind(parts, self._lights.behind, target.need)
        newest = max(
            (line[-1] for line in lines.values() if line), key=lambda one: one.day, default=None
        )
        only = parts[0] if len(parts) == 1 else None
        goal = only.goal if only else sum_known(part.goal for part in parts)
        figure = sum_known(part.figure for part in told) if told else None
        level = only.level if only else figure
        stages = tuple(self._stage(view.target, parts, point) for point in points)
        light, late = self._light(
            view, stages, told=any(lines.values()), reached=reached, behind=behind
        )
        return TargetStanding(
            target=view,
            unit_id=unit,
            figure=figure,
            whole=whole if whole is not None else newest.whole if newest else None,
            level=level,
            goal=goal,
            due=due,
            expected=only.expected if only else sum_known(part.expected for part in parts),
            as_of=newest.day if newest else None,
            reached=reached,
            behind=not reached and (behind or late),
            light=light,
            parts=parts,
            stages=stages,
            forecast=self._forecast(view, lines, points) if only and not reached else None,
        )

    def _part(
        self,
        view: TargetView,
        name: str,
        line: Line,
        points: Sequence[DatedValue],
        curve: Sequence[DatedValue],
        whole: Decimal | None,
    ) -> Part:
        last = line[-1] if line else None
        level = None if last is None else level_of(view.target, last, whole)
        known = whole if whole is not None else last.whole if last else None
        if view.target.measure is Measure.ALL and known is not None:
            points = [DatedValue(one.day, known) for one in points]
        goal = points[-1].value if points else None
        expected = None
        if view.target.operator == ">=":
            expected = expected_on(self.today, view.start, points, curve, view.pace, self._calendar)
        reached = self._reaches(view, level, goal, points)
        return Part(name, last.value if last else None, goal, level, expected, reached)

    def _reaches(
        self,
        view: TargetView,
        level: Decimal | None,
        goal: Decimal | None,
        points: Sequence[DatedValue],
    ) -> bool:
        if goal == 0 and view.target.measure is Measure.ALL:
            return True  # all of none
        if level is None or goal is None:
            return False
        match view.target.operator:
            case ">=":
                return level >= goal
            case "==":
                return level == goal
        return level <= goal and self.today >= points[-1].day  # kept to the end

    def _stage(self, target: Target, parts: Sequence[Part], point: DatedValue) -> Stage:
        """Whether today's figures reach that point."""
        some = all if target.need is Need.ALL else any
        own = [(part, for_category(target, part.category, [point])) for part in parts]
        of_all = target.measure is Measure.ALL
        return Stage(
            point.day,
            some(reaches_point(target, part, points) for part, points in own),
            sum_known(part.goal if of_all else points[0].value for part, points in own),
        )

    def _light(
        self,
        view: TargetView,
        stages: Sequence[Stage],
        *,
        told: bool,
        reached: bool,
        behind: bool,
    ) -> tuple[Light, bool]:
        """The light, and whether a point is past and was not reached."""
        if reached:
            return Light.DONE, False
        late = any(
            self.today > late_after(stage.day, self._calendar, grace=self._grace)
            and not stage.reached
            for stage in stages
        )
        if late:
            return (Light.RED if view.must else Light.YELLOW), True
        if self.today <= view.start:
            return Light.GREY, False
        coming = [stage for stage in stages if stage.day >= self.today]
        soon = bool(coming) and not coming[0].reached and self._is_soon(coming[0].day)
        if behind or soon:
            return Light.YELLOW, False
        return (Light.GREEN if told else Light.GREY), False

    def _is_soon(self, day: date) -> bool:
        return self._calendar.between(self.today, day) <= self._lights.due_soon

    def _forecast(
        self, view: TargetView, lines: Mapping[str, Line], points: Sequence[DatedValue]
    ) -> Forecast | None:
        if view.target.operator != ">=" or view.target.measure not in {
            Measure.NUMBER, Measure.ALL,
        }:  # fmt: skip
            return None
        (line,) = lines.values()
        goals = [one for one in points if one.value is not None]
        if view.target.measure is Measure.ALL and line and line[-1].whole is not None:
            goals = [DatedValue(points[-1].day, line[-1].whole)]
        if not goals:
            return None
        return forecast(line, view.start, goals[-1], self._calendar, self.today)

    def _line(self, view: TargetView, unit: str, category: str) -> Line:
        return self.lines.get((view.id, unit, category), ())

    def _has_line(self, view: TargetView, unit: str) -> bool:
        return any(self._line(view, unit, name) for name in categories_of(view.target))

    def _has_nothing(self, view: TargetView, unit: str) -> bool:
        """Whether it is all of none for the unit: there is nothing to report."""
        return view.target.measure is Measure.ALL and self._whole_of(view.target, unit) == 0

    def _with_whole(self, view: TargetView, unit: str, line: Line) -> Line:
        """The line with the N that the unit's attribute gives, for a sum of wholes."""
        whole = self._whole_of(view.target, unit)
        if whole is None:
            return line
        return tuple(Figure(one.day, one.value, whole) for one in line)

    def _total_goals(self, view: TargetView, reporters: Sequence[str]) -> Sequence[DatedValue]:
        """The province's goals, or those of the units bound added up point by point; of a share
        the share itself."""
        if view.is_province:
            # What the province had before is what those had who report.
            each = [self._baseline(view.target, unit) for unit in dict.fromkeys(reporters)]
            fixed = self._baseline(view.target, PROVINCE)
            return goals_of(view, None, fixed if fixed is not None else sum_known(each))
        if view.target.measure is Measure.SHARE:
            return goals_of(view, None, None)
        if view.target.categories:
            total = sum(map(exact, view.target.categories.values()), Decimal(0)) * len(view.units)
            goal = total if view.target.need is Need.ALL else None
            return [DatedValue(point.day, goal) for point in view.points]
        goals = [
            goals_of(view, self._whole_of(view.target, unit), self._baseline(view.target, unit))
            for unit in view.units
        ]
        return [
            DatedValue(point.day, sum_known(one[number].value for one in goals))
            for number, point in enumerate(view.points)
        ]

    def _whole_of(self, target: Target, unit: str) -> Decimal | None:
        return self._attribute(unit, target.of) if target.of is not None else None

    def _baseline(self, target: Target, unit: str) -> Decimal | None:
        base = target.baseline
        if base is None:
            return None
        value = exact(base.value) if base.value is not None else None
        if value is None and base.attribute is not None:
            value = self._attribute(unit, base.attribute)
        return None if value is None else value * exact(base.times)

    def _attribute(self, unit: str, name: str) -> Decimal | None:
        return number_in(self._attributes.get(unit, {}), name)
