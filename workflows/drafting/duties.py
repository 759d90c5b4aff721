"""From a plan's outline to its dated duties, its stages, what is asked, and what became of each
sentence."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

from config.i18n import _
from workflows.documents.model import Paragraph
from workflows.drafting.actions import Action, Source, Stage, encouraged
from workflows.drafting.deliverables import deliverables_in
from workflows.drafting.departments import Offices, read_offices
from workflows.drafting.explaining import explain
from workflows.drafting.goals import Numbered, of_one_thing, restated
from workflows.drafting.having import things_counted
from workflows.drafting.items import Item, items_of, siblings
from workflows.drafting.making import Made, make_duty, same_paper
from workflows.drafting.model import (
    Duty,
    Explained,
    Question,
    Read,
    StageRead,
    Sure,
)
from workflows.drafting.outline import Outline, Passage
from workflows.drafting.passages import Around, PassageReader
from workflows.drafting.places import Places, Units
from workflows.drafting.plan_words import GOALS, SEND, covers
from workflows.drafting.sentences import clauses_in, parts_in, sentences_in
from workflows.drafting.staging import name_groups, stages_in, stages_of
from workflows.drafting.tables import rows_in
from workflows.drafting.timing import Timed, deadlines_in, read_deadline
from workflows.drafting.who import Actor, Actors, Sort
from workflows.organisation import Organisation
from workflows.phrases import Lacks, OnDate, Span, Unsupported, why_unsupported

_ALL_DONE = re.compile(
    r"全面完成|全部完成|圆满完成|完成全部|完成各项|完成年度|完成.{0,12}目标任务|任务目标"
)
_STAGE_LINE = re.compile(
    r"[（(]?(?P<dates>[^，。：:]{2,30})[）)]?[：:，](?P<title>[^，。：:；]{2,12}(?:阶段)?)。(?=.)"
)
_STAGE_NAMED = re.compile(
    r"\s*(?P<title>(?:第[一二三四五六]阶段[：:])?[一-龥]{2,12})[（(](?P<dates>[^（）()]{2,30})[）)][。：:\s](?=.)"
)
_WIDE = re.compile(r"全省|我省|全市|我市|全区域|省级|市级|全系统|全州|全县")


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
        self.counted = things_counted(outline, self.places)

    def read(self) -> DutiesRead:
        self._learn()
        self._read_passages()
        undated = [action for item in self.items for action in item.actions if _undated(action)]
        self._make_dated()
        self._read_tables()
        self._make_numbered(undated)
        self._read_attachments()
        self._fill_departments()
        duties = self._duties()
        explained, asked = explain(self.items, self.made, self.asked, self.year)
        self.questions += asked
        stages = stages_of(self.outline, self.stages, duties)
        groups = name_groups(duties, self.places, self.actors)
        return DutiesRead(stages, groups, duties, self.questions, explained)

    def _learn(self) -> None:
        """Which agencies and zones take part, and which units are the pilots."""
        named: set[str] = set()
        for item in self.items:
            for sentence in sentences_in(item.text):
                self._learn_pilots(sentence.text)
                for part in parts_in(sentence):
                    for clause in clauses_in(part):
                        text = clause.text
                        for one in deadlines_in(text, self.year):
                            text = (
                                text[: one.start] + "　" * (one.end - one.start) + text[one.end :]
                            )
                        actor = self.actors.find_all(text)
                        if actor is not None:
                            named |= actor.units
        self.places.agencies_named = self.places.agencies & named
        self.places.zones_named = self.places.zones & (named | self._addressed())

    def _addressed(self) -> Units:
        """The units that a circular names in the line that says to whom it goes."""
        lines = [one.text for one in self.outline.head if isinstance(one, Paragraph)]
        to_whom = (one for one in lines if one.endswith(("：", ":")) and "各" in one[:20])
        return frozenset().union(*(self.actors.named_in(one) for one in to_whom))

    def _learn_pilots(self, text: str) -> None:
        if "试点" in text and not self.actors.pilots:
            units = self.actors.named_in(text) - self.places.top - self.places.agencies
            if 0 < len(units) <= len(self.places.local) // 2 + 1:
                self.actors.pilots = units

    def _read_passages(self) -> None:
        acted: dict[str, Actor] = {}  # by clause, who acted last
        heads: dict[str, Item] = {}  # what heads a list, by clause
        for item, following in zip_longest(self.items, self.items[1:]):
            passage = item.passage
            if passage.table is not None or not item.text.strip():
                continue
            around = self._around(item, acted, heads)
            reader = PassageReader(item.text, passage.place, passage.clause, around)
            item.reader, item.actions = reader, reader.read()
            for action in item.actions:
                action.titles = "".join((*passage.chain[-1:], passage.heading))
                self._settle_some(action, item.actions)
                self._default_actor(action, item)
                self._without_those_without(action, item.passage)
            if (actor := _last_actor(item)) is not None:
                acted[passage.clause] = acted[siblings(passage.clause)] = actor
            if following is not None and _heads(item, following):
                heads[passage.clause] = item
                reader.plain |= set(range(len(reader.sentences)))
                item.actions = []

    def _around(self, item: Item, acted: dict[str, Actor], heads: dict[str, Item]) -> Around:
        """What surrounds a passage: its stage, its note, who acted before it."""
        clause = item.passage.clause
        stage = self._stage(item.passage)
        if (led := self._led_by_dates(item)) is not None:
            stage, item.text = led
        note = read_deadline(item.notes.date, self.year) if item.notes.date else None
        around = Around(self.year, self.actors, stage, tuple(self.stages), note)
        around.actor = acted.get(clause) or acted.get(siblings(clause))
        if item.lead is not None and item.lead.reader is not None:
            around.actor = acted.get(item.lead.passage.clause) or around.actor
            around.before = item.lead.reader.carried
        above = max((one for one in heads if clause.startswith(one)), key=len, default="")
        if above and (head := heads[above].reader) is not None:
            around.before = around.before or head.carried
            around.actor = around.actor or acted.get(above)
        return around

    def _led_by_dates(self, item: Item) -> tuple[Stage, str] | None:
        """A paragraph that begins as a stage: 3月10日至3月20日：宣传发动。 Or: 动员启动（4月）。"""
        for form, kinds in ((_STAGE_LINE, Span), (_STAGE_NAMED, Span | OnDate)):
            match = form.match(item.text)
            timed = read_deadline(match["dates"], self.year) if match else None
            if match is None or timed is None or not isinstance(timed.due, kinds):
                continue
            if len(timed.words) + 4 < len(match["dates"]):
                continue  # 上半年完成审查，11月完工。: no stage, but what is done
            blank = "　" * match.end()
            stage = Stage(match["title"], timed, item.passage.clause)
            return stage, blank + item.text[match.end() :]
        return None

    def _stage(self, passage: Passage) -> Stage | None:
        found = [
            stage
            for stage in self.stages
            if stage.timed and stage.clause and passage.clause.startswith(stage.clause)
        ]
        return max(found, key=lambda stage: len(stage.clause), default=None)

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
        offices = self._offices(item)
        units = self._of_offices(offices, item)
        some = action.actor is not None and action.actor.sort in (Sort.SOME, Sort.COMPANY)
        if units and (action.actor is None or some or not action.own_actor):
            action.units = units
            words = "、".join(item.notes.lead)
            action.actor = Actor(words, units, Sort.NAMED, Sure.CERTAIN)
        if action.actor is not None:
            return
        if GOALS.search("".join(item.passage.chain[:1])):
            # Numbers that are nobody's by name are those of the whole.
            action.actor = Actor("", self.places.top or self.places.local, Sort.WHOLE, Sure.GUESS)
            action.units = action.actor.units
            return
        words = f"{action.text}{item.passage.heading}{''.join(item.passage.chain[-1:])}"
        if offices.departments or _WIDE.search(words):
            sure = Sure.LIKELY if _WIDE.search(words) else Sure.GUESS
            action.actor = Actor("", self.places.top, Sort.TOP, sure)
        else:
            asks = _("who owes this? The sentence does not say")
            action.actor = Actor("", self.places.local, Sort.ALL, Sure.GUESS, asks=asks)
        action.units = action.actor.units

    def _without_those_without(self, action: Action, passage: Passage) -> None:
        """A table says which units have none of what a duty is about; what is handed in, all
        hand in."""
        if action.units != self.places.local or deliverables_in(action.text, action.place):
            return
        words = "".join((*passage.chain, passage.heading, action.text))
        for one in self.counted:
            if one.concerns(words):
                action.units = action.units - one.without

    def _offices(self, item: Item) -> Offices:
        return read_offices(item.notes.offices, self.organisation)

    def _of_offices(self, offices: Offices, item: Item) -> frozenset[str]:
        """The units that brackets name: only those that lead where any does."""
        lead = read_offices(item.notes.lead or item.notes.help, self.organisation)
        units = {self.places.names[name] for name in lead.units}
        units -= {
            one for one in units if self.organisation.department(self.organisation.by_id[one].name)
        }
        for words in lead.others:
            actor = self.actors.of_words(words)
            if actor is not None and actor.end >= len(words) - 2:
                units |= actor.units
        return frozenset(units)

    def _make_dated(self) -> None:
        for item in self.items:
            for action in item.actions:
                if action.actor and action.actor.sort is Sort.OUTSIDE:
                    continue
                if action.unclear and not action.timed:
                    self._ask_unclear(action, item)
                if not action.timed or encouraged(action):
                    continue
                self.made += make_duty(action, item.passage, self._offices(item))

    def _ask_unclear(self, action: Action, item: Item) -> None:
        """A date that no declaration can say is asked about where something is handed in."""
        due = action.unclear[0].due
        if not isinstance(due, Unsupported):
            return
        if due.lacks is Lacks.DAILY or encouraged(action):
            return
        asks = f"“{action.unclear[0].words}”: {why_unsupported(due.lacks)}"
        self._ask(action, item, asks)

    def _ask(self, action: Action, item: Item, asks: str) -> None:
        self.questions.append(Question(item.sentence(action.sentence), asks))
        self.asked[self.items.index(item), action.sentence] = asks

    def _make_numbered(self, undated: list[Action]) -> None:
        """Numbers without a date, and numbers of the goals that are told again further on."""
        dated = [one.action for one in self.made]
        goals = [one for one in self.made if GOALS.search("".join(one.passage.chain[:1]))]
        for one in goals:
            group = Numbered([one.action], one.action.targets)
            others = [action for action in dated if action is not one.action]
            again = restated(group, others) if group.targets else None
            if again is not None:
                self._join(again, one.action)
                self.made.remove(one)
        end = self._end()
        dated = [one.action for one in self.made]
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
        for one in self.made:
            if one.action is to and action.clause not in one.clauses:
                one.clauses.insert(0, action.clause)

    def _numbered_duty(self, group: Numbered, end: Timed) -> None:
        local = [one for one in group.actions if not one.units & self.places.top]
        chosen = local or group.actions
        first = chosen[0]
        units = frozenset().union(*(one.units for one in chosen))
        item = next(item for item in self.items if first in item.actions)
        first.timed, first.source, first.units = [end], Source.NONE, units
        first.joined += [one for one in group.actions if one is not first]
        made = make_duty(first, item.passage, self._offices(item))
        named = make_duty(replace(group.actions[0], timed=[end]), item.passage, Offices())
        for one in made:
            one.title = named[0].title
            one.clauses = list(dict.fromkeys(action.clause for action in group.actions))
        self.made += made

    def _told_end(self) -> Timed | None:
        told = [item.reader.ends for item in self.items if item.reader and item.reader.ends]
        return told[-1] if told else None

    def _end(self) -> Timed | None:
        """When all is to be complete: where the plan says so, else its last date."""
        if (told := self._told_end()) is not None:
            return told
        days = [(day, one.timed, one.action) for one in self.made if (day := one.day) is not None]
        if not days:
            return None
        complete = [one for one in days if _ALL_DONE.search(one[2].text)]
        named = max(complete, key=lambda one: one[0], default=None)
        last = max(days, key=lambda one: one[0])
        if named is not None and (last[0] - named[0]).days <= 92:
            return named[1]
        return last[1]

    def _read_tables(self) -> None:
        tables = [(item.passage, item.passage.table) for item in self.items if item.passage.table]
        for attachment in self.outline.attachments:
            for block in attachment.blocks:
                if not isinstance(block, Paragraph):
                    passage = Passage("", block.place, attachment.number, (attachment.title,))
                    tables.append((passage, block))
        for passage, table in tables:
            assert table is not None  # noqa: S101
            made, asked = rows_in(table, passage, self.actors, self.organisation, self.year)
            self._add_rows(made)
            self.questions += asked

    def _add_rows(self, made: list[Made]) -> None:
        """Rows that tell a duty again add to it; others are duties of their own."""
        for row in made:
            for one in self.made:
                same = _days(one) == _days(row) and one.action.units & row.action.units
                if (
                    same
                    and max(covers(row.title, one.action.words), covers(one.title, row.action.text))
                    > 0.6
                ):
                    one.clauses = list(dict.fromkeys((*one.clauses, *row.clauses)))
                    break
            else:
                self.made.append(row)

    def _read_attachments(self) -> None:
        """Notes under forms say when they are due: 每月末25日前报送."""
        for attachment in self.outline.attachments:
            for block in attachment.blocks:
                if not isinstance(block, Paragraph) or len(block.text) > 300:
                    continue
                for sentence in sentences_in(block.text):
                    dates = [one for one in deadlines_in(sentence.text, self.year) if one.usable]
                    if not dates or not SEND.search(sentence.text):
                        continue
                    clause = f"{attachment.number}注"
                    around = Around(self.year, self.actors)
                    around.actor = Actor("", self.places.everyone, Sort.ALL, Sure.GUESS)
                    actions = PassageReader(sentence.text, block.place, clause, around).read()
                    passage = Passage(block.text, block.place, clause, (attachment.title,))
                    for action in actions:
                        if action.timed and action.source is Source.OWN:
                            self._add_note(make_duty(action, passage, Offices()))

    def _add_note(self, made: list[Made]) -> None:
        for row in made:
            twice = [one for one in self.made if _days(one) == _days(row) and one.action.sends]
            if twice:
                twice[0].clauses.append(row.clauses[0])
                twice[0].action.joined.append(row.action)
            else:
                self.made.append(row)

    def _fill_departments(self) -> None:
        """A passage without offices has those of its clause, else those that all clauses name."""
        by_clause: dict[str, list[str]] = {}
        counted: Counter[str] = Counter()
        lists = 0
        for item in self.items:
            names = self._offices(item).departments
            if names:
                by_clause.setdefault(item.passage.clause, names)
                counted.update(names)
                lists += 1
        common = [
            name
            for name, times in counted.items()
            if lists and lists > 1 and times * 10 >= lists * 8
        ]
        for one in self.made:
            if one.departments:
                continue
            if names := by_clause.get(one.passage.clause, []):
                one.departments, one.departments_sure = names, Sure.LIKELY
            elif common:
                one.departments, one.departments_sure = common, Sure.GUESS

    def _duties(self) -> list[Duty]:
        made = same_paper(self.made)
        self.made = made
        days = [day for one in made if (day := one.day) is not None]
        days += [stage.timed.due.start for stage in self.stages
                 if stage.timed and isinstance(stage.timed.due, Span)]  # fmt: skip
        if (end := self._told_end()) is not None and end.day is not None:
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


def _last_actor(item: Item) -> Actor | None:
    """Who acts in what follows without saying who. Who is named in a bracket acts in its item
    alone."""
    lead = "、".join(item.notes.lead)
    acting = [
        one
        for one in item.actions
        if one.actor and one.units and (one.own_actor or one.actor.words != lead)
    ]
    dated = [one for one in acting if one.timed] or acting
    actor = dated[-1].actor if dated else None
    return replace(actor, units=dated[-1].units) if actor is not None else None


def _heads(item: Item, following: Item) -> bool:
    """Whether a passage only heads the items under it: 4月底前，各市完成以下工作："""
    under = following.passage.clause
    deeper = under.startswith(item.passage.clause) and under != item.passage.clause
    return deeper and item.text.rstrip(" 　").endswith(("：", ":"))


def _undated(action: Action) -> bool:
    return not action.timed and not action.unclear and action.numbers and not encouraged(action)


def _days(one: Made) -> tuple[str, ...]:
    return (str(one.timed.due),)
