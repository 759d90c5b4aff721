"""How one assignment counts in the ranking: due when, handed in when, how late, returned how often.

All of it comes from the assignment's events, so that a closed date's ranking is the same for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workflows.events import standing_events
from workflows.ladder import late_after
from workflows.reminding import local_date
from workflows.reporting.declared import Extensions, Ranking, Waivers
from workflows.states import Action, State
from workflows.tables import Event
from workflows.working_days import WorkingDays


class Counting(StrEnum):
    """How an assignment counts."""

    ON_TIME = "on_time"
    LATE = "late"  # handed in after the day that held
    OVERDUE = "overdue"  # still owed, and the last day is past
    WAIVED_ON_TIME = "waived_on_time"  # the rule takes it so
    # These do not count:
    WAIVED = "waived"
    STILL_TIME = "still_time"  # due by the day, not handed in, not late yet
    SETTLED_BEFORE = "settled_before"  # before it was entered: nobody knows when


COUNTS = frozenset(
    {Counting.ON_TIME, Counting.LATE, Counting.OVERDUE, Counting.WAIVED_ON_TIME}
)  # fmt: skip
ON_TIME = frozenset({Counting.ON_TIME, Counting.WAIVED_ON_TIME})


@dataclass(frozen=True, slots=True)
class Term:
    """One date that held, and what came of it. Days are local to the campaign."""

    due: date
    last_day: date  # that still counts as on time
    handed_in: date | None  # None: still owed
    days_late: int  # calendar days after `due`; 0 up to the last day

    @property
    def late(self) -> bool:
        """Whether it counts as late."""
        return self.days_late > 0


@dataclass(frozen=True, slots=True)
class Item:
    """One assignment that was due by the day, and how it counts."""

    name: str  # campaign/milestone/unit[/period]
    title: str
    due: date  # the plan's, or the date that was granted, by the rule
    counting: Counting
    terms: tuple[Term, ...] = ()  # the first date, then a correction date for each return
    returns: int = 0

    @property
    def counts(self) -> bool:
        """Whether it enters the ranking."""
        return self.counting in COUNTS

    @property
    def handed_in(self) -> bool:
        """Whether anything has been handed in."""
        return any(term.handed_in is not None for term in self.terms)

    @property
    def days_late(self) -> int:
        """All its days late: of the first hand-in and of corrections, and so far."""
        return sum(term.days_late for term in self.terms)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """By what a campaign's assignments are measured on `today`, the local day."""

    rule: Ranking
    today: date
    zone: str
    calendar: WorkingDays

    def last_day(self, due: date, *, grace: bool) -> date:
        """The last day on time; `grace` is the declaration's `holiday_grace`."""
        return late_after(due, self.calendar, grace=grace and self.rule.grace)


@dataclass(slots=True)
class _Life:
    """What an assignment's events come to."""

    state: State
    plan_due: date  # the first date, before any extension
    due: date  # with extensions of the first date
    term: date  # the date that holds now, with extensions
    term_plan: date  # the same without
    terms: list[tuple[date, date]] = field(default_factory=list)  # each hand-in: date, day
    returns: int = 0


def item_of(
    name: str,
    title: str,
    due: date,
    initial: State,
    events: Sequence[Event],
    by: Yardstick,
    *,
    grace: bool,
) -> Item | None:
    """How an assignment counts: `due` is its first due date, `initial` its first state, `events`
    what has been recorded of it, by id; `grace` its `holiday_grace`. None for what was not due by
    the day or is cancelled. Deeds dated after the day do not count."""
    rule, extended = by.rule, by.rule.extensions is Extensions.EXTENDED
    life = _life(due, initial, events, by)
    first = life.due if extended else life.plan_due
    if life.state is State.CANCELLED or first > by.today:
        return None
    if life.state is State.WAIVED:
        on_time = rule.waived is Waivers.ON_TIME
        counting = Counting.WAIVED_ON_TIME if on_time else Counting.WAIVED
        return Item(name, title, first, counting)
    terms = [_term(date_, day, by, grace=grace) for date_, day in life.terms]
    owing = life.state in {State.OPEN, State.RETURNED}
    if not owing and not terms:
        return Item(name, title, first, Counting.SETTLED_BEFORE)
    overdue = False
    if owing:
        last = _term(life.term if extended else life.term_plan, None, by, grace=grace)
        overdue = by.today > last.last_day
        if not overdue and not terms:
            return Item(name, title, first, Counting.STILL_TIME, (last,))
        terms.append(last)
    late = any(term.late for term in terms)
    counting = Counting.OVERDUE if overdue else Counting.LATE if late else Counting.ON_TIME
    return Item(name, title, first, counting, tuple(terms), life.returns)


def _life(due: date, initial: State, events: Sequence[Event], by: Yardstick) -> _Life:
    life = _Life(initial, due, due, due, due)
    extended = by.rule.extensions is Extensions.EXTENDED
    for event in standing_events(events):
        day = local_date(event.at, by.zone)
        if day > by.today:
            continue
        was, life.state = life.state, State(event.data["state"])
        match event.kind:
            case Action.SUBMIT:
                life.terms.append((life.term if extended else life.term_plan, day))
            case Action.RETURN:
                life.returns += 1
                life.term = life.term_plan = date.fromisoformat(event.data["effective_due"])
            case Action.APPROVE_EXTENSION:
                life.term = date.fromisoformat(event.data["effective_due"])
                if was is State.OPEN:
                    life.due = life.term
            case Action.REPLAN:  # the plan itself has moved it, for whichever rule
                moved = date.fromisoformat(event.data["plan"]["due"])
                life.term_plan = moved if life.term_plan == life.plan_due else life.term_plan
                life.plan_due = moved
                life.due = date.fromisoformat(event.data["due"])
                life.term = date.fromisoformat(event.data["effective_due"])
            case Action.REOPEN:  # it begins anew, by the date that holds then
                life.terms, life.returns = [], 0
                life.due = life.term = date.fromisoformat(event.data["effective_due"])
                life.term_plan = life.plan_due
    return life


def _term(due: date, handed_in: date | None, by: Yardstick, *, grace: bool) -> Term:
    last_day = by.last_day(due, grace=grace)
    day = handed_in or by.today
    return Term(due, last_day, handed_in, (day - due).days if day > last_day else 0)
