"""Which assignments a feed shows, and since when it is those.

All of it is asked of the database at each look, in one or two queries of a few columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, true, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.options import FeedOptions, FeedScope
from workflows.ladder import Role
from workflows.organisation import Organisation
from workflows.people.stamp import contacts_changed_at
from workflows.reminding import local_date, start_of_day
from workflows.rewording import KEPT_DAYS, oldest_struck
from workflows.states import OWING, STRUCK
from workflows.tables import Assignment, Campaign, CampaignStatus, Contact, MilestoneRow, UnitRow

_A_DAY = timedelta(days=1)
# Who sees a unit's own duties.
PERSONAL_ROLES = (Role.CONTACT.value, Role.DEPUTY.value, Role.LEAD.value)
_OWING = sorted(OWING)
_STRUCK = sorted(STRUCK)


@dataclass(frozen=True, slots=True)
class Part:
    """The assignments of a scope in campaigns of one time zone, on that zone's day."""

    which: ColumnElement[bool]
    zone: str
    today: date

    @property
    def midnight(self) -> datetime:
        """When the day ends, from when on the part may be another."""
        return start_of_day(self.today + _A_DAY, self.zone)

    @property
    def oldest_struck(self) -> datetime:
        """From when on what was waived or cancelled is still shown."""
        return oldest_struck(self.today, self.zone)


def parts_of(
    session: Session, options: FeedOptions, organisation: Organisation, now: datetime
) -> list[Part]:
    """The scope at `now` (aware); one part for each time zone that its campaigns have."""
    statuses = {CampaignStatus.RUNNING, CampaignStatus.PAUSED, CampaignStatus.CLOSED}
    if options.scope is FeedScope.OVERDUE:
        statuses = {CampaignStatus.RUNNING}
    elif options.scope is FeedScope.CAMPAIGN:
        statuses.add(CampaignStatus.DRAFT)  # shown to who asks for it by name
    if options.only_open:
        statuses.discard(CampaignStatus.CLOSED)  # what is over is owed no more
    zones: dict[str, list[str]] = {}
    campaigns = session.exec(select(Campaign.id, Campaign.status, Campaign.time_zone)).all()
    for campaign_id, status, zone in sorted(campaigns):
        if status in statuses:
            zones.setdefault(zone, []).append(campaign_id)
    parts = []
    for zone, ids in zones.items():
        today = local_date(now, zone)
        which = _scope(session, options, organisation, today)
        if len(ids) < len(campaigns):
            which = and_(col(Assignment.campaign_id).in_(ids), which)
        parts.append(Part(which, zone, today))
    return parts


def shown(part: Part, options: FeedOptions) -> ColumnElement[bool]:
    """What of a part the feed shows on the day."""
    state = col(Assignment.state)
    if options.scope is FeedScope.OVERDUE:
        return and_(part.which, state.in_(_OWING), col(Assignment.late_after) < part.today)
    if options.only_open:
        return and_(part.which, state.in_(_OWING))
    kept = or_(state.not_in(_STRUCK), col(Assignment.changed_at) >= part.oldest_struck)
    return and_(part.which, kept)


def last_change(session: Session, options: FeedOptions, parts: Sequence[Part]) -> datetime | None:
    """When what the feed shows last became another: by a change, or by a day that began.

    Also of what it shows no longer. None where there never was anything to show.
    """
    moments: list[datetime | None] = [session.exec(select(func.max(Campaign.changed_at))).one()]
    if options.scope is FeedScope.PERSON:
        moments.append(contacts_changed_at(session))
    for part in parts:
        moments += _changes(session, part)
        if options.scope is FeedScope.PERSON:
            moments += _days_of_service(session, part)
    return max((one for one in moments if one is not None), default=None)


def _changes(session: Session, part: Part) -> Iterator[datetime | None]:
    struck = and_(
        col(Assignment.state).in_(_STRUCK), col(Assignment.changed_at) < part.oldest_struck
    )
    late = and_(col(Assignment.state).in_(_OWING), col(Assignment.late_after) < part.today)
    changed, gone, overdue = session.execute(
        sql_select(
            func.max(col(Assignment.changed_at)),
            func.max(case((struck, col(Assignment.changed_at)))),
            func.max(case((late, col(Assignment.late_after)))),
        ).where(part.which)
    ).one()
    yield changed
    if gone is not None:
        last = local_date(gone, part.zone) + timedelta(days=KEPT_DAYS)
        yield start_of_day(last + _A_DAY, part.zone)
    if overdue is not None:
        yield start_of_day(overdue + _A_DAY, part.zone)


def _days_of_service(session: Session, part: Part) -> Iterator[datetime]:
    """When contacts began, or ceased, to serve."""
    query = sql_select(
        func.max(case((col(Contact.first) <= part.today, col(Contact.first)))),
        func.max(case((col(Contact.last) < part.today, col(Contact.last)))),
    )
    first, last = session.execute(query).one()
    if first is not None:
        yield start_of_day(first, part.zone)
    if last is not None:
        yield start_of_day(last + _A_DAY, part.zone)


def _scope(
    session: Session, options: FeedOptions, organisation: Organisation, today: date
) -> ColumnElement[bool]:
    subject = options.subject
    match options.scope:
        case FeedScope.UNIT:
            return col(Assignment.unit_id) == subject
        case FeedScope.CAMPAIGN:
            return col(Assignment.campaign_id) == subject
        case FeedScope.LEVEL:
            of_level = sql_select(UnitRow.id).where(col(UnitRow.level) == subject)  # type: ignore[call-overload]
            return col(Assignment.unit_id).in_(of_level)
        case FeedScope.DEPARTMENT:
            return _of_department(session, subject)
        case FeedScope.PERSON:
            return _of_person(session, organisation, subject, today)
    return true()


def _of_department(session: Session, name: str) -> ColumnElement[bool]:
    rows = session.execute(
        sql_select(MilestoneRow.campaign_id, MilestoneRow.id, MilestoneRow.departments)  # type: ignore[call-overload]
    )
    keys = [(campaign, milestone) for campaign, milestone, offices in rows if name in offices]
    if not keys:
        return false()
    return tuple_(col(Assignment.campaign_id), col(Assignment.milestone_id)).in_(keys)


def _of_person(
    session: Session, organisation: Organisation, address: str, today: date
) -> ColumnElement[bool]:
    """Where the person serves on the day: a campaign's own people go before the general ones, and
    a department's people answer for the units that are reminded through departments."""
    serving = and_(
        or_(col(Contact.first).is_(None), col(Contact.first) <= today),
        or_(col(Contact.last).is_(None), col(Contact.last) >= today),
        col(Contact.role).in_(PERSONAL_ROLES),
        col(Contact.address).like("%@%"),  # who has a telephone alone stands before nobody
    )
    mine = select(Contact).where(serving, func.lower(Contact.address) == address.lower())
    found: list[ColumnElement[bool]] = []
    for one in session.exec(mine.order_by(col(Contact.id))):
        here = _of_office(session, organisation, one.unit_id)
        if one.campaign_id:
            found.append(and_(here, col(Assignment.campaign_id) == one.campaign_id))
            continue
        own = sql_select(Contact.campaign_id).where(  # type: ignore[call-overload]
            serving,
            col(Contact.unit_id) == one.unit_id,
            col(Contact.role) == one.role,
            col(Contact.campaign_id) != "",
        )
        found.append(and_(here, col(Assignment.campaign_id).not_in(own)))
    return or_(*found) if found else false()


def _of_office(session: Session, organisation: Organisation, office_id: str) -> Any:
    office = next((one for one in organisation.departments if one.id == office_id), None)
    if office is None:
        return col(Assignment.unit_id) == office_id
    through = [one.id for one in organisation.units if one.reminded_through == "departments"]
    return and_(col(Assignment.unit_id).in_(through), _of_department(session, office.name))
