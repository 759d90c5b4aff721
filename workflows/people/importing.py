"""Takes a checked list into the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from workflows.people.difference import Change, PlaceDifference, compare
from workflows.people.rows import DETAILS, ContactRow
from workflows.tables import Contact


@dataclass(frozen=True, slots=True)
class Gone:
    """An address that a unit's people do not have any more, for a campaign or ('') for all."""

    campaign_id: str
    unit_id: str
    address: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; `gone` has no reminders to get any more."""

    added: int
    removed: int
    changed: int
    unchanged: int
    gone: tuple[Gone, ...] = ()


def import_contacts(session: Session, rows: Sequence[ContactRow], today: date) -> ImportReport:
    """Replace the people of the units that `rows` name, for their campaigns alone."""
    return carry_out(session, compare(session, rows, today))


def carry_out(session: Session, difference: Sequence[PlaceDifference]) -> ImportReport:
    """Write a difference that was found on this session."""
    gone = []
    for place in difference:
        over = _over(session, place)
        for contact in place.removed:
            gone.append(Gone(place.campaign_id, place.unit_id, contact.address))
            session.delete(contact)
        session.flush()  # before their keys are taken by others
        for change in place.changed:
            if change.contact.address != change.row.address:
                gone.append(Gone(place.campaign_id, place.unit_id, change.contact.address))
            _change(session, change)
        for row in place.added:
            _add(session, row, over.get((row.role, row.address)))
    session.flush()
    return ImportReport(
        sum(len(one.added) for one in difference),
        sum(len(one.removed) for one in difference),
        sum(len(one.changed) for one in difference),
        sum(len(one.unchanged) for one in difference),
        tuple(gone),
    )


def _change(session: Session, change: Change) -> None:
    contact, row = change.contact, change.row
    if contact.address != row.address:
        contact.address, contact.greeted = row.address, False
    for name in DETAILS:
        setattr(contact, name, getattr(row, name))
    session.add(contact)


def _over(session: Session, place: PlaceDifference) -> dict[tuple[str, str], Contact]:
    """Whose time at the unit is over, by role and address: they may come back."""
    query = select(Contact).where(
        Contact.campaign_id == place.campaign_id,
        Contact.unit_id == place.unit_id,
        col(Contact.last).is_not(None),
    )
    return {(one.role, one.address): one for one in session.exec(query)}


def _add(session: Session, row: ContactRow, returned: Contact | None) -> None:
    contact = returned or Contact(
        campaign_id=row.campaign_id,
        unit_id=row.unit_id,
        role=row.role,
        name=row.name,
        address=row.address,
    )
    # Who served here once and comes back begins anew.
    contact.first = contact.last = None
    contact.successor, contact.handed_over, contact.greeted = "", False, False
    for name in DETAILS:
        setattr(contact, name, getattr(row, name))
    session.add(contact)
