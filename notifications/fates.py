"""What became of a reminder, and why, in words for who asks: read from the record."""

from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from config.i18n import _
from notifications.due import REACHED
from notifications.recipients import ABOVE, AT_UNIT
from notifications.tries import returned
from workflows.campaign_status import status_by_event, status_word
from workflows.states import state_word
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
)
from workflows.words import word


def fate_of(session: Session, reminder: Reminder, assignment: Assignment, zone: ZoneInfo) -> str:
    """Why that reminder went, waits, or did not go. Moments are shown in `zone`."""
    delivery = session.get(Delivery, reminder.delivery_id) if reminder.delivery_id else None
    match reminder.status:
        case ReminderStatus.SENT if delivery is not None and delivery.done_at is not None:
            went = _("went out in delivery {id} on {moment}").format(
                id=delivery.id, moment=f"{delivery.done_at.astimezone(zone):%Y-%m-%d %H:%M}"
            )
            back = returned(session, [delivery.id or 0]).get(delivery.id or 0)
            return (
                _("{went}, and came back: {words}").format(went=went, words=back.text)
                if back
                else went
            )
        case ReminderStatus.PENDING:
            return _waits(session, reminder, assignment, delivery, zone)
        case ReminderStatus.SUPERSEDED:
            return _superseded(session, reminder)
        case ReminderStatus.SUPPRESSED:
            seen = (delivery and delivery.events_seen) or 0
            status = status_by_event(session, assignment.campaign_id, seen)
            if status is not CampaignStatus.RUNNING:
                return _("when it was to go, the campaign was {status}").format(
                    status=status_word(status)
                )
            return _(
                "when it was to go, nothing was owed by {due} any more; it is {state} now"
            ).format(due=reminder.due_basis, state=state_word(assignment.state))
        case ReminderStatus.NO_CONTACT:
            return _("there was nobody to tell")
        case ReminderStatus.FAILED if delivery is not None:
            return _("the address refused it: {error}").format(error=delivery.error)
        case ReminderStatus.DROPPED if delivery is not None and delivery.decided_by:
            return _("{who} decided against it: {why}").format(
                who=delivery.decided_by, why=delivery.decision or "—"
            )
        case _:
            return word(reminder.status)


def _waits(
    session: Session,
    reminder: Reminder,
    assignment: Assignment,
    delivery: Delivery | None,
    zone: ZoneInfo,
) -> str:
    campaign = session.get_one(Campaign, assignment.campaign_id)
    if campaign.status is CampaignStatus.PAUSED:
        return _("the campaign is paused: waits until it is resumed, if it is still owed then")
    if delivery is None and reminder.role in ABOVE and _own_waits(session, reminder):
        return _("waits until the unit's own reminder has gone")
    if delivery is None:
        return _("waits for the person's next digest")
    if delivery.status is DeliveryStatus.HELD:
        return _("waits in delivery {id} until the owner office releases it").format(id=delivery.id)
    return _("stands in delivery {id}, which goes out from {moment} on").format(
        id=delivery.id, moment=f"{delivery.not_before.astimezone(zone):%Y-%m-%d %H:%M}"
    )


def _own_waits(session: Session, reminder: Reminder) -> bool:
    statuses = session.exec(
        select(Reminder.status).where(
            Reminder.assignment_id == reminder.assignment_id,
            Reminder.due_basis == reminder.due_basis,
            col(Reminder.role).in_(AT_UNIT),
        )
    ).all()
    return ReminderStatus.PENDING in statuses and not set(REACHED) & set(statuses)


def _superseded(session: Session, reminder: Reminder) -> str:
    instead = session.exec(
        select(Reminder)
        .where(
            Reminder.assignment_id == reminder.assignment_id,
            Reminder.address == reminder.address,
            Reminder.status != ReminderStatus.SUPERSEDED,
            Reminder.id != reminder.id,
            (col(Reminder.occurrence) >= reminder.occurrence)
            | (col(Reminder.created_at) == reminder.created_at),
        )
        .order_by(col(Reminder.occurrence), col(Reminder.id))
    ).first()
    if instead is None:
        return word(reminder.status)
    return _("reminder {id} (“{rung}” of {day}) came in its stead").format(
        id=instead.id, rung=instead.reason, day=instead.occurrence
    )
