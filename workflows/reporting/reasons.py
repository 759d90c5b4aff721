"""Why something is overdue, and what more time was asked for and given: read from the events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from workflows.events import standing_events
from workflows.reminding import local_date
from workflows.reporting.model import Extension, Outcome, Reason, Why
from workflows.standing import Standpoint
from workflows.states import Action
from workflows.tables import Event
from workflows.transitions import name_of

_TELLING = (
    Action.RETURN, Action.REOPEN, Action.ACKNOWLEDGE,
    Action.REQUEST_EXTENSION, Action.APPROVE_EXTENSION, Action.REJECT_EXTENSION,
)  # fmt: skip
_SETTLES = frozenset({Action.SUBMIT, Action.WAIVE, Action.CANCEL})


def telling_events(
    session: Session, campaign_ids: Sequence[str], before: datetime | None
) -> dict[int, list[Event]]:
    """The events, without undone ones, of each assignment of these campaigns whose events tell a
    reason, by its id; with `before` (aware) those that had been recorded by then."""
    telling = select(Event.assignment_id).where(
        col(Event.campaign_id).in_(campaign_ids), col(Event.kind).in_(_TELLING)
    )
    query = select(Event).where(col(Event.assignment_id).in_(telling)).order_by(col(Event.id))
    if before is not None:
        query = query.where(col(Event.recorded_at) < before)
    found: dict[int, list[Event]] = {}
    for event in session.exec(query):
        found.setdefault(event.assignment_id or 0, []).append(event)
    return {key: standing_events(events) for key, events in found.items()}


def reasons_of(events: Sequence[Event], zone: str) -> tuple[Reason, ...]:
    """What these events of one assignment say of why it is owed: what came after it was last
    handed in, the oldest first."""
    found: list[Reason] = []
    for event in events:
        day, note = local_date(event.at, zone), event.note
        asked = next((one for one in found if one.why is Why.ASKED), None)
        match event.kind:
            case kind if kind in _SETTLES:
                found = []
            case Action.RETURN:
                found.append(Reason(Why.RETURNED, day, _day(event, "effective_due"), note))
            case Action.REOPEN:
                found = [Reason(Why.REOPENED, day, None, note)]
            case Action.REQUEST_EXTENSION:
                found = _without(found, Why.ASKED)
                found.append(Reason(Why.ASKED, day, _day(event, "requested_due"), note))
            case Action.APPROVE_EXTENSION:
                found = _without(found, Why.ASKED)
                until = _day(event, "effective_due")
                found.append(Reason(Why.EXTENDED, day, until, _both(asked, note)))
            case Action.REJECT_EXTENSION:
                found = _without(found, Why.ASKED)
                until = asked.until if asked else None
                found.append(Reason(Why.REJECTED, day, until, _both(asked, note)))
            case Action.ACKNOWLEDGE:
                found = [*_without(found, Why.SEEN), Reason(Why.SEEN, day, None, note)]
    return tuple(found)


def extensions_of(one: Standpoint, events: Sequence[Event], zone: str) -> list[Extension]:
    """Each wish for more time of one assignment and each date that was given, the oldest first."""
    found: list[Extension] = []
    held = one.assignment.extended_from or one.assignment.due  # before the first event
    moved = next((event for event in events if event.kind == Action.REPLAN), None)
    if moved is not None:
        held = date.fromisoformat(moved.data["was"]["due"])
    for event in events:
        day, until = local_date(event.at, zone), _day(event, "effective_due") or held
        pending = found[-1] if found and found[-1].outcome is Outcome.PENDING else None
        decided: Extension | None = None
        match event.kind:
            case Action.REQUEST_EXTENSION:
                wish = _day(event, "requested_due") or until
                asked = _extension(one, held, wish, Outcome.PENDING, event.note, asked=day)
                if pending is not None:
                    found.pop()  # another date is asked for in its place
                found.append(asked)
            case Action.APPROVE_EXTENSION:
                decided = pending or _extension(one, held, until, Outcome.GRANTED, "")
                decided = replace(decided, until=until, outcome=Outcome.GRANTED)
            case Action.REJECT_EXTENSION if pending is not None:
                decided = replace(pending, outcome=Outcome.REJECTED)
            case Action.SUBMIT if pending is not None:
                decided = replace(pending, outcome=Outcome.HANDED_IN)
        if decided is not None:
            if pending is not None:
                found.pop()
            note = _joined(decided.note, "" if event.kind == Action.SUBMIT else event.note)
            found.append(replace(decided, decided_on=day, note=note))
        held = until
    return found


def _extension(
    one: Standpoint,
    before: date,
    until: date,
    outcome: Outcome,
    note: str,
    asked: date | None = None,
) -> Extension:
    return Extension(
        campaign=one.campaign.title,
        name=name_of(one.assignment),
        unit_id=one.unit.id,
        unit=one.unit.name,
        level=one.unit.level,
        title=one.assignment.title,
        before=before,
        until=until,
        asked_on=asked,
        decided_on=None,
        outcome=outcome,
        note=note,
    )


def _day(event: Event, name: str) -> date | None:
    text = event.data.get(name)
    return date.fromisoformat(text) if text else None


def _without(found: list[Reason], why: Why) -> list[Reason]:
    return [one for one in found if one.why is not why]


def _both(asked: Reason | None, note: str) -> str:
    return _joined(asked.note if asked else "", note)


def _joined(*notes: str) -> str:
    return "；".join(dict.fromkeys(note for note in notes if note))
