"""Rungs: every one that came due while a tick ran has a reminder, and no reminder is without one.

What came due while nothing ran was not missed; nor what was handed in before the window opened.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given, local_day
from workflows.referee.order import ABOVE
from workflows.referee.planning import ASKED, Rung, come_due, moment_of, plan_of, start_of
from workflows.referee.standing import Standing, Stretch
from workflows.referee.turns import brought_forward, next_look, was_found
from workflows.referee.versions import CampaignRecord
from workflows.tables import Assignment, LightTurn, Reminder, ReminderStatus


def check_rungs(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    found: Sequence[Stretch],
    standings: Sequence[Standing],
    reminders: Sequence[Reminder],
    seen: LightTurn | None,
) -> None:
    """Compare an assignment's reminders with the plan for each time through which it was owed;
    `seen` is the light that it showed last."""
    made: dict[tuple[date, str, date], datetime] = {}
    for one in reminders:
        key = (one.due_basis, one.reason, one.occurrence)
        made[key] = min(one.created_at, made.get(key, one.created_at))
    for one in reminders:
        first = made[one.due_basis, one.reason, one.occurrence]
        if not was_found(given, assignment, campaign, found, seen, one, first):
            _check_planned(given, where, assignment, campaign, found, standings, one)
        _check_held(given, where, assignment, campaign, one)
    missed = set()
    for stretch in _judged(given, assignment, campaign, found, reminders):
        for rung, first, last in come_due(assignment, campaign, stretch, given.now):
            key = (stretch.basis, *rung)
            if key in made:
                _check_in_time(given, where, rung, made[key], first, last)
            elif _taken_up_before(given, assignment, campaign, stretch, rung, reminders):
                continue
            elif given.awake.surely_ticked(first, last):
                missed.add(key)
            elif given.awake.was_open(first, last):
                _count_unticked(given, first)
    for due, name, day in sorted(missed):
        given.report.add(
            Code.RUNG_MISSED,
            where,
            _("“{rung}” of {day} for the due date {due} has no reminder").format(
                rung=name, day=day, due=due
            ),
        )
    given.report.counts["rungs"] += len(made) + len(missed)


def check_next(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    standings: Sequence[Standing],
    reminders: Sequence[Reminder],
) -> None:
    """`next_at` is the next rung's day, and what counts as handled can have been handled."""
    last, through = standings[-1], assignment.reminded_through
    wanted = None
    if last.owing and not assignment.silent and campaign.turns[-1][2]:
        wanted = min(_coming(assignment, campaign, last), default=None)
    early = wanted is not None and assignment.next_at is not None and assignment.next_at < wanted
    if early and next_look(assignment, campaign, last.state == "returned") is not None:
        early = brought_forward(given, assignment)
    else:
        early = False
    if assignment.next_at != wanted and not early:
        given.report.add(
            Code.NEXT_AT_DIFFERS,
            where,
            _("{what} is {there} and should be {wanted}").format(
                what="next_at", there=assignment.next_at, wanted=wanted
            ),
        )
        return
    if through is None:
        return
    seen = [one.created_at for one in reminders]
    if given.awake.last_tick is not None:
        seen.append(given.awake.last_tick)
    latest = max((local_day(one, campaign) for one in seen), default=date.min)
    begun = [one.since for one in standings if one.kind] + [
        since for _n, since, _r in campaign.turns
    ]
    anew = [local_day(since, campaign) - timedelta(days=1) for since in begun]
    if through > max([latest, *anew]):
        given.report.add(
            Code.NEXT_AT_DIFFERS,
            where,
            _("it counts as reminded up to {day}, and no tick ran so late").format(day=through),
        )


def _coming(assignment: Assignment, campaign: CampaignRecord, last: Standing) -> Iterator[datetime]:
    """The moments of what no tick has dealt with: rungs, and what people have asked for."""
    through, handled = assignment.reminded_through, assignment.reminded_at
    stretch = Stretch(
        last.effective_due, last.late_after, last.since, None, None, last.state == "returned"
    )
    asked = {(ASKED, date.fromisoformat(day)) for day in last.snoozes.values()}
    if (look := next_look(assignment, campaign, stretch.returned)) is not None:
        yield look
    for rung in plan_of(campaign.current, assignment, stretch) | asked:
        moment = moment_of(campaign.current, assignment, campaign, rung)
        is_hour = moment != start_of(rung[1], campaign)
        later = is_hour and rung[1] == through and handled is not None and moment > handled
        if through is None or rung[1] > through or later:
            yield moment


def _taken_up_before(
    given: Given,
    assignment: Assignment,
    campaign: CampaignRecord,
    stretch: Stretch,
    rung: Rung,
    reminders: Sequence[Reminder],
) -> bool:
    """Whether a rung that does not repeat came for that due date on an earlier day, and other
    holidays moved it since: it does not come again."""
    changes = given.awake.calendars.changes[1:]
    if not changes:
        return False
    name, day = rung
    repeats = any(
        one.every
        for one in campaign.current.rungs(assignment.milestone_id, assignment.unit_id)
        if one.id == name
    )
    return not repeats and any(
        one.reason == name
        and one.due_basis == stretch.basis
        and one.occurrence < day
        and any(one.created_at <= change.since for change in changes)
        for one in reminders
    )


def _judged(
    given: Given,
    assignment: Assignment,
    campaign: CampaignRecord,
    found: Sequence[Stretch],
    reminders: Sequence[Reminder],
) -> Sequence[Stretch]:
    """The stretches in which reminders were wanted: not while the assignment was silent.

    Whether one that entered late was silent at first is not on record once its date was set anew.
    """
    if not found or found[0].first_day is not None:
        return found
    first = found[0]
    was_late = first.late_after < local_day(assignment.created_at, campaign)
    if assignment.silent:
        if not was_late:
            given.report.add(
                Code.STATE_DIFFERS,
                _("assignment {id}").format(id=assignment.id),
                _("it is silent although it was not late when it was added"),
            )
        return []
    if (
        was_late
        and first.end is not None
        and not any(one.due_basis == first.basis for one in reminders)
    ):
        given.report.counts["not_judged"] += 1
        rest = found[1:]
        # What the plan moves from one past date to another stays silent.
        while rest and rest[0].late_after < local_day(rest[0].start, campaign):
            if any(one.due_basis == rest[0].basis for one in reminders):
                break
            rest = rest[1:]
        return rest
    return found


def _check_planned(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    found: Sequence[Stretch],
    standings: Sequence[Standing],
    reminder: Reminder,
) -> None:
    """Some version planned it for a date by which it was owed; it was made on its day or later."""
    rung = (reminder.reason, reminder.occurrence)
    fits = not assignment.silent and any(
        stretch.basis == reminder.due_basis
        and (stretch.first_day is None or reminder.occurrence >= stretch.first_day)
        and rung in plan_of(version, assignment, stretch)
        for stretch in found
        for version in campaign.versions
    )
    if reminder.reason == ASKED:
        fits = any(
            day == reminder.occurrence.isoformat() and one.effective_due == reminder.due_basis
            for one in standings
            for day in one.snoozes.values()
        )
    if not fits or local_day(reminder.created_at, campaign) < reminder.occurrence:
        given.report.add(
            Code.REMINDER_UNPLANNED,
            _("reminder {id}").format(id=reminder.id),
            _("{name}: “{rung}” of {day} for the due date {due} is not planned").format(
                name=where, rung=rung[0], day=rung[1], due=reminder.due_basis
            ),
        )


def _check_held(
    given: Given, where: str, assignment: Assignment, campaign: CampaignRecord, reminder: Reminder
) -> None:
    """What goes above the contact went out of a held delivery, if it went."""
    held = [
        rung.held
        for version in campaign.versions
        for rung in version.rungs(assignment.milestone_id, assignment.unit_id)
        if rung.id == reminder.reason
    ]
    if (
        reminder.status is ReminderStatus.SENT
        and reminder.role in ABOVE
        and held
        and all(held)
        and reminder.address not in given.held_for
    ):
        given.report.add(
            Code.SENT_WHILE_HELD,
            _("reminder {id}").format(id=reminder.id),
            _("{name}: “{rung}” went to {address} and was never held").format(
                name=where, rung=reminder.reason, address=reminder.address
            ),
        )


def _check_in_time(
    given: Given, where: str, rung: Rung, made: datetime, first: datetime, last: datetime
) -> None:
    """No tick of an earlier day left it undone."""
    awake = given.awake
    if awake.local_day(made) > awake.local_day(first) and awake.surely_ticked(
        first, min(last, awake.begin_of_day(made))
    ):
        given.report.add(
            Code.RUNG_LATE,
            where,
            _("“{rung}” of {day} was taken up at {moment}").format(
                rung=rung[0], day=rung[1], moment=awake.shown(made)
            ),
        )


def _count_unticked(given: Given, first: datetime) -> None:
    """No tick is known: nothing ran or it was handed in first; or ticks were not yet recorded."""
    unknown = given.ticks_unknown_before is not None and first < given.ticks_unknown_before
    given.report.counts["not_judged" if unknown else "rungs_unticked"] += 1
