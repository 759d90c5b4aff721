"""Which assignment in force is which of a new declaration: what is new, moved, gone or back.

What was accepted stays as it was judged: no later version moves or cancels it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from workflows.assigning import assigned_milestones
from workflows.changing.model import Held, Move
from workflows.compile import CompiledAssignment
from workflows.events import APPLIED
from workflows.states import State
from workflows.tables import Assignment, Event
from workflows.transitions import Planned, planned_of


@dataclass(slots=True)
class Matched:
    """What becomes of each assignment. `renamed` are all of a milestone that has another id, moved
    or not; `kept` says of which a decision to leave them alone still holds: the due date that was
    not taken, or '' where the declaration does not have them any more."""

    added: list[CompiledAssignment] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    back: list[Move] = field(default_factory=list)
    retitled: list[Move] = field(default_factory=list)
    removed: list[Held] = field(default_factory=list)
    renamed: list[Held] = field(default_factory=list)
    settled: list[Held] = field(default_factory=list)  # accepted, and not declared any more
    kept: dict[int, str] = field(default_factory=dict)


def held_in_record(session: Session, campaign_id: str) -> list[Held]:
    """What a campaign has in force, without what was opened by hand during it: no declaration has
    that, and none takes it away."""
    query = select(Assignment).where(
        Assignment.campaign_id == campaign_id,
        col(Assignment.milestone_id).not_in(assigned_milestones(session, campaign_id)),
    )
    return [_held(one) for one in session.exec(query.order_by(col(Assignment.id)))]


def held_in_file(compiled: Iterable[CompiledAssignment]) -> list[Held]:
    """What a declaration would have in force on which nobody has worked."""
    return [
        Held(
            0, one.milestone.id, one.unit.id, one.period, planned(one), one.due, one.late_after,
            State.OPEN,
        )
        for one in compiled
    ]  # fmt: skip


def planned(one: CompiledAssignment) -> Planned:
    """What the declaration says of it."""
    return Planned(one.milestone.id, one.title, one.start, one.nominal_due, one.due)


def kept_before(session: Session, campaign_id: str) -> dict[int, str]:
    """The decisions in force to leave assignments as they were, by their numbers."""
    last = session.exec(
        select(Event)
        .where(Event.campaign_id == campaign_id, Event.kind == APPLIED)
        .order_by(col(Event.id).desc())
        .limit(1)
    ).first()
    kept = last.data.get("kept", {}) if last is not None else {}
    return {int(number): str(due) for number, due in kept.items()}


def match(
    compiled: Sequence[CompiledAssignment],
    held: Sequence[Held],
    kept: Mapping[int, str],
    renames: Mapping[str, str],
) -> Matched:
    """Match by milestone, unit and period; `renames` gives the new id of a milestone for the old
    one, `kept` the decisions that held so far."""
    found = Matched()
    there = {(renames.get(one.milestone, one.milestone), one.unit, one.period): one for one in held}
    for new in compiled:
        old = there.pop((new.milestone.id, new.unit.id, new.period), None)
        if old is None:
            found.added.append(new)
        elif old.state is State.CANCELLED:
            found.back.append(Move(old, new))
        else:
            _compare(found, Move(old, new), kept)
    for old in there.values():
        if old.state is State.ACCEPTED:
            found.settled.append(old)
        elif old.state is not State.CANCELLED:
            if kept.get(old.number) == "" and old.number:
                found.kept[old.number] = ""
            else:
                found.removed.append(old)
    found.renamed = [one for one in held if one.milestone in renames]
    return found


def _compare(found: Matched, move: Move, kept: Mapping[int, str]) -> None:
    old, new = move.held, move.new
    if old.state is not State.ACCEPTED and _has_moved(move):
        if kept.get(old.number) != new.due.isoformat():
            found.moved.append(move)
            return
        found.kept[old.number] = new.due.isoformat()
    if (old.plan.title, old.plan.start) != (new.title, new.start):
        found.retitled.append(move)


def _has_moved(move: Move) -> bool:
    """Whether the new version would change dates that people have been told."""
    old, new = move.held, move.new
    if (old.plan.nominal_due, old.plan.due) != (new.nominal_due, new.due):
        return True
    return old.effective_due == new.due and old.late_after != new.late_after


def _held(one: Assignment) -> Held:
    return Held(
        one.id or 0, one.milestone_id, one.unit_id, one.period, planned_of(one),
        one.effective_due, one.late_after, one.state, one.extended_from is not None, one.silent,
    )  # fmt: skip
