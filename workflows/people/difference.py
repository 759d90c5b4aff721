"""What an import changes: the file's people against the record's, unit by unit.

A list replaces the people of the units that it names, for its campaign alone; whose time at a
unit is over is history, and is left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from workflows.people.rows import DETAILS, ContactRow
from workflows.tables import Contact, UnitRow

Place = tuple[str, str]  # campaign ('' for general contacts) and unit


@dataclass(frozen=True, slots=True)
class Change:
    """A person on record whom the file describes otherwise; `what` gives old and new values."""

    contact: Contact
    row: ContactRow
    what: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class PlaceDifference:
    """One unit's people for one campaign."""

    campaign_id: str
    unit_id: str
    added: list[ContactRow] = field(default_factory=list)
    removed: list[Contact] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[Contact] = field(default_factory=list)

    @property
    def signature(self) -> tuple[object, ...]:
        """What is compared to see whether the record has changed since it was shown."""
        return (
            self.campaign_id,
            self.unit_id,
            tuple(self.added),
            tuple(one.id for one in self.removed),
            tuple((one.contact.id, one.what) for one in self.changed),
        )


def compare(session: Session, rows: Iterable[ContactRow], today: date) -> list[PlaceDifference]:
    """The difference for each campaign and unit that the rows name, in administrative order."""
    wanted: dict[Place, dict[tuple[str, ...], ContactRow]] = {}
    for row in rows:
        wanted.setdefault((row.campaign_id, row.unit_id), {})[row.key] = row
    present: dict[Place, list[Contact]] = {}
    for contact in session.exec(select(Contact).order_by(col(Contact.id))):
        place = (contact.campaign_id, contact.unit_id)
        if place in wanted and (contact.last is None or contact.last >= today):
            present.setdefault(place, []).append(contact)
    positions = {one.id: one.position for one in session.exec(select(UnitRow))}
    places = sorted(wanted, key=lambda one: (one[0], positions.get(one[1], len(positions)), one[1]))
    return [_place(place, wanted[place], present.get(place, [])) for place in places]


def _place(
    place: Place, wanted: dict[tuple[str, ...], ContactRow], present: Sequence[Contact]
) -> PlaceDifference:
    found = PlaceDifference(*place)
    left = dict(wanted)
    for contact in present:
        row = left.pop((*place, contact.role, contact.address), None)
        if row is None:
            found.removed.append(contact)
        elif what := _changes(contact, row):
            found.changed.append(Change(contact, row, what))
        else:
            found.unchanged.append(contact)
    same: dict[tuple[str, str], list[Contact]] = {}
    for one in found.removed:
        same.setdefault((one.role, one.name), []).append(one)
    gone = {one.id for one in found.removed}
    for row in left.values():
        before = same.get((row.role, row.name), [])
        if len(before) == 1:  # another address of the same person
            contact = before.pop()
            gone.discard(contact.id)
            found.changed.append(Change(contact, row, _changes(contact, row)))
        else:
            found.added.append(row)
    found.removed = [one for one in found.removed if one.id in gone]
    return found


def _changes(contact: Contact, row: ContactRow) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, getattr(contact, name), getattr(row, name))
        for name in ("address", *DETAILS)
        if getattr(contact, name) != getattr(row, name)
    )
