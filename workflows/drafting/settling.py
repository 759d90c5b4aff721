"""Settles who owes what a passage says: by its words, its brackets, what stands around it."""

import re
from collections import Counter

from config.i18n import _
from workflows.drafting.actions import Action
from workflows.drafting.actor import Actor, Sort
from workflows.drafting.deliverables import deliverables_in
from workflows.drafting.departments import Offices, read_offices
from workflows.drafting.having import Having
from workflows.drafting.items import Item
from workflows.drafting.making import Made
from workflows.drafting.model import Sure
from workflows.drafting.outline import Passage
from workflows.drafting.plan_words import GOALS
from workflows.drafting.who import Actors
from workflows.organisation import Organisation

_WIDE = re.compile(r"全省|我省|全市|我市|全区域|省级|市级|全系统|全州|全县")

_THEIR_TASKS = re.compile(  # 省辖市承担的工作, 县直部门职责任务, 省级层面
    r"(?:层面|(?:需要?|应当?|所|要|负责)*(?:承担|完成|落实|负责|做好)?的?"
    r"(?:重点|主要|具体|职责|工作|任务|责任|分工|事项)+)$"
)


def _by_its_own_words(action: Action, item: Item) -> bool:
    """Whether the passage itself says who acts, there or in a clause before."""
    if action.own_actor:
        return True
    words = action.actor.words if action.actor is not None else ""
    return any(
        one.own_actor and one.sentence == action.sentence and one.actor is not None
        and one.actor.words == words and one.units == action.units
        for one in item.actions
    )  # fmt: skip


class Settling:
    """Settles who owes each action; `counted` tells which units have none of a thing."""

    def __init__(self, actors: Actors, organisation: Organisation, counted: list[Having]) -> None:
        self._actors, self._places = actors, actors.places
        self._organisation, self._counted = organisation, counted

    def settle(self, item: Item) -> None:
        """Give every action of a passage the units that owe it."""
        for action in item.actions:
            self._settle_some(action, item.actions)
            self._default_actor(action, item)
            self._without_those_without(action, item.passage)

    def _settle_some(self, action: Action, others: list[Action]) -> None:
        """有关单位 are those that the passage names otherwise."""
        if action.actor is None or action.actor.sort is not Sort.SOME:
            return
        if action.units != action.actor.units:
            return
        named = [
            one.units
            for other in others
            for one in (other, *other.joined)
            if one is not action and one.actor and one.own_actor
            and one.actor.sort not in (Sort.SOME, Sort.TOP, Sort.WHOLE, Sort.OUTSIDE)
        ]  # fmt: skip
        if named:
            action.units = frozenset().union(*named)

    def _default_actor(self, action: Action, item: Item) -> None:
        offices = self.offices(item)
        units = self._of_offices(offices, item)
        some = action.actor is not None and action.actor.sort in (Sort.SOME, Sort.COMPANY)
        if units and (action.actor is None or some or not _by_its_own_words(action, item)):
            action.units = units
            words = "、".join(item.notes.lead)
            action.actor = Actor(words, units, Sort.NAMED, Sure.CERTAIN)
        if action.actor is not None:
            return
        if (
            actor := self.heading_actor(item.passage.heading, *reversed(item.passage.chain))
        ) is not None:
            action.actor, action.units = actor, actor.units
            return
        if GOALS.search("".join(item.passage.chain[:1])):
            # Numbers that are nobody's by name are those of the whole.
            action.actor = Actor("", self._places.top or self._places.local, Sort.WHOLE, Sure.GUESS)
            action.units = action.actor.units
            return
        words = f"{action.text}{item.passage.heading}{''.join(item.passage.chain[-1:])}"
        if offices.departments or _WIDE.search(words):
            sure = Sure.LIKELY if _WIDE.search(words) else Sure.GUESS
            action.actor = Actor("", self._places.top, Sort.TOP, sure)
        else:
            asks = _("who owes this? The sentence does not say")
            action.actor = Actor("", self._places.local, Sort.ALL, Sure.GUESS, asks=asks)
        action.units = action.actor.units

    def heading_actor(self, *headings: str) -> Actor | None:
        """Whoever a heading names and nothing else: （一）安全处：负责…, 省辖市承担的任务."""
        for words in headings:
            bare = _THEIR_TASKS.sub("", words.strip(" 　：:"))
            actor = self._actors.of_words(bare) if bare else None
            if actor is not None and actor.units and actor.end >= len(bare):
                return actor
        return None

    def _without_those_without(self, action: Action, passage: Passage) -> None:
        """A table says which units have none of what a duty is about; what is handed in, all
        hand in."""
        if action.units != self._places.local or deliverables_in(action.text, action.place):
            return
        words = "".join((*passage.chain, passage.heading, action.text))
        for one in self._counted:
            if one.concerns(words):
                action.units = action.units - one.without

    def offices(self, item: Item) -> Offices:
        """The offices that brackets and lines of notes name for a passage."""
        return read_offices(item.notes.offices, self._organisation)

    def _of_offices(self, offices: Offices, item: Item) -> frozenset[str]:
        """The units that brackets name: only those that lead where any does."""
        lead = read_offices(item.notes.lead or item.notes.help, self._organisation)
        units = {self._places.names[name] for name in lead.units}
        units -= {
            one
            for one in units
            if self._organisation.department(self._organisation.by_id[one].name)
        }
        for words in lead.others:
            actor = self._actors.of_words(words)
            if actor is not None and actor.end >= len(words) - 2:
                units |= actor.units
        return frozenset(units)

    def fill_departments(self, items: list[Item], made: list[Made]) -> None:
        """A passage without offices has those of its clause, else those that all clauses name."""
        by_clause: dict[str, list[str]] = {}
        counted: Counter[str] = Counter()
        lists = 0
        for item in items:
            names = self.offices(item).departments
            if names:
                by_clause.setdefault(item.passage.clause, names)
                counted.update(names)
                lists += 1
        common = [
            name
            for name, times in counted.items()
            if lists and lists > 1 and times * 10 >= lists * 8
        ]
        for one in made:
            if one.departments:
                continue
            if names := by_clause.get(one.passage.clause, []):
                one.departments, one.departments_sure = names, Sure.LIKELY
            elif common:
                one.departments, one.departments_sure = common, Sure.GUESS
