"""Reads what a passage says is done. Sentences that go on about the same are joined; what has a
date, an actor, a paper or a number of its own stands alone."""

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from workflows.documents.model import Place
from workflows.drafting.actions import Action, Source, Stage
from workflows.drafting.actor import Actor, Sort
from workflows.drafting.adjusting import each_of_those, without_later
from workflows.drafting.joining import join_actions, pairwise_papers
from workflows.drafting.lasting import clause_around, first_time, last_time
from workflows.drafting.places import Units
from workflows.drafting.plan_words import (
    CONDITION,
    DEFINITE,
    FORMS,
    INNER_HEADING,
    SEND_CLAUSE,
    SUPPORTS,
    VERBS,
)
from workflows.drafting.sentences import (
    Piece,
    clauses_in,
    parts_in,
    sentences_in,
)
from workflows.drafting.telling import (
    add_dates,
    joint,
    names_stage,
    shares,
    told_apart,
    without_dates,
)
from workflows.drafting.timing import Timed, begins_in, deadlines_in, without_frames
from workflows.drafting.told import end_of_whole, is_told
from workflows.drafting.who import Actors

_LASTS = re.compile(
    r"^[\s　]*(?:要|应|须|并|将|计划)*(?:组织)?(?:做好|不断|持续|开展|深入开展|广泛开展|推进"
    r"|实施|抓好|扩大|优化|加快|逐步|组织开展)"
)
_ALSO = re.compile(r"^(?:同时|此外|另外)[，,]?")
_EXCEPT = re.compile(r"^[\s　]*除.{1,60}外[\s　]*$")
_STAGE_ALONE = re.compile(r"[\s　：:]*[^，。；：:]{2,10}阶段[。\s　]*")
_TASKS_ARE = re.compile(
    r"[\s　]*的?(?:主要|重点|具体)?(?:任务|职责|工作|要求)(?:是|为|如下|有)?[：:。\s　]*"
)
_SAYS = re.compile(r"[^\s　和及与、至到于在并：:]")
_OF_WHICH = re.compile(r"[\s　]*其中[^，。；]{2,30}?(?:各|均)?(?:不少于|不低于|至少|不超过|\d)")
_STATES = re.compile(r"[\s　]*(?:均|都|也)?(?:为|是|属于)(?!了)")
_LEVEL_CHECK = re.compile(
    r"(?:完成|开展|组织|进行)(?P<level>[省市县]级)(?:自查|自验|初验|复验|验收|抽验|抽查|审核|评审|评估)"
)
_AMOUNT = re.compile(
    r"[\s　]*(?:各|均)?(?:不超过|不少于|不低于|至少|最多|限|\d)"
)  # 每个市州不超过10个
_FROM_THEN = re.compile(r"此后|之后每|以后每")
_ITS_OFFICE = re.compile(r"[市县区](?!级|辖)[一-龥]{2}")  # 市交通运输局: that of who was named
_BY_ANOTHER = re.compile(r"、(?P<who>[^，。；]{2,30}?)(?:应|要|须|于|在|\s)*")
_BY_WHOM = re.compile(r"由(?P<who>[^，。；]{2,30})$")  # 总结由各市5月底前、各县6月底前报送
_RESPECTIVELY = re.compile(r"分别(?:于|在)?|依次(?:于|在)?")


@dataclass(slots=True)
class Around:
    """What surrounds a passage: the stage it stands in, its note's date, who acted before."""

    year: int
    actors: Actors
    stage: Stage | None = None
    stages: tuple[Stage, ...] = ()
    note: Timed | None = None
    actor: Actor | None = None  # who acts where the passage does not say
    before: Timed | None = None  # the date of what stands before it
    issued: date | None = None  # the plan's date of issue


class PassageReader:
    """Reads one passage."""

    def __init__(self, text: str, place: Place, clause: str, around: Around) -> None:
        self._text, self._place, self._clause, self._around = text, place, clause, around
        self.actions: list[Action] = []
        self.sentences = sentences_in(text)
        self.ends: Timed | None = None  # when the whole ends, where it is told
        self.heads: Actor | None = None  # 试点地区的任务是：
        self.plain: set[int] = set()  # sentences that tell details or what was done before
        self._first: Actor | None = None  # the first general actor
        self._last = around.actor
        self._whole: Actor | None = None  # 全省: acts where nobody else does
        self._last_units: Units = around.actor.units if around.actor else frozenset()
        self.carried: Timed | None = around.before
        self._carried_by: Units | None = None  # whose own date that is, where it governs no other
        self._sentence_date: Timed | None = None
        self._named: Units = frozenset()  # by name, in the sentence
        self._governs = False  # whether it stands at the head of the sentence

    def read(self) -> list[Action]:
        """The actions in their order, each with its date where there is one."""
        for number, sentence in enumerate(self.sentences):
            if is_told(sentence.text.strip(), self._around.year, self._around.issued):
                self.plain.add(number)
                self.ends = end_of_whole(sentence.text, self._around.year) or self.ends
                continue
            if not without_dates(sentence.text, self._around.year).strip(" 　。，"):
                self.plain.add(number)  # a date alone, under a heading that says of what
                continue
            if INNER_HEADING.match(sentence.text.strip()):
                self.plain.add(number)
                self.carried = None
                continue
            self._sentence_date, self._named = None, frozenset()
            named: list[Actor] = []
            for part in parts_in(sentence):
                self._part(part, number, named)
        return join_actions(self.actions)

    def _part(self, part: Piece, number: int, named: list[Actor]) -> None:
        first = True
        for action in self._groups(part, number):
            self._give_actor(action, named, first)
            self._give_date(action)
            action.context = self.sentences[number].text
            if not re.search(r"\w", "".join(action.clauses)):
                continue  # a date alone
            alone = len(action.clauses) == 1 and _STAGE_ALONE.fullmatch(action.clauses[0])
            if alone or (_STATES.match(action.clauses[0]) and action.source is not Source.OWN):
                continue  # 甲市、乙县为必查单位
            if _TASKS_ARE.fullmatch("，".join(action.clauses)):
                self.heads = action.actor
                self.plain.add(number)
                continue
            self.actions.append(action)
            without_later(self.actions)
            first = False

    def _groups(self, part: Piece, number: int) -> list[Action]:
        """The actions of a part, told apart at its commas."""
        year = self._around.year
        text = part.text
        dates = deadlines_in(text, year) or self._stage_named(text)
        begins = begins_in(text, year)
        if begins is None and (then := _FROM_THEN.search(text)) is not None:
            # 7月15日前补录，此后每月10日前更新
            earlier = [one for one in dates if one.day and one.end <= then.start()]
            begins = earlier[-1] if earlier else self.carried
        told = dates
        blank = text
        starts, ends = first_time(text, dates), last_time(text, dates)
        begins = begins or starts
        dates = [one for one in dates if one is not ends and one is not starts]
        for limit in (starts, ends):
            if limit is None:
                continue
            start, end = clause_around(text, limit)
            if not any(start <= one.start < end for one in dates):
                blank = blank[:start] + "　" * (end - start) + blank[end:]
        dates, frames = without_frames(text, dates)
        for one in told:
            blank = blank[: one.start] + "　" * (one.end - one.start) + blank[one.end :]
        groups: list[Action] = []
        used = 0
        excepted: Units = frozenset()
        clauses = told_apart(clauses_in(Piece(blank, 0)), dates)
        # 7月和10月，省厅…: what is left of dates alone is no clause.
        clauses = [one for one in clauses if _SAYS.search(one.text)] or clauses
        for place, clause in enumerate(clauses):
            if _EXCEPT.match(clause.text):
                excepted = self._around.actors.excepted(clause.text)
                continue  # a date before it is that of what follows
            own = [
                one for one in dates[used:] if one.start < clause.end or place + 1 == len(clauses)
            ]
            used += len(own)
            actor = self._actor(clause.text, excepted, groups)
            rest = clause.text[actor.end :] if actor else clause.text
            begun = clauses[place - 1].end + 1 if place else 0
            group = groups[-1] if groups else None
            if group is not None and self._goes_on(group, own, actor, rest, clause.text):
                self._extend(group, own, actor, rest, text[begun : clause.end])
            else:
                group = self._begin(group, own, actor, rest, text[begun : clause.end], number)
                group.also = not place and _ALSO.match(text) is not None
                groups.append(group)
            group.begins = group.begins or begins
            if actor is None and group.actor is None:
                group.excepted |= excepted
            group.within = frames[0] if frames else None
            group.ends = ends
            if self._around.stage is not None:
                group.until = self._around.stage.timed
        each_of_those(groups)
        made = [one for group in groups for one in self._each_by(group, text) or self._pairs(group)]
        again = [
            replace(one, within=frame, timed=recurring)  # 3月至6月、9月至12月，每月25日前
            for frame in frames[1:]
            for one in made
            if (recurring := [timed for timed in one.timed if timed.recurs])
        ]
        return made + again

    def _each_by(self, action: Action, text: str) -> list[Action]:
        """各市于5月底前、各县于5月15日前报送总结: one action for each of them; empty where not."""
        timed = action.timed
        if len(timed) < 2 or action.source is not Source.OWN:
            return []
        begun = max(text.rfind(sign, 0, timed[0].start) for sign in "，,；") + 1
        by = _BY_WHOM.search(text, begun, timed[0].start)
        first = self._around.actors.of_words(by["who"]) if by else None
        if first is None and not action.own_actor:
            return []
        actors = [first or self._around.actors.find(text[begun : timed[0].start])]
        for one, other in pairwise(timed):
            between = _BY_ANOTHER.fullmatch(text, one.end, other.start)
            actor = self._around.actors.of_words(between["who"]) if between else None
            actors.append(actor if between and actor and actor.end == len(between["who"]) else None)
        made = []
        for one, actor in zip(timed, actors, strict=True):
            if actor is None:
                return []
            made.append(replace(action, timed=[one], actor=actor, units=actor.units))
        return made

    def _pairs(self, action: Action) -> list[Action]:
        """分别于A和B前: one action for each date, of the units or the papers in their order."""
        match = _RESPECTIVELY.search(action.text)
        if match is None or len(action.timed) < 2 or action.source is not Source.OWN:
            return [action]
        actor = action.actor
        units = self._around.actors.in_order(actor.words) if actor and action.own_actor else []
        if actor is not None and len(units) == len(action.timed):
            return [
                replace(
                    action,
                    timed=[one],
                    units=frozenset((unit,)),
                    actor=replace(actor, units=frozenset((unit,))),
                )
                for one, unit in zip(action.timed, units, strict=True)
            ]
        return pairwise_papers(action, match[0])

    def _stage_named(self, text: str) -> list[Timed]:
        """The dates of a stage that a sentence names: 在试点应用阶段提前开展…"""
        for stage in self._around.stages:
            at = text.find(f"在{stage.title}")
            if stage.timed is not None and at >= 0:
                one = stage.timed
                end = at + 1 + len(stage.title)
                return [
                    Timed(one.phrase, at, end, text[at:end], one.due, one.clear, False, one.covers)
                ]
        return []

    def _actor(self, clause: str, excepted: Units, groups: list[Action]) -> Actor | None:
        actor = self._around.actors.find_all(clause)
        if actor is None or _OF_WHICH.match(clause[: actor.end + 4]):
            return None  # 其中甲市30万亩: how much of it is whose
        if groups and actor.words.startswith("每") and _AMOUNT.match(clause, actor.end):
            return None  # 省厅开展抽查，每个市州不少于3个县
        before = groups[-1].actor if groups and groups[-1].own_actor else None
        if before and before.sort is Sort.NAMED and _ITS_OFFICE.match(actor.words):
            return None  # 某市某县备齐物资，由市局核验
        ordered = re.match(r"要|应|须|需|负责|必须|于", clause[actor.end :])
        if actor.sort is Sort.COMPANY and before and not ordered:
            return None  # 各市检查重点企业，其他企业按比例抽查: what it is done to
        if actor.sort is Sort.WHOLE and groups and groups[-1].own_actor:
            return None  # 省厅开展检查，全省基本实现目标: what the first reaches
        taken = excepted or self._around.actors.excepted(clause)
        last_named = self._named or self._around.actors.last_named
        if actor.sort is Sort.NAMED:
            self._named |= actor.units
            self._around.actors.last_named = actor.units
        if not taken and actor.others:
            taken = last_named
        if actor.units <= taken:
            return actor  # 除甲市外…，甲市提前至5月底
        return actor.without(taken) if taken else actor

    def _goes_on(
        self, group: Action, own: list[Timed], actor: Actor | None, rest: str, clause: str
    ) -> bool:
        """Whether a clause goes on about the same duty."""
        usable = [one for one in own if one.usable]
        staged = self._around.stage is not None and self._around.stage.timed is not None
        if own and not usable and (group.timed or staged or self._dated()):
            return False
        done = any(VERBS.search(one) for one in group.clauses)
        if usable and (group.timed or (done and self._framed(group))):
            return False
        dated = group.timed or (self._dated() and done)
        if actor is not None and group.actor is not None and actor.words != group.actor.words:
            each = actor.units == group.units and _AMOUNT.match(rest) is not None
            return each or shares(group, rest, clause) or joint(group.clauses[-1], rest)
        if actor is not None and group.actor is None and usable and self._located(group):
            return False
        if self._is_paper(group, rest) and (dated or usable or staged or self._dated()):
            return False
        only_stage = self._around.stage and not (group.timed or self._dated() or usable)
        lasts = [_LASTS.match(one) for one in group.clauses]
        return not (only_stage and DEFINITE.match(rest.strip("　 ")) and any(lasts))

    def _framed(self, group: Action) -> bool:
        """Whether the date before in the sentence is this one's, too: not 县局5月15日印发意见；
        各乡镇开展试点，8月31日前报送经验."""
        if self._sentence_date is None:
            return False
        return self._governs or not group.own_actor or group.units == self._carried_by

    def _located(self, group: Action) -> bool:
        return any(self._around.actors.located(one) for one in group.clauses)

    def _dated(self) -> bool:
        return self._sentence_date is not None or (
            self.carried is not None and self._around.note is None
        )

    def _is_paper(self, group: Action, rest: str) -> bool:
        """Whether a clause hands in a paper that the clauses before it do not make."""
        bare = rest.strip("　 ")
        match = SEND_CLAUSE.match(bare)
        if match is None or self._around.note is not None:
            return False
        what = re.sub(r"^(?:省|市|厅|局|我|至|到|给)+", "", bare[match.end() :])
        before = "，".join(group.clauses)
        done = any(
            VERBS.search(one) and not SUPPORTS.match(one.strip("　 ")) for one in group.clauses
        )
        return (
            len(what) >= 3
            and done
            and not FORMS.search(before)
            and not CONDITION.search(group.clauses[-1].strip("　 "))
        )

    def _begin(
        self,
        group: Action | None,
        own: list[Timed],
        actor: Actor | None,
        rest: str,
        text: str,
        number: int,
    ) -> Action:
        made = Action(self._place, self._clause, number, text, [rest])
        made.actor = actor or (group.actor if group else None)
        made.units = actor.units if actor else (group.units if group else frozenset())
        made.own_actor = actor is not None
        add_dates(made, own)
        carries = group is not None and group.timed and not group.timed[0].recurs
        if group is not None and carries and not (made.timed or made.unclear):
            made.timed, made.source = list(group.timed[-1:]), Source.SENTENCE
        return made

    def _extend(
        self, group: Action, own: list[Timed], actor: Actor | None, rest: str, text: str
    ) -> None:
        if actor is not None and group.actor is not None and group.own_actor:
            if group.actor.sort is Sort.WHOLE:
                group.actor, group.units = actor, frozenset()  # the parts are theirs
            group.units |= actor.units
        elif actor is not None:
            group.actor, group.units, group.own_actor = actor, actor.units, True
        if not group.timed and any(one.usable for one in own):
            group.dated_at = len(group.clauses)
        add_dates(group, own)
        group.clauses.append(rest)
        group.text = f"{group.text}，{text}"

    def _give_actor(self, action: Action, named: list[Actor], first: bool) -> None:
        if action.actor is None:
            action.actor = next(
                filter(None, (self._around.actors.located(one) for one in action.clauses)), None
            )
            action.units = action.actor.units if action.actor else frozenset()
        if action.actor is None and (level := self._of_level(action)) is not None:
            action.actor, action.units = level, level.units
        if action.actor is None:
            actor, units = self._last, self._last_units
            several = {one.words for one in named if one.sort not in (Sort.WHOLE, Sort.COMPANY)}
            sets = {one.units for one in named if one.sort not in (Sort.WHOLE, Sort.COMPANY)}
            if len(several) > 1 and len(sets) > 1 and self._first is not None:
                actor, units = self._first, self._first.units
            if actor is None and self._whole is not None:
                actor, units = self._whole, self._whole.units
            action.actor, action.units = actor, units - action.excepted
            return
        actor = action.actor
        named.append(actor)
        if actor.sort in (Sort.ALL, Sort.LEVEL, Sort.SOME) and self._first is None:
            self._first = actor
        if actor.sort is Sort.NAMED:
            self._around.actors.last_named = action.units
        if actor.sort is Sort.WHOLE:
            self._whole = actor
        if actor.sort not in (Sort.WHOLE, Sort.OUTSIDE):
            self._last, self._last_units = actor, action.units

    def _by_another(self, action: Action) -> bool:
        """Whether the date before is another's own: 各市于11月20日前报送总结。市局开展评估。"""
        by = self._carried_by
        return by is not None and action.own_actor and action.units != by

    def _of_level(self, action: Action) -> Actor | None:
        """Whose own check it is: 完成县级自验, 完成市级验收."""
        for clause in action.clauses:
            if match := _LEVEL_CHECK.search(clause):
                return self._around.actors.of_words(match["level"])
        return None

    def _give_date(self, action: Action) -> None:
        stage = self._around.stage
        if action.timed:
            last = action.timed[-1]
            if not last.recurs and last.day is not None:
                self._sentence_date = self.carried = last
                self._governs = action.text.strip("　 ，").startswith(last.words)
                self._carried_by = None if self._governs else action.units
            return
        if action.unclear:
            return
        if self._sentence_date is not None and not self._governs and _is_state(action):
            return  # 各县于5月底前公布名单；合格率达到100%
        if self._sentence_date is not None:
            action.timed, action.source = [self._sentence_date], Source.SENTENCE
        elif self._around.note is not None:
            action.timed, action.source = [self._around.note], Source.NOTE
        elif (
            stage
            and stage.timed
            and (names_stage(action.text, stage.title) or self._by_another(action))
        ):
            action.timed, action.source = [stage.timed], Source.STAGE
        elif self.carried is not None:
            action.timed, action.source = [self.carried], Source.BEFORE
        elif stage and stage.timed:
            action.timed, action.source = [stage.timed], Source.STAGE


def _is_state(action: Action) -> bool:
    """Whether it only says what number is reached, without anything that is done."""
    return action.numbers and not action.own_actor and not VERBS.search(action.clauses[0])
