"""A draft played before it is applied: its mails, loads and collisions, on a copy of the record.

The copy is applied to and looked ahead on by the production rules (workflows/applying.py and
notifications/mail_calendar.py); the record itself is opened for reading alone.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from notifications.mail_calendar import mail_lines
from notifications.recipients import AT_UNIT
from notifications.simulated import Simulation
from notifications.turned import turning_of
from scheduler import demo as demos
from scheduler.office import Office
from scheduler.tick import sending_window
from workflows.applying import Past, apply
from workflows.changing.decisions import Decisions, as_declared
from workflows.comparing import plan_apply
from workflows.compile import CompiledAssignment, assignment_key, compile_campaign
from workflows.database import Database
from workflows.declaration import Declaration
from workflows.engines import shown_url
from workflows.holiday_record import follow_record
from workflows.keeping.copying import copy_record
from workflows.ladder import Role
from workflows.organisation import Organisation
from workflows.reminding import end_of_day
from workflows.schema_version import HEAD
from workflows.simulating.collisions import collisions
from workflows.simulating.model import Falling
from workflows.simulating.timeline import timeline
from workflows.states import OWING
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)

_LONGEST = 3660  # days
_NEW = (None, None)  # the days of what is not in the record
_MONTH, _YEAR = timedelta(days=31), timedelta(days=366)
_AT_LEAST = _MONTH  # where everything in the draft is past
_Compiled = Sequence[tuple[Declaration, Sequence[CompiledAssignment]]]


def simulate(
    here: Office, declared: Sequence[Declaration], first: datetime | None, last: date | None
) -> Simulation:
    """Play the draft `declared` as if it were applied at `first` (aware), until the day `last` or
    until its ladders end. Without `first` it is applied now, or looked back on where all of it is
    past. The record is left as it is.

    Raises InputError where the span cannot be played, StateError where the record cannot be read.
    """
    organisation = here.organisation
    with _copied(here) as database:
        with database.write() as session:
            follow_record(session)  # its dates, and the draft's, go by the holidays that it noted
            compiled = [(one, compile_campaign(one, organisation)) for one in declared]
            back = None if first else _looked_back_from(session, here, compiled)
            first = first or back or here.now()
            today = first.astimezone(here.settings.zone).date()
            last = last or max(_last_day(compiled), today + _AT_LEAST)
            require_span(today, last)
            _require_the_present(session, here, here.now().date() if back else today)
        if today > here.now().date():
            _play_until(database, here, today)
        with database.write() as session:
            before = _due_days(session, [one.id for one in declared])
            in_force = {
                one.key
                for _declaration, own in compiled
                for one in own
                if before.get(one.key, _NEW)[0] == one.due
            }
            _apply(session, declared, organisation, first)
        with database.read() as session:
            titles = _titles(session, declared)
            names = {one.id: one.name for one in session.exec(select(UnitRow))}
            ours = {one.id for one in declared}
            falling = tuple(
                replace(one, drafted=one.campaign in ours and before.get(key, _NEW)[1] != one.due)
                for key, one in _falling(session, (today, last), names, list(titles))
            )
            waits = any(map(turning_of, session.exec(select(MilestoneRow))))
            window = sending_window(here.settings)
            lines = tuple(
                mail_lines(session, first, last, organisation, window, here.settings.channels)
            )
    return Simulation(
        today, last, tuple(one.id for one in declared), titles,
        tuple(unit.name for unit in organisation.units), falling, lines,
        tuple(collisions(compiled, falling, titles, today, in_force)),
        tuple(timeline(one, own) for one, own in compiled if own), waits,
        looks_back=back is not None,
    )  # fmt: skip


def _looked_back_from(session: Session, here: Office, compiled: _Compiled) -> datetime | None:
    """The start of the day on which a draft began that is past as a whole: it was issued, or its
    first due date was a month ahead. None where some of it is to come, or where the record says
    what has become of it or of others meanwhile."""
    days = []
    for declaration, own in compiled:
        if any(one.late_after >= here.now().date() for one in own):
            return None
        if own:
            due = min(one.due for one in own)
            issued = declaration.issued
            begun = issued if issued and issued < due else due - _MONTH
            days.append(max(begun, due - _YEAR))
    ours = {declaration.id for declaration, _own in compiled}
    there = session.exec(select(Campaign)).all()
    if not days or any(one.status is CampaignStatus.RUNNING or one.id in ours for one in there):
        return None
    return datetime.combine(min(days), time(), here.settings.zone)


def _last_day(compiled: _Compiled) -> date:
    """The last day on which the draft's ladders send anything."""
    ones = [one for _declaration, own in compiled for one in own]
    days = [rung.on for one in ones for rung in one.ladder] + [one.due for one in ones]
    return max(days, default=date.min)


def require_span(first: date, last: date) -> None:
    """Raise InputError where nobody looks ahead from the one day to the other."""
    if last < first:
        raise InputError(
            _("--to is not after --from"), _("give {first} or a later day").format(first=first)
        )
    if (last - first).days > _LONGEST:
        raise InputError(_("more than ten years"), _("choose a shorter span"))


@contextmanager
def _copied(here: Office) -> Iterator[Database]:
    """A copy of the record in today's schema; an empty one where there is none yet."""
    url = here.settings.resolved_database_url
    with tempfile.TemporaryDirectory(prefix="duban-simulation-") as folder:
        file = Path(folder) / "duban.db"
        copied = copy_record(url, file)
        database = Database(demos.isolated(here.settings, Path(folder)).resolved_database_url)
        try:
            if copied and database.schema_version() != HEAD:
                from workflows.migrate import upgrade

                upgrade(database.engine, shown_url(url))  # what is wrong is the record's, by name
            elif not copied:
                database.migrate()
            yield database
        finally:
            database.close()


def _require_the_present(session: Session, here: Office, first: date) -> None:
    """Raise InputError where the day `first` is past for a record that has campaigns. Those that
    are drafts in it stay silent: nobody has decided that they begin."""
    there = session.exec(select(Campaign)).all()
    if there and first < here.now().date():
        raise InputError(
            _("{day} is past, and the record stands as it is today").format(day=first),
            _("leave --from away, or look at the draft from a home without a record"),
        )
    for campaign in there:
        if campaign.status is CampaignStatus.DRAFT:
            campaign.status = CampaignStatus.PAUSED
            session.add(campaign)


def _play_until(database: Database, here: Office, first: date) -> None:
    """Bring the copy to the day `first`: what comes due before it will have gone out by then."""
    through = first - timedelta(days=1)
    at = end_of_day(through, here.settings.time_zone)
    window = sending_window(here.settings)
    with database.read() as session:
        told = {
            one.assignment
            for one in mail_lines(session, here.now(), through, here.organisation, window)
            if one.role in AT_UNIT
        }
    with database.write() as session:
        for one in session.exec(select(Assignment)):
            if one.reminded_through is None or one.reminded_through < through:
                one.reminded_through, one.reminded_at = through, at
            if _key(one) in told:
                session.add(_told(one, through, at))


def _told(assignment: Assignment, day: date, at: datetime) -> Reminder:
    """That a unit has been reminded of it by `day`."""
    return Reminder(
        assignment_id=assignment.id or 0, reason="simulation", occurrence=day, address="",
        due_basis=assignment.effective_due, role=Role.CONTACT.value,
        status=ReminderStatus.SENT, created_at=at,
    )  # fmt: skip


def _due_days(session: Session, campaigns: Collection[str]) -> dict[str, tuple[date, date]]:
    """The due dates that the draft's campaigns have in the record already: the plan's, and those
    that hold."""
    query = select(Assignment).where(col(Assignment.campaign_id).in_(campaigns))
    return {_key(one): (one.due, one.effective_due) for one in session.exec(query)}


def _key(one: Assignment) -> str:
    return assignment_key(one.campaign_id, one.milestone_id, one.unit_id, one.period)


def _apply(
    session: Session, declared: Sequence[Declaration], organisation: Organisation, now: datetime
) -> None:
    """Apply the draft to the copy: what is past is chased, whatever is to be decided is taken as
    the draft has it, and every one of its campaigns runs."""
    planned = plan_apply(session, declared, organisation, now)
    apply(
        session, planned, organisation, now=now, actor="simulation", past=Past.CHASE,
        decisions=Decisions(as_declared(planned.differences)),
    )  # fmt: skip
    for change in planned.changes:
        campaign = session.get_one(Campaign, change.declaration.id)
        campaign.status = CampaignStatus.RUNNING
        session.add(campaign)


def _titles(session: Session, declared: Sequence[Declaration]) -> dict[str, str]:
    """Of the draft's campaigns, then of those that run beside them."""
    running = session.exec(
        select(Campaign)
        .where(Campaign.status == CampaignStatus.RUNNING)
        .order_by(col(Campaign.applied_at), col(Campaign.id))
    )
    ours = {one.id: one.title for one in declared}
    return ours | {one.id: one.title for one in running if one.id not in ours}


def _falling(
    session: Session,
    span: tuple[date, date],
    names: Mapping[str, str],
    campaigns: Sequence[str],
) -> Iterator[tuple[str, Falling]]:
    """What is still owed and falls due in the span (both days included), with its key, by day."""
    query = (
        select(Assignment)
        .where(
            col(Assignment.campaign_id).in_(campaigns),
            col(Assignment.state).in_(list(OWING)),
            col(Assignment.effective_due).between(*span),
        )
        .order_by(col(Assignment.effective_due), col(Assignment.id))
    )
    for one in session.exec(query):
        yield _key(one), Falling(
            one.campaign_id, one.milestone_id, one.title, names[one.unit_id],
            one.effective_due, drafted=False,
        )  # fmt: skip
