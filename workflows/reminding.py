"""When an assignment next has to be looked at: `next_at`, recomputed by one function.

A rung is planned for a day; the hour is the sending window's matter. So `next_at` is the first
instant of that day in the campaign's zone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from workflows.ladder import Occurrence, Rung, occurrences
from workflows.states import OWING
from workflows.tables import Assignment, Campaign, MilestoneRow
from workflows.working_days import working_days


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


def planned(
    assignment: Assignment, milestone: MilestoneRow, issued: date | None
) -> Sequence[Occurrence]:
    """The ladder's occurrences for the effective due date; none comes before the day of issue."""
    ladder = json.dumps(milestone.ladder, sort_keys=True)
    return _planned(ladder, assignment.effective_due, assignment.late_after, issued)


@lru_cache(maxsize=4096)
def _planned(
    ladder: str, effective_due: date, late_after: date, issued: date | None
) -> tuple[Occurrence, ...]:
    # Cached: all units of a milestone share their days.
    found = occurrences(rungs_of(json.loads(ladder)), effective_due, late_after, working_days())
    if issued is None:
        return tuple(found)
    return tuple(Occurrence(one.rung, one.number, max(one.on, issued)) for one in found)


def next_at(assignment: Assignment, milestone: MilestoneRow, campaign: Campaign) -> datetime | None:
    """When the next rung that has not been handled comes due; None where none will."""
    if assignment.state not in OWING or assignment.silent:
        return None
    for occurrence in planned(assignment, milestone, campaign.issued):
        if assignment.reminded_through is None or occurrence.on > assignment.reminded_through:
            return start_of_day(occurrence.on, campaign.time_zone)
    return None
