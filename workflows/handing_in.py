"""The use cases that change an assignment: submit, accept, return, waive, reopen, extend, undo.

Each is one transaction's work on a session that the caller has opened for writing. None sends
anything. `at` is when it happened, `now` when it is recorded; both are aware.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.events import PLAN_VERSION, events_of, standing_events
from workflows.parts import find_parts, parts_of
from workflows.phrases import YEARS
from workflows.reminding import local_date, start_of_day
from workflows.snapshots import snapshot_before
from workflows.states import Action, State
from workflows.tables import Assignment, Campaign, Event, MilestoneRow
from workflows.transitions import Deed as Deed
from workflows.transitions import apply_action
from workflows.transitions import name_of as name_of


def deed_moment(on: date | None, now: datetime, zone: str) -> datetime:
    """When something happened that is said to have happened `on` a day: now where it is today.

    An earlier day counts from its first instant. Raises InputError for a day to come.
    """
    today = local_date(now, zone)
    if on is None or on == today:
        return now
    _require_sane(on)
    if on > today:
        raise InputError(
            _("{day} is still to come").format(day=on),
            _("--on is the day on which it happened"),
        )
    return start_of_day(on, zone)


def submit(
    session: Session,
    assignment: Assignment,
    deed: Deed,
    *,
    missing: Sequence[str] | None = None,
    only: Sequence[str] | None = None,
    nil: bool = False,
) -> Event:
    """The unit has handed it in, or a part of it, or one more part.

    `missing` names the parts that have not come, `only` those that have; without either
    everything has that was missing so far. `nil` is for a nil report, to which no parts belong.
    Raises InputError for a part that is not known, StateError where nothing new has come.
    """
    milestone = session.get_one(MilestoneRow, (assignment.campaign_id, assignment.milestone_id))
    more = assignment.state is State.SUBMITTED and bool(assignment.missing)
    waiting = assignment.missing if more else parts_of(milestone.deliverables)
    left: list[str] = []
    if missing:
        left = find_parts(missing, waiting)
    elif only:
        came = find_parts(only, waiting)
        left = [one for one in waiting if one not in came]
    if nil and left:
        raise InputError(
            _("a nil report has no parts"), _("leave --missing and --only away, or --nil")
        )
    if left and left == waiting:
        raise StateError(
            _("nothing new has come for {name}").format(name=name_of(assignment)),
            _("missing so far: {parts}").format(parts=_(", ").join(left)),
        )
    action = Action.RECEIVE if more else Action.SUBMIT
    return apply_action(session, assignment, action, deed, missing=left, nil=nil)


def accept(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """The office has checked it: settled. Raises StateError where a part is missing."""
    if assignment.state is State.SUBMITTED and assignment.missing:
        raise StateError(
            _("{name} is not complete, missing: {parts}").format(
                name=name_of(assignment), parts=_(", ").join(assignment.missing)
            ),
            _("record with “duban submit” when it has come, or return it"),
        )
    return apply_action(session, assignment, Action.ACCEPT, deed)


def return_for_correction(
    session: Session, assignment: Assignment, deed: Deed, correction_date: date
) -> Event:
    """The office sends it back, to be handed in again by `correction_date`."""
    _require_not_past(correction_date, assignment, session, deed, _("the correction date"))
    return apply_action(session, assignment, Action.RETURN, deed, effective_due=correction_date)


def waive(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """It does not apply to this unit."""
    return apply_action(session, assignment, Action.WAIVE, deed)


def reopen(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """It is owed again, by its due date."""
    return apply_action(session, assignment, Action.REOPEN, deed, effective_due=assignment.due)


def request_extension(session: Session, assignment: Assignment, deed: Deed, until: date) -> Event:
    """The unit asks for more time; nothing changes until it is approved.

    Raises InputError for a date that is not later, or so late that its year must be a slip.
    """
    _require_later(until, assignment)
    if until > last_to_ask(assignment.effective_due, _today(session, assignment, deed)):
        raise InputError(
            _("{until} is more than a year ahead: is the year right?").format(until=until),
            _("choose an earlier date; the office may give any"),
        )
    return apply_action(session, assignment, Action.REQUEST_EXTENSION, deed, requested_due=until)


def last_to_ask(due: date, today: date) -> date:
    """The last day that a unit may ask for on the local day `today`: a year, the leap day included,
    after the due date, or after today where that is past."""
    return max(due, today) + timedelta(days=366)


def approve_extension(
    session: Session, assignment: Assignment, deed: Deed, until: date | None = None
) -> Event:
    """The office gives more time: until `until`, or the date that was asked for."""
    granted = until or assignment.requested_due
    if granted is None:
        raise StateError(
            _("no extension was asked for {name}").format(name=name_of(assignment)),
            _("give the new date with --until"),
        )
    _require_later(granted, assignment)
    return apply_action(session, assignment, Action.APPROVE_EXTENSION, deed, effective_due=granted)


def reject_extension(session: Session, assignment: Assignment, deed: Deed) -> Event:
    """The office declines; the due date stays."""
    if assignment.requested_due is None:
        raise StateError(
            _("no extension was asked for {name}").format(name=name_of(assignment)),
            _("there is nothing to reject"),
        )
    return apply_action(session, assignment, Action.REJECT_EXTENSION, deed)


def undo(session: Session, assignment: Assignment, deed: Deed, event: Event) -> Event:
    """Take back `event`: the assignment stands again as it stood before.

    It is an event itself; nothing is erased. Raises StateError where something has happened to
    the assignment since, or where the record is too old to say how it stood.
    """
    if PLAN_VERSION in event.data:
        raise StateError(
            _("{name}: that came of a new version of the plan").format(name=name_of(assignment)),
            _("change the declaration and apply it again"),
        )
    standing = standing_events(events_of(session, assignment.id))
    if not standing or standing[-1].id != event.id:
        raise StateError(
            _("{name} has changed since").format(name=name_of(assignment)),
            _("see “duban show {name}”").format(name=name_of(assignment)),
        )
    before = snapshot_before(session, assignment, standing)
    if "handed_in_late" not in before:
        raise StateError(
            _("{name}: how it stood before was recorded by an older Duban").format(
                name=name_of(assignment)
            ),
            _("use “duban reopen” or “duban return” instead"),
        )
    deed = replace(deed, data={**deed.data, "undoes": event.id})
    return apply_action(session, assignment, Action.UNDO, deed, restored=before)


def _today(session: Session, assignment: Assignment, deed: Deed) -> date:
    """The day of the deed in the campaign's zone."""
    return local_date(deed.at, session.get_one(Campaign, assignment.campaign_id).time_zone)


def _require_sane(day: date) -> None:
    """No slip of the pen in the year: the calendar does not reach for ever."""
    if day.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=day.year), _("mend the year"))


def _require_later(until: date, assignment: Assignment) -> None:
    _require_sane(until)
    if until <= assignment.effective_due:
        raise InputError(
            _("{until} is not later than the due date {due}").format(
                until=until, due=assignment.effective_due
            ),
            _("an extension needs a later date"),
        )


def _require_not_past(
    day: date, assignment: Assignment, session: Session, deed: Deed, what: str
) -> None:
    _require_sane(day)
    if day < _today(session, assignment, deed):
        raise InputError(
            _("{what} {day} is already past").format(what=what, day=day),
            _("choose a day to come"),
        )
