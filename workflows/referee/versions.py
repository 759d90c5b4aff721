"""Which rules held when: a campaign's versions on record, with the ladders that each declared."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from workflows.referee.calendar import Calendar, Calendars, unnoted
from workflows.referee.ladders import CORRECTION, DEFAULT, Ladder, read_ladder
from workflows.tables import CampaignVersion, Event, MilestoneRow

# The kind of a milestone that was opened during the campaign, and of the event that opened it.
ASSIGNED = "assigned"
_DUE_SOON = 3  # where a declaration does not say (docs/declarations.md)
_RECURRING = frozenset({"monthly", "quarterly"})
_STATUS = frozenset({"start", "pause", "resume", "close", "archive", "unarchive"})


@dataclass(frozen=True, slots=True)
class Version:
    """A declaration in force from `since` on; `ladders` and `corrections` are by milestone,
    `own` by milestone and unit. `due_soon` is the number of working days from which on what is due
    shows yellow, `targeted` the milestones with targets. With other holidays a version goes on as
    another one, under its number."""

    number: int
    since: datetime
    event_id: int
    issued: date | None
    grace: bool
    ladders: Mapping[str, Ladder]
    recurring: frozenset[str]
    corrections: Mapping[str, Ladder]
    own: Mapping[tuple[str, str], Ladder]
    declared: frozenset[str]  # the milestones that it has itself; others are carried on
    due_soon: int
    targeted: frozenset[str]
    calendar: Calendar = field(default_factory=unnoted)
    # The grace of what was opened by hand, or is not declared any more: it goes on by its own.
    graces: Mapping[str, bool] = field(default_factory=dict)

    def grace_of(self, milestone_id: str) -> bool:
        """Whether what is due on a day off is late only after the next working day."""
        return self.graces.get(milestone_id, self.grace)

    def ladder(self, milestone_id: str, unit_id: str, *, returned: bool) -> Ladder:
        """The rungs that hold for a unit's assignment, as it is owed or was returned."""
        if returned:
            return self.corrections.get(milestone_id, ())
        return self.own.get((milestone_id, unit_id)) or self.ladders.get(milestone_id, ())

    def rungs(self, milestone_id: str, unit_id: str) -> Ladder:
        """All of them."""
        return (
            *self.ladder(milestone_id, unit_id, returned=False),
            *self.ladder(milestone_id, unit_id, returned=True),
        )


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign with its versions, the oldest first."""

    id: str
    zone: ZoneInfo
    versions: Sequence[Version]
    milestones: Mapping[str, MilestoneRow] = field(default_factory=dict)
    # From which event and moment on it was under way, or not.
    turns: Sequence[tuple[int, datetime, bool]] = ()
    # Which assignments a person left as they were, by number: the date that was not taken, or ''
    # where the declaration has none of them any more.
    kept: Mapping[str, str] = field(default_factory=dict)
    # The due date of each milestone that declares one whole date, written out.
    dated: Mapping[str, date] = field(default_factory=dict)

    def was_running(self, event_id: int) -> bool:
        """Whether it was under way when that was the newest event on record."""
        return [running for number, _since, running in self.turns if number <= event_id][-1]

    def rested_since(self, moment: datetime, event_id: int) -> bool:
        """Whether it was not under way at some time between that moment and that event."""
        ends = [since for _number, since, _running in self.turns[1:]]
        return any(
            not running and number <= event_id and (until is None or until >= moment)
            for (number, _since, running), until in zip_longest(self.turns, ends)
        )

    @property
    def is_running(self) -> bool:
        """Whether it is under way by the newest event."""
        return self.turns[-1][2]

    @property
    def current(self) -> Version:
        """The version in force."""
        return self.versions[-1]

    @property
    def applied_by(self) -> int:
        """The event by which the version in force was applied."""
        return next(one.event_id for one in self.versions if one.number == self.current.number)

    @property
    def applied_at(self) -> datetime:
        """When the version in force was applied."""
        return next(one.since for one in self.versions if one.number == self.current.number)

    def at_event(self, event_id: int) -> Version:
        """The version in force when that event was recorded."""
        before = [one for one in self.versions if one.event_id < event_id]
        return before[-1] if before else self.versions[0]

    def at_creation(self, created_at: datetime) -> Version:
        """The version that made what was created at that moment."""
        same = [one for one in self.versions if one.since == created_at]
        before = [one for one in self.versions if one.since <= created_at]
        return (same or before or list(self.versions[:1]))[-1]


def turns_of(applied: Event, events: Sequence[Event]) -> list[tuple[int, datetime, bool]]:
    """When it was under way, by its events; nobody reminds of one that rests."""
    running = "running"
    found = [(0, applied.recorded_at, applied.data.get("status", running) == running)]
    found += [
        (one.id or 0, one.recorded_at, one.data["status"] == running)
        for one in events
        if one.kind in _STATUS
    ]
    return found


def default_ladders(
    declared: Sequence[Mapping[str, Any]], milestones: Mapping[str, MilestoneRow]
) -> dict[str, Ladder]:
    """The default ladder is no part of a declaration; the milestones' rows have it where the last
    of these that has the milestone, the oldest first, names none."""
    named: dict[str, Any] = {}
    for plan in declared:
        for one in plan["milestones"]:
            named[one["id"]] = one.get("ladder") or plan.get("ladder")
    return {key: read_ladder(row.ladder) for key, row in milestones.items() if not named.get(key)}


def version_of(
    stored: CampaignVersion,
    event: Event,
    defaults: Mapping[str, Ladder],
    assigned: Mapping[str, Ladder],
    milestones: Mapping[str, MilestoneRow],
    own_ladders: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Version:
    """The version as stored, in force from its event on. `defaults` are the ladders of milestones
    that declare none, `assigned` those of what was opened during the campaign, `own_ladders` those
    for single units: None where an older Duban did not keep them by version."""
    declared = stored.declaration
    issued, general = declared.get("issued"), declared.get("ladder")
    ladders = dict(assigned)  # what was opened during the campaign keeps its own
    for one in declared["milestones"]:
        own = one.get("ladder") or general
        ladders[one["id"]] = read_ladder(own) if own else defaults.get(one["id"], DEFAULT)
    return Version(
        stored.version,
        event.recorded_at,
        event.id or 0,
        date.fromisoformat(issued) if issued else None,
        bool(declared.get("holiday_grace", True)),
        ladders,
        frozenset(one["id"] for one in declared["milestones"] if one.get("kind") in _RECURRING),
        _corrections(declared, milestones),
        {
            (row.id, unit): read_ladder(one["ladder"])
            for row in milestones.values()
            for one in (row.unit_ladders if own_ladders is None else ())
            for unit in one["units"]
        }
        | {
            (key, unit): read_ladder(one["ladder"])
            for key, ladders in (own_ladders or {}).items()
            for one in ladders
            for unit in one["units"]
        },
        frozenset(one["id"] for one in declared["milestones"]),
        int(declared.get("lights", {}).get("due_soon", _DUE_SOON)),
        frozenset(one["id"] for one in declared["milestones"] if one.get("targets")),
    )


def carried_on(versions: Sequence[Version]) -> list[Version]:
    """The versions, the oldest first, each with what became of milestones that it has no more:
    what is still owed of them goes on by the ladder that they had last."""
    found: list[Version] = []
    for one in versions:
        before = found[-1] if found else None
        if before is not None:
            gone = {key for key in before.ladders if key not in one.declared}
            one = replace(
                one,
                ladders={**{key: before.ladders[key] for key in gone}, **one.ladders},
                recurring=one.recurring | (before.recurring & gone),
                corrections={
                    **{key: each for key, each in before.corrections.items() if key in gone},
                    **one.corrections,
                },
                own={**{key: each for key, each in before.own.items() if key[0] in gone},
                     **one.own},
                targeted=one.targeted | (before.targeted & gone),
                graces={key: before.grace_of(key) for key in gone} | dict(one.graces),
            )  # fmt: skip
        found.append(one)
    return found


def under_new_ids(
    versions: Sequence[Version], renames: Mapping[int, Mapping[str, str]]
) -> list[Version]:
    """The versions with what milestones declared under the ids that they got later; `renames` has
    the new ids by the old ones, by the number of the version that brought them."""
    found = []
    for one in versions:
        for number in sorted(key for key in renames if key > one.number):
            for old, new in renames[number].items():
                one = _alias(one, old, new)
        found.append(one)
    return found


def _alias(one: Version, old: str, new: str) -> Version:
    def also(names: frozenset[str]) -> frozenset[str]:
        return names | {new} if old in names else names - {new}

    ladders, corrections = dict(one.ladders), dict(one.corrections)
    for each in (ladders, corrections):
        if old in each:
            each[new] = each[old]
    graces = {**one.graces, new: one.grace_of(old)} if old in one.ladders else one.graces
    own = {key: each for key, each in one.own.items() if key[0] != new}
    own |= {(new, unit): each for (key, unit), each in one.own.items() if key == old}
    return replace(
        one, ladders=ladders, corrections=corrections, own=own, recurring=also(one.recurring),
        targeted=also(one.targeted), graces=graces,
    )  # fmt: skip


_WHOLE = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日)前?")


def whole_dates(declared: Mapping[str, Any]) -> dict[str, date]:
    """The due dates that are written out whole; other phrases are not read here."""
    found = {}
    for one in declared["milestones"]:
        read = _WHOLE.fullmatch(str(one.get("due", "")))
        if read is not None and one.get("kind", "once") == "once":
            parts = [int(part) for part in read.groups() if part]
            found[one["id"]] = date(*parts)
    return found


def with_calendars(versions: Sequence[Version], calendars: Calendars) -> list[Version]:
    """The versions with the holidays that held, in order; a holiday update begins another one."""
    dated = [replace(one, calendar=calendars.at_event(one.event_id)) for one in versions]
    for change in calendars.changes:
        before = [one for one in versions if one.event_id < change.event_id]
        if before:
            dated.append(
                replace(
                    before[-1],
                    since=change.since,
                    event_id=change.event_id,
                    calendar=change.calendar,
                )
            )
    return sorted(dated, key=lambda one: one.event_id)


def _corrections(
    declared: Mapping[str, Any], milestones: Mapping[str, MilestoneRow]
) -> dict[str, Ladder]:
    """The ladders to a correction date. Where none is declared, what was applied by an older Duban
    goes on with its one ladder for everything."""
    found = {}
    named = {one["id"]: one.get("correction_ladder") for one in declared["milestones"]}
    for key, row in milestones.items():
        own = named.get(key) or declared.get("correction_ladder")
        as_before = row.correction_ladder == row.ladder or row.kind == ASSIGNED
        if own:
            found[key] = read_ladder(own)
        else:
            found[key] = read_ladder(row.correction_ladder) if as_before else CORRECTION
    return found
