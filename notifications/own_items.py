"""What a person has to answer for on a day: the duties of which reminders would reach them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.content import with_records
from notifications.recipients import COPY, Directory
from workflows.ladder import Role
from workflows.organisation import Department, Organisation
from workflows.people.record import has_mailbox, serves
from workflows.states import OWING, State
from workflows.tables import (
    Absence,
    Assignment,
    Campaign,
    CampaignStatus,
    Contact,
    MilestoneRow,
    UnitRow,
)

ANSWERING = (Role.CONTACT, Role.DEPUTY)  # who may answer: leads and supervisors are only told


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An assignment with the records behind it; `name` is the person's or office's."""

    assignment: Assignment
    milestone: MilestoneRow
    unit: UnitRow
    campaign: Campaign
    name: str


def own_items(
    session: Session,
    organisation: Organisation,
    address: str,
    today: date,
    states: Collection[State] = OWING,
) -> list[OwnItem]:
    """What is in one of `states` (by default: owed) in running campaigns and is `address`'s to
    answer on the local day `today`, the most urgent first.

    That is the contact or deputy, also while they are away; whoever is told instead of them; and
    the lead office where departments answer for a unit. Who gets a copy has nothing to answer.
    """
    unit_ids = _units_of(session, organisation, address, today)
    if not unit_ids:
        return []
    found = session.execute(
        with_records(sql_select(Assignment, MilestoneRow, UnitRow, Campaign))
        .where(
            col(Assignment.unit_id).in_(sorted(unit_ids)),
            col(Assignment.state).in_(sorted(states)),
            Campaign.status == CampaignStatus.RUNNING,
        )
        .order_by(
            col(Assignment.effective_due),
            col(UnitRow.position),
            col(Assignment.campaign_id),
            col(MilestoneRow.position),
            col(Assignment.id),
        )
    )
    directories = [Directory(session, organisation, today=today)]
    if _is_away(session, address, today):
        directories.append(_NobodyAway(session, organisation, today=today))
    items = []
    for assignment, milestone, unit, campaign in found:
        people = (
            one
            for directory in directories
            for one in directory.recipients(ANSWERING, assignment, milestone, campaign)
        )
        mine = (one for one in people if one.address == address and one.role != COPY)
        if (one := next(mine, None)) is not None:
            items.append(OwnItem(assignment, milestone, unit, campaign, one.name))
    return items


def _is_away(session: Session, address: str, today: date) -> bool:
    query = select(col(Absence.id)).where(
        func.lower(Absence.address) == address, Absence.first <= today, Absence.last >= today
    )
    return session.exec(query.limit(1)).first() is not None


class _NobodyAway(Directory):
    """The directory as if nobody were away: an absence moves the reminders, and takes from nobody
    what is theirs to answer."""

    def __init__(self, session: Session, organisation: Organisation, *, today: date) -> None:
        super().__init__(session, organisation, today=today)
        self._deputies = {}


def is_on_file(session: Session, organisation: Organisation, address: str, today: date) -> bool:
    """Whether `address` may have something to answer on the local day `today`."""
    return bool(_units_of(session, organisation, address, today))


def offices_at(organisation: Organisation, address: str) -> list[Department]:
    """The departments whose mailbox `address` is."""
    return [one for one in organisation.departments if one.mailbox.lower() == address]


def owned_campaigns(session: Session, organisation: Organisation, address: str) -> list[Campaign]:
    """The running campaigns whose owner office has its mailbox at `address`."""
    running = session.exec(
        select(Campaign)
        .where(Campaign.status == CampaignStatus.RUNNING)
        .order_by(col(Campaign.year), col(Campaign.id))
    )
    mine = {one.id for one in offices_at(organisation, address)}
    owners = ((one, organisation.department(one.owner)) for one in running)
    return [one for one, owner in owners if owner is not None and owner.id in mine]


def _units_of(session: Session, organisation: Organisation, address: str, today: date) -> set[str]:
    """The units for which `address` can be asked at all: the directory says for which duties."""
    stood_in_for = session.exec(
        select(Absence.address).where(
            func.lower(Absence.deputy) == address, Absence.first <= today, Absence.last >= today
        )
    )
    wanted = {address, *(one.lower() for one in stood_in_for)}
    offices = {
        one.unit_id
        for one in session.exec(
            select(Contact).where(
                func.lower(Contact.address).in_(sorted(wanted)),
                col(Contact.role).in_([one.value for one in ANSWERING]),
            )
        )
        if has_mailbox(one) and serves(one, today)
    }
    offices |= {one.id for one in organisation.units if one.mailbox.lower() == address}
    offices |= {one.id for one in offices_at(organisation, address)}
    return offices | _answered_by_departments(organisation, offices)


def _answered_by_departments(organisation: Organisation, offices: Iterable[str]) -> set[str]:
    departments = {one.id for one in organisation.departments}
    if departments.isdisjoint(offices):
        return set()
    return {one.id for one in organisation.units if one.reminded_through == "departments"}
