"""Who is told: from a rung's roles to addresses."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from workflows.ladder import Role
from workflows.organisation import Department, Organisation
from workflows.tables import Assignment, Campaign, Contact, MilestoneRow

COPY = "copy"  # a department named after the lead office
OFFICE = "office"  # the unit's office mailbox, which serves while it has no contact


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address, whose it is, and in which role it is written to."""

    address: str
    name: str
    role: str


class Directory:
    """The contacts and the organisation, read once for a tick."""

    def __init__(self, session: Session, organisation: Organisation) -> None:
        self._organisation = organisation
        self._contacts: dict[tuple[str, str, str], list[Contact]] = defaultdict(list)
        for contact in session.exec(select(Contact).order_by(col(Contact.id))):
            key = (contact.campaign_id, contact.unit_id, contact.role)
            self._contacts[key].append(contact)

    def recipients(
        self,
        roles: Iterable[Role],
        assignment: Assignment,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[Recipient]:
        """Whom these roles mean for an assignment, each address once; empty if nobody."""
        found: dict[str, Recipient] = {}
        for role in roles:
            for recipient in self._of_role(role, assignment, milestone, campaign):
                address = recipient.address.lower()  # one person, however the address is written
                found.setdefault(address, replace(recipient, address=address))
        return list(found.values())

    def _of_role(
        self, role: Role, assignment: Assignment, milestone: MilestoneRow, campaign: Campaign
    ) -> list[Recipient]:
        offices = self._departments(milestone)
        match role:
            case Role.SUPERVISOR:
                return [
                    Recipient(one.mailbox, one.name, role.value)
                    for one in self._organisation.supervisors
                ]
            case Role.OWNER:
                owner = self._organisation.department(campaign.owner)
                return [Recipient(owner.mailbox, owner.name, role.value)] if owner else []
            case Role.DEPARTMENT:
                return [
                    self._of_department(office, role.value, campaign.id)[0]
                    for office in offices[:1]
                ]
        unit = self._organisation.by_id.get(assignment.unit_id)
        if unit is not None and unit.reminded_through == "departments" and offices:
            # The lead office gets the reminders, the others copies (docs/readings-2022.md).
            if role is not Role.CONTACT:
                return self._people(campaign.id, offices[0].id, role.value)
            lead = self._of_department(offices[0], role.value, campaign.id)
            copies = [
                Recipient(one.address, one.name, COPY)
                for office in offices[1:]
                for one in self._of_department(office, role.value, campaign.id)
            ]
            return [*lead, *copies]
        people = self._people(campaign.id, assignment.unit_id, role.value)
        if people or role is not Role.CONTACT or unit is None:
            return people
        return [Recipient(unit.mailbox, unit.name, OFFICE)]

    def _people(self, campaign_id: str, unit_id: str, role: str) -> list[Recipient]:
        """A campaign's own contacts go before the general ones."""
        own = self._contacts.get((campaign_id, unit_id, role))
        contacts = own or self._contacts.get(("", unit_id, role), [])
        return [Recipient(one.address, one.name, role) for one in contacts]

    def _of_department(self, office: Department, role: str, campaign_id: str) -> list[Recipient]:
        people = self._people(campaign_id, office.id, Role.CONTACT.value)
        return people or [Recipient(office.mailbox, office.name, role)]

    def _departments(self, milestone: MilestoneRow) -> list[Department]:
        found = (self._organisation.department(name) for name in milestone.departments)
        return [office for office in found if office is not None]
