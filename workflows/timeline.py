"""What falls due when, and what happened, day by day; the same thing of many units is one line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from workflows.campaign_status import archived
from workflows.reminding import end_of_day, local_date, start_of_day
from workflows.standing import Selection, Standpoint, standpoints
from workflows.states import State
from workflows.tables import Event

DUE = "due"  # the kind of an entry that says what falls due; other kinds are those of events


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `units` are in administrative order; `owing` of them have not
    handed in what is due."""

    day: date
    kind: str
    campaign_id: str
    title: str
    units: tuple[str, ...]
    owing: int


def timeline(
    session: Session, now: datetime, wanted: Selection, first: date, last: date, zone: str
) -> list[Entry]:
    """From `first` through `last`, local to the zone of that name; what is due comes before what
    happened on its day. `now` is aware."""
    away = archived(session, now) if wanted.campaign_id is None else frozenset()
    found = {
        one.assignment.id: one
        for one in standpoints(session, now, wanted)
        if one.campaign.id not in away
    }
    groups: dict[_Key, list[Standpoint]] = {}

    def add(day: date, kind: str, one: Standpoint) -> None:
        key = _Key(day, kind, one.campaign.id, one.milestone.position, one.assignment.title)
        members = groups.setdefault(key, [])
        if one not in members:
            members.append(one)

    for one in found.values():
        gone = one.standing.state in {State.WAIVED, State.CANCELLED}
        if not gone and first <= one.standing.effective_due <= last:
            add(one.standing.effective_due, DUE, one)
    events = session.exec(
        select(Event.assignment_id, Event.kind, Event.at)
        .where(
            col(Event.assignment_id).is_not(None),
            col(Event.at) >= start_of_day(first, zone),
            col(Event.at) < end_of_day(last, zone),
        )
        .order_by(col(Event.at), col(Event.id))
    )
    for assignment_id, kind, at in events:
        if assignment_id in found:
            add(local_date(at, zone), kind, found[assignment_id])
    # Sorting is stable: on its day, what happened stays in the order in which it did.
    keys = sorted(
        groups,
        key=lambda key: (
            (key.day, 0, key.campaign_id, key.position) if key.kind == DUE else (key.day, 1, "", 0)
        ),
    )
    return [_entry(key, groups[key]) for key in keys]


class _Key(NamedTuple):
    day: date
    kind: str
    campaign_id: str
    position: int
    title: str


def _entry(key: _Key, members: list[Standpoint]) -> Entry:
    members.sort(key=lambda one: one.unit.position)
    return Entry(
        key.day,
        key.kind,
        key.campaign_id,
        key.title,
        tuple(one.unit.name for one in members),
        sum(one.standing.owing for one in members),
    )
