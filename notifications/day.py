"""One local day of reminding: what becomes of an assignment's rungs that have come due.

Whom each tells, and why somebody is not told: of several rungs the latest goes, the unit's own
before one above the contact; what was seen, put off or silenced is recorded as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from notifications.recipients import ABOVE, AT_UNIT, Directory, Recipient, role_name
from workflows.ladder import Occurrence, Role, Rung
from workflows.reminding import Reminded, moment_of, to_come
from workflows.silencing import Silenced
from workflows.tables import Campaign, MilestoneRow, ReminderStatus

_OWN = frozenset({Role.CONTACT, Role.DEPUTY})


class Tried(Protocol):
    """Whose units have been reminded by the same due date, or were found to have nobody."""

    def __contains__(self, assignment: Reminded, /) -> bool:
        """Whether that one's has."""


@dataclass(frozen=True, slots=True)
class Day:
    """One tick's local day: what its occurrences become."""

    now: datetime
    day: date
    silenced: Silenced
    directory: Directory
    tried: Tried

    def due(
        self, assignment: Reminded, milestone: MilestoneRow, campaign: Campaign
    ) -> list[Occurrence]:
        """What has come due of one assignment, and of those that are alike in the milestone."""
        return [
            one
            for one in to_come(assignment, milestone, campaign)
            if moment_of(one, campaign.time_zone) <= self.now
        ]

    def reminders(
        self, assignment: Reminded, milestone: MilestoneRow, campaign: Campaign
    ) -> list[dict[str, Any]]:
        """The rows for what has come due of one assignment; of several rungs the latest goes."""
        return self.rows(self.due(assignment, milestone, campaign), assignment, milestone, campaign)

    def rows(
        self,
        due: Sequence[Occurrence],
        assignment: Reminded,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[dict[str, Any]]:
        """The same where `due` is known."""
        silenced = self.silenced.covers(assignment.unit_id, assignment.campaign_id)
        rows: list[dict[str, Any]] = []
        latest: set[tuple[str, bool, str]] = set()
        by_own_rung: set[str] = set()  # who is told by one that is for the unit itself
        own, above = False, None
        latest_first = due[::-1]
        for occurrence in sorted(latest_first, key=lambda one: one.rung.above):
            rung = occurrence.rung
            people = self._people(occurrence, assignment, milestone, campaign)
            roles = {one.role for one in people} or {role_name(rung.to[0])}
            own = own or not roles.isdisjoint(AT_UNIT)
            if above is None and not roles.isdisjoint(ABOVE):
                above = occurrence
            if not people:
                nobody = Recipient("", "", role_name(rung.to[0]))
                rows.append(self._row(assignment, occurrence, nobody, ReminderStatus.NO_CONTACT))
            for person in people:
                row = self._row(assignment, occurrence, person, ReminderStatus.PENDING)
                key = (person.address, row["held"], row["channel"])
                row["status"] = _fate(occurrence, person, assignment, self.day, silenced=silenced)
                if row["status"] is ReminderStatus.PENDING:
                    if key in latest or (rung.above and person.address in by_own_rung):
                        row["status"] = ReminderStatus.SUPERSEDED
                    latest.add(key)
                    if not rung.above and not row["held"]:
                        by_own_rung.add(person.address)
                rows.append(row)
        if above is not None and not own and not silenced and assignment not in self.tried:
            # Nobody above a unit hears of what the unit itself has not been told.
            rows += self._own_first(above, assignment, milestone, campaign)
        return rows

    def _channel(self, rung: Rung, person: Recipient) -> str:
        """The rung's own, else the one that the person prefers to mail."""
        return rung.channel or self.directory.channel_of(person.address)

    def _people(
        self,
        occurrence: Occurrence,
        assignment: Reminded,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[Recipient]:
        people = self.directory.recipients(occurrence.rung.to, assignment, milestone, campaign)
        if occurrence.address:  # who has gone since is followed by the others
            return [one for one in people if one.address == occurrence.address] or people
        return people

    def _own_first(
        self,
        above: Occurrence,
        assignment: Reminded,
        milestone: MilestoneRow,
        campaign: Campaign,
    ) -> list[dict[str, Any]]:
        people = self.directory.recipients([Role.CONTACT], assignment, milestone, campaign)
        if not people:
            nobody = Recipient("", "", Role.CONTACT.value)
            return [self._row(assignment, above, nobody, ReminderStatus.NO_CONTACT)]
        return [
            {**self._row(assignment, above, one, ReminderStatus.PENDING), "held": False}
            for one in people
        ]

    def _row(
        self,
        assignment: Reminded,
        occurrence: Occurrence,
        person: Recipient,
        status: ReminderStatus,
    ) -> dict[str, Any]:
        return {
            "assignment_id": assignment.id,
            "reason": occurrence.rung.id,
            "occurrence": occurrence.on,
            "address": person.address,
            "due_basis": assignment.effective_due,
            "role": person.role,
            "recipient": person.name,
            "held": is_held(occurrence.rung, person),
            "gentle": occurrence.rung.gentle,
            "channel": self._channel(occurrence.rung, person),
            "status": status,
            "created_at": self.now,
        }


def is_held(rung: Rung, person: Recipient) -> bool:
    """Whether the person's mail waits for the owner office. What is drafted by default is what goes
    above the contact: not where a rung to a lead reaches the contact, who is the lead as well."""
    if rung.release is None and person.role in AT_UNIT and _OWN.isdisjoint(rung.to):
        return False
    return rung.held


def _fate(
    occurrence: Occurrence, person: Recipient, assignment: Reminded, day: date, *, silenced: bool
) -> ReminderStatus:
    """Whether a person is to be told on the local day `day`, or why not."""
    if silenced:
        return ReminderStatus.SILENCED
    if not occurrence.rung.gentle:
        return ReminderStatus.PENDING
    if assignment.acknowledged_at is not None:
        return ReminderStatus.ACKNOWLEDGED
    later = assignment.snoozes.get(person.address.lower())
    if later is not None and date.fromisoformat(later) > day:
        return ReminderStatus.SNOOZED
    return ReminderStatus.PENDING
