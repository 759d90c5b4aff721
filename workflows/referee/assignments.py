"""Assignments, some at a time: the log first, then what follows from it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlmodel import col

from config.i18n import _
from workflows.referee.asked import check_asked
from workflows.referee.chain import check_chain
from workflows.referee.codes import Code
from workflows.referee.given import Given, name_of
from workflows.referee.history import replay
from workflows.referee.order import check_order
from workflows.referee.reading import batches, rows
from workflows.referee.reminders import check_reminders
from workflows.referee.rungs import check_next, check_rungs
from workflows.referee.standing import Standing, check_standing, standing_at, stretches
from workflows.referee.turns import check_seen
from workflows.referee.uploads import check_kept
from workflows.referee.versions import ASSIGNED, CampaignRecord
from workflows.tables import Assignment, Delivery, Event, LightTurn, Reminder

_Row = TypeVar("_Row", Event, Reminder)
_SETTLED = frozenset({"cancelled", "accepted"})


def check_assignments(given: Given) -> None:
    """Check every assignment with its events and reminders."""
    for batch in batches(given.session, given.report, Assignment, col(Assignment.id)):
        ids = [one.id for one in batch]
        read = rows(given.session, given.report, Event, col(Event.assignment_id).in_(ids))
        events = _by_assignment(read)
        where = col(Reminder.assignment_id).in_(ids)
        told = rows(given.session, given.report, Reminder, where)
        reminders = _by_assignment(told)
        deliveries = _deliveries(given, told)
        lights = rows(given.session, given.report, LightTurn, col(LightTurn.assignment_id).in_(ids))
        seen = {one.assignment_id: one for one in lights}
        given.report.counts["events"] += len(read)
        given.report.counts["reminders"] += len(told)
        for one in batch:
            given.report.counts["assignments"] += 1
            with given.report.guard(name_of(one)):
                key = one.id or 0
                _check(given, one, events[key], reminders[key], deliveries, seen.get(key))


def _check(
    given: Given,
    assignment: Assignment,
    events: Sequence[Event],
    reminders: Sequence[Reminder],
    deliveries: Mapping[int, Delivery],
    seen: LightTurn | None,
) -> None:
    where, campaign = name_of(assignment), given.campaigns.get(assignment.campaign_id)
    standings = None
    if given.files is not None:
        check_kept(given.report, given.files, events)
    if check_chain(given.report, where, events, assignment.sequence) and campaign is not None:
        standings = replay(given.report, assignment, events, campaign)
    check_reminders(given, where, assignment, reminders, deliveries, standings)
    check_order(given, where, reminders, deliveries)
    if campaign is None or standings is None:
        # What follows from a log that cannot be trusted cannot be judged.
        given.report.counts["not_judged"] += 1
        return
    _check_plan(given, where, assignment, campaign, standings)
    check_standing(given.report, where, assignment, events, standings[-1])
    _check_reminding(given, where, assignment, campaign, standings, reminders, seen)


def _check_reminding(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    standings: Sequence[Standing],
    reminders: Sequence[Reminder],
    seen: LightTurn | None,
) -> None:
    found = stretches(standings, campaign)
    check_rungs(given, where, assignment, campaign, found, standings, reminders, seen)
    check_seen(given, where, assignment, campaign, found, standings, reminders, seen)
    check_asked(given, where, assignment, campaign, standings, reminders)
    check_next(given, where, assignment, campaign, standings, reminders)


def _check_plan(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    standings: Sequence[Standing],
) -> None:
    """The declaration in force has its milestone, and its period is the month of its due date;
    what it has no more was cancelled, accepted before, or left as it was by a decision. What was
    settled when the version came, it has left alone: a person may have opened it again since."""
    version, kept = campaign.current, campaign.kept.get(str(assignment.id))
    row = campaign.milestones.get(assignment.milestone_id)
    was_opened = row is not None and row.kind == ASSIGNED
    then = {standing_at(standings, campaign.applied_by).state, assignment.state.value}
    by_version = [one for one in standings if one.event_id > campaign.applied_by]
    then |= {one.state for one in by_version if one.since == campaign.applied_at}
    settled = not then.isdisjoint(_SETTLED)
    if assignment.milestone_id not in version.declared and not (
        was_opened or settled or kept == ""
    ):
        given.report.add(Code.PLAN_DIFFERS, where, _("its milestone is not declared"))
        return
    declared = campaign.dated.get(assignment.milestone_id)
    if settled or kept is not None or was_opened:
        declared = None
    if declared is not None and assignment.nominal_due != declared:
        report_due = _("{what} is {there}, declared is {wanted}").format(
            what="nominal_due", there=assignment.nominal_due, wanted=declared
        )
        given.report.add(Code.PLAN_DIFFERS, where, report_due)
    if settled or kept is not None:
        return  # by another version it may have recurred otherwise
    recurring = assignment.milestone_id in version.recurring
    period = f"{assignment.nominal_due:%Y-%m}" if recurring else ""
    if assignment.period != period:
        given.report.add(
            Code.PLAN_DIFFERS,
            where,
            _("{what} is {there}, declared is {wanted}").format(
                what="period", there=assignment.period or "—", wanted=period or "—"
            ),
        )


def _by_assignment(found: Sequence[_Row]) -> dict[int, list[_Row]]:
    by_id: dict[int, list[_Row]] = defaultdict(list)
    for one in found:
        by_id[one.assignment_id or 0].append(one)
    return by_id


def _deliveries(given: Given, reminders: Sequence[Reminder]) -> dict[int, Delivery]:
    ids = sorted({one.delivery_id for one in reminders if one.delivery_id is not None})
    found = {}
    for first in range(0, len(ids), 10_000):
        where = col(Delivery.id).in_(ids[first : first + 10_000])
        for one in rows(given.session, given.report, Delivery, where):
            found[one.id or 0] = one
    return found
