"""What a notice has to say, looked at again when it is claimed: what does not hold any more is
left out, and what has changed since is told by the notice of that change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, delete
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from notifications.content import (
    AGAIN,
    LONGEST,
    NEW,
    Content,
    Told,
    Waiting,
    with_records,
)
from notifications.duties import Duty, duties_of, duty_of
from notifications.last_words import Happened, Word, last_words
from workflows.database import batched
from workflows.events import PLAN_VERSION
from workflows.one_of import one_of
from workflows.reminding import local_date
from workflows.states import Action, State
from workflows.tables import (
    Assignment,
    Campaign,
    Event,
    MilestoneRow,
    NoticeItem,
    UnitRow,
)

_LONGEST_REASON = 500  # characters
_WITH_REASON = frozenset(
    {
        Action.RETURN.value, Action.REJECT_EXTENSION.value, Action.REPLAN.value,
        Action.CANCEL.value,
    }
)  # fmt: skip
_FILES = 20  # named of one hand-in


def load_receipts(session: Session, deliveries: Sequence[Waiting]) -> dict[int, Content]:
    """The content of each notice of hand-ins that still has something to say; what it does not
    tell is taken out of it."""
    by_id = {one.id: one for one in deliveries}
    items = session.execute(_items(), {"deliveries": list(by_id)}).all()
    words = last_words(session, {one.assignment_id or 0 for one in items})
    wanted: dict[int, list[Any]] = defaultdict(list)
    void = []
    for item in items:
        word = words.get(item.assignment_id or 0)
        if word is not None and word.event.id == item.event_id:
            wanted[item.assignment_id].append(item)
        elif not by_id[item.delivery_id].doubts:  # else it may have been told already
            void.append(item.id)
    for batch in batched(void):
        session.connection().execute(delete(_ITEMS).where(_ITEMS.c.id.in_(batch)))
    told: dict[int, list[Told]] = defaultdict(list)
    rows = [
        row
        for batch in batched(wanted)
        for row in session.execute(_told_of(), {"assignments": batch})
    ]
    duties = duties_of(session, {(row.campaign_id, row.milestone_id) for row in rows})
    for row in sorted(rows, key=lambda one: one[:_IN_ORDER]):
        duty = duties[row.campaign_id, row.milestone_id]
        for item in wanted[row.id]:
            told[item.delivery_id].append(_told(words[row.id], item.recipient, row, duty))
    _add_new(session, items, words, told)
    return {key: _content(by_id[key], own) for key, own in told.items()}


_ITEMS: Table = NoticeItem.__table__  # type: ignore[attr-defined]
_EVENTS: Table = Event.__table__  # type: ignore[attr-defined]


@cache  # building it takes longer than the database does
def _items() -> Any:
    return (
        sql_select(*_ITEMS.c, _EVENTS.c.assignment_id)
        .join(_EVENTS, _EVENTS.c.id == _ITEMS.c.event_id)
        .where(one_of(_ITEMS.c.delivery_id, "deliveries"))
    )


# Where it stands among others, then what is told of it beside what its milestone says.
_COLUMNS: tuple[Any, ...] = (
    col(UnitRow.position),
    col(Assignment.campaign_id),
    col(MilestoneRow.position).label("place"),
    col(Assignment.id),
    col(Assignment.milestone_id),
    col(Assignment.state),
    col(Assignment.title),
    col(Assignment.effective_due),
    col(Assignment.late_after),
    col(Assignment.extended_from),
    col(Assignment.submitted_at),
    col(Assignment.nil),
    col(Assignment.missing),
    col(Assignment.uid),
    col(Assignment.sequence),
    col(Assignment.reworded),
    col(Assignment.changed_at),
    col(UnitRow.name).label("unit"),
    col(Campaign.time_zone),
)
_IN_ORDER = 4  # of them


@cache
def _told_of() -> Any:
    """Columns, not whole records: reading these took most of the time of a claim."""
    return with_records(sql_select(*_COLUMNS).select_from(Assignment)).where(
        one_of(col(Assignment.id), "assignments")
    )


def _content(delivery: Waiting, told: Sequence[Told]) -> Content:
    return Content(
        delivery.id,
        delivery.address,
        delivery.message_id,
        told=tuple(told[:LONGEST]),
        more=max(0, len(told) - LONGEST),
    )


def _add_new(
    session: Session,
    items: Sequence[Any],
    words: Mapping[int, Word],
    told: Mapping[int, list[Told]],
) -> None:
    """What else a version of the plan has brought the units that are told of it: a notice says all
    of one version, though what is new is reminded of by its ladder."""
    wanted: dict[tuple[int, datetime], str] = {}
    for item in items:
        word = words.get(item.assignment_id or 0)
        if word is not None and PLAN_VERSION in word.event.data and item.delivery_id in told:
            wanted[item.delivery_id, word.event.recorded_at] = item.recipient
    for (delivery_id, applied_at), recipient in wanted.items():
        own = told[delivery_id]
        query = with_records(
            sql_select(Assignment, MilestoneRow, UnitRow, Campaign).select_from(Assignment)
        ).where(
            col(Assignment.created_at) == applied_at,
            col(Assignment.id).not_in(list(words)),
            col(Assignment.campaign_id).in_({one.campaign for one in own}),
            col(UnitRow.name).in_({one.unit for one in own}),
            col(Assignment.state) == State.OPEN,
            ~col(Assignment.silent),
        )
        in_order = (col(UnitRow.position), col(MilestoneRow.position), col(Assignment.id))
        for assignment, milestone, unit, campaign in session.execute(query.order_by(*in_order)):
            duty = duty_of(milestone, campaign.title)
            own.append(
                Told(
                    kind=NEW, correction=False, state=assignment.state, campaign=campaign.id,
                    campaign_title=duty.campaign_title, title=assignment.title, unit=unit.name,
                    recipient=recipient, due=assignment.effective_due,
                    late_after=assignment.late_after,
                    received=local_date(applied_at, campaign.time_zone), nil=False, missing=(),
                    files=(), why="", mailbox=duty.mailbox, enquiries=duty.enquiries,
                    entry=duty.entry(assignment, unit.name),
                )
            )  # fmt: skip


def _told(
    word: Word,
    recipient: str,
    assignment: Any,  # a row of _COLUMNS
    duty: Duty,
) -> Told:
    event = word.event
    came_in = event.kind in {Action.SUBMIT.value, Action.RECEIVE.value}
    with_reason = word.asked_again or event.kind in _WITH_REASON
    return Told(
        kind=AGAIN if word.asked_again else event.kind,
        correction=word.correction,
        state=assignment.state,
        campaign=assignment.campaign_id,
        campaign_title=duty.campaign_title,
        title=assignment.title,
        unit=assignment.unit,
        recipient=recipient,
        due=assignment.effective_due,
        late_after=assignment.late_after,
        received=_received(event, assignment),
        nil=assignment.nil,
        missing=tuple(assignment.missing),
        files=word.files[:_FILES] if came_in else (),
        why=event.note[:_LONGEST_REASON] if with_reason else "",
        previous_due=_previous_due(word, assignment),
        by_holidays="holidays" in event.data,
        mailbox=duty.mailbox,
        enquiries=duty.enquiries,
        entry=duty.entry(assignment, assignment.unit),
    )


def _previous_due(word: Word, assignment: Any) -> date | None:
    if word.event.kind == Action.REPLAN.value:
        return word.previous_due
    if word.event.kind != Action.APPROVE_EXTENSION.value:
        return None
    extended: date | None = assignment.extended_from
    return word.previous_due or extended


def _received(event: Happened, assignment: Any) -> date:
    moment = assignment.submitted_at if event.kind == Action.UNDO.value else None
    return local_date(moment or event.at, assignment.time_zone)
