"""How assignments stand at a moment: now by their rows, in the past by what was recorded then.

Every list and board starts from here, so that all of them count the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlalchemy import select as columns_of
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from workflows.columns import among
from workflows.events import first_dues, standing_events
from workflows.ladder import late_after
from workflows.reminding import local_date
from workflows.states import OWING, Action, State
from workflows.tables import Assignment, Campaign, Event, MilestoneRow, UnitRow
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class Selection:
    """Which assignments to look at; ids, or None for all."""

    campaign_id: str | None = None
    unit_id: str | None = None
    level: str | None = None
    department: str | None = None
    track: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one assignment stands. Dates are local to the campaign's zone."""

    state: State
    due: date
    effective_due: date
    late_after: date
    requested_due: date | None = None
    submitted_at: datetime | None = None
    handed_in_late: bool = False
    missing: tuple[str, ...] = ()
    nil: bool = False
    acknowledged_at: datetime | None = None

    @property
    def owing(self) -> bool:
        """Whether the unit still has to hand something in."""
        return self.state in OWING

    def overdue_on(self, today: date) -> bool:
        """Whether it is overdue on that local day."""
        return self.owing and today > self.late_after


@dataclass(frozen=True, slots=True)
class Standpoint:
    """An assignment with its surroundings and how it stands on `today`, its campaign's day."""

    assignment: Assignment
    unit: UnitRow
    milestone: MilestoneRow
    campaign: Campaign
    standing: Standing
    today: date


class _Recorded(NamedTuple):
    """What of an event says how its assignment stands after it."""

    campaign_id: str
    assignment_id: int | None
    kind: str
    at: datetime
    data: dict[str, Any]


def standpoints(
    session: Session,
    at: datetime,
    wanted: Selection,
    *,
    as_of_past: bool = False,
    only_overdue: bool = False,
) -> list[Standpoint]:
    """What `wanted` selects, as it stands at `at` (aware), in no order.

    With `as_of_past`, by what had been recorded before `at`.
    """
    # The few units and milestones are read by themselves, not once for each assignment.
    units = {one.id: one for one in session.exec(select(UnitRow))}
    milestones = {(one.campaign_id, one.id): one for one in session.exec(select(MilestoneRow))}
    campaigns = {one.id: one for one in session.exec(select(Campaign))}
    days = {one.id: local_date(at, one.time_zone) for one in campaigns.values()}
    asked = campaigns
    if wanted.campaign_id is not None:
        asked = {key: one for key, one in campaigns.items() if key == wanted.campaign_id}
    recorded = _recorded(session, at, asked) if as_of_past else {}
    first = first_dues(session) if as_of_past else {}
    found = []
    for assignment in session.exec(_query(wanted, at, only_overdue and not as_of_past)):
        unit = units[assignment.unit_id]
        milestone = milestones[assignment.campaign_id, assignment.milestone_id]
        if not _fits(wanted, unit, milestone):
            continue
        if as_of_past:
            standing = recorded.get(assignment.id) or _initial(assignment, milestone, first)
        else:
            standing = standing_of(assignment)
        today = days[assignment.campaign_id]
        if not only_overdue or standing.overdue_on(today):
            campaign = campaigns[assignment.campaign_id]
            found.append(Standpoint(assignment, unit, milestone, campaign, standing, today))
    return found


def earlier(session: Session, found: Sequence[Standpoint], at: datetime) -> list[Standpoint]:
    """The same assignments as they stood at `at` (aware), by what had been recorded before it;
    without those that were not there yet. Nothing but events is read for it."""
    campaigns = {one.campaign.id: one.campaign for one in found}
    days = {one.id: local_date(at, one.time_zone) for one in campaigns.values()}
    recorded, first = _recorded(session, at, campaigns), first_dues(session)
    return [
        Standpoint(
            one.assignment, one.unit, one.milestone, one.campaign,
            recorded.get(one.assignment.id) or _initial(one.assignment, one.milestone, first),
            days[one.campaign.id],
        )
        for one in found
        if one.assignment.created_at <= at
    ]  # fmt: skip


def _query(wanted: Selection, at: datetime, only_overdue: bool) -> SelectOfScalar[Assignment]:
    chosen = may_be_overdue(wanted, at) if only_overdue else _chosen(wanted, at)
    return select(Assignment).where(*chosen)


def _chosen(wanted: Selection, at: datetime) -> list[ColumnElement[bool]]:
    conditions = [col(Assignment.created_at) <= at]
    if wanted.campaign_id is not None:
        conditions.append(col(Assignment.campaign_id) == wanted.campaign_id)
    if wanted.unit_id is not None:
        conditions.append(col(Assignment.unit_id) == wanted.unit_id)
    return conditions


def may_be_overdue(wanted: Selection, at: datetime) -> list[ColumnElement[bool]]:
    """The conditions on Assignment for what is overdue at `at` (aware) by its row; what has only
    today to go may be among it, for the campaign's own day tells. Of `wanted` the campaign and the
    unit count."""
    # The local date of `at` is at most a day ahead of UTC's anywhere.
    latest = at.astimezone(UTC).date() + timedelta(days=1)
    owing = among(Assignment.state, OWING)
    return [*_chosen(wanted, at), owing, col(Assignment.late_after) <= latest]


def _fits(wanted: Selection, unit: UnitRow, milestone: MilestoneRow) -> bool:
    return (
        wanted.level in {None, unit.level}
        and wanted.track in {None, milestone.track}
        and (wanted.department is None or wanted.department in milestone.departments)
    )


def standing_of(assignment: Assignment) -> Standing:
    """How it stands now, by its row."""
    return Standing(
        assignment.state,
        assignment.due,
        assignment.effective_due,
        assignment.late_after,
        assignment.requested_due,
        assignment.submitted_at,
        assignment.handed_in_late,
        tuple(assignment.missing),
        assignment.nil,
        assignment.acknowledged_at,
    )


def _initial(
    assignment: Assignment, milestone: MilestoneRow, first: Mapping[int, date]
) -> Standing:
    """How it stood before its first event; `first` has the due dates that the plan has moved."""
    due = first.get(assignment.id or 0) or assignment.extended_from or assignment.due
    late = late_after(due, working_days(), grace=milestone.holiday_grace)
    return Standing(assignment.initial_state, due, due, late)


def _recorded(
    session: Session, at: datetime, campaigns: Mapping[str, Campaign]
) -> dict[int | None, Standing]:
    """How each assignment with an event recorded before `at` stood at `at`."""
    histories: dict[int | None, list[_Recorded]] = {}
    # Of very many events a few columns alone: objects would take three times as long.
    query = (
        columns_of(*(col(getattr(Event, name)) for name in _Recorded._fields))
        .where(
            col(Event.assignment_id).is_not(None),
            col(Event.recorded_at) < at,
            col(Event.campaign_id).in_(sorted(campaigns)),
        )
        .order_by(col(Event.id))
    )
    for row in session.connection().execute(query):
        event = _Recorded._make(row)
        histories.setdefault(event.assignment_id, []).append(event)
    return {
        key: _folded(events, campaigns[events[0].campaign_id].time_zone)
        for key, events in histories.items()
    }


def _folded(events: Sequence[_Recorded], zone: str) -> Standing:
    """The last event's snapshot, with the first hand-in that still counts from all of them."""
    submitted_at, late = None, False
    for event in standing_events(events):
        if event.kind == Action.SUBMIT:
            submitted_at = submitted_at or event.at
            if not late:  # a later hand-in in time does not make it good
                late = local_date(event.at, zone) > date.fromisoformat(event.data["late_after"])
        elif event.kind == Action.REOPEN:
            submitted_at, late = None, False
    last = events[-1].data
    requested, seen = last.get("requested_due"), last.get("acknowledged_at")
    return Standing(
        State(last["state"]),
        date.fromisoformat(last["due"]),
        date.fromisoformat(last["effective_due"]),
        date.fromisoformat(last["late_after"]),
        date.fromisoformat(requested) if requested else None,
        submitted_at,
        late,
        tuple(last.get("missing") or ()),
        bool(last.get("nil")),
        datetime.fromisoformat(seen) if seen else None,
    )
