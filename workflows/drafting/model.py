"""What was read in a plan document: each value with its place, its words and how sure it is."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from workflows.documents.model import Place, Table

T = TypeVar("T")


class Sure(StrEnum):
    """How sure a reading is."""

    CERTAIN = "certain"  # the words say it
    LIKELY = "likely"  # the words say it in a way that could mean something else
    GUESS = "guess"  # the words do not say it: filled in so that the draft is whole


def least_sure(*sures: Sure) -> Sure:
    """The one that is least sure."""
    return min(sures, key=[Sure.GUESS, Sure.LIKELY, Sure.CERTAIN].index)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A value that was read, from which words, and where they stand."""

    value: T
    sure: Sure
    place: Place
    words: str = ""


class Outcome(StrEnum):
    """What became of a sentence."""

    DUTY = "duty"  # it makes a milestone, or more than one
    PART = "part"  # it adds to another sentence's milestone: a number, a date, what is handed in
    HEAD = "head"  # title, number, owner, mailbox, stage
    ENCOURAGED = "encouraged"  # it encourages, or goes on without a date: no milestone
    PLAIN = "plain"  # it says nothing that is owed
    ASKED = "asked"  # it is not understood: a question


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its place, and the clause it stands in, as a plan is cited: 五（三）2."""

    text: str
    place: Place
    clause: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A sentence and what became of it; `reading` says it in the language in force. `sure` is of
    the least sure date or units of its duties. `dated` is of the row of a table that says in its
    column of dates what is none."""

    sentence: Sentence
    outcome: Outcome
    reading: str
    sure: Sure | None = None
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a person has to decide: what the document says, and what is not clear about it."""

    sentence: Sentence
    asks: str
    about: str = ""  # the key of the declaration that it is about: owner; or the form's attachment


@dataclass(slots=True)
class Duty:
    """A dated duty: what will be one milestone. Phrases are as a declaration takes them."""

    sentence: Sentence
    title: Read[str]
    due: Read[str]
    who: Read[Any]  # a selector in its short or full form, by names of the organisation
    kind: str = "once"
    start: Read[str] | None = None
    first: Read[str] | None = None  # of a recurring one, e.g. 2022-06
    last: Read[str] | None = None
    covers: Read[str] | None = None
    stage: str = ""
    track: str = ""
    departments: Read[tuple[str, ...]] | None = None
    deliverables: list[Read[dict[str, Any]]] = field(default_factory=list)
    targets: list[Read[dict[str, Any]]] = field(default_factory=list)
    after: tuple[str, ...] = ()
    note: str = ""
    parts: tuple[Read[str], ...] = ()  # the words it was read from: its own, then what adds to it
    id: str = ""  # given when the draft is put together


@dataclass(slots=True)
class Head:
    """What a plan says of itself."""

    title: Read[str]
    year: Read[int]
    owner: Read[str]
    mailbox: Read[str] | None = None
    reference: Read[str] | None = None
    issued: Read[str] | None = None  # an ISO date
    mailboxes: dict[str, Read[str]] = field(default_factory=dict)  # by track's title
    enquiries: list[Read[dict[str, Any]]] = field(default_factory=list)


@dataclass(slots=True)
class StageRead:
    """A stage of the plan."""

    id: str
    title: Read[str]
    start: Read[str] | None = None
    end: Read[str] | None = None
    clause: str = ""


@dataclass(slots=True)
class Draft:
    """All that was read in one document."""

    name: str
    head: Head
    stages: list[StageRead] = field(default_factory=list)
    groups: dict[str, Read[Any]] = field(default_factory=dict)  # named selectors
    duties: list[Duty] = field(default_factory=list)
    forms: list[Read[dict[str, Any]]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)
    contacts: list[Table] = field(default_factory=list)  # lists of people, for `contacts import`
