"""What a unit's person answers to a reminder: it has been seen, or is to be brought up again later.

Each is an event; neither changes what is owed. Both end with the date that they speak of.
"""

from datetime import date, timedelta

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.reminding import local_date
from workflows.states import Action
from workflows.tables import Assignment, Campaign, Event
from workflows.transitions import Deed, apply_action, name_of
from workflows.working_days import working_days


def acknowledge(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """The unit has seen it: rungs that only wish to be seen are not sent any more.

    Raises StateError where nothing is owed.
    """
    return apply_action(session, assignment, Action.ACKNOWLEDGE, deed)


def snooze(session: Session, assignment: Assignment, deed: Deed, address: str, on: date) -> Event:
    """The person at `address` wishes to be reminded `on` a day, and not before where a reminder
    would only be to be seen. A day off moves back to the working day before it.

    Raises InputError for a day that is not to come, lies past the due date, or is a day off with
    none but days off before it, StateError where that date has come already, or nothing is owed.
    """
    campaign = session.get_one(Campaign, assignment.campaign_id)
    today, due = local_date(deed.now, campaign.time_zone), assignment.effective_due
    if today >= due:
        raise StateError(
            _("{name} is due on {day}: it cannot be put off").format(
                name=name_of(assignment), day=due
            ),
            _("hand it in, or ask for more time"),
        )
    if on > due:
        raise InputError(
            _("{day} is past the due date {due}").format(day=on, due=due),
            _("choose a day up to the due date"),
        )
    calendar = working_days()
    day, tomorrow = calendar.on_or_before(on), today + timedelta(days=1)
    # The nearest one that will do: after the days off, else the last before the due date.
    example = min(calendar.on_or_after(max(on, tomorrow)), calendar.on_or_before(due))
    if day <= today < min(on, example):
        raise InputError(
            _("{day} is a day off: please choose a working day, such as {example}").format(
                day=on, example=example
            ),
            _("choose a working day after today, up to {due}").format(due=due),
        )
    if day <= today:
        raise InputError(
            _("{day} is too early to be reminded on").format(day=on),
            _("choose a working day after today, up to {due}").format(due=due),
        )
    return apply_action(session, assignment, Action.SNOOZE, deed, snooze=(address, day))
