"""From a plan's outline to its dated duties, its stages, what is asked, and what became of each
sentence."""

import re
from datetime import date
from typing import Any, NamedTuple

from config.i18n import _
from workflows.drafting.actions import Action, encouraged, helps
from workflows.drafting.actor import Sort
from workflows.drafting.beside import Beside
from workflows.drafting.explaining import explain
from workflows.drafting.having import things_counted
from workflows.drafting.items import Item, items_of
from workflows.drafting.making import Made, make_duty, one_goal, same_paper
from workflows.drafting.model import Duty, Explained, Question, Read, StageRead
from workflows.drafting.numbered import Numbering, told_end
from workflows.drafting.outline import Outline
from workflows.drafting.places import Places
from workflows.drafting.settling import Settling
from workflows.drafting.staging import name_groups, stages_in, stages_of
from workflows.drafting.timing import not_said
from workflows.drafting.walking import Walk
from workflows.drafting.who import Actors
from workflows.organisation import Organisation
from workflows.phrases import Lacks, Span, Unsupported

# 每学期至少2次: no number to reach by the end of the year.
_EACH_TIME = re.compile(r"每(?:学期|学年|次|期|周|天|日|班|个?月|个?季度?)")


class DutiesRead(NamedTuple):
    """What was read: stages, named groups of units, duties, questions, every sentence explained."""

    stages: list[StageRead]
    groups: dict[str, Read[Any]]
    duties: list[Duty]
    questions: list[Question]
    explained: list[Explained]


def read_duties(
    outline: Outline, organisation: Organisation, *, year: int, issued: date | None = None
) -> DutiesRead:
    """Read a plan. `year` is meant where a date names none; `issued` is its date of issue, where
    it says one: monthly duties begin after it."""
    return _Plan(outline, organisation, year, issued).read()


class _Plan:
    def __init__(
        self, outline: Outline, organisation: Organisation, year: int, issued: date | None
    ) -> None:
        self.outline = outline
        self.organisation = organisation
        self.year = year
        self.issued = issued
        self.places = Places(organisation)
        self.actors = Actors(self.places)
        self.questions: list[Question] = []
        self.made: list[Made] = []
        self.asked: dict[tuple[int, int], str] = {}
        self.items = items_of(outline, organisation)
        self.stages = stages_in(outline, year)
        self.settling = Settling(self.actors, organisation, things_counted(outline, self.places))

    def read(self) -> DutiesRead:
        walk = Walk(
            self.outline,
            self.items,
            self.stages,
            self.actors,
            self.settling,
            self.year,
            self.issued,
        )
        walk.learn()
        walk.read()
        undated = [action for item in self.items for action in item.actions if _undated(action)]
        self._make_dated()
        beside = Beside(
            self.outline, self.items, self.made, self.actors, self.organisation, self.year
        )
        asked_of_rows, rows = beside.tables()
        self.questions += asked_of_rows
        Numbering(self.made, self.items, self.places, self.settling).add(undated)
        beside.notes()
        self.settling.fill_departments(self.items, self.made)
        duties = self._duties()
        explained, asked = explain(self.items, self.made, self.asked, self.year)
        self.questions += asked
        stages = stages_of(self.outline, self.stages, duties)
        groups = name_groups(duties, self.places, self.actors)
        return DutiesRead(stages, groups, duties, self.questions, [*explained, *rows])

    def _make_dated(self) -> None:
        for item in self.items:
            for action in item.actions:
                if action.actor and action.actor.sort is Sort.OUTSIDE:
                    continue
                if action.unclear and not action.timed:
                    self._ask_unclear(action, item)
                if self.made and helps(action) and self.made[-1].passage is item.passage:
                    self._add_helper(action)
                    continue
                if not action.timed or encouraged(action):
                    continue
                made = make_duty(action, item.passage, self.settling.offices(item))
                self.made += [one for one in made if not self._was_before(one)]

    def _add_helper(self, action: Action) -> None:
        """省运输中心配合。: who only helps with the duty before has none of its own."""
        helped = self.made[-1]
        offices = action.actor.departments if action.actor else ()
        helped.departments = list(dict.fromkeys((*helped.departments, *offices)))
        helped.action.joined.append(action)

    def _ask_unclear(self, action: Action, item: Item) -> None:
        """A date that no declaration can say is asked about where something is handed in."""
        due = action.unclear[0].due
        if not isinstance(due, Unsupported):
            return
        if due.lacks is Lacks.DAILY or encouraged(action):
            return
        asks = not_said(action.unclear[0].words, due.lacks)
        self._ask(action, item, asks)

    def _ask(self, action: Action, item: Item, asks: str) -> None:
        self.questions.append(Question(item.sentence(action.sentence), asks))
        self.asked[self.items.index(item), action.sentence] = asks

    def _was_before(self, one: Made) -> bool:
        """Whether it was due in a year before the plan's, before the plan was issued."""
        day = one.day
        if day is None or (self.issued is not None and self.issued < day):
            return False
        return day.year < self.year

    def _duties(self) -> list[Duty]:
        made = same_paper(one_goal(self.made, self.places))
        made = [one for one in made if not self._was_before(one)]
        self.made = made
        days = [day for one in made if (day := one.day) is not None]
        days += [stage.timed.due.start for stage in self.stages
                 if stage.timed and isinstance(stage.timed.due, Span)]  # fmt: skip
        if (end := told_end(self.items)) is not None and end.day is not None:
            days = [min(day, end.day) for day in days]  # no report recurs after the whole
        duties = []
        for one in made:
            duty = one.duty(self.places, self.year, self.issued, days)
            if one.timed.asks:
                self.questions.append(Question(duty.sentence, one.timed.asks))
            if (actor := one.action.actor) is not None and actor.asks:
                self.questions.append(Question(duty.sentence, actor.asks))
            if not duty.who.value:
                self.questions.append(
                    Question(duty.sentence, _("no unit of the organisation is named here"))
                )
                continue
            duties.append(duty)
        return duties


def _undated(action: Action) -> bool:
    if action.timed or action.unclear or encouraged(action) or _EACH_TIME.search(action.text):
        return False
    return action.numbers
