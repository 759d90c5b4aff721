"""The append-only log: events, chained by hash for each assignment."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Protocol, TypeVar

from sqlalchemy import Table, bindparam, insert
from sqlalchemy import select as sql_select
from sqlalchemy.orm.attributes import manager_of_class
from sqlmodel import Session, col, func, select

from workflows.database import batched
from workflows.one_of import one_of
from workflows.tables import Event

APPLIED = "applied"  # a campaign version came into force
ASSIGNED = "assigned"  # an assignment was opened during the campaign

# What a unit is told of by a notice of its own; and what the owner office has to decide.
TOLD = frozenset(
    {
        "submit",
        "receive",
        "accept",
        "return",
        "undo",
        "approve_extension",
        "reject_extension",
        "replan",
        "cancel",
    }
)
ASKED = "request_extension"

REPLANNED = "replan"  # the plan has another date or id for an assignment
# In the data of an event: the version of the plan that it came of. No person's undo takes it back.
PLAN_VERSION = "plan_version"

SUPERVISED = "supervised"  # a supervision notice was released; nobody is told by a tick
SUPERVISION_ANSWERED = "supervision_answered"  # its receipt slip came back

_EVENTS: Table = Event.__table__  # type: ignore[attr-defined]
_NEWEST = sql_select(_EVENTS.c.assignment_id, _EVENTS.c.hash).where(
    _EVENTS.c.id.in_(
        sql_select(func.max(_EVENTS.c.id))
        .where(one_of(_EVENTS.c.assignment_id, "of"))
        .group_by(_EVENTS.c.assignment_id)
    )
)
_TOGETHER = "events appended together"  # in a session's info, while they are


def append_event(
    session: Session,
    *,
    campaign_id: str,
    assignment_id: int | None,
    kind: str,
    at: datetime,
    now: datetime,
    actor: str,
    note: str = "",
    data: dict[str, Any] | None = None,
    announce: bool = False,
) -> Event:
    """Append an event. `at` is when it happened, `now` when it is recorded; both aware.

    With `announce` the next tick tells the unit of it, if it is of a kind that is told. Its id is
    known at once, unless events are `appended_together`.
    """
    together: _Together | None = session.info.get(_TOGETHER)
    if assignment_id is None:
        previous = ""
    elif together is not None:
        previous = together.newest[assignment_id]
    else:
        previous = _last_hash(session, assignment_id)
    values: dict[str, Any] = {
        "campaign_id": campaign_id,
        "assignment_id": assignment_id,
        "kind": kind,
        "at": at,
        "recorded_at": now,
        "actor": actor,
        "note": note,
        "data": data or {},
        "previous_hash": previous,
        "hash": "",
        "announced_at": None if announce and kind in {*TOLD, ASKED} else now,
    }
    if together is not None:
        return together.append(values)
    event = Event(**values)
    event.hash = chain_hash(event)
    session.add(event)
    session.flush()
    return event


class _Together:
    """Events that wait to be written, and the newest hash of each assignment's chain."""

    def __init__(self, newest: dict[int, str]) -> None:
        self.newest, self.rows = newest, list[dict[str, Any]]()

    def append(self, values: dict[str, Any]) -> Event:
        # The session is not to know the event, and to make it by its model takes longer than the
        # deed: it is as if it had been read.
        event: Event = manager_of_class(Event).new_instance()
        event.__dict__.update(values, id=None)
        event.__dict__["hash"] = values["hash"] = chain_hash(event)
        self.rows.append(values)
        if event.assignment_id is not None:
            self.newest[event.assignment_id] = event.hash
        return event


@contextmanager
def appended_together(session: Session, assignment_ids: Collection[int]) -> Iterator[None]:
    """Within it the events of these assignments wait, and are written at its end in the order in
    which they were appended: a flush would write them one by one, to be told the id of each.

    What looks at events has no place in it. The transaction is one that appends alone.
    """
    newest = dict.fromkeys(assignment_ids, "")
    for batch in batched(assignment_ids):
        for row in session.execute(_NEWEST, {"of": batch}):
            newest[row.assignment_id] = row.hash
    together = session.info[_TOGETHER] = _Together(newest)
    try:
        yield
    finally:
        del session.info[_TOGETHER]
    session.flush()
    if together.rows:
        session.connection().execute(insert(_EVENTS), together.rows)


def chain_hash(event: Event) -> str:
    """The hash that an event must bear, from its content and the hash before it."""
    content = json.dumps(
        [
            event.previous_hash,
            event.campaign_id,
            event.assignment_id,
            event.kind,
            event.at.timestamp(),
            event.recorded_at.timestamp(),
            event.actor,
            event.note,
            event.data,
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    return sha256(content.encode()).hexdigest()


class Kinded(Protocol):
    """An event, or so much of one as has its kind."""

    @property
    def kind(self) -> str:
        """What happened."""


_E = TypeVar("_E", bound=Kinded)


def standing_events(events: Sequence[_E]) -> list[_E]:
    """Of one assignment's events, those that have not been undone, without the undoing ones.

    `events` are in the order of their ids; the last one found says how the assignment stands.
    """
    stack: list[_E] = []
    for event in events:
        if event.kind == "undo":
            stack.pop()
        else:
            stack.append(event)
    return stack


def first_dues(session: Session, assignment_ids: Iterable[int] | None = None) -> dict[int, date]:
    """The due date that each of these assignments (None: of all) had by the plan when it came into
    the record, where a later version of the plan has moved it since."""
    query = (
        select(Event.assignment_id, Event.data)
        .where(Event.kind == REPLANNED)
        .order_by(col(Event.id).desc())
    )
    if assignment_ids is not None:
        query = query.where(col(Event.assignment_id).in_(list(assignment_ids)))
    return {
        number or 0: date.fromisoformat(data["was"]["due"]) for number, data in session.exec(query)
    }


def events_of(session: Session, assignment_id: int | None) -> Sequence[Event]:
    """One assignment's events, the oldest first."""
    query = select(Event).where(Event.assignment_id == assignment_id).order_by(col(Event.id))
    return session.exec(query).all()


@cache  # building it takes longer than the database does
def _newest_hash() -> Any:
    return (
        select(Event.hash)
        .where(Event.assignment_id == bindparam("assignment"))
        .order_by(col(Event.id).desc())
        .limit(1)
    )


def _last_hash(session: Session, assignment_id: int) -> str:
    # Events are flushed as they are appended: what else waits goes out with the next one.
    with session.no_autoflush:
        last = session.execute(_newest_hash(), {"assignment": assignment_id}).scalar()
    return last or ""
