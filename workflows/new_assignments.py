"""Writes the rows of new assignments.

Very many differ in nothing but their unit: what they share is worked out once. It is core inserts,
batch by batch: an ORM object for each row would take twenty times as long.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import false, insert, text
from sqlmodel import Session

from workflows.changing.writing import taken_uids
from workflows.compile import CompiledAssignment, calendar_uid
from workflows.database import batched
from workflows.ladder import Occurrence
from workflows.reminding import moment_of
from workflows.states import State
from workflows.tables import Assignment, Campaign, CampaignStatus

# What is the same in each of them stands in the statement: binding it again for each row would take
# a quarter of the time.
_INSERT = insert(Assignment).values(
    sequence=text("0"), reworded=text("0"), handed_in_late=false(), nil=false(),
    missing=text("'[]'"), snoozes=text("'{}'"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlreadyPast:
    """What becomes of assignments that are already past, by their names."""

    done: Collection[str] = frozenset()  # settled before Duban was used
    silent: Collection[str] = frozenset()  # owed and listed, and nobody is mailed about them


def write_assignments(
    session: Session,
    campaign: Campaign,
    added: Iterable[CompiledAssignment],
    past: AlreadyPast,
    now: datetime,
) -> None:
    """Insert the assignments `added` to the campaign, at `now` (aware)."""
    taken = taken_uids(session, campaign.id)
    for rows in batched(_rows(campaign, added, past, now, taken)):
        session.connection().execute(_INSERT, rows)


def _rows(
    campaign: Campaign,
    added: Iterable[CompiledAssignment],
    past: AlreadyPast,
    now: datetime,
    taken: Collection[str],
) -> Iterator[dict[str, Any]]:
    quiet = campaign.status is not CampaignStatus.RUNNING
    first = _FirstRungs(campaign)
    for one in added:
        key = one.key
        uid = calendar_uid(key)
        if uid in taken:  # of what has another id now
            uid = calendar_uid(f"{key}@{campaign.version}")
        done, silent = key in past.done, key in past.silent
        state = State.ACCEPTED if done else State.OPEN
        yield {
            "campaign_id": one.campaign,
            "milestone_id": one.milestone.id,
            "unit_id": one.unit.id,
            "period": one.period,
            "uid": uid,
            "title": one.title,
            "start": one.start,
            "nominal_due": one.nominal_due,
            "due": one.due,
            "effective_due": one.due,
            "late_after": one.late_after,
            "initial_state": state,
            "state": state,
            "silent": silent,
            "next_at": None if done or silent or quiet else first.of(one.ladder),
            "created_at": now,
            "changed_at": now,
        }


class _FirstRungs:
    """When the first rung of a ladder comes due: units share the ladder of a milestone and period,
    one and the same object (workflows/compile.py)."""

    def __init__(self, campaign: Campaign) -> None:
        self._zone, self._issued = campaign.time_zone, campaign.issued
        self._found: dict[int, tuple[tuple[Occurrence, ...], datetime | None]] = {}

    def of(self, ladder: tuple[Occurrence, ...]) -> datetime | None:
        """The moment in UTC, none before the day of issue; None for a ladder without a day."""
        found = self._found.get(id(ladder))
        if found is None:
            # The ladder is kept beside it, so that its id is nobody else's meanwhile.
            found = self._found[id(ladder)] = ladder, min(map(self._moment, ladder), default=None)
        return found[1]

    def _moment(self, one: Occurrence) -> datetime:
        on = max(one.on, self._issued or one.on)
        return moment_of(replace(one, on=on), self._zone)
