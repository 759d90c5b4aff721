"""Replays an assignment's events: how it stood after each, by the referee's own table of rules.

An event's `data` says how the assignment stood after it; what a person chose (a new date) is
taken from there, and all the rest must follow from the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from config.i18n import _
from workflows.referee.chain import ANSWERS
from workflows.referee.codes import Code
from workflows.referee.ladders import next_working_day
from workflows.referee.report import Report
from workflows.referee.standing import Standing
from workflows.referee.versions import CampaignRecord, Version
from workflows.tables import Assignment, Event

# What may happen to an assignment, from where, and where it leads.
_LEADS_TO: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "submit": {"open": "submitted", "returned": "submitted"},
        "receive": {"submitted": "submitted"},
        "accept": {"submitted": "accepted"},
        "return": {"submitted": "returned"},
        "waive": {"open": "waived", "returned": "waived"},
        "cancel": {
            "open": "cancelled", "submitted": "cancelled", "returned": "cancelled",
            "waived": "cancelled",
        },
        "reopen": {
            "submitted": "open", "accepted": "open", "waived": "open", "cancelled": "open",
        },
        "replan": {
            one: one
            for one in ("open", "submitted", "accepted", "returned", "waived", "cancelled")
        },
        "request_extension": {"open": "open", "returned": "returned"},
        "approve_extension": {"open": "open", "returned": "returned"},
        "reject_extension": {"open": "open", "returned": "returned"},
        "acknowledge": {"open": "open", "returned": "returned"},
        "snooze": {"open": "open", "returned": "returned"},
    }
)  # fmt: skip


class ImpossibleError(ValueError):
    """What an event claims does not follow."""


def replay(
    report: Report, assignment: Assignment, events: Sequence[Event], campaign: CampaignRecord
) -> list[Standing] | None:
    """How the assignment stood at first and after each event; None where one cannot be."""
    moved = next((event.data for event in events if event.kind == "replan"), None)
    due, nominal = assignment.extended_from or assignment.due, assignment.nominal_due
    milestone = assignment.milestone_id
    if moved is not None:  # a version of the plan has moved it since
        due = date.fromisoformat(moved["was"]["due"])
        nominal = date.fromisoformat(moved["was"]["nominal_due"])
        milestone = moved["was"]["milestone"]
    first = campaign.at_creation(assignment.created_at)
    standings = [
        Standing(
            assignment.created_at, 0, "", assignment.initial_state.value,
            due, due, _late_after(due, first, milestone),
            nominal_due=nominal, milestone=milestone,
        )
    ]  # fmt: skip
    standing = [standings[0]]  # those that have not been undone
    for event in events:
        try:
            if event.kind == "undo":
                standings.append(_undone(standing, standings[-1], event, campaign))
                standing.pop()
            else:
                standings.append(_after(standing[-1], standings[-1], event, campaign))
                standing.append(standings[-1])
        except ImpossibleError as error:
            where = _("event {id}").format(id=event.id)
            report.add(Code.EVENT_IMPOSSIBLE, where, str(error))
            return None
    return standings


def _rungs_from(event: Event, campaign: CampaignRecord) -> date | None:
    """From which day on rungs are wanted after what the plan did: the day itself, or the next one
    where that day's had gone out already. None where it is no deed of the plan's."""
    if "rungs_from" not in event.data:
        return None
    day = date.fromisoformat(event.data["rungs_from"])
    if not 0 <= (day - event.recorded_at.astimezone(campaign.zone).date()).days <= 1:
        raise ImpossibleError(_("its rungs begin on {day}, and not then").format(day=day))
    return day


def _undone(
    standing: Sequence[Standing], last: Standing, event: Event, campaign: CampaignRecord
) -> Standing:
    """It stands as before the newest event that still holds, which is the one that is undone."""
    if len(standing) < 2 or event.data.get("undoes") != standing[-1].event_id:
        raise ImpossibleError(
            _("it undoes event {id}, which is not the newest that holds").format(
                id=event.data.get("undoes")
            )
        )
    if event.at > event.recorded_at:
        raise ImpossibleError(_("it happened later than it was recorded"))
    after = replace(
        standing[-2], since=event.recorded_at, event_id=event.id or 0, kind=event.kind,
        anew=False, rungs_from=_rungs_from(event, campaign), changed=_newest(last, event),
    )  # fmt: skip
    _check_snapshot(event, after)
    return after


def _newest(before: Standing, event: Event) -> datetime:
    """When the entry last changed: an event on a clock that was set back makes it no older."""
    return max(before.changed or event.recorded_at, event.recorded_at)


def _after(before: Standing, last: Standing, event: Event, campaign: CampaignRecord) -> Standing:
    """`before` is what holds, `last` how it stood at the event before, which may be an undo."""
    state = _LEADS_TO.get(event.kind, {}).get(before.state)
    if state is None:
        raise ImpossibleError(
            _("“{kind}” is not possible from “{state}”").format(kind=event.kind, state=before.state)
        )
    if event.at > event.recorded_at:
        raise ImpossibleError(_("it happened later than it was recorded"))
    version = campaign.at_event(event.id or 0)
    day = event.at.astimezone(campaign.zone).date()
    after = replace(
        before, since=event.recorded_at, event_id=event.id or 0, kind=event.kind, state=state,
        anew=False, rungs_from=_rungs_from(event, campaign),
        changed=last.changed if event.kind in ANSWERS else _newest(last, event),
    )  # fmt: skip
    match event.kind:
        case "submit":
            after = replace(
                after,
                submitted_at=before.submitted_at or event.at,
                handed_in_late=before.handed_in_late or day > before.late_after,
                requested_due=None,
            )
            after = _received(after, event, ())
        case "receive":
            after = _received(after, event, before.missing)
        case "accept":
            if before.missing:
                raise ImpossibleError(_("it was accepted and not complete"))
        case "return":
            chosen = _chosen(event, "effective_due", day)
            after = _move(after, chosen, version)
        case "reopen":
            after = replace(after, submitted_at=None, handed_in_late=False, missing=(), nil=False)
            after = _move(after, before.due, version)
        case "request_extension":
            chosen = _chosen(event, "requested_due", before.effective_due, later=True)
            after = replace(after, requested_due=chosen)
        case "approve_extension":
            chosen = _chosen(event, "effective_due", before.effective_due, later=True)
            after = replace(
                after, due=chosen, extended_from=before.extended_from or before.due,
                requested_due=None,
            )  # fmt: skip
            after = _move(after, chosen, version)
        case "reject_extension":
            after = replace(after, requested_due=None)
        case "replan":
            after = _replanned(after, event, version)
        case "acknowledge":
            after = replace(after, acknowledged_at=event.at)
        case "snooze":
            after = replace(after, snoozes=_put_off(event, before, campaign))
    _check_snapshot(event, after)
    return after


def _replanned(after: Standing, event: Event, version: Version) -> Standing:
    """A version of the plan has another date or id: an extended one keeps the later of its dates,
    a returned one its correction date."""
    was, plan = event.data["was"], event.data["plan"]
    begun = "holidays" in event.data or event.recorded_at == version.since
    if event.data.get("plan_version") != version.number or not begun:
        raise ImpossibleError(_("no version of the plan was applied then"))
    held = after.extended_from or after.due
    stood = (after.milestone, str(after.nominal_due), str(held))
    if stood != (was["milestone"], was["nominal_due"], was["due"]):
        raise ImpossibleError(
            _("{what} is {there} and should be {wanted}").format(
                what="was", there=was, wanted=stood
            )
        )
    due, extended = date.fromisoformat(plan["due"]), None
    if after.extended_from is not None and due < after.due:
        due, extended = after.due, due
    follows = after.state != "returned" and after.effective_due == after.due
    basis = due if follows else after.effective_due
    late_after = _late_after(basis, version, plan["milestone"])
    wish = after.requested_due
    anew = after.owing and (basis, late_after) != (after.effective_due, after.late_after)
    return replace(
        after, milestone=plan["milestone"], nominal_due=date.fromisoformat(plan["nominal_due"]),
        due=due, extended_from=extended, effective_due=basis, late_after=late_after,
        requested_due=None if wish is not None and wish <= basis else wish,
        acknowledged_at=None if anew else after.acknowledged_at,
        snoozes={} if anew else after.snoozes, anew=anew,
    )  # fmt: skip


def _move(standing: Standing, due: date, version: Version) -> Standing:
    """Who has seen the old date, or put it off, has not seen the new one."""
    return replace(
        standing,
        effective_due=due,
        late_after=_late_after(due, version, standing.milestone),
        acknowledged_at=None,
        snoozes={},
    )


def _late_after(due: date, version: Version, milestone_id: str) -> date:
    """By the grace and the holidays that held."""
    return next_working_day(due, version.calendar) if version.grace_of(milestone_id) else due


def _put_off(event: Event, before: Standing, campaign: CampaignRecord) -> Mapping[str, str]:
    """One person chose a day to come, up to the due date."""
    chosen: dict[str, str] = dict(event.data["snoozes"])
    new = {key: day for key, day in chosen.items() if before.snoozes.get(key) != day}
    today = event.recorded_at.astimezone(campaign.zone).date()
    fits = all(today < date.fromisoformat(day) <= before.effective_due for day in new.values())
    if len(new) > 1 or not fits or not before.snoozes.keys() <= chosen.keys():
        raise ImpossibleError(_("to be reminded on these days was not possible"))
    return chosen


def _received(after: Standing, event: Event, waiting: Sequence[str]) -> Standing:
    """What has not come yet is chosen; when more comes, it becomes less."""
    missing, nil = tuple(event.data.get("missing", ())), bool(event.data.get("nil", False))
    if (nil and missing) or (event.kind == "receive" and not set(missing) < set(waiting)):
        raise ImpossibleError(
            _("what is missing ({parts}) does not follow").format(parts=_(", ").join(missing))
        )
    return replace(after, missing=missing, nil=nil)


def _chosen(event: Event, name: str, limit: date, *, later: bool = False) -> date:
    """The date that a person chose: on or after `limit`, or after it."""
    chosen = date.fromisoformat(event.data[name])
    if chosen < limit or (later and chosen == limit):
        raise ImpossibleError(
            _("{what} {day} is too early: {limit}").format(what=name, day=chosen, limit=limit)
        )
    return chosen


def _check_snapshot(event: Event, after: Standing) -> None:
    wanted: dict[str, Any] = {
        "state": after.state,
        "due": after.due.isoformat(),
        "effective_due": after.effective_due.isoformat(),
        "late_after": after.late_after.isoformat(),
        "requested_due": after.requested_due.isoformat() if after.requested_due else None,
    }
    # An older Duban did not record these.
    later = {
        "extended_from": after.extended_from.isoformat() if after.extended_from else None,
        "submitted_at": after.submitted_at.isoformat() if after.submitted_at else None,
        "handed_in_late": after.handed_in_late,
        "missing": list(after.missing),
        "nil": after.nil,
        "acknowledged_at": after.acknowledged_at.isoformat() if after.acknowledged_at else None,
        "snoozes": dict(after.snoozes),
    }
    wanted |= {name: value for name, value in later.items() if name in event.data}
    for name, value in wanted.items():
        if event.data.get(name) != value:
            raise ImpossibleError(
                _("{what} is {there} and should be {wanted}").format(
                    what=name, there=event.data.get(name), wanted=value
                )
            )
