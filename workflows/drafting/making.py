"""Makes a duty out of what is done: its title, due date, kind, units and offices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from workflows.drafting.actions import Action, Source, how_sure
from workflows.drafting.deliverables import deliverables_in
from workflows.drafting.departments import Offices
from workflows.drafting.model import Duty, Read, Sentence, Sure
from workflows.drafting.outline import Passage
from workflows.drafting.places import Places, selector_of
from workflows.drafting.plan_words import DEFINITE, GOALS, SEND
from workflows.drafting.recurring import covers_month, months_between
from workflows.drafting.timing import Timed
from workflows.drafting.titles import is_section_title
from workflows.drafting.titling import shortened, title_of
from workflows.phrases import EachMonth, EachQuarter, OnDate, Span

_MADE = re.compile(r"制定|制订|编制|起草|拟定|形成|研究制定|建立|完善|明确|确定|填写|梳理")
_BARE = re.compile(  # what is done, but not to what: the heading says it
    r"(?:全部|按期|基本)?(?:整改|拨付|落实|治理|整治|改造|建设)(?:到位|完毕|完成)"
    r"|完成(?:整改|整治|治理|改造|建设|验收|\d+[%％])|全部(?:开工|完工|销号|整改|到位)"
)
_PAPER = re.compile(
    r"(?P<paper>[一-龥]{0,6}(?:方案|计划|清单|台账|报告|总结|规划|预案|名单|联络员|办法|细则))"
)


@dataclass(slots=True)
class Made:
    """A duty in the making."""

    action: Action
    passage: Passage
    timed: Timed
    title: str
    clauses: list[str]
    departments: list[str] = field(default_factory=list)
    departments_sure: Sure = Sure.CERTAIN
    sure: Sure | None = None  # of the date, where it is not told by where the date comes from

    @property
    def day(self) -> date | None:
        """The day on which it is due, of one that does not recur."""
        return self.timed.day

    @property
    def due_words(self) -> str:
        """The date as it will be declared."""
        return self.timed.phrase

    def duty(
        self,
        places: Places,
        year: int,
        issued: date | None,
        days: Sequence[date],
    ) -> Duty:
        """The duty; `days` are all dates of the plan, `issued` its date of issue."""
        action, place = self.action, self.action.place
        text = self.passage.text or action.text
        sentence = Sentence(self._sentence() or text, place, "；".join(self.clauses))
        sure = self.sure or (Sure.GUESS if action.source is Source.NONE else how_sure(action))
        duty = Duty(
            sentence,
            Read(self.title, Sure.LIKELY, place, action.text),
            Read(self.timed.phrase, sure, place, self.timed.words),
            Read(selector_of(action.units, places), self._who_sure(), place, self._who_words()),
        )
        due = self.timed.due
        if isinstance(due, EachMonth | EachQuarter):
            duty.kind = "monthly" if isinstance(due, EachMonth) else "quarterly"
            duty.first, duty.last = months_between(
                due,
                action.begins,
                issued,
                days,
                year,
                place,
                action.within,
                action.until,
                self.timed.covers == "previous",
                action.ends,
            )
            duty.covers = covers_month(self.timed, action.text, place)
        elif isinstance(due, Span):
            if self._ends_stage():
                end = f"{due.due:%Y-%m-%d}"
                duty.due = Read(end, Sure.LIKELY, place, self.timed.words)
            else:
                duty.kind = "phase"
        duty.parts = tuple(
            Read(one.text, sure, one.place, one.text) for one in (action, *action.joined)
        )
        if self.departments:
            beside = place if place.table else self.passage.place
            duty.departments = Read(tuple(self.departments), self.departments_sure, beside)
        return duty

    def _ends_stage(self) -> bool:
        """In a stage, a definite act is due once, when the stage ends: 印发…办法, 报送…."""
        action = self.action
        if action.source is not Source.STAGE:
            return False
        first = action.clauses[0].strip("　 ")
        return bool(DEFINITE.match(first)) and not re.match(r"^(?:组织)?完成", first)

    def _who_sure(self) -> Sure:
        actor = self.action.actor
        if actor is None:
            return Sure.GUESS
        if actor.sure is Sure.CERTAIN and not self.action.own_actor:
            return Sure.LIKELY
        return actor.sure

    def _who_words(self) -> str:
        return self.action.actor.words if self.action.actor else ""

    def _sentence(self) -> str:
        """Its words as they stand in the document: notes in them were blanked to be read."""
        text = self.action.text.strip("　，。 ")
        if "　" not in text:
            return text
        form = "".join("." if sign == "　" else re.escape(sign) for sign in text)
        whole = re.search(form, self.passage.text, re.DOTALL)
        return whole[0] if whole is not None else text


def make_duty(action: Action, passage: Passage, offices: Offices) -> list[Made]:
    """The duties of an action: one for each date. Numbers without a date count as one."""
    subject = action.actor.words if action.actor and action.own_actor else ""
    title = title_of(action.clauses, subject, action.dated_at)
    heading = passage.heading or (passage.chain[-1] if passage.chain else "")
    bare = _BARE.fullmatch(title) and not is_section_title(heading)
    if (len(title) < 4 or bare) and heading:
        heading = re.sub(r"[（(].*?[）)]", "", heading)
        title = shortened(f"{title}：{heading}" if title else heading)
    departments = list(offices.departments)
    if action.actor:
        departments = list(dict.fromkeys((*action.actor.departments, *departments)))
    title = title or shortened(heading) or action.text.strip("　 ")[:20]
    made = []
    for timed in action.timed:
        said = title
        if len(action.timed) > 1:
            said = with_month(title, timed)
        made.append(Made(action, passage, timed, said, [action.clause], list(departments)))
    return made


def with_month(title: str, timed: Timed) -> str:
    """Several dates of one duty are told apart: 报送阶段总结（8月）."""
    if isinstance(timed.due, OnDate | Span):
        return f"{title[:25]}（{timed.due.due.month}月）"
    return title


def one_goal(made: list[Made], places: Places) -> list[Made]:
    """The duties, with one for all numbers that the whole is to reach by one day by its goals."""
    kept: list[Made] = []
    for one in made:
        first = next((other for other in kept if _same_goal(other, one, places)), None)
        if first is None:
            kept.append(one)
        else:
            first.action.joined += [one.action, *one.action.joined]
    return kept


def _same_goal(first: Made, one: Made, places: Places) -> bool:
    return (
        first.passage is one.passage
        and first.timed.due == one.timed.due
        and first.action.units == one.action.units == places.top
        and first.action.numbers
        and (one.action.numbers or not one.action.own_actor)
        and GOALS.search("".join(one.passage.chain[:1])) is not None
    )


def same_paper(made: list[Made]) -> list[Made]:
    """The duties, with one for making and handing in the same paper by the same day."""
    kept: list[Made] = []
    sends_only = {id(one): _sends_only(one) for one in made}
    for one in made:
        twin = next(
            (
                other
                for other in kept
                if sends_only[id(other)] != sends_only[id(one)]
                and (_is_twin(other, one) if sends_only[id(one)] else _is_twin(one, other))
            ),
            None,
        )
        if twin is None:
            kept.append(one)
            continue
        sends = one if one.action.sends else twin
        twin.clauses = list(dict.fromkeys((*twin.clauses, *one.clauses)))
        twin.action.joined.append(one.action)
        twin.title = shortened(sends.title)
        twin.departments = twin.departments or one.departments
    return kept


def _is_twin(first: Made, second: Made) -> bool:
    """Whether `first` makes the paper that `second` only hands in by the same day."""
    if first.timed.due != second.timed.due or first.action.units != second.action.units:
        return False
    if first.action is second.action:
        return False
    handed = {
        re.sub(r"^(?:报送|上报|提交|本地|本市|本县|本单位|工作)+", "", match["paper"])
        for clause in second.action.clauses
        for match in _PAPER.finditer(clause)
    }
    return any(
        len(paper) >= 2 and paper in clause and _MADE.search(clause)
        for paper in handed
        for clause in first.action.clauses
    )


def _sends_only(one: Made) -> bool:
    return bool(SEND.search(one.action.text)) and bool(
        deliverables_in(one.action.text, one.action.place) or one.title.startswith("报送")
    )
