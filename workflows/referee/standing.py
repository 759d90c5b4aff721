"""How an assignment stood at a moment, and what its row must say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.report import Report
from workflows.referee.versions import CampaignRecord
from workflows.tables import Assignment, Event

_OWING = frozenset({"open", "returned"})
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
    nominal_due: date | None = None
    milestone: str = ""
    anew: bool = False  # the plan has moved what is owed
    rungs_from: date | None = None  # from which day on its rungs are wanted since

    @property
    def owing(self) -> bool:
        """Whether something had to be handed in."""
        return self.state in _OWING


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time through which something was owed by one date. `end` is None where it still is;
    rungs before `first_day` were not to be made up for (None: all were), those before
    `wanted_from` may have been told by another date on that day already."""

    basis: date
    late_after: date
    start: datetime
    end: datetime | None
    first_day: date | None
    returned: bool = False
    wanted_from: date | None = None


def standing_at(standings: Sequence[Standing], event_id: int) -> Standing:
    """How it stood when that was the newest event on record."""
    return [one for one in standings if one.event_id <= event_id][-1]


def stretches(standings: Sequence[Standing], campaign: CampaignRecord) -> list[Stretch]:
    """The times through which something was owed, each by one date."""
    found: list[Stretch] = []
    for one in standings:
        begins = one.kind in _BEGINS_ANEW or not one.kind or one.anew
        if found and found[-1].end is None and (begins or not one.owing):
            found[-1] = replace(found[-1], end=one.since)
        if begins and one.owing:
            day = one.since.astimezone(campaign.zone).date() if one.kind else None
            returned = one.state == "returned"
            wanted = one.rungs_from or day
            found.append(
                Stretch(one.effective_due, one.late_after, one.since, None, day, returned, wanted)
            )
    return found


def check_standing(
    report: Report, where: str, assignment: Assignment, events: Sequence[Event], last: Standing
) -> None:
    """The row says what the events lead to."""
    changed = max(last.changed or assignment.created_at, assignment.created_at)
    if assignment.reworded:  # by a new version of the plan, which is no event of the assignment
        changed = max(changed, assignment.changed_at)
    wanted: dict[str, Any] = {
        "milestone_id": last.milestone,
        "nominal_due": last.nominal_due,
        "due": last.due,
        "effective_due": last.effective_due,
        "late_after": last.late_after,
        "requested_due": last.requested_due,
        "extended_from": last.extended_from,
        "submitted_at": last.submitted_at,
        "handed_in_late": last.handed_in_late,
        "missing": list(last.missing),
        "nil": last.nil,
        "changed_at": changed,
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
