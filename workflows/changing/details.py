"""What a difference says of itself in words: dates, months, what does not follow."""

from collections.abc import Sequence
from datetime import date

from config.i18n import _
from workflows.changing.model import Held, Kind, Move
from workflows.declaration import Milestone
from workflows.states import State

_NAMED = 6  # months in a line


def move_detail(
    old: Milestone | None, milestone: Milestone, moves: Sequence[Move], today: date
) -> str:
    """Of which date which is made, why where nothing was said of it, and what does not follow."""
    first = min(moves, key=lambda one: one.new.due)
    parts = [
        _("{old} → {new}").format(
            old=_day(first.held.plan.due, first.held.late_after, first),
            new=_day(first.new.due, first.new.late_after, first),
        )
    ]
    days = {(one.held.plan.due, one.new.due) for one in moves}
    if len(days) > 1:
        parts.append(_("and {count} more dates").format(count=len(days) - 1))
    if old is not None and (old.due, old.first, old.last) == (
        milestone.due, milestone.first, milestone.last
    ):  # fmt: skip
        parts.append(_("it follows from another change"))
    extended = sum(one.held.extended for one in moves)
    if extended:
        parts.append(_("extended ones keep the later date: {count}").format(count=extended))
    returned = sum(one.held.state is State.RETURNED for one in moves)
    if returned:
        parts.append(_("returned ones keep the correction date: {count}").format(count=returned))
    late = [
        one
        for one in moves
        if one.held.state is State.OPEN
        and not one.held.extended
        and one.new.late_after < today <= one.held.late_after
    ]
    if late:
        parts.append(_("overdue at once: {count}").format(count=len(late)))
    return _("; ").join(parts)


def gone_detail(kind: Kind, held: Sequence[Held], units: str, settled: int) -> str:
    """What is not asked for any more; `units` are the names of those that it is not asked of."""
    periods = sorted({one.period for one in held if one.period})
    parts = []
    if kind is Kind.NARROWED:
        parts.append(_("no longer: {units}").format(units=units))
    elif periods:
        parts.append(_("no longer: {units}").format(units=_few(periods)))
    if settled:
        parts.append(_("accepted and left as they are: {count}").format(count=settled))
    return _("; ").join(parts)


def _day(due: date, late_after: date, move: Move) -> str:
    """The due date; where that stays, with the last day on which it is not late."""
    if move.held.plan.due != move.new.due:
        return due.isoformat()
    return _("{due} (until {late})").format(due=due, late=late_after)


def _few(names: Sequence[str]) -> str:
    return _(", ").join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
