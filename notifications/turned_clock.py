"""A clock that was ahead and has been set right: what was handled for days to come is undone.

Otherwise one wrong hour would silence every rung that it passed over. What went out in it stays
recorded as sent, and does not go out again.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, or_, select

from workflows.database import batched
from workflows.lights import Light
from workflows.reminding import local_date, next_at
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryStatus,
    LightTurn,
    MilestoneRow,
    NoticeItem,
    Reminder,
    ReminderStatus,
)
from workflows.ticks import forget_ticks_after, last_tick

_AHEAD = timedelta(hours=1)  # less cannot reach another day's sending window
_LEFT = frozenset({ReminderStatus.SENT, ReminderStatus.FAILED, ReminderStatus.DROPPED})


def undo_days_to_come(session: Session, now: datetime) -> int:
    """Where ticks lie in the future of `now` (aware), make their days be handled again.

    Returns how many assignments were set back. One look at the newest tick where all is well.
    """
    newest = last_tick(session)
    if newest is None or newest <= now + _AHEAD:
        return 0
    forget_ticks_after(session, now)
    undone = 0
    for campaign in session.exec(select(Campaign)).all():
        today = local_date(now, campaign.time_zone)
        ahead = session.exec(
            select(Assignment.id).where(
                Assignment.campaign_id == campaign.id, col(Assignment.reminded_through) > today
            )
        ).all()
        for batch in batched(ahead):
            _set_back(session, batch, campaign, today, now)
        undone += len(ahead)
    _close_emptied(session)
    return undone


def _set_back(
    session: Session,
    assignment_ids: list[int | None],
    campaign: Campaign,
    today: date,
    now: datetime,
) -> None:
    asked = select(Delivery.id).where(Delivery.attempts > 0)  # these may have gone out
    session.connection().execute(
        delete(Reminder).where(
            col(Reminder.assignment_id).in_(assignment_ids),
            col(Reminder.occurrence) > today,
            col(Reminder.status).not_in(_LEFT),
            or_(col(Reminder.delivery_id).is_(None), col(Reminder.delivery_id).not_in(asked)),
        )
    )
    for assignment in session.exec(
        select(Assignment).where(col(Assignment.id).in_(assignment_ids))
    ):
        milestone = session.get_one(MilestoneRow, (campaign.id, assignment.milestone_id))
        assignment.reminded_through, assignment.reminded_at = today, None
        assignment.next_at = next_at(assignment, milestone, campaign)
        session.add(assignment)
    session.flush()
    # What a light will have shown is not known, nor what it showed before: it is looked at again,
    # and told where it is none of the best.
    session.connection().execute(
        update(LightTurn)
        .where(col(LightTurn.assignment_id).in_(assignment_ids), col(LightTurn.day) > today)
        .values(light=Light.GREEN.value, day=today, seen_at=now)
    )


def _close_emptied(session: Session) -> None:
    """Held deliveries that have nothing left to wait for."""
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.status) == DeliveryStatus.HELD,
            col(Delivery.id).not_in(
                select(Reminder.delivery_id).where(col(Reminder.delivery_id).is_not(None))
            ),
            col(Delivery.id).not_in(select(NoticeItem.delivery_id)),
        )
        .values(status=DeliveryStatus.SUPERSEDED)
    )
