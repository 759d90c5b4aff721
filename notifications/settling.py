"""Closes reminders that do not hold any more, looked at again when their delivery is claimed.

Nothing is owed, or by another date; the campaign is not under way; it was seen, put off or
silenced since they were made. What a pause keeps back is not closed: it waits for the resume.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import String, cast, update
from sqlmodel import Session, col, func, select

from workflows.silencing import Silenced
from workflows.states import OWING
from workflows.tables import Assignment, Campaign, CampaignStatus, Reminder, ReminderStatus


def suppress_settled(session: Session, delivery_ids: Sequence[int], today: date) -> dict[int, int]:
    """Close what does not hold on the local day `today` any more; what is owed in a paused
    campaign is taken out of its delivery and waits, to be grouped again after the resume.

    Returns how many assignments each delivery still speaks of; those with none are left out.
    """
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
    for unit_id, campaign_id in Silenced(session, today).pairs():
        about = select(Assignment.id).where(Assignment.id == Reminder.assignment_id)
        if unit_id:
            about = about.where(Assignment.unit_id == unit_id)
        if campaign_id:
            about = about.where(Assignment.campaign_id == campaign_id)
        _close(session, (*waiting, about.exists()), ReminderStatus.SILENCED)
    left = session.exec(
        select(Reminder.delivery_id, func.count(func.distinct(Reminder.assignment_id)))
        .where(*waiting)
        .group_by(col(Reminder.delivery_id))
    )
    return {delivery_id or 0: count for delivery_id, count in left}


def paused_campaigns(session: Session) -> Sequence[str]:
    """The ids of the campaigns that are paused; nearly always none."""
    return session.exec(select(Campaign.id).where(Campaign.status == CampaignStatus.PAUSED)).all()


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
