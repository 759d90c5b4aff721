"""What is done in a plan: by whom, by when, in which words."""

import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from workflows.documents.model import Place
from workflows.drafting.actor import Actor
from workflows.drafting.model import Sure
from workflows.drafting.places import Units
from workflows.drafting.plan_words import (
    CONDITION,
    DEFINITE,
    ENCOURAGES,
    GOES_ON,
    SEND,
)
from workflows.drafting.targets import targets_in
from workflows.drafting.timing import Timed

_BLAMES = re.compile(r"约谈|问责|追责|通报批评|予以通报|进行通报|严肃处理")  # 对滞后的，将约谈
_HELPS = re.compile(
    r"(?:要|应|须|予以|积极|做好|给予|密切)*(?:配合|协助|协同|参与)(?:做好)?(?:相关|有关)?(?:工作)?"
    r"|(?:负责)?(?:督促|监督)(?:落实|完成|实施|执行)?|派员参加|派人参加"
)
_UNENDING = re.compile(r"^(?:要|应|须|将)?(?:常态化|适时|不定期|随时|经常|视情)")
_MAY = re.compile(
    r"^(?:也|还|并|均|都)?可(?:以)?"
    r"(?![靠能持行追视见查知控比再]|[延推放][长迟宽期]?(?:[至到\s　]|$))"
)  # 可结合实际开展
_AT_ONCE = re.compile(  # 重大情况要随时报告
    r"[^，。；]{0,16}(?:随时|及时|立即|第一时间)(?:报告|上报|报送|反馈)"
)
_ROLE = re.compile(r"(?:要|应|须|充分|切实|更好)*发挥[^，。；]{1,16}作用[。\s]*$")
_MUST_NOT = re.compile(r"[^，。；]{0,6}(?:不得|严禁|禁止)")
_NEED_NOT = re.compile(  # 不再另建, 不作统一要求
    r"^(?:但|也|还|并|均|都|可以?)*(?:不再|不另|不单独|不作|不做|不适用|不重复|无需|无须|不需|不必|暂不|免于)"
    r"|[^，。；]{0,14}(?:另行(?:通知|下达|印发|安排|规定)|自行(?:确定|决定|安排)|参照执行)[。\s]*$"
)
_UPON = re.compile(  # 接到图斑后要及时复核
    r"^(?:在)?(?:接到|收到|接|发现|遇到?|发生|出现)[^，]{1,12}?(?:后|时|的)(?=要|应|须|及时|立即)"
)
_FIGURE = re.compile(r"\d|百分之|[一二三四五六七八九十两百千万]")


class Source(IntEnum):
    """Where a date comes from, the nearest first."""

    OWN = 0  # the words of the duty
    SENTENCE = 1  # its sentence
    NOTE = 2  # 完成时间 of the whole item
    BEFORE = 3  # the sentence before
    STAGE = 4  # the stage that it stands in
    NONE = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's name without the dates, and its dates."""

    title: str
    timed: Timed | None
    clause: str


@dataclass(slots=True)
class Action:
    """Something that is done. `clauses` are its words without dates and actor; `text` all words."""

    place: Place
    clause: str  # as the plan is cited
    sentence: int  # its number in the passage
    text: str
    clauses: list[str] = field(default_factory=list)
    actor: Actor | None = None
    units: Units = frozenset()
    own_actor: bool = False
    timed: list[Timed] = field(default_factory=list)
    source: Source = Source.NONE
    unclear: list[Timed] = field(default_factory=list)  # dates that no declaration can say
    begins: Timed | None = None
    until: Timed | None = None  # the stage that it stands in
    within: Timed | None = None  # the months in which it recurs: 4月至11月，每月28日前
    also: bool = False  # 同时: one thing more
    dated_at: int = 0  # which of the clauses bears the date
    titles: str = ""  # the headings around it
    context: str = ""  # its sentence
    joined: list["Action"] = field(default_factory=list)
    excepted: Units = frozenset()  # 除…外 without saying who else: not these of those before
    ends: Timed | None = None  # when it recurs for the last time: 至11月结束

    @property
    def targets(self) -> list[dict[str, Any]]:
        """The numbers that it sets in figures: not what is merely all of something."""
        return [
            one.value
            for one in targets_in(self.text, self.place)
            if "value" in one.value and _FIGURE.search(one.words)
        ]

    @property
    def numbers(self) -> bool:
        """Whether it sets a number to reach."""
        return bool(self.targets)

    @property
    def sends(self) -> bool:
        """Whether something is handed in."""
        return any(SEND.search(clause) for clause in self.clauses)

    @property
    def words(self) -> str:
        """Its words and those of what was joined to it."""
        return "；".join([self.text, *(one.text for one in self.joined)])


def encouraged(action: Action) -> bool:
    """Whether it only encourages, or wishes for something without a date of its own."""
    bare = [words for one in action.clauses if (words := _UPON.sub("", one.strip("　 ")))]
    if bare and ENCOURAGES.match(bare[0]):
        return True
    if bare and all(_MAY.match(one) or _NEED_NOT.match(one) for one in bare):
        return True
    if action.source is Source.STAGE and bare and _UNENDING.match(bare[0]):
        return True
    if action.source is Source.STAGE and bare and all(_ROLE.match(one) for one in bare):
        return True
    if action.source in (Source.STAGE, Source.BEFORE) and bare and _MUST_NOT.match(bare[0]):
        return True
    if action.source is not Source.BEFORE:
        return False
    if any(_BLAMES.search(one) for one in bare) and re.match(r"对|凡|如", bare[0]):
        return True
    if bare and _AT_ONCE.match(bare[0]):
        return True
    said = [one for one in bare if not CONDITION.search(one)] or bare
    if said and GOES_ON.match(said[0]) and not any(DEFINITE.match(one) for one in said):
        return True
    wishes = any(ENCOURAGES.match(one) for one in bare)
    return wishes and not any(DEFINITE.match(one) for one in bare)


def helps(action: Action) -> bool:
    """Whether it only says who helps with what was said before: 省运输中心配合。"""
    return _HELPS.fullmatch("".join(action.clauses).strip("　 。")) is not None


def how_sure(action: Action) -> Sure:
    """How sure its date is."""
    if action.source in (Source.OWN, Source.NOTE, Source.SENTENCE):
        return Sure.CERTAIN if all(one.clear for one in action.timed) else Sure.LIKELY
    return Sure.LIKELY
