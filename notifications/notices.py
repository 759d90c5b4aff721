"""A step of a tick: hand-ins, acceptances and returns not yet announced become notices.

Everything for one address that is taken together stands in one mail. Events are found by their
mark, which is set in the transaction that makes the notices: none is told twice, or forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session

from notifications.asked import tell_owners
from notifications.grouping import NewDelivery, new_delivery
from notifications.last_words import Happened, last_words
from notifications.notice_items import put_notices
from notifications.recipients import COPY, Directory
from notifications.window import SendingWindow
from workflows.database import batched
from workflows.events import ASKED, TOLD
from workflows.ladder import Role
from workflows.one_of import one_of
from workflows.organisation import Organisation
from workflows.plans import plans_of
from workflows.tables import (
    Assignment,
    CampaignStatus,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Event,
)

BATCH = 500  # events looked for at a time
RECEIPT = "receipt"  # begins a notice's purpose; the first event's number follows

_EVENTS: Table = Event.__table__  # type: ignore[attr-defined]
_Told = Mapping[str, Sequence[tuple[int, str]]]  # by address: events, and whose the address is


def take_events(
    session: Session,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
    *,
    status: DeliveryStatus = DeliveryStatus.QUEUED,
) -> int:
    """Turn events not yet announced at `now` (aware) into notices, for one batch; return how many
    events it had.

    To be called until it returns less than BATCH, each time in a transaction of its own. `domain`
    is the right-hand side of Message-IDs; `status` is what the notices begin in. Outside the
    sending window nothing is done.
    """
    if not window.is_open(now):
        return 0
    session.flush()
    batch = session.execute(_unannounced()).all()
    if not batch:
        return 0
    asked = [event_id for event_id, _assignment_id, kind in batch if kind == ASKED]
    tell_owners(session, asked, now, organisation, window, domain)
    ids = {assignment_id for _event_id, assignment_id, _kind in batch if assignment_id is not None}
    told = _recipients(session, ids, organisation, window.today(now))
    _write(session, told, window.today(now), now, domain, status)
    # All of these assignments, also beyond the batch: the last word on each was spoken. What is
    # asked of an office is another matter.
    numbers = [event_id for event_id, _assignment_id, _kind in batch]
    session.connection().execute(_announce(), {"of": list(ids), "events": numbers, "now": now})
    session.expire_all()
    return len(batch)


@cache  # building it takes longer than the database does
def _unannounced() -> Any:
    return (
        sql_select(_EVENTS.c.id, _EVENTS.c.assignment_id, _EVENTS.c.kind)
        .where(_EVENTS.c.announced_at.is_(None))
        .order_by(_EVENTS.c.id)
        .limit(BATCH)
    )


@cache
def _announce() -> Any:
    columns = _EVENTS.c
    return (
        update(_EVENTS)
        .where(
            columns.announced_at.is_(None),
            or_(
                one_of(columns.assignment_id, "of") & (columns.kind != ASKED),
                one_of(columns.id, "events"),
            ),
        )
        .values(announced_at=bindparam("now"))
    )


def _recipients(
    session: Session, assignment_ids: Iterable[int], organisation: Organisation, today: date
) -> _Told:
    """Who is told of what: the units' contacts on that day, and no copies."""
    words = {
        key: word.event.id
        for key, word in last_words(session, assignment_ids).items()
        if word.event.announced_at is None or (word.again and _was_to_be_told(word.event))
    }
    told: dict[str, list[tuple[int, str]]] = {}
    if not words:
        return told
    directory = Directory(session, organisation, today=today)
    assignments = [
        _Owing._make(row)
        for batch in batched(sorted(words))
        for row in session.execute(_owing(), {"assignments": batch})
    ]
    plans = plans_of(session, assignments)
    for assignment in assignments:
        milestone, campaign = plans[assignment.campaign_id, assignment.milestone_id]
        if campaign.status is not CampaignStatus.RUNNING:
            continue  # a campaign that rests is silent
        for one in directory.recipients([Role.CONTACT], assignment, milestone, campaign):
            if one.role != COPY:
                told.setdefault(one.address, []).append((words[assignment.id], one.name))
    return told


class _Owing(NamedTuple):
    """The columns of an assignment that say who is told of it."""

    id: int
    campaign_id: str
    milestone_id: str
    unit_id: str


@cache
def _owing() -> Any:
    columns = Assignment.__table__.c  # type: ignore[attr-defined]
    return (
        sql_select(*(columns[name] for name in _Owing._fields))
        .where(one_of(columns.id, "assignments"))
        .order_by(columns.id)
    )


def _was_to_be_told(event: Happened) -> bool:
    """Whether a tick has taken it up; what is told to nobody is marked when it is recorded."""
    return event.kind in TOLD and (event.announced_at or event.recorded_at) > event.recorded_at


def _write(
    session: Session,
    told: _Told,
    today: date,
    now: datetime,
    domain: str,
    status: DeliveryStatus,
) -> None:
    """One notice for each address; one that has never been tried yet takes in what is new."""
    waiting = _untried(session, told, status)
    rows: list[tuple[NewDelivery | int, Sequence[tuple[int, str]]]] = []
    for address, events in told.items():
        notice: NewDelivery | int | None = waiting.get(address)
        if notice is None:
            purpose = f"{RECEIPT}-{min(events)[0]}"
            kind = DeliveryKind.NOTICE
            notice = new_delivery(address, today, purpose, kind, status, now, domain)
        rows.append((notice, events))
    put_notices(session, rows)


def _untried(session: Session, addresses: Iterable[str], status: DeliveryStatus) -> dict[str, int]:
    wanted = {"addresses": list(addresses), "status": status}
    return {row.address: row.id for row in session.execute(_receipts(), wanted)}


@cache
def _receipts() -> Any:
    columns = Delivery.__table__.c  # type: ignore[attr-defined]
    return (
        sql_select(columns.address, columns.id)
        .where(
            columns.status == bindparam("status"),
            columns.attempts == 0,
            columns.doubts == 0,
            columns.purpose.startswith(f"{RECEIPT}-"),
            one_of(columns.address, "addresses"),
        )
        .order_by(columns.id)
    )
