"""When an assignment next has to be looked at: `next_at`, recomputed by one function.

A rung is planned for a day; the hour is the sending window's matter, unless the rung names one.
So `next_at` is the first instant of that day in the campaign's zone, or that hour. Where a rung
waits for the light to turn, which no plan foresees, each local day is one to look at it.
"""

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from workflows.ladder import SNOOZE, Occurrence, Rung, Until, occurrences
from workflows.rung_times import parse_turn
from workflows.states import OWING, State
from workflows.tables import Assignment, Campaign, CampaignStatus, MilestoneRow
from workflows.working_days import working_days


class DueAssignment(NamedTuple):
    """The columns of an assignment that say whom it reminds, and when: of these, very many may be
    read at a time."""

    id: int
    campaign_id: str
    milestone_id: str
    unit_id: str
    state: State
    effective_due: date
    late_after: date
    silent: bool
    reminded_through: date | None
    reminded_at: datetime | None
    acknowledged_at: datetime | None
    snoozes: Mapping[str, str]


Reminded = Assignment | DueAssignment


def local_date(moment: datetime, zone: str) -> date:
    """The date of `moment` in the zone of that name."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The first instant of `day` in the zone of that name, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant after `day` in the zone of that name, in UTC."""
    return start_of_day(day + timedelta(days=1), zone)


def rungs_of(ladder: Iterable[Mapping[str, Any]]) -> list[Rung]:
    """The rungs that a milestone keeps as data."""
    return [Rung.model_validate(rung) for rung in ladder]


def stored_rungs(rungs: Iterable[Rung]) -> list[dict[str, Any]]:
    """The rungs as data."""
    return [rung.model_dump(mode="json", exclude_none=True) for rung in rungs]


def moment_of(occurrence: Occurrence, zone: str) -> datetime:
    """When an occurrence comes due, in UTC."""
    return _moment(occurrence.on, occurrence.at, zone)


@lru_cache(maxsize=4096)
def _moment(day: date, hour: time | None, zone: str) -> datetime:
    # Cached: very many assignments share their days.
    return datetime.combine(day, hour or time(), ZoneInfo(zone)).astimezone(UTC)


def ladder_for(assignment: Reminded, milestone: MilestoneRow) -> Sequence[Mapping[str, Any]]:
    """The rungs that hold for an assignment as it stands: those to a correction date where it was
    returned, else its unit's own, else the milestone's."""
    if assignment.state is State.RETURNED:
        return milestone.correction_ladder
    for own in milestone.unit_ladders:
        if assignment.unit_id in own["units"]:
            rungs: Sequence[Mapping[str, Any]] = own["ladder"]
            return rungs
    return milestone.ladder


def light_rungs(assignment: Reminded, milestone: MilestoneRow) -> Sequence[Rung]:
    """The rungs that come due when the assignment's light turns."""
    # By their words first: nearly always there are none, and nothing else is read.
    turning = [one for one in ladder_for(assignment, milestone) if parse_turn(one["when"])]
    return rungs_of(turning) if turning else ()


def turning_rungs(
    assignment: Reminded, milestone: MilestoneRow, campaign: Campaign
) -> Sequence[Rung]:
    """Those that would be sent; none where nothing would be."""
    return () if _is_quiet(assignment, campaign) else light_rungs(assignment, milestone)


def planned(
    assignment: Reminded, milestone: MilestoneRow, issued: date | None
) -> Sequence[Occurrence]:
    """The ladder's occurrences for the effective due date, and those that people have asked for.

    None comes before the day of issue.
    """
    ladder = json.dumps(ladder_for(assignment, milestone), sort_keys=True)
    days = (assignment.effective_due, assignment.late_after, issued)
    found = _planned(ladder, *days, working_days().edition)
    if not assignment.snoozes:
        return found
    asked = [
        Occurrence(_ASKED, 1, day, day, address)
        for address, day in (
            (key, date.fromisoformat(on)) for key, on in assignment.snoozes.items()
        )
    ]
    return sorted([*found, *asked], key=lambda one: one.on)


# A person's own wish is met even where the unit has seen it since.
_ASKED = Rung.model_construct(id=SNOOZE, when="on the day", until=Until.SUBMITTED)


@lru_cache(maxsize=4096)
def _planned(
    ladder: str, effective_due: date, late_after: date, issued: date | None, _edition: int
) -> tuple[Occurrence, ...]:
    # Cached: all units of a milestone share their days, while the holidays are the same.
    found = occurrences(rungs_of(json.loads(ladder)), effective_due, late_after, working_days())
    if issued is None:
        return tuple(found)
    return tuple(replace(one, on=max(one.on, issued)) for one in found)


def is_handled(occurrence: Occurrence, assignment: Reminded, zone: str) -> bool:
    """Whether a tick has dealt with it: its day, and its hour where it has one."""
    through = assignment.reminded_through
    if through is None or occurrence.on > through:
        return False
    if occurrence.on < through or occurrence.at is None or assignment.reminded_at is None:
        return True
    return moment_of(occurrence, zone) <= assignment.reminded_at


def to_come(assignment: Reminded, milestone: MilestoneRow, campaign: Campaign) -> list[Occurrence]:
    """The occurrences that no tick has dealt with; none where nothing would be sent."""
    if _is_quiet(assignment, campaign):
        return []
    return [
        one
        for one in planned(assignment, milestone, campaign.issued)
        if not is_handled(one, assignment, campaign.time_zone)
    ]


def _is_quiet(assignment: Reminded, campaign: Campaign) -> bool:
    """Whether nobody would be told anything of it."""
    return (
        assignment.state not in OWING
        or assignment.silent
        or campaign.status is not CampaignStatus.RUNNING
    )


def next_rung(assignment: Reminded, milestone: MilestoneRow, campaign: Campaign) -> datetime | None:
    """When the next planned rung that has not been handled comes due; None where none will."""
    coming = to_come(assignment, milestone, campaign)
    return min((moment_of(one, campaign.time_zone) for one in coming), default=None)


def next_at(assignment: Reminded, milestone: MilestoneRow, campaign: Campaign) -> datetime | None:
    """When a tick next has to look at it: for a planned rung, or for its light. None: never."""
    moments = [next_rung(assignment, milestone, campaign)]
    if turning_rungs(assignment, milestone, campaign):
        moments.append(_next_look(assignment, campaign))
    return min((one for one in moments if one is not None), default=None)


def _next_look(assignment: Reminded, campaign: Campaign) -> datetime:
    """When its light is next looked at: at once, then each local day; never before the issue."""
    through, zone = assignment.reminded_through, campaign.time_zone
    look = campaign.applied_at if through is None else end_of_day(through, zone)
    return max(look, start_of_day(campaign.issued, zone)) if campaign.issued else look


def alike(assignment: Reminded, milestone: MilestoneRow) -> Hashable:
    """All that `to_come`, `turning_rungs` and `next_at` read of an assignment: within one milestone
    those that are alike have the same answers."""
    return (
        assignment.unit_id if milestone.unit_ladders else "",
        assignment.state,
        assignment.effective_due,
        assignment.late_after,
        assignment.silent,
        assignment.reminded_through,
        assignment.reminded_at,
        *assignment.snoozes.items(),
    )
