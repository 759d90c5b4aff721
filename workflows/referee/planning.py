"""When reminders came due: the plan's rungs through each time in which something was owed.

A tick had from then on until the plan changed, the campaign rested or nothing was owed any more.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from workflows.referee.given import local_day
from workflows.referee.ladders import planned
from workflows.referee.standing import Stretch
from workflows.referee.versions import CampaignRecord, Version
from workflows.tables import Assignment

# A command may read its clock and then wait while a tick passes, and clocks of two machines differ.
MARGIN = timedelta(minutes=10)
OPEN = datetime.max.replace(tzinfo=UTC)
ASKED = "snooze"  # the rung that a person asks for

Rung = tuple[str, date]  # its id and its day


def come_due(
    assignment: Assignment, campaign: CampaignRecord, stretch: Stretch, now: datetime
) -> Iterator[tuple[Rung, datetime, datetime]]:
    """Each rung of a stretch that came due, with the time in which a tick had to handle it."""
    parts = list(_parts(assignment, campaign, stretch))
    for number, (start, _end, rungs) in enumerate(parts):
        earlier = parts[number - 1][2] if number else frozenset()
        for rung in rungs - earlier:
            # A new version's rungs that lie in the past need not be made up for.
            if number and rung[1] <= local_day(start, campaign):
                continue
            if (
                not number
                and stretch.first_day is not None
                and rung[1] < (stretch.wanted_from or stretch.first_day)
            ):
                continue
            end = start
            for _start, until, later in parts[number:]:
                if rung not in later:
                    break
                end = until
            version = campaign.current
            first = max(start + MARGIN, moment_of(version, assignment, campaign, rung))
            last = now if end is OPEN else min(end - MARGIN, now)
            if (part := under_way(campaign, rung, first, last)) is not None:
                yield rung, *part


def _parts(
    assignment: Assignment, campaign: CampaignRecord, stretch: Stretch
) -> Iterator[tuple[datetime, datetime, frozenset[Rung]]]:
    """A stretch cut where another version came into force, each part with its plan."""
    end = stretch.end or OPEN
    first = campaign.versions[0]
    if stretch.start == assignment.created_at:
        first = campaign.at_creation(assignment.created_at)
    later = []
    for one in campaign.versions:
        if one.event_id > first.event_id and one.since < end:
            if one.since <= stretch.start:
                first = one
            else:
                later.append(one)
    starts = [stretch.start, *(one.since for one in later)]
    for start, until, version in zip(starts, [*starts[1:], end], [first, *later], strict=True):
        yield start, until, plan_of(version, assignment, stretch)


def plan_of(version: Version, assignment: Assignment, stretch: Stretch) -> frozenset[Rung]:
    ladder = version.ladder(assignment.milestone_id, assignment.unit_id, returned=stretch.returned)
    days = (stretch.basis, stretch.late_after, version.issued)
    return planned(ladder, *days, version.calendar)


def moment_of(
    version: Version, assignment: Assignment, campaign: CampaignRecord, rung: Rung
) -> datetime:
    """When a rung comes due: with its day, or at its hour."""
    hours = [
        one.hour
        for one in version.rungs(assignment.milestone_id, assignment.unit_id)
        if one.id == rung[0]
    ]
    hour = hours[0] if hours else time()
    return datetime.combine(rung[1], hour, campaign.zone).astimezone(UTC)


def under_way(
    campaign: CampaignRecord, rung: Rung, first: datetime, last: datetime
) -> tuple[datetime, datetime] | None:
    """The part of the time in which the campaign was under way; None where the rung came due while
    it was not, which is not made up for."""
    for number, (_event, since, running) in enumerate(campaign.turns):
        later = campaign.turns[number + 1 :]
        until = later[0][1] if later else OPEN
        # What began within the margin after a rest may have begun in it.
        if until <= first - MARGIN or since > last:
            continue
        if not running:
            if until is OPEN or rung[1] < local_day(until, campaign):
                return None
            continue
        begin = max(first, since + MARGIN) if number else first
        return begin, last if until is OPEN else min(last, until - MARGIN)
    return None  # it rested through all of it


def start_of(day: date, campaign: CampaignRecord) -> datetime:
    """The first instant of a day, local to the campaign."""
    return datetime.combine(day, time(), campaign.zone).astimezone(UTC)
