"""Why a reminder went, did not go, or will go, to this person now: for people who ask.

What is said of the past is read from the record, what is said of the future worked out as a tick
at that moment would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from notifications.day import is_held
from notifications.due import REACHED
from notifications.recipients import ABOVE, AT_UNIT, Directory, Recipient
from notifications.tries import returned
from notifications.window import SendingWindow
from workflows.campaign_status import status_by_event, status_word
from workflows.ladder import SNOOZE, Occurrence, Rung, late_after, occurrences
from workflows.reminding import local_date, moment_of, rungs_of, to_come
from workflows.silencing import Silenced
from workflows.states import state_word
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
)
from workflows.transitions import name_of
from workflows.words import word
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reminder. Dates are local to the campaign's zone; `nominal` is None where it is not
    known any more; `number` is 0 for one that is still to come. `shift` says why the day is another
    one than the rung's own, '' where it is that day."""

    number: int
    name: str  # the assignment's, by ids
    title: str
    rung: str
    when: str  # the rung's offset, as declared; '' where the ladder has changed since
    nominal: date | None
    on: date
    shift: str
    hour: str
    due: date
    role: str
    recipient: str
    address: str
    held: bool
    stops: str  # what would stop it, or would have
    why: str


def explain_reminder(session: Session, number: int, zone: ZoneInfo) -> Explanation:
    """Why that reminder went, waits, or did not go. Moments are shown in `zone`.

    Raises StateError where there is none of that number.
    """
    reminder = session.get(Reminder, number)
    if reminder is None:
        raise StateError(
            _("there is no reminder {id}").format(id=number),
            _("“duban show” of an assignment lists its reminders with their numbers"),
        )
    assignment = session.get_one(Assignment, reminder.assignment_id)
    milestone = session.get_one(MilestoneRow, (assignment.campaign_id, assignment.milestone_id))
    campaign = session.get_one(Campaign, assignment.campaign_id)
    late = late_after(reminder.due_basis, working_days(), grace=milestone.holiday_grace)
    found = _occurrence(reminder, assignment, milestone, campaign.issued, late)
    return Explanation(
        number=number,
        name=name_of(assignment),
        title=assignment.title,
        rung=reminder.reason,
        when=found.rung.when if found else "",
        nominal=found.nominal if found else None,
        on=reminder.occurrence,
        shift=_shift(found, late, campaign.issued) if found else "",
        hour=_hour(found),
        due=reminder.due_basis,
        role=reminder.role,
        recipient=reminder.recipient,
        address=reminder.address,
        held=reminder.held,
        stops=_stops(gentle=reminder.gentle),
        why=_fate(session, reminder, assignment, zone),
    )


def explain_coming(
    session: Session,
    assignment: Assignment,
    directory: Directory,
    window: SendingWindow,
    now: datetime,
) -> Iterator[Explanation]:
    """What will go to whom for an assignment, as it stands at `now` (aware)."""
    campaign = session.get_one(Campaign, assignment.campaign_id)
    milestone = session.get_one(MilestoneRow, (campaign.id, assignment.milestone_id))
    today = local_date(now, campaign.time_zone)
    silenced = Silenced(session, today).covers(assignment.unit_id, campaign.id)
    for one in to_come(assignment, milestone, campaign):
        people = directory.recipients(one.rung.to, assignment, milestone, campaign)
        people = [who for who in people if one.address in {"", who.address}] or people
        for who in people or [Recipient("", "", "")]:
            yield Explanation(
                number=0,
                name=name_of(assignment),
                title=assignment.title,
                rung=one.rung.id,
                when=one.rung.when,
                nominal=one.nominal,
                on=one.on,
                shift=_shift(one, assignment.late_after, campaign.issued),
                hour=_hour(one),
                due=assignment.effective_due,
                role=who.role,
                recipient=who.name,
                address=who.address,
                held=is_held(one.rung, who),
                stops=_stops(gentle=one.rung.gentle),
                why=_will(one, who, assignment, campaign, window, now, silenced=silenced),
            )


def _shift(one: Occurrence, late: date, issued: date | None) -> str:
    """Why the day is another one than the rung's own: the last reason of several. `late` is the
    last day on which it is not overdue, `issued` the campaign's day of issue."""
    if one.on == one.nominal:
        return ""
    if one.nominal < one.on == issued:
        said = _("{day} is before the day of issue: moved to {to}")
    elif one.nominal <= late < one.on:
        said = _("on {day} it is not overdue yet: moved to {to}")
    else:
        holiday = working_days().day_name(one.nominal) or _("a day off")
        return _("{day} is {holiday}: moved to {to}").format(
            day=one.nominal, holiday=holiday, to=one.on
        )
    return said.format(day=one.nominal, to=one.on)


def _occurrence(
    reminder: Reminder,
    assignment: Assignment,
    milestone: MilestoneRow,
    issued: date | None,
    late: date,
) -> Occurrence | None:
    """The rung that it was made for, as the ladders are now."""
    if reminder.reason == SNOOZE:
        return None
    own = [one["ladder"] for one in milestone.unit_ladders if assignment.unit_id in one["units"]]
    for ladder in (*own, milestone.ladder, milestone.correction_ladder):
        rungs: Sequence[Rung] = rungs_of(ladder)
        for one in occurrences(rungs, reminder.due_basis, late, working_days()):
            on = max(one.on, issued or one.on)
            if one.rung.id == reminder.reason and on == reminder.occurrence:
                return replace(one, on=on)
    return None


def _hour(occurrence: Occurrence | None) -> str:
    return f"{occurrence.at:%H:%M}" if occurrence and occurrence.at else ""


def _stops(*, gentle: bool) -> str:
    if gentle:
        return _("that it is seen, put off or handed in; another date; a silence; a pause")
    return _("that it is handed in; another date; a silence; a pause of the campaign")


def _fate(session: Session, reminder: Reminder, assignment: Assignment, zone: ZoneInfo) -> str:
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


def _will(
    one: Occurrence,
    who: Recipient,
    assignment: Assignment,
    campaign: Campaign,
    window: SendingWindow,
    now: datetime,
    *,
    silenced: bool,
) -> str:
    if not who.address:
        return _("there is nobody to tell")
    if silenced and moment_of(one, campaign.time_zone) <= now:
        return _("will not go: there is a silence today")
    later = assignment.snoozes.get(who.address.lower(), "")
    if one.rung.gentle and assignment.acknowledged_at is not None:
        return _("will not go: it has been seen")
    if one.rung.gentle and later > one.on.isoformat():
        return _("will not go: the person wishes to be reminded on {day}").format(day=later)
    if is_held(one.rung, who):
        return _("will wait for the owner office's release")
    moment = max(moment_of(one, campaign.time_zone), now)
    if one.at is not None and not window.is_open(moment):
        return _(
            "will go from {moment} on, when mail may leave again: {hour} is outside the sending "
            "window"
        ).format(moment=f"{window.next_opening(moment):%Y-%m-%d %H:%M}", hour=_hour(one))
    if one.at is not None:
        return _("will go at {hour}, by itself where the day's digest has gone by then").format(
            hour=_hour(one)
        )
    return _("will go with the day's digest")
