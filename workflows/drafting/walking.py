"""Walks the passages of a plan in their order: what stands around each, and who acted before."""

import re
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from workflows.documents.model import Paragraph
from workflows.drafting.actions import Stage
from workflows.drafting.actor import Actor, Sort
from workflows.drafting.items import Item, siblings
from workflows.drafting.outline import Outline, Passage
from workflows.drafting.passages import Around, PassageReader
from workflows.drafting.places import Units
from workflows.drafting.sentences import clauses_in, parts_in, sentences_in
from workflows.drafting.settling import Settling
from workflows.drafting.timing import deadlines_in, read_deadline
from workflows.drafting.who import Actors
from workflows.phrases import OnDate, Span

_STAGE_LINE = re.compile(
    r"[（(]?(?P<dates>[^，。：:]{2,30})[）)]?[：:，](?P<title>[^，。：:；]{2,12}(?:阶段)?)。(?=.)"
)
_DONE = re.compile(r"组织(?!实施|部署)|开展|召开|完成|制定|印发|举办|报送|发布")
_STAGE_NAMED = re.compile(
    r"\s*(?P<title>(?:第[一二三四五六]阶段[：:])?[一-龥]{2,12})[（(](?P<dates>[^（）()]{2,30})[）)][。：:\s](?=.)"
)


_PILOTS = re.compile(r"试点|(?:作为|确定为|列为)(?:重点|示范|先行)(?:地区|市县|县区|城市|市|县)")
_ALL_ALONG = re.compile(r"[\s　]*(?:在|本次|专项|整治)*(?:行动|活动|整治|工作|开展)期间[，,]")


class Walk:
    """A walk through a plan's passages."""

    def __init__(
        self,
        outline: Outline,
        items: list[Item],
        stages: list[Stage],
        actors: Actors,
        settling: Settling,
        year: int,
        issued: date | None = None,
    ) -> None:
        self._outline, self._items, self._stages = outline, items, stages
        self._actors, self._places = actors, actors.places
        self._settling, self._year, self._issued = settling, year, issued

    def learn(self) -> None:
        """Which agencies and zones take part, and which units are the pilots."""
        named: set[str] = set()
        listed: set[str] = set()  # with a level: 各市、某新区
        for item in self._items:
            for sentence in sentences_in(item.text):
                self._learn_pilots(sentence.text)
                for part in parts_in(sentence):
                    for clause in clauses_in(part):
                        text = clause.text
                        for one in deadlines_in(text, self._year):
                            text = (
                                text[: one.start] + "　" * (one.end - one.start) + text[one.end :]
                            )
                        actor = self._actors.find_all(text)
                        if actor is not None:
                            named |= actor.units
                            listed |= actor.units if actor.sort is not Sort.NAMED else set()
        self._places.agencies_named = self._places.agencies & named
        self._places.zones_named = self._places.zones & (listed | self._addressed())

    def _addressed(self) -> Units:
        """The units that a circular names in the line that says to whom it goes."""
        lines = [one.text for one in self._outline.head if isinstance(one, Paragraph)]
        to_whom = (one for one in lines if one.endswith(("：", ":")) and "各" in one[:20])
        return frozenset().union(*(self._actors.named_in(one) for one in to_whom))

    def _learn_pilots(self, text: str) -> None:
        if _PILOTS.search(text) and not self._actors.pilots:
            units = self._actors.named_in(text) - self._places.top - self._places.agencies
            if 0 < len(units) <= len(self._places.local) // 2 + 1:
                self._actors.pilots = units

    def read(self) -> None:
        """Read every passage; what is read stands in its item."""
        acted: dict[str, Actor] = {}  # by clause, who acted last
        heads: dict[str, Item] = {}  # what heads a list, by clause
        for item, following in zip_longest(self._items, self._items[1:]):
            passage = item.passage
            if passage.table is not None or not item.text.strip():
                continue
            around = self._around(item, acted, heads)
            reader = PassageReader(item.text, passage.place, passage.clause, around)
            item.reader, item.actions = reader, reader.read()
            for action in item.actions:
                action.titles = "".join((*passage.chain[-1:], passage.heading))
            self._settling.settle(item)
            if (actor := _last_actor(item) or reader.heads) is not None:
                acted[passage.clause] = acted[siblings(passage.clause)] = actor
            if following is not None and _heads(item, following):
                heads[passage.clause] = item
                reader.plain |= set(range(len(reader.sentences)))
                item.actions = []

    def _around(self, item: Item, acted: dict[str, Actor], heads: dict[str, Item]) -> Around:
        """What surrounds a passage: its stage, its note, who acted before it."""
        clause = item.passage.clause
        stage = self._stage(item.passage)
        if _ALL_ALONG.match(item.text):
            stage = None  # 行动期间，各单位要坚持…: of the whole, wherever it stands
        if (led := self._led_by_dates(item)) is not None:
            stage, item.text = led
        note = read_deadline(item.notes.date, self._year) if item.notes.date else None
        around = Around(self._year, self._actors, stage, tuple(self._stages), note)
        around.issued = self._issued
        around.actor = acted.get(clause) or acted.get(siblings(clause))
        if (named := self._settling.heading_actor(item.passage.heading)) is not None:
            around.actor = named  # not who acted in the item before
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
            timed = read_deadline(match["dates"], self._year) if match else None
            if match is None or timed is None or not isinstance(timed.due, kinds):
                continue
            if _DONE.match(match["title"]):
                continue  # 5月：组织专题教育。: what is done in that time
            if len(timed.words) + 4 < len(match["dates"]):
                continue  # 上半年完成审查，11月完工。: no stage, but what is done
            blank = "　" * match.end()
            stage = Stage(match["title"], timed, item.passage.clause)
            return stage, blank + item.text[match.end() :]
        return None

    def _stage(self, passage: Passage) -> Stage | None:
        found = [
            stage
            for stage in self._stages
            if stage.timed and stage.clause and passage.clause.startswith(stage.clause)
        ]
        return max(found, key=lambda stage: len(stage.clause), default=None)


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
