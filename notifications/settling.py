"""Closes reminders that do not hold any more, looked at again when their delivery is claimed.

Nothing is owed, or by another date; the campaign is not under way; it was seen, put off or
silenced since they were made. What a pause keeps back is not closed: it waits for the resume.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import String, Table, and_, case, cast, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from workflows.one_of import one_of
from workflows.silencing import Silenced
from workflows.states import OWING
from workflows.tables import Assignment, Campaign, CampaignStatus, Reminder, ReminderStatus


def suppress_settled(session: Session, delivery_ids: Sequence[int], today: date) -> dict[int, int]:
    """Close what does not hold on the local day `today` any more; what is owed in a paused
    campaign is taken out of its delivery and waits, to be grouped again after the resume.

    Returns how many assignments each delivery still speaks of; those with none are left out.
    """
    counts, all_hold = _standing(session, delivery_ids)
    silenced = Silenced(session, today)
    if all_hold and not silenced:  # as nearly always
        return counts
    waiting = (
        col(Reminder.delivery_id).in_(delivery_ids),
        col(Reminder.status) == ReminderStatus.PENDING,
    )
    going_on = select(Campaign.id).where(
        col(Campaign.status).in_([CampaignStatus.RUNNING, CampaignStatus.PAUSED])
    )
    owed = select(Assignment.id).where(
        Assignment.id == Reminder.assignment_id,
        col(Assignment.state).in_(list(OWING)),
        Assignment.effective_due == Reminder.due_basis,
        col(Assignment.campaign_id).in_(going_on),
    )
    seen = select(Assignment.id).where(
        Assignment.id == Reminder.assignment_id, col(Assignment.acknowledged_at).is_not(None)
    )
    _close(session, (*waiting, ~owed.exists()), ReminderStatus.SUPPRESSED)
    if paused := paused_campaigns(session):
        session.connection().execute(
            update(Reminder).where(*waiting, is_of(paused)).values(delivery_id=None)
        )
    gentle = col(Reminder.gentle).is_(True)
    _close(session, (*waiting, gentle, seen.exists()), ReminderStatus.ACKNOWLEDGED)
    if put_off := _put_off(session, (*waiting, gentle), today):
        _close(session, (*waiting, col(Reminder.id).in_(put_off)), ReminderStatus.SNOOZED)
    for unit_id, campaign_id in silenced.pairs():
        about = select(Assignment.id).where(Assignment.id == Reminder.assignment_id)
        if unit_id:
            about = about.where(Assignment.unit_id == unit_id)
        if campaign_id:
            about = about.where(Assignment.campaign_id == campaign_id)
        _close(session, (*waiting, about.exists()), ReminderStatus.SILENCED)
    return _standing(session, delivery_ids)[0]


def _standing(session: Session, delivery_ids: Sequence[int]) -> tuple[dict[int, int], bool]:
    """How many assignments each delivery's waiting reminders speak of, and whether all of these
    hold, silences apart."""
    wanted = {"deliveries": list(delivery_ids)}
    found = session.connection().execute(_counted(), wanted).all()
    return {row.delivery_id: row.duties for row in found}, all(row.hold for row in found)


@cache  # each claim asks; building it takes longer than the database does
def _counted() -> Any:
    untouched = and_(
        col(Assignment.acknowledged_at).is_(None), cast(Assignment.snoozes, String) == "{}"
    )
    holds = and_(
        col(Assignment.state).in_(list(OWING)),
        col(Assignment.effective_due) == col(Reminder.due_basis),
        col(Campaign.status) == CampaignStatus.RUNNING,
        or_(col(Reminder.gentle).is_(False), untouched),
    )
    return (
        sql_select(
            col(Reminder.delivery_id),
            func.count(func.distinct(Reminder.assignment_id)).label("duties"),
            func.min(case((holds, 1), else_=0)).label("hold"),
        )
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .where(
            one_of(col(Reminder.delivery_id), "deliveries"),
            col(Reminder.status) == ReminderStatus.PENDING,
        )
        .group_by(col(Reminder.delivery_id))
    )


def paused_campaigns(session: Session) -> Sequence[str]:
    """The ids of the campaigns that are paused; nearly always none."""
    return session.execute(_PAUSED).scalars().all()


_CAMPAIGNS: Table = Campaign.__table__  # type: ignore[attr-defined]
_PAUSED = sql_select(_CAMPAIGNS.c.id).where(_CAMPAIGNS.c.status == CampaignStatus.PAUSED)


def is_of(campaign_ids: Sequence[str]) -> Any:
    """The condition on a reminder that its assignment is of one of the campaigns."""
    return (
        select(Assignment.id)
        .where(
            Assignment.id == Reminder.assignment_id,
            col(Assignment.campaign_id).in_(campaign_ids),
        )
        .exists()
    )


def _close(session: Session, which: Sequence[Any], status: ReminderStatus) -> None:
    session.connection().execute(update(Reminder).where(*which).values(status=status))


def _put_off(session: Session, which: Sequence[Any], today: date) -> list[int | None]:
    found = session.exec(
        select(Reminder.id, Reminder.address, Assignment.snoozes)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(*which, cast(Assignment.snoozes, String) != "{}")
    )
    return [
        key
        for key, address, snoozes in found
        if address.lower() in snoozes and date.fromisoformat(snoozes[address.lower()]) > today
    ]
