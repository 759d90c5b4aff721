"""How an assignment stands after an event: what “as of” a past moment, an undo and the log read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from workflows.declaration import Kind
from workflows.ladder import late_after
from workflows.states import State
from workflows.tables import Assignment, Campaign, Event, MilestoneRow
from workflows.versions import plan_of
from workflows.working_days import working_days


def snapshot(assignment: Assignment) -> dict[str, Any]:
    """How the assignment stands after an event: what “as of” a past moment and an undo read."""

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "state": assignment.state.value,
        "due": assignment.due.isoformat(),
        "effective_due": assignment.effective_due.isoformat(),
        "late_after": assignment.late_after.isoformat(),
        "requested_due": day(assignment.requested_due),
        "extended_from": day(assignment.extended_from),
        "submitted_at": assignment.submitted_at.astimezone(UTC).isoformat()
        if assignment.submitted_at
        else None,
        "handed_in_late": assignment.handed_in_late,
        "missing": list(assignment.missing),
        "nil": assignment.nil,
        "acknowledged_at": assignment.acknowledged_at.astimezone(UTC).isoformat()
        if assignment.acknowledged_at
        else None,
        "snoozes": dict(assignment.snoozes),
    }


def snapshot_before(
    session: Session, assignment: Assignment, standing: Sequence[Event]
) -> Mapping[str, Any]:
    """How it stood before the last of the events that still hold."""
    if len(standing) > 1:
        return standing[-2].data
    first = initial_snapshot(assignment)
    day = date.fromisoformat(first["effective_due"])
    grace = _grace_at_first(session, assignment)
    return {**first, "late_after": late_after(day, working_days(), grace=grace).isoformat()}


def _grace_at_first(session: Session, assignment: Assignment) -> bool:
    """The grace of the version that made it; what was opened by hand has its own."""
    key = (assignment.campaign_id, assignment.milestone_id)
    milestone = session.get_one(MilestoneRow, key)
    campaign = session.get_one(Campaign, assignment.campaign_id)
    plan = plan_of(session, campaign, assignment.created_at)
    opened = milestone.kind not in set(Kind)
    return milestone.holiday_grace if plan is None or opened else plan.holiday_grace


def initial_snapshot(assignment: Assignment) -> dict[str, Any]:
    """How it stood before its first event, as a snapshot."""
    due = (assignment.extended_from or assignment.due).isoformat()
    return {
        "state": assignment.initial_state.value, "due": due, "effective_due": due,
        "requested_due": None, "extended_from": None, "submitted_at": None,
        "handed_in_late": False, "missing": [], "nil": False,
        "acknowledged_at": None, "snoozes": {},
    }  # fmt: skip


def restore(assignment: Assignment, before: Mapping[str, Any]) -> None:
    """Let it stand again as the snapshot says."""

    def day(name: str) -> date | None:
        return date.fromisoformat(before[name]) if before[name] else None

    assignment.state = State(before["state"])
    assignment.due = date.fromisoformat(before["due"])
    assignment.effective_due = date.fromisoformat(before["effective_due"])
    assignment.late_after = date.fromisoformat(before["late_after"])
    assignment.requested_due, assignment.extended_from = day("requested_due"), day("extended_from")
    moment = before["submitted_at"]
    assignment.submitted_at = datetime.fromisoformat(moment) if moment else None
    assignment.handed_in_late = before["handed_in_late"]
    assignment.missing, assignment.nil = list(before["missing"]), before["nil"]
    seen = before.get("acknowledged_at")  # an older Duban did not record it
    assignment.acknowledged_at = datetime.fromisoformat(seen) if seen else None
    assignment.snoozes = dict(before.get("snoozes", {}))
