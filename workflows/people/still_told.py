"""Who is still told at an address: its person may have left since a mail to it failed."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, func, select

from workflows.ladder import ADDRESS
from workflows.organisation import Organisation
from workflows.people.record import serves
from workflows.tables import Absence, Assignment, Contact, Reminder, UnitRow


class StillTold:
    """Contacts, deputies and mailboxes among some addresses on a local day, read once."""

    def __init__(
        self, session: Session, organisation: Organisation, today: date, addresses: Collection[str]
    ) -> None:
        """Read who serves on `today` at these `addresses`."""
        wanted = {one.lower() for one in addresses}
        contacts = session.exec(
            select(Contact).where(func.lower(Contact.address).in_(wanted))
        ).all()
        self._known = {one.address.lower() for one in contacts}
        self._serving = {
            (one.address.lower(), one.campaign_id, one.unit_id)
            for one in contacts
            if serves(one, today)
        }
        self._always = {one.mailbox.lower() for one in organisation.units}
        self._always |= {one.mailbox.lower() for one in organisation.departments}
        self._always |= {one.mailbox.lower() for one in organisation.supervisors}
        deputies = session.exec(select(Absence.deputy).where(col(Absence.last) >= today))
        self._always |= {one.lower() for one in deputies}
        self._units = set(session.exec(select(UnitRow.id)))

    def has_left(self, address: str) -> bool:
        """Whether the address was a contact's and serves nowhere any more."""
        address = address.lower()
        here = address in self._always or any(one == address for one, _c, _u in self._serving)
        return address in self._known and not here

    def is_contact(self, address: str) -> bool:
        """Whether it is a contact's address, one who serves or did."""
        return address.lower() in self._known

    def holds(self, reminder: Reminder, assignment: Assignment) -> bool:
        """Whether the reminder's person is still told of the assignment. An office may answer for
        any unit, and a fixed address is nobody's."""
        address = reminder.address.lower()
        return (
            reminder.role == ADDRESS
            or address in self._always
            or any(
                one == address
                and campaign in {"", assignment.campaign_id}
                and (unit == assignment.unit_id or unit not in self._units)
                for one, campaign, unit in self._serving
            )
        )
