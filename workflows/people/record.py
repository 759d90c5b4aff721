"""The contacts on record: who they are, who of them serves on a day, who can be written to."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from sqlmodel import Session, select

from workflows.naming import Named
from workflows.tables import Campaign, Contact, UnitRow


class Addressee(NamedTuple):
    """The columns of a contact that say whom to write to: of these, very many may be read at a
    time."""

    campaign_id: str
    unit_id: str
    role: str
    name: str
    address: str
    first: date | None
    last: date | None
    channel: str


class Serving(Protocol):
    """A contact, or so much of one as has its days."""

    @property
    def first(self) -> date | None:
        """The first day on which it serves; None: from the beginning."""

    @property
    def last(self) -> date | None:
        """The last day on which it serves; None: for good."""


def has_mailbox(contact: Contact | Addressee) -> bool:
    """Whether mail can reach the person. Who has a telephone alone is known by it: `tel:…`."""
    return "@" in contact.address


def serves(contact: Serving, day: date) -> bool:
    """Whether the contact's first day has come on `day` and its last one is not over."""
    begun = contact.first is None or contact.first <= day
    return begun and (contact.last is None or day <= contact.last)


def list_contacts(session: Session) -> Sequence[Contact]:
    """Every contact, general ones first; units in administrative order, offices after them."""
    positions = {one.id: one.position for one in session.exec(select(UnitRow))}
    return sorted(
        session.exec(select(Contact)),
        key=lambda one: (
            one.campaign_id,
            positions.get(one.unit_id, len(positions)),
            one.unit_id,
            one.id or 0,
        ),
    )


def known_campaigns(session: Session) -> list[Named]:
    """The campaigns that contacts can be for."""
    rows = session.exec(select(Campaign.id, Campaign.title))
    # Ordered here: a database's own order of text depends on its collation.
    return sorted((Named(row[0], (row[1],)) for row in rows), key=lambda one: one.id)
