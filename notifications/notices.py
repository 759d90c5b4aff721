"""A step of a tick: hand-ins, acceptances and returns not yet announced become notices.

Everything for one address that is taken together stands in one mail. Events are found by their
mark, which is set in the transaction that makes the notices: none is told twice, or forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from notifications.asked import tell_owners
from notifications.grouping import new_delivery
from notifications.last_words import last_words
from notifications.notice_items import put_notices
from notifications.recipients import COPY, Directory
from notifications.window import SendingWindow
from workflows.events import ASKED, TOLD
from workflows.ladder import Role
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
    batch = session.exec(
        select(Event.id, Event.assignment_id, Event.kind)
        .where(col(Event.announced_at).is_(None))
        .order_by(col(Event.id))
        .limit(BATCH)
    ).all()
    if not batch:
        return 0
    asked = [event_id or 0 for event_id, _assignment_id, kind in batch if kind == ASKED]
    tell_owners(session, asked, now, organisation, window, domain)
    ids = {assignment_id for _event_id, assignment_id, _kind in batch if assignment_id is not None}
    told = _recipients(session, ids, organisation, window.today(now))
    _write(session, told, window.today(now), now, domain, status)
    # All of these assignments, also beyond the batch: the last word on each was spoken. What is
    # asked of an office is another matter.
    session.connection().execute(
        update(Event)
        .where(
            col(Event.announced_at).is_(None),
            or_(
                (col(Event.assignment_id).in_(ids)) & (col(Event.kind) != ASKED),
                col(Event.id).in_([event_id for event_id, _assignment_id, _kind in batch]),
            ),
        )
        .values(announced_at=now)
    )
    session.expire_all()
    return len(batch)


def _recipients(
    session: Session, assignment_ids: Iterable[int], organisation: Organisation, today: date
) -> _Told:
    """Who is told of what: the units' contacts on that day, and no copies."""
    words = {
        key: word.event.id or 0
        for key, word in last_words(session, assignment_ids).items()
        if word.event.announced_at is None or (word.again and _was_to_be_told(word.event))
    }
    told: dict[str, list[tuple[int, str]]] = {}
    if not words:
        return told
    directory = Directory(session, organisation, today=today)
    query = select(Assignment).where(col(Assignment.id).in_(list(words)))
    assignments = session.exec(query.order_by(col(Assignment.id))).all()
    plans = plans_of(session, assignments)
    for assignment in assignments:
        milestone, campaign = plans[assignment.campaign_id, assignment.milestone_id]
        if campaign.status is not CampaignStatus.RUNNING:
            continue  # a campaign that rests is silent
        for one in directory.recipients([Role.CONTACT], assignment, milestone, campaign):
            if one.role != COPY:
                told.setdefault(one.address, []).append((words[assignment.id or 0], one.name))
    return told


def _was_to_be_told(event: Event) -> bool:
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
    rows = []
    for address, events in told.items():
        notice = waiting.get(address)
        if notice is None:
            purpose = f"{RECEIPT}-{min(events)[0]}"
            kind = DeliveryKind.NOTICE
            notice = new_delivery(address, today, purpose, kind, status, now, domain)
        rows.append((notice, events))
    put_notices(session, rows)


def _untried(
    session: Session, addresses: Iterable[str], status: DeliveryStatus
) -> dict[str, Delivery]:
    found = session.exec(
        select(Delivery)
        .where(
            Delivery.status == status,
            Delivery.attempts == 0,
            Delivery.doubts == 0,
            col(Delivery.purpose).startswith(f"{RECEIPT}-"),
            col(Delivery.address).in_(list(addresses)),
        )
        .order_by(col(Delivery.id))
    )
    return {one.address: one for one in found}
