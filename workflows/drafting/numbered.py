"""Makes duties of numbers without a date, and joins numbers that are told twice."""

import re
from dataclasses import replace

from workflows.drafting.actions import Action, Source
from workflows.drafting.departments import Offices
from workflows.drafting.goals import Numbered, of_one_thing, restated
from workflows.drafting.items import Item
from workflows.drafting.making import Made, make_duty
from workflows.drafting.places import Places
from workflows.drafting.plan_words import GOALS
from workflows.drafting.settling import Settling
from workflows.drafting.timing import Timed

_ALL_DONE = re.compile(
    r"全面完成|全部完成|圆满完成|完成全部|完成各项|完成年度|完成.{0,12}目标任务|任务目标"
)


def told_end(items: list[Item]) -> Timed | None:
    """The day on which the whole ends, where a sentence says so."""
    told = [item.reader.ends for item in items if item.reader and item.reader.ends]
    return told[-1] if told else None


class Numbering:
    """Adds duties of numbers to those that were made."""

    def __init__(
        self, made: list[Made], items: list[Item], places: Places, settling: Settling
    ) -> None:
        self._made, self._items = made, items
        self._places, self._settling = places, settling

    def add(self, undated: list[Action]) -> None:
        """Numbers without a date, and numbers of the goals that are told again further on."""
        dated = [one.action for one in self._made]
        goals = [one for one in self._made if GOALS.search("".join(one.passage.chain[:1]))]
        for one in goals:
            group = Numbered([one.action], one.action.targets)
            others = [action for action in dated if action is not one.action]
            again = restated(group, others) if group.targets else None
            if again is not None:
                self._join(again, one.action)
                self._made.remove(one)
        end = self._end()
        dated = [one.action for one in self._made]
        for group in of_one_thing(undated):
            again = restated(group, dated, named=False)
            if again is not None:
                for action in group.actions:
                    self._join(again, action)
                continue
            if end is None or max(one["value"] for one in group.targets) <= 1:
                continue
            self._numbered_duty(group, end)

    def _join(self, to: Action, action: Action) -> None:
        to.joined.append(action)
        for one in self._made:
            if one.action is to and action.clause not in one.clauses:
                one.clauses.insert(0, action.clause)

    def _numbered_duty(self, group: Numbered, end: Timed) -> None:
        local = [one for one in group.actions if not one.units & self._places.top]
        chosen = local or group.actions
        first = chosen[0]
        units = frozenset().union(*(one.units for one in chosen))
        item = next(item for item in self._items if first in item.actions)
        first.timed, first.source, first.units = [end], Source.NONE, units
        first.joined += [one for one in group.actions if one is not first]
        made = make_duty(first, item.passage, self._settling.offices(item))
        named = make_duty(replace(group.actions[0], timed=[end]), item.passage, Offices())
        for one in made:
            one.title = named[0].title
            one.clauses = list(dict.fromkeys(action.clause for action in group.actions))
        self._made += made

    def _end(self) -> Timed | None:
        """When all is to be complete: where the plan says so, else its last date."""
        if (told := told_end(self._items)) is not None:
            return told
        days = [(day, one.timed, one.action) for one in self._made if (day := one.day) is not None]
        if not days:
            return None
        complete = [one for one in days if _ALL_DONE.search(one[2].text)]
        named = max(complete, key=lambda one: one[0], default=None)
        last = max(days, key=lambda one: one[0])
        if named is not None and (last[0] - named[0]).days <= 92:
            return named[1]
        return last[1]
