"""Who serves at each unit on a day, and which units' contacts are all away with nobody in place.

The same order as reminders go by: the named deputy, the unit's deputies, its other contacts.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from workflows.ladder import Role
from workflows.people.record import has_mailbox, serves
from workflows.tables import Absence, Contact


@dataclass(frozen=True, slots=True)
class AwayContact:
    """A contact in whose place nobody is told; `until` is the last day away."""

    name: str
    until: date


class Serving:
    """Contacts, deputies and absences on a local day, read once."""

    def __init__(self, session: Session, day: date) -> None:
        """Read who serves on `day`."""
        self._people: dict[tuple[str, str, str], list[Contact]] = defaultdict(list)
        for one in session.exec(select(Contact).order_by(col(Contact.id))):
            if serves(one, day):
                self._people[one.campaign_id, one.unit_id, one.role].append(one)
        away = (
            select(Absence)
            .where(Absence.first <= day, Absence.last >= day)
            .order_by(col(Absence.id))
        )
        self._away = {one.address.lower(): one for one in session.exec(away)}

    def contacts(self, campaign_id: str, unit_id: str) -> list[Contact]:
        """A campaign's own contacts go before the general ones, where mail reaches any of them."""
        own = self._people.get((campaign_id, unit_id, Role.CONTACT), [])
        general = self._people.get(("", unit_id, Role.CONTACT), [])
        return own if any(map(has_mailbox, own)) or not general else [*general, *own]

    def is_reached(self, campaign_id: str, unit_id: str) -> bool:
        """Whether a contact is told, or somebody in a contact's place."""
        reachable = self._named(campaign_id, unit_id, Role.CONTACT)
        if any(self._is_here(one.address) for one in reachable):
            return True
        instead = [self._away[one.address.lower()].deputy for one in reachable]
        if reachable:
            instead += [one.address for one in self._named(campaign_id, unit_id, Role.DEPUTY)]
        return any(one and self._is_here(one) for one in instead)

    def away(self, campaign_id: str, unit_id: str) -> AwayContact | None:
        """The unit's contact who is back first, where all are away and nobody is in their place."""
        if self.is_reached(campaign_id, unit_id):
            return None
        absences = [
            AwayContact(one.name, self._away[one.address.lower()].last)
            for one in self._named(campaign_id, unit_id, Role.CONTACT)
        ]
        return min(absences, key=lambda one: one.until, default=None)

    def _named(self, campaign_id: str, unit_id: str, role: Role) -> list[Contact]:
        """Whom mail can reach."""
        for key in (campaign_id, ""):
            found = list(filter(has_mailbox, self._people.get((key, unit_id, role), [])))
            if found:
                return found
        return []

    def _is_here(self, address: str) -> bool:
        return address.lower() not in self._away
