"""Why a reminder went, did not go, or will go, to this person now: for people who ask.

What is said of the past is read from the record, what is said of the future worked out as a tick
at that moment would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from config.errors import StateError
from config.i18n import _
from notifications.day import is_held
from notifications.fates import fate_of
from notifications.recipients import Directory, Recipient
from notifications.window import SendingWindow
from workflows.ladder import SNOOZE, Occurrence, Rung, late_after, occurrences
from workflows.lights import LIGHT_LOOKS, Light
from workflows.reminding import local_date, moment_of, rungs_of, to_come, turning_rungs
from workflows.silencing import Silenced
from workflows.tables import (
    Assignment,
    Campaign,
    LightTurn,
    MilestoneRow,
    Reminder,
)
from workflows.transitions import name_of
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reminder. Dates are local to the campaign's zone; `nominal` is None where it is not
    known any more, `on` for a light that is still to turn; `number` is 0 for one that is still to
    come. `shift` says why the day is another
    one than the rung's own, '' where it is that day."""

    number: int
    name: str  # the assignment's, by ids
    title: str
    rung: str
    when: str  # the rung's offset, as declared; '' where the ladder has changed since
    nominal: date | None
    on: date | None
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
        why=fate_of(session, reminder, assignment, zone),
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
    turning = [
        Occurrence(rung, 1, today, today) for rung in turning_rungs(assignment, milestone, campaign)
    ]
    for one in [*to_come(assignment, milestone, campaign), *turning]:
        people = directory.recipients(one.rung.to, assignment, milestone, campaign)
        people = [who for who in people if one.address in {"", who.address}] or people
        for who in people or [Recipient("", "", "")]:
            yield Explanation(
                number=0,
                name=name_of(assignment),
                title=assignment.title,
                rung=one.rung.id,
                when=one.rung.when,
                nominal=None if one.rung.turns else one.nominal,
                on=None if one.rung.turns else one.on,
                shift=_shift(one, assignment.late_after, campaign.issued),
                hour=_hour(one),
                due=assignment.effective_due,
                role=who.role,
                recipient=who.name,
                address=who.address,
                held=is_held(one.rung, who),
                stops=_stops(gentle=one.rung.gentle),
                why=_will(one, who, assignment, campaign, window, now, silenced=silenced)
                + (_light_now(session, assignment) if one.rung.turns else ""),
            )


def _light_now(session: Session, assignment: Assignment) -> str:
    seen = session.get(LightTurn, assignment.id)
    if seen is None:
        return ""
    return _("; since {day} it is: {light}").format(
        day=seen.day, light=_(LIGHT_LOOKS[Light(seen.light)].word)
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
        for rung in rungs:
            if rung.turns and rung.id == reminder.reason:
                return Occurrence(rung, 1, reminder.occurrence, reminder.occurrence)
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
    if one.rung.turns:
        return _("will go with the digest of the day on which the light is found to turn")
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
