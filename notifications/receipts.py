"""What a notice has to say, looked at again when it is claimed: what does not hold any more is
left out, and what has changed since is told by the notice of that change."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.entry import entry_source
from notifications.content import LONGEST, Content, Told, Waiting, enquiries_of, with_records
from notifications.last_words import Word, last_words
from workflows.reminding import local_date
from workflows.states import Action
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
    return {key: _content(by_id[key], own) for key, own in told.items()}


def _content(delivery: Waiting, told: Sequence[Told]) -> Content:
    return Content(
        delivery.id,
        delivery.address,
        delivery.message_id,
        told=tuple(told[:LONGEST]),
        more=max(0, len(told) - LONGEST),
    )


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
    source = entry_source(assignment, milestone, unit, campaign.title)
    return Told(
        kind=event.kind,
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
        why=event.note[:_LONGEST_REASON] if event.kind in _WITH_REASON else "",
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
