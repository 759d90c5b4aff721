"""What a change of a campaign's status means for what is owed in it and for its mail.

It reads only, so that a person can be told before, and again after.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from workflows.reminding import local_date
from workflows.states import OWING, State
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of a campaign's assignments and mails there are of each sort."""

    open: int  # owed: open or returned
    overdue: int  # of these
    unchecked: int  # handed in, not accepted or returned
    held: int  # drafts that wait for the owner office's release
    waiting: int  # mails that would go out by themselves
    ungrouped: int  # reminders in no mail yet

    @property
    def mails(self) -> int:
        """All that has not left."""
        return self.held + self.waiting


def standing_of_campaign(session: Session, campaign: Campaign, now: datetime) -> Standing:
    """Count what a campaign holds at `now` (aware)."""
    here = Assignment.campaign_id == campaign.id
    owing = col(Assignment.state).in_(sorted(OWING))
    today = local_date(now, campaign.time_zone)

    def count(*where: object) -> int:
        return session.exec(select(func.count(col(Assignment.id))).where(here, *where)).one()  # type: ignore[arg-type]

    pending = (here, Reminder.status == ReminderStatus.PENDING)
    about = col(Assignment.id) == Reminder.assignment_id

    def mails(*statuses: DeliveryStatus) -> int:
        return session.exec(
            select(func.count(func.distinct(Delivery.id)))
            .join(Reminder, col(Reminder.delivery_id) == Delivery.id)
            .join(Assignment, about)
            .where(*pending, col(Delivery.status).in_(statuses))
        ).one()

    ungrouped = (
        select(func.count(col(Reminder.id)))
        .join(Assignment, about)
        .where(*pending, col(Reminder.delivery_id).is_(None))
    )
    return Standing(
        open=count(owing),
        overdue=count(owing, col(Assignment.late_after) < today),
        unchecked=count(Assignment.state == State.SUBMITTED),
        held=mails(DeliveryStatus.HELD),
        waiting=mails(DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED),
        ungrouped=session.exec(ungrouped).one(),
    )
