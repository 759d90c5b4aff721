"""Replays an assignment's events: how it stood after each, by the referee's own table of rules.

An event's `data` says how the assignment stood after it; what a person chose (a new date) is
taken from there, and all the rest must follow from the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from config.i18n import _
from workflows.referee.campaigns import CampaignRecord
from workflows.referee.chain import ANSWERS
from workflows.referee.codes import Code
from workflows.referee.ladders import next_working_day
from workflows.referee.report import Report
from workflows.tables import Assignment, Event

OWING = frozenset({"open", "returned"})

# What may happen to an assignment, from where, and where it leads.
_LEADS_TO: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "submit": {"open": "submitted", "returned": "submitted"},
        "receive": {"submitted": "submitted"},
        "accept": {"submitted": "accepted"},
        "return": {"submitted": "returned"},
        "waive": {"open": "waived", "returned": "waived"},
        "cancel": {"open": "cancelled", "submitted": "cancelled", "returned": "cancelled"},
        "reopen": {
            "submitted": "open", "accepted": "open", "waived": "open", "cancelled": "open",
        },
        "request_extension": {"open": "open", "returned": "returned"},
        "approve_extension": {"open": "open", "returned": "returned"},
        "reject_extension": {"open": "open", "returned": "returned"},
        "acknowledge": {"open": "open", "returned": "returned"},
        "snooze": {"open": "open", "returned": "returned"},
    }
)  # fmt: skip
# After these, rungs that lie in the past are not made up for; that day's own still counts.
_SET_ANEW = frozenset({"return", "reopen", "approve_extension"})
_BEGINS_ANEW = _SET_ANEW | {"undo"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an assignment stood from one event on. Dates are local to the campaign's zone."""

    since: datetime
    event_id: int  # 0 before the first
    kind: str  # of the event; empty before the first
    state: str
    due: date
    effective_due: date
    late_after: date
    requested_due: date | None = None
    extended_from: date | None = None
    submitted_at: datetime | None = None
    handed_in_late: bool = False
    missing: tuple[str, ...] = ()
    nil: bool = False
    changed: datetime | None = None  # when its entry last became another one; None: at first
    acknowledged_at: datetime | None = None
    snoozes: Mapping[str, str] = field(default_factory=dict)

    @property
    def owing(self) -> bool:
        """Whether something had to be handed in."""
        return self.state in OWING


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time through which something was owed by one date. `end` is None where it still is;
    rungs before `first_day` were not to be made up for (None: all were)."""

    basis: date
    late_after: date
    start: datetime
    end: datetime | None
    first_day: date | None
    returned: bool = False


class ImpossibleError(ValueError):
    """What an event claims does not follow."""


def replay(
    report: Report, assignment: Assignment, events: Sequence[Event], campaign: CampaignRecord
) -> list[Standing] | None:
    """How the assignment stood at first and after each event; None where one cannot be."""
    due = assignment.extended_from or assignment.due
    grace = campaign.at_creation(assignment.created_at).grace
    standings = [
        Standing(
            assignment.created_at, 0, "", assignment.initial_state.value,
            due, due, next_working_day(due) if grace else due,
        )
    ]  # fmt: skip
    standing = [standings[0]]  # those that have not been undone
    for event in events:
        try:
            if event.kind == "undo":
                standings.append(_undone(standing, event))
                standing.pop()
            else:
                standings.append(_after(standing[-1], event, campaign))
                standing.append(standings[-1])
        except ImpossibleError as error:
            where = _("event {id}").format(id=event.id)
            report.add(Code.EVENT_IMPOSSIBLE, where, str(error))
            return None
    return standings


def standing_at(standings: Sequence[Standing], event_id: int) -> Standing:
    """How it stood when that was the newest event on record."""
    return [one for one in standings if one.event_id <= event_id][-1]


def stretches(standings: Sequence[Standing], campaign: CampaignRecord) -> list[Stretch]:
    """The times through which something was owed, each by one date."""
    found: list[Stretch] = []
    for one in standings:
        begins = one.kind in _BEGINS_ANEW or not one.kind
        if found and found[-1].end is None and (begins or not one.owing):
            found[-1] = replace(found[-1], end=one.since)
        if begins and one.owing:
            day = one.since.astimezone(campaign.zone).date() if one.kind else None
            returned = one.state == "returned"
            found.append(Stretch(one.effective_due, one.late_after, one.since, None, day, returned))
    return found


def check_standing(
    report: Report, where: str, assignment: Assignment, events: Sequence[Event], last: Standing
) -> None:
    """The row says what the events lead to."""
    wanted: dict[str, Any] = {
        "due": last.due,
        "effective_due": last.effective_due,
        "late_after": last.late_after,
        "requested_due": last.requested_due,
        "extended_from": last.extended_from,
        "submitted_at": last.submitted_at,
        "handed_in_late": last.handed_in_late,
        "missing": list(last.missing),
        "nil": last.nil,
        "changed_at": last.changed or assignment.created_at,
        "acknowledged_at": last.acknowledged_at,
        "snoozes": dict(last.snoozes),
    }
    differing = [
        _("{what} is {there} and should be {wanted}").format(
            what=name, there=getattr(assignment, name), wanted=value
        )
        for name, value in wanted.items()
        if getattr(assignment, name) != value
    ]
    if assignment.state.value != last.state:
        differing.insert(
            0,
            _("{what} is {there} and should be {wanted}").format(
                what="state", there=assignment.state.value, wanted=last.state
            ),
        )
    if assignment.silent and any(event.kind in _SET_ANEW for event in events):
        differing.append(_("it is silent although its date was set anew"))
    if differing:
        report.add(Code.STATE_DIFFERS, where, "; ".join(differing))


def _undone(standing: Sequence[Standing], event: Event) -> Standing:
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
        changed=event.recorded_at,
    )  # fmt: skip
    _check_snapshot(event, after)
    return after


def _after(before: Standing, event: Event, campaign: CampaignRecord) -> Standing:
    state = _LEADS_TO.get(event.kind, {}).get(before.state)
    if state is None:
        raise ImpossibleError(
            _("“{kind}” is not possible from “{state}”").format(kind=event.kind, state=before.state)
        )
    if event.at > event.recorded_at:
        raise ImpossibleError(_("it happened later than it was recorded"))
    grace = campaign.at_event(event.id or 0).grace
    day = event.at.astimezone(campaign.zone).date()
    after = replace(
        before, since=event.recorded_at, event_id=event.id or 0, kind=event.kind, state=state,
        changed=before.changed if event.kind in ANSWERS else event.recorded_at,
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
            after = _move(after, chosen, grace)
        case "reopen":
            after = replace(after, submitted_at=None, handed_in_late=False, missing=(), nil=False)
            after = _move(after, before.due, grace)
        case "request_extension":
            chosen = _chosen(event, "requested_due", before.effective_due, later=True)
            after = replace(after, requested_due=chosen)
        case "approve_extension":
            chosen = _chosen(event, "effective_due", before.effective_due, later=True)
            after = replace(
                after, due=chosen, extended_from=before.extended_from or before.due,
                requested_due=None,
            )  # fmt: skip
            after = _move(after, chosen, grace)
        case "reject_extension":
            after = replace(after, requested_due=None)
        case "acknowledge":
            after = replace(after, acknowledged_at=event.at)
        case "snooze":
            after = replace(after, snoozes=_put_off(event, before, campaign))
    _check_snapshot(event, after)
    return after


def _move(standing: Standing, due: date, grace: bool) -> Standing:
    """Who has seen the old date, or put it off, has not seen the new one."""
    late_after = next_working_day(due) if grace else due
    return replace(
        standing, effective_due=due, late_after=late_after, acknowledged_at=None, snoozes={}
    )


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
