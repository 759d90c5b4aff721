"""Who is told: from a rung's roles to addresses, each with the role in which it is written to.

Who owes a duty is told as such whatever the rung calls them: the contact who is the unit's lead as
well, and the lead department of a unit that is reminded through departments.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy import Table, bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, and_, col, func, or_

from workflows.ladder import ADDRESS, Role
from workflows.one_of import one_of
from workflows.organisation import Department, Office, Organisation
from workflows.people.record import Addressee, has_mailbox, serves
from workflows.reminding import Reminded
from workflows.tables import Absence, Campaign, Contact, MilestoneRow

COPY = "copy"  # a department named after the lead office
OFFICE = "office"  # the unit's office mailbox, which serves while it has no contact
# Who owes it: hears first, and can hand in.
AT_UNIT = frozenset({Role.CONTACT.value, Role.DEPUTY.value, OFFICE})
# Who hears after the unit, of what others owe.
ABOVE = frozenset({one.value for one in Role} - AT_UNIT | {ADDRESS})

# Building these takes longer than the database does.
_EVERYBODY = sql_select(*(getattr(Contact, name) for name in Addressee._fields)).order_by(
    col(Contact.id)
)
# Those who can matter to some assignments: a unit's or an office's above it, for the campaign or
# for all, who stands in for somebody, or wants a channel. A country's unit has another contact for
# each of very many campaigns.
_WHO_MATTER = _EVERYBODY.where(
    or_(
        and_(
            one_of(col(Contact.campaign_id), "campaigns"),
            one_of(col(Contact.unit_id), "units"),
        ),
        col(Contact.channel) != "",
        one_of(func.lower(Contact.address), "stand_ins"),
    )
)


def role_name(to: str) -> str:
    """A rung's recipient as a reminder keeps its role: a fixed address is one of its own."""
    return to.value if isinstance(to, Role) else ADDRESS


class Recipient(NamedTuple):
    """An address, whose it is, and in which role it is written to."""

    address: str
    name: str
    role: str


class OfUnit(Protocol):
    """An assignment, or so much of one as says whose it is."""

    @property
    def unit_id(self) -> str:
        """The unit that owes it."""


class Directory:
    """The contacts and the organisation, read once for a tick or for a batch of assignments."""

    def __init__(
        self,
        session: Session,
        organisation: Organisation,
        *,
        today: date | None = None,
        of: Collection[Reminded] | None = None,
    ) -> None:
        """`today` is the local day: who serves on it and is not away. None asks for neither. With
        `of` it knows who owes these assignments, and who stands above them."""
        self._organisation = organisation
        self._contacts: dict[tuple[str, str, str], list[Addressee]] = defaultdict(list)
        self._names: dict[str, str] = {}
        self._channels: dict[str, str] = {}
        self._deputies = _deputies(session, today) if today else {}
        found = (
            session.execute(_EVERYBODY)
            if of is None
            else session.execute(_WHO_MATTER, self._matter_to(of))
        )
        for row in found:
            contact = Addressee._make(row)
            if has_mailbox(contact) and (today is None or serves(contact, today)):
                key = (contact.campaign_id, contact.unit_id, contact.role)
                self._contacts[key].append(contact)
                self._names.setdefault(contact.address.lower(), contact.name)
                if contact.channel:
                    self._channels.setdefault(contact.address.lower(), contact.channel)

    def _matter_to(self, of: Collection[Reminded]) -> dict[str, list[str]]:
        """What `_WHO_MATTER` asks for: the campaigns, units and offices of these assignments, and
        who stands in for somebody."""
        offices = [one.id for one in self._organisation.departments]
        return {
            "campaigns": sorted({"", *(one.campaign_id for one in of)}),
            "units": sorted({*offices, *(one.unit_id for one in of)}),
            "stand_ins": [one.lower() for one in self._deputies.values() if one],
        }

    def channel_of(self, address: str) -> str:
        """The channel that the person prefers to mail; '' for mail."""
        return self._channels.get(address.lower(), "")

    def recipients(
        self,
        roles: Iterable[Role | str],
        assignment: OfUnit,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[Recipient]:
        """Whom these roles and fixed addresses mean, each address once; empty if nobody."""
        found: dict[str, Recipient] = {}
        own: dict[str, Recipient] | None = None
        for role in roles:
            if isinstance(role, Role):
                people = self._of_role(role, assignment, milestone, campaign)
            else:
                people = [Recipient(role, "", ADDRESS)]
            for recipient in people:
                address = recipient.address.lower()  # one person, however the address is written
                if address in found:
                    continue
                if recipient.role in ABOVE:
                    if own is None:
                        own = self._at_unit(assignment, milestone, campaign)
                    recipient = own.get(address, recipient)
                found[address] = recipient._replace(address=address)
        return list(found.values())

    def _at_unit(
        self, assignment: OfUnit, milestone: MilestoneRow, campaign: Campaign
    ) -> dict[str, Recipient]:
        """Who owes the assignment, by address."""
        people = [
            one
            for role in (Role.DEPUTY, Role.CONTACT)
            for one in self._of_role(role, assignment, milestone, campaign)
        ]
        return {one.address.lower(): one for one in people if one.role in AT_UNIT}

    def _of_role(
        self, role: Role, assignment: OfUnit, milestone: MilestoneRow, campaign: Campaign
    ) -> list[Recipient]:
        match role:
            case Role.SUPERVISOR:
                return [
                    Recipient(one.mailbox, one.name, role.value)
                    for one in self._organisation.supervisors
                ]
            case Role.OWNER:
                owner = self._organisation.department(campaign.owner)
                if owner is not None and owner in self._answering(assignment, milestone)[:1]:
                    return self._of_department(owner, Role.CONTACT.value, campaign.id)[:1]
                return [Recipient(owner.mailbox, owner.name, role.value)] if owner else []
            case Role.DEPARTMENT:
                return [
                    self._of_department(office, "", campaign.id)[0]._replace(role=role.value)
                    for office in self._departments(milestone)[:1]
                ]
        unit = self._organisation.by_id.get(assignment.unit_id)
        if unit is None:  # the organisation file has lost it
            return [_recipient(one) for one in self._named(campaign.id, assignment.unit_id, role)]
        if offices := self._answering(assignment, milestone):
            # The lead office gets the reminders, the others copies (docs/readings-2022.md).
            if role is not Role.CONTACT:
                return self._people(campaign.id, offices[0], role.value)
            lead = self._of_department(offices[0], role.value, campaign.id)
            copies = [
                Recipient(one.address, one.name, COPY)
                for office in offices[1:]
                for one in self._of_department(office, role.value, campaign.id)
            ]
            return [*lead, *copies]
        people = self._people(campaign.id, unit, role.value)
        if people or role is not Role.CONTACT:
            return people
        return [Recipient(unit.mailbox, unit.name, OFFICE)]

    def _people(self, campaign_id: str, office: Office, role: str) -> list[Recipient]:
        """Whom an office has in this role today, or who is told instead."""
        found: list[Recipient] = []
        for one in self._named(campaign_id, office.id, role):
            if one.address.lower() not in self._deputies:
                found.append(_recipient(one))
            else:
                found += self._instead_of(one, campaign_id, office)
        return found

    def _instead_of(self, away: Addressee, campaign_id: str, office: Office) -> list[Recipient]:
        """The deputy named for the time, else the office's deputies, its other contacts, it."""
        deputy = self._deputies[away.address.lower()]
        if deputy and deputy.lower() not in self._deputies:
            return [Recipient(deputy, self._names.get(deputy.lower(), office.name), away.role)]
        for role in dict.fromkeys((Role.DEPUTY.value, away.role, Role.CONTACT.value)):
            here = [
                one
                for one in self._named(campaign_id, office.id, role)
                if one.address.lower() not in self._deputies
            ]
            if here:
                return [_recipient(one)._replace(role=away.role) for one in here]
        return [Recipient(office.mailbox, office.name, OFFICE)]

    def _named(self, campaign_id: str, unit_id: str, role: str) -> list[Addressee]:
        """A campaign's own contacts go before the general ones."""
        own = self._contacts.get((campaign_id, unit_id, role))
        return own or self._contacts.get(("", unit_id, role), [])

    def _of_department(self, office: Department, role: str, campaign_id: str) -> list[Recipient]:
        people = self._people(campaign_id, office, Role.CONTACT.value)
        return people or [Recipient(office.mailbox, office.name, role)]

    def _answering(self, assignment: OfUnit, milestone: MilestoneRow) -> list[Department]:
        """The offices that answer for the unit, the lead office first; none where it does."""
        unit = self._organisation.by_id.get(assignment.unit_id)
        if unit is None or unit.reminded_through != "departments":
            return []
        return self._departments(milestone)

    def _departments(self, milestone: MilestoneRow) -> list[Department]:
        found = (self._organisation.department(name) for name in milestone.departments)
        return [office for office in found if office is not None]


def _recipient(contact: Addressee) -> Recipient:
    return Recipient(contact.address, contact.name, contact.role)


def _deputies(session: Session, today: date) -> dict[str, str]:
    """Who is away on that day, by address, with the deputy named for the time ('' for none)."""
    away = session.execute(_AWAY, {"today": today})
    return {address.lower(): deputy for address, deputy in away}


_ABSENCES: Table = Absence.__table__  # type: ignore[attr-defined]
_AWAY = (  # building it takes longer than the database does
    sql_select(_ABSENCES.c.address, _ABSENCES.c.deputy)
    .where(_ABSENCES.c.first <= bindparam("today"), _ABSENCES.c.last >= bindparam("today"))
    .order_by(_ABSENCES.c.id)
)
