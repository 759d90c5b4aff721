"""How an assignment stands after an event: what “as of” a past moment, an undo and the log read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from workflows.states import State
from workflows.tables import Assignment, Event


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


def snapshot_before(assignment: Assignment, standing: Sequence[Event]) -> Mapping[str, Any]:
    """How it stood before the last of the events that still hold."""
    return standing[-2].data if len(standing) > 1 else initial_snapshot(assignment)


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
    assignment.requested_due, assignment.extended_from = day("requested_due"), day("extended_from")
    moment = before["submitted_at"]
    assignment.submitted_at = datetime.fromisoformat(moment) if moment else None
    assignment.handed_in_late = before["handed_in_late"]
    assignment.missing, assignment.nil = list(before["missing"]), before["nil"]
    seen = before.get("acknowledged_at")  # an older Duban did not record it
    assignment.acknowledged_at = datetime.fromisoformat(seen) if seen else None
    assignment.snoozes = dict(before.get("snoozes", {}))
