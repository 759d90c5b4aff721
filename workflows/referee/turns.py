"""Rungs at the turn of a light: each reminder of one was founded, and each turn seen was told.

Only the last light seen is on record. How far behind a figure was is not reckoned again: that a
target could be missed is enough for yellow, where the due date is not near.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given, local_day
from workflows.referee.ladders import Rung, walk
from workflows.referee.planning import MARGIN, OPEN, start_of
from workflows.referee.standing import Standing, Stretch
from workflows.referee.versions import CampaignRecord, Version
from workflows.tables import Assignment, LightTurn, Progress, Reminder

YELLOW, RED = "yellow", "red"
_LIGHTS = frozenset({"done", "grey", "green", YELLOW, RED})
_DAY = timedelta(days=1)


def was_found(
    given: Given,
    assignment: Assignment,
    campaign: CampaignRecord,
    found: Sequence[Stretch],
    seen: LightTurn | None,
    reminder: Reminder,
    first_made: datetime,
) -> bool:
    """Whether the reminder can be one of a light that turned on its day; `first_made` is when the
    first of that rung and day was made, `seen` the light on record."""
    day = reminder.occurrence
    if assignment.silent or local_day(first_made, campaign) != day:
        return False
    colours = {
        rung.turns
        for stretch in found
        if stretch.basis == reminder.due_basis and _holds(stretch, first_made)
        for version in campaign.versions
        for rung in _turning(version, assignment, stretch)
        if rung.id == reminder.reason and _could_show(version, rung.turns, stretch, assignment, day)
    }
    if not colours or given.awake.was_turned_back:
        return bool(colours)
    if seen is None:
        return not _is_watched(assignment, campaign)  # forgotten with its rung
    if seen.day == day and seen.light not in colours:
        return seen.seen_at > first_made  # and turned back on the same day
    return seen.day >= day


def check_seen(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    found: Sequence[Stretch],
    standings: Sequence[Standing],
    reminders: Sequence[Reminder],
    seen: LightTurn | None,
) -> None:
    """The light on record is one that it can have shown, and who waits for it was told."""
    watched = _is_watched(assignment, campaign)
    if seen is None or not watched:
        if watched or seen is not None:
            _differs(
                given, where, _("none is noted") if seen is None else _("no rung waits for it")
            )
        return
    if seen.light not in _LIGHTS or seen.day != local_day(seen.seen_at, campaign):
        _differs(given, where, _("it is “{light}” since {day}").format(
            light=seen.light, day=seen.day))  # fmt: skip
        return
    if given.awake.was_turned_back:
        return
    last, looked = standings[-1], assignment.reminded_at
    waits = last.owing and next_look(assignment, campaign, last.state == "returned") is not None
    late = waits and looked is not None and local_day(looked, campaign) > last.late_after
    if late and looked is not None and looked >= last.since and seen.light != RED:
        _differs(given, where, _("it is “{light}” and was overdue").format(light=seen.light))
        return
    _check_told(given, where, assignment, campaign, found, reminders, seen)


def next_look(assignment: Assignment, campaign: CampaignRecord, returned: bool) -> datetime | None:
    """When its light is to be looked at next: at once, then each local day, none before the issue;
    None where no rung waits for that."""
    version, through = campaign.current, assignment.reminded_through
    ladder = version.ladder(assignment.milestone_id, assignment.unit_id, returned=returned)
    if not any(rung.turns for rung in ladder):
        return None
    look = campaign.applied_at if through is None else start_of(through + _DAY, campaign)
    return max(look, start_of(version.issued, campaign)) if version.issued else look


def brought_forward(given: Given, assignment: Assignment) -> bool:
    """Whether a figure that the unit reported asks for a look at its light before the day is
    over."""
    query = select(Progress.id).where(
        Progress.campaign_id == assignment.campaign_id,
        Progress.unit_id == assignment.unit_id,
        col(Progress.recorded_at) == assignment.next_at,
    )
    return given.session.exec(query.limit(1)).first() is not None


def _check_told(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    found: Sequence[Stretch],
    reminders: Sequence[Reminder],
    seen: LightTurn,
) -> None:
    """Every rung that waited for the light has a reminder, unless it was noted as it was then: with
    a new plan or after a rest."""
    begun = {one.since for one in campaign.versions} | {since for _e, since, _r in campaign.turns}
    if seen.light not in {YELLOW, RED} or seen.seen_at in {*begun, assignment.created_at}:
        return
    version = campaign.versions[0]
    for one in campaign.versions:
        if one.since <= seen.seen_at:
            version = one
    made = {(one.reason, one.occurrence) for one in reminders}
    for stretch in found:
        if not stretch.start <= seen.seen_at < (stretch.end or OPEN):
            continue
        if seen.light == RED and seen.day <= stretch.late_after:
            _differs(given, where, _("it is “{light}” since {day}").format(
                light=seen.light, day=seen.day))  # fmt: skip
            return
        # What was red before, by an earlier date, got better.
        better = seen.light == YELLOW and any(
            one.start < stretch.start and one.late_after < seen.day for one in found
        )
        for rung in _turning(version, assignment, stretch):
            if rung.turns == seen.light and (rung.id, seen.day) not in made and not better:
                given.report.add(
                    Code.RUNG_MISSED,
                    where,
                    _("“{rung}” of {day} for the due date {due} has no reminder").format(
                        rung=rung.id, day=seen.day, due=stretch.basis
                    ),
                )


def _could_show(
    version: Version, light: str, stretch: Stretch, assignment: Assignment, day: date
) -> bool:
    """Whether what was owed then can have shown that light on the day."""
    if light == RED or day > stretch.late_after:
        return light == RED and day > stretch.late_after
    is_soon = walk(day, version.due_soon + 1, version.calendar) > stretch.basis
    return is_soon or assignment.milestone_id in version.targeted


def _turning(version: Version, assignment: Assignment, stretch: Stretch) -> list[Rung]:
    """The rungs that waited for a turn while that was owed."""
    ladder = version.ladder(assignment.milestone_id, assignment.unit_id, returned=stretch.returned)
    return [rung for rung in ladder if rung.turns]


def _is_watched(assignment: Assignment, campaign: CampaignRecord) -> bool:
    """Whether a rung waits for its light by the plan in force, now or once it is returned."""
    rungs = campaign.current.rungs(assignment.milestone_id, assignment.unit_id)
    return any(rung.turns for rung in rungs)


def _holds(stretch: Stretch, moment: datetime) -> bool:
    """Whether something was owed then, as far as the clocks of two machines can say."""
    return stretch.start - MARGIN <= moment and (
        stretch.end is None or moment < stretch.end + MARGIN
    )


def _differs(given: Given, where: str, what: str) -> None:
    given.report.add(Code.LIGHT_DIFFERS, where, _("its light: {what}").format(what=what))
