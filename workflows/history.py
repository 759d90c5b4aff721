"""The life of an assignment or a unit: what happened, when it was recorded, what was sent."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from workflows.compile import assignment_key
from workflows.database import batched
from workflows.events import ASSIGNED, SUPERVISED, SUPERVISION_ANSWERED, first_dues
from workflows.states import State
from workflows.tables import (
    Assignment,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Event,
    NoticeItem,
    Reminder,
    ReportedAttribute,
    UnitRow,
)

# Kinds of happenings beside those of events.
ENTERED = "entered"  # the assignment came into the record
MAILED = "mailed"  # a digest went out
NOTIFIED = "notified"  # a notice went out
REPORTED_FACT = "reported_fact"  # a unit reported something of itself


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. Moments are aware; `title` is of the assignment, '' for none."""

    kind: str  # an event's, or one of the kinds above
    at: datetime
    recorded_at: datetime
    actor: str
    note: str
    unit: str
    name: str  # campaign/milestone/unit[/period]
    title: str
    data: dict[str, Any] = field(default_factory=dict)


def life_of_assignment(session: Session, assignment: Assignment) -> list[Happening]:
    """Everything about one assignment, in the order in which it happened."""
    return _lives(session, [assignment])


def life_of_unit(session: Session, unit: UnitRow) -> list[Happening]:
    """Everything about one unit's assignments, and what it reported of itself."""
    owed = session.exec(select(Assignment).where(Assignment.unit_id == unit.id)).all()
    facts = session.exec(select(ReportedAttribute).where(ReportedAttribute.unit_id == unit.id))
    told = [
        Happening(
            REPORTED_FACT, one.at, one.recorded_at, one.actor, one.note, unit.name, "", "",
            {"name": one.name, "value": one.value},
        )
        for one in facts
    ]  # fmt: skip
    return _in_order([*_lives(session, owed), *told, *_supervised(session, unit)])


def _supervised(session: Session, unit: UnitRow) -> list[Happening]:
    """Notices of supervision to the unit, and their receipt slips: each once, of however many
    campaigns it speaks."""
    kinds = (SUPERVISED, SUPERVISION_ANSWERED)
    found: dict[tuple[str, Any], Happening] = {}
    for event in session.exec(
        select(Event).where(col(Event.kind).in_(kinds)).order_by(col(Event.id))
    ):
        if event.data.get("unit") == unit.id:
            found[event.kind, event.data.get("notice")] = Happening(
                event.kind, event.at, event.recorded_at, event.actor, event.note, unit.name, "",
                "", dict(event.data),
            )  # fmt: skip
    return list(found.values())


def _lives(session: Session, assignments: Collection[Assignment]) -> list[Happening]:
    by_id = {one.id: one for one in assignments}
    units = {one.id: one.name for one in session.exec(select(UnitRow))}
    found: list[Happening] = []
    opened = {
        (event.campaign_id, event.data.get("milestone")): event
        for event in session.exec(select(Event).where(Event.kind == ASSIGNED))
    }
    first = first_dues(session)
    for one in assignments:
        data = _entry_data(one, first.get(one.id or 0))
        entry = _of(one, units[one.unit_id], ENTERED, one.created_at, data)
        event = opened.get((one.campaign_id, one.milestone_id))
        if event is not None:  # by hand, during the campaign
            entry = replace(
                entry, kind=ASSIGNED, at=event.at, recorded_at=event.recorded_at,
                actor=event.actor, note=event.note,
            )  # fmt: skip
        found.append(entry)
    for ids in batched([one for one in by_id if one is not None]):
        events = session.exec(
            select(Event).where(col(Event.assignment_id).in_(ids)).order_by(col(Event.id))
        ).all()
        for event in events:
            assignment = by_id[event.assignment_id]
            found.append(_of_event(event, assignment, units[assignment.unit_id]))
        found += _mails(session, ids, by_id, units)
    return _in_order(found)


def _mails(
    session: Session,
    ids: list[int],
    by_id: dict[int | None, Assignment],
    units: dict[str, str],
) -> list[Happening]:
    """What went out: a digest once, with what it said of these assignments."""
    digests: dict[int, tuple[Delivery, list[tuple[Reminder, Assignment]]]] = {}
    rows = session.exec(
        select(Reminder, Delivery)
        .join(Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(col(Reminder.assignment_id).in_(ids), Delivery.status == DeliveryStatus.DONE)
        .order_by(col(Reminder.id))
    )
    for reminder, delivery in rows:
        items = digests.setdefault(delivery.id or 0, (delivery, []))[1]
        items.append((reminder, by_id[reminder.assignment_id]))
    found = []
    for delivery, items in digests.values():
        first, about = items[0]
        data = {
            "address": delivery.address, "role": first.role, "reason": first.reason,
            "titles": list(dict.fromkeys(one.title for _reminder, one in items)),
        }  # fmt: skip
        at = delivery.done_at or delivery.created_at
        found.append(_of(about, units[about.unit_id], MAILED, at, data))
    notices = session.exec(
        select(NoticeItem, Delivery, Event)
        .join(Delivery, col(Delivery.id) == NoticeItem.delivery_id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(
            col(Event.assignment_id).in_(ids),
            Delivery.status == DeliveryStatus.DONE,
            Delivery.kind == DeliveryKind.NOTICE,
        )
        .order_by(col(NoticeItem.id))
    )
    for _item, delivery, event in notices:
        about = by_id[event.assignment_id]
        data = {"address": delivery.address, "of": event.kind}
        at = delivery.done_at or delivery.created_at
        found.append(_of(about, units[about.unit_id], NOTIFIED, at, data))
    return found


def _entry_data(one: Assignment, first_due: date | None) -> dict[str, Any]:
    return {
        "due": (first_due or one.extended_from or one.due).isoformat(),
        "settled": one.initial_state is not State.OPEN,
        "state": one.initial_state.value,
        "silent": one.silent,
    }


def _of_event(event: Event, assignment: Assignment, unit: str) -> Happening:
    return Happening(
        event.kind, event.at, event.recorded_at, event.actor, event.note, unit,
        _name(assignment), assignment.title, dict(event.data),
    )  # fmt: skip


def _of(
    assignment: Assignment, unit: str, kind: str, at: datetime, data: dict[str, Any]
) -> Happening:
    return Happening(kind, at, at, "", "", unit, _name(assignment), assignment.title, data)


def _name(assignment: Assignment) -> str:
    return assignment_key(
        assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.period
    )


def _in_order(found: list[Happening]) -> list[Happening]:
    """By when it happened; what is recorded later comes later on the same moment."""
    return sorted(found, key=lambda one: (one.at, one.recorded_at))


def day_of(text: Any) -> date | None:
    """A date that an event's data holds; None where there is none."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
