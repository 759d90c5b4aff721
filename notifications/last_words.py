"""What is to be told of an assignment: the last thing that happened to it and still holds.

What was undone before anybody was told of it is told not at all, nor is its undoing; where a unit
was told already, the undoing is a correction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from workflows.database import batched
from workflows.events import PLAN_VERSION
from workflows.one_of import one_of
from workflows.states import Action
from workflows.tables import Delivery, DeliveryStatus, Event, NoticeItem

_HAND_INS = frozenset({Action.SUBMIT.value, Action.RECEIVE.value})
_BEGINS_ANEW = frozenset({Action.RETURN.value, Action.REOPEN.value})
# These change nothing of what was told.
_ASIDE = frozenset({Action.REQUEST_EXTENSION.value, Action.ACKNOWLEDGE.value, Action.SNOOZE.value})
_KEEPS_DATE = _ASIDE | {Action.REJECT_EXTENSION.value}
# These give another date.
_MOVES = frozenset({Action.APPROVE_EXTENSION.value, Action.REPLAN.value})
_LEFT = frozenset(
    {
        DeliveryStatus.CLAIMED,
        DeliveryStatus.STARTED,
        DeliveryStatus.DONE,
        DeliveryStatus.IN_DOUBT,
    }
)


_EVENTS: Table = Event.__table__  # type: ignore[attr-defined]


class Happened(NamedTuple):
    """The columns of an event that say what happened: of these, very many may be read."""

    id: int
    assignment_id: int
    kind: str
    at: datetime
    recorded_at: datetime
    note: str
    data: dict[str, Any]
    announced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Word:
    """The event that speaks for an assignment; `correction` where the unit was told otherwise.

    `again` says that it speaks again, since what came after it was undone, and stands in no
    notice. `files` are the names of what was handed in, as far as it still counts; `previous_due`
    is the date that the unit was last told before an extension, where an event has set it.
    `asked_again` says that a version of the plan took back what one before had cancelled: what was
    told of that held, and is not corrected.
    """

    event: Happened
    correction: bool
    again: bool
    files: tuple[str, ...]
    previous_due: date | None = None
    asked_again: bool = False


@dataclass(slots=True)
class _Standing:
    """An event that has not been undone, what spoke before it, and whether the unit knows it."""

    event: Happened
    before: Happened | None
    known: bool = False


# By event: whether it may have gone out, for each notice that it stands in.
_Notices = Mapping[int, Sequence[bool]]


def last_words(session: Session, assignment_ids: Iterable[int]) -> dict[int, Word]:
    """The last word on each assignment that has one. Few queries, however many there are."""
    events: dict[int, list[Happened]] = defaultdict(list)
    session.flush()  # what was appended and not yet written
    for batch in batched(assignment_ids):
        for row in session.execute(_history(), {"assignments": batch}):
            events[row.assignment_id].append(Happened._make(row))
    notices = _notices(session, events.values())
    found = {key: _last_word(own, notices) for key, own in events.items()}
    return {key: word for key, word in found.items() if word is not None}


@cache  # building it takes longer than the database does
def _history() -> Any:
    return (
        sql_select(*(_EVENTS.c[name] for name in Happened._fields))
        .where(one_of(_EVENTS.c.assignment_id, "assignments"))
        .order_by(_EVENTS.c.id)
    )


def _last_word(events: Sequence[Happened], notices: _Notices) -> Word | None:
    stack: list[_Standing] = []
    undoing = False
    word: Happened | None = None
    before: dict[int, Happened | None] = {}
    for event in events:
        if event.kind != Action.UNDO.value:
            stack.append(_Standing(event, word))
            if not _is_aside(event):
                before[event.id], word = word, event
            continue
        if not stack:
            continue  # a damaged log is the referee's matter, and stops no mail
        undone, undoing = stack.pop(), True
        known = undone.known or any(notices.get(undone.event.id, ()))
        if known and stack:
            stack[-1].known = True  # a correction tells how it stands now
        if _is_aside(undone.event):
            continue
        if known:
            before[event.id], word = word, event
        else:
            word = undone.before
    if word is None or _is_where_it_was(word, stack, notices):
        return None
    taken_back = _untold_undo(word, before[word.id], notices)
    asked_again = taken_back is not None and PLAN_VERSION in taken_back.data
    correction = taken_back is not None and not asked_again
    again = undoing and not notices.get(word.id)
    files, previous = tuple(_files(stack)), _previous_due(word, stack, notices)
    return Word(word, correction, again, files, previous, asked_again)


def _untold_undo(word: Happened, last: Happened | None, notices: _Notices) -> Happened | None:
    """The undoing that this word tells of: it is one, or follows one that nobody was told of."""
    if word.kind == Action.UNDO.value:
        return word
    if last is None or last.kind != Action.UNDO.value or any(notices.get(last.id, ())):
        return None
    return last


def _is_aside(event: Happened) -> bool:
    """Whether it changes nothing of what was told: a new id alone, or a date of what is not owed,
    does not either."""
    moves_nothing = event.kind == Action.REPLAN.value and "rungs_from" not in event.data
    return event.kind in _ASIDE or moves_nothing


def _is_where_it_was(word: Happened, stack: Sequence[_Standing], notices: _Notices) -> bool:
    """Whether versions of the plan have moved it away and back before anybody was told."""
    return (
        word.kind == Action.REPLAN.value
        and not any(notices.get(word.id, ()))
        and str(_previous_due(word, stack, notices)) == word.data["effective_due"]
    )


def _previous_due(word: Happened, stack: Sequence[_Standing], notices: _Notices) -> date | None:
    """The date before the extension, and before those that no notice has told."""
    if word.kind not in _MOVES:
        return None
    before = [one.event for one in stack if one.event.id < word.id]
    first = word
    for one in reversed(before):
        untold = one.kind in _MOVES and not _is_aside(one) and not any(notices.get(one.id, ()))
        if untold:
            first = one
        elif one.kind not in _KEEPS_DATE and not _is_aside(one):
            return date.fromisoformat(one.data["effective_due"])
    if word.kind == Action.REPLAN.value and first.kind == Action.REPLAN.value:
        return date.fromisoformat(first.data["was"]["due"])
    return None


def _files(stack: Sequence[_Standing]) -> Iterator[str]:
    """The names of the files of the hand-in that stands, in the order of their arrival."""
    first = 0
    for place, one in enumerate(stack):
        if one.event.kind in _BEGINS_ANEW:
            first = place
    for one in stack[first:]:
        if one.event.kind in _HAND_INS:
            yield from (str(file["name"]) for file in one.event.data.get("files", ()))


def _notices(session: Session, histories: Iterable[Sequence[Happened]]) -> _Notices:
    """In which notices events stand: asked only where something was undone, or a date moved twice.

    A claim takes out what does not hold, so that what stands in a notice that left was told.
    """
    wanted = [event.id for events in histories if _may_be_untold(events) for event in events]
    found: dict[int, list[bool]] = defaultdict(list)
    for batch in batched(wanted):
        query = (
            select(NoticeItem.event_id, Delivery.status, Delivery.doubts)
            .join(Delivery, col(Delivery.id) == NoticeItem.delivery_id)
            .where(col(NoticeItem.event_id).in_(batch))
        )
        for event_id, status, doubts in session.exec(query):
            found[event_id].append(doubts > 0 or status in _LEFT)
    return found


def _may_be_untold(events: Sequence[Happened]) -> bool:
    kinds = [one.kind for one in events]
    return Action.UNDO.value in kinds or sum(kind in _MOVES for kind in kinds) > 1
