"""The differences between what is in force and a new declaration, as everybody reads them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workflows.compile import CompiledAssignment, assignment_key
from workflows.states import State
from workflows.transitions import Planned


class Kind(StrEnum):
    """What differs. The values stand in the keys of decisions, and never change."""

    ADDED = "added"  # a milestone
    REMOVED = "removed"  # a milestone
    RENAMED = "renamed"  # a milestone's id
    LATER = "later"  # a due date
    EARLIER = "earlier"
    WIDER = "wider"  # more units owe it
    NARROWED = "narrowed"  # fewer units owe it
    PERIODS_ADDED = "longer"  # more months
    PERIODS_REMOVED = "shorter"  # fewer months
    RECURRENCE = "recurrence"  # once becomes monthly, or the other way round
    RETURNED = "returned"  # what had been cancelled is asked for again
    PAST = "past"  # what is new and late already
    TEXT = "text"
    LADDER = "ladder"
    TARGETS = "targets"
    CAMPAIGN = "campaign"


class Answer(StrEnum):
    """What can be decided."""

    TAKE = "take"  # the plan's new date
    KEEP = "keep"  # what people have been told
    CANCEL = "cancel"
    SAME = "same"  # the same duty under another id
    NEW = "new"  # the old one is removed, the other one is new
    DONE = "done"
    CHASE = "chase"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment that is in force. Dates are local to the campaign's zone; `number` is the
    record's, 0 where two files are compared."""

    number: int
    milestone: str
    unit: str
    period: str
    plan: Planned
    effective_due: date
    late_after: date
    state: State
    extended: bool = False
    silent: bool = False

    def name(self, campaign: str) -> str:
        """The assignment's, by ids."""
        return assignment_key(campaign, self.milestone, self.unit, self.period)


@dataclass(frozen=True, slots=True)
class Move:
    """An assignment in force, and what the new declaration says of it."""

    held: Held
    new: CompiledAssignment


@dataclass(frozen=True, slots=True)
class Work:
    """What has been done on assignments, by numbers: of hand-ins, of reported figures and so on."""

    submitted: int = 0
    accepted: int = 0
    returned: int = 0
    extended: int = 0
    waived: int = 0
    figures: int = 0
    forms: int = 0


@dataclass(frozen=True, slots=True)
class Mail:
    """What mail a difference causes: who gets a notice, and how many reminders are still to come
    that were not planned before, with the day of the first. A person gets one notice of all the
    differences that are applied together."""

    people: frozenset[str] = frozenset()
    reminders: int = 0
    first: date | None = None

    @property
    def notices(self) -> int:
        """How many people get a notice."""
        return len(self.people)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, for one milestone or for the campaign; `other` is a renamed one's new id.

    `numbers` are the assignments in force that are touched, `touched` how many there are with
    those that are new; `answers` what can be decided, none where it is safe.
    """

    campaign: str
    kind: Kind
    milestone: str = ""
    other: str = ""
    title: str = ""
    detail: str = ""
    numbers: tuple[int, ...] = ()
    touched: int = 0
    units: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    work: Work = field(default_factory=Work)
    people: int = 0
    mail: Mail = field(default_factory=Mail)

    @property
    def safe(self) -> bool:
        """Whether nobody has to decide."""
        return not self.answers

    @property
    def key(self) -> str:
        """The decision's name: the same each time the same two versions are compared."""
        parts = (self.campaign, self.milestone, self.kind.value, self.other)
        return "/".join(part for part in parts if part)
