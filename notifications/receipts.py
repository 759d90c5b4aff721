"""What a notice has to say, looked at again when it is claimed: what does not hold any more is
left out, and what has changed since is told by the notice of that change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.entry import entry_source
from notifications.content import (
    AGAIN,
    LONGEST,
    NEW,
    Content,
    Told,
    Waiting,
    enquiries_of,
    with_records,
)
from notifications.last_words import Word, last_words
from workflows.events import PLAN_VERSION
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
    items = session.exec(
        select(NoticeItem, Event.assignment_id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(col(NoticeItem.delivery_id).in_(list(by_id)))
    ).all()
    words = last_words(session, {assignment_id or 0 for _item, assignment_id in items})
    wanted: dict[int, list[NoticeItem]] = defaultdict(list)
    for item, assignment_id in items:
        word = words.get(assignment_id or 0)
        if word is not None and word.event.id == item.event_id:
            wanted[assignment_id or 0].append(item)
        elif not by_id[item.delivery_id].doubts:  # else it may have been told already
            session.delete(item)
    told: dict[int, list[Told]] = defaultdict(list)
    query = with_records(
        sql_select(Assignment, MilestoneRow, UnitRow, Campaign).select_from(Assignment)
    ).where(col(Assignment.id).in_(list(wanted)))
    in_order = (
        col(UnitRow.position), col(Campaign.id), col(MilestoneRow.position), col(Assignment.id)
    )  # fmt: skip
    for assignment, milestone, unit, campaign in session.execute(query.order_by(*in_order)):
        for item in wanted[assignment.id]:
            told[item.delivery_id].append(
                _told(words[assignment.id], item, assignment, milestone, unit, campaign)
            )
    _add_new(session, items, words, told)
    return {key: _content(by_id[key], own) for key, own in told.items()}


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
    items: Sequence[tuple[NoticeItem, int | None]],
    words: Mapping[int, Word],
    told: Mapping[int, list[Told]],
) -> None:
    """What else a version of the plan has brought the units that are told of it: a notice says all
    of one version, though what is new is reminded of by its ladder."""
    wanted: dict[tuple[int, datetime], str] = {}
    for item, assignment_id in items:
        word = words.get(assignment_id or 0)
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
            own.append(
                Told(
                    kind=NEW, correction=False, state=assignment.state, campaign=campaign.id,
                    campaign_title=campaign.title, title=assignment.title, unit=unit.name,
                    recipient=recipient, due=assignment.effective_due,
                    late_after=assignment.late_after,
                    received=local_date(applied_at, campaign.time_zone), nil=False, missing=(),
                    files=(), why="", mailbox=milestone.mailbox, enquiries=enquiries_of(milestone),
                    entry=entry_source(assignment, milestone, unit, campaign.title),
                )
            )  # fmt: skip


def _told(
    word: Word,
    item: NoticeItem,
    assignment: Assignment,
    milestone: MilestoneRow,
    unit: UnitRow,
    campaign: Campaign,
) -> Told:
    event = word.event
    came_in = event.kind in {Action.SUBMIT.value, Action.RECEIVE.value}
    with_reason = word.asked_again or event.kind in _WITH_REASON
    source = entry_source(assignment, milestone, unit, campaign.title)
    return Told(
        kind=AGAIN if word.asked_again else event.kind,
        correction=word.correction,
        state=assignment.state,
        campaign=campaign.id,
        campaign_title=campaign.title,
        title=assignment.title,
        unit=unit.name,
        recipient=item.recipient,
        due=assignment.effective_due,
        late_after=assignment.late_after,
        received=_received(event, assignment, campaign),
        nil=assignment.nil,
        missing=tuple(assignment.missing),
        files=word.files[:_FILES] if came_in else (),
        why=event.note[:_LONGEST_REASON] if with_reason else "",
        previous_due=_previous_due(word, assignment),
        by_holidays="holidays" in event.data,
        mailbox=milestone.mailbox,
        enquiries=enquiries_of(milestone),
        entry=source,
    )


def _previous_due(word: Word, assignment: Assignment) -> date | None:
    if word.event.kind == Action.REPLAN.value:
        return word.previous_due
    if word.event.kind != Action.APPROVE_EXTENSION.value:
        return None
    return word.previous_due or assignment.extended_from


def _received(event: Event, assignment: Assignment, campaign: Campaign) -> date:
    moment = assignment.submitted_at if event.kind == Action.UNDO.value else None
    return local_date(moment or event.at, campaign.time_zone)
