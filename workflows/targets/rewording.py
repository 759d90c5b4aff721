"""Notes which calendar entries may show another light, since a figure or what it is judged by is
another one (workflows/rewording.py).

What was accepted is done, whatever its figures say.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from workflows.rewording import reword
from workflows.states import State
from workflows.tables import Assignment, Campaign, TargetRow

_LIT = sorted({State.OPEN, State.RETURNED, State.SUBMITTED})


def reword_reported(
    session: Session, campaign_id: str, milestone_id: str, units: Collection[str], now: datetime
) -> None:
    """These units' assignments of a milestone: a figure or a share of one of its targets is
    another one from `now` (aware) on."""
    reword(
        session,
        (col(Assignment.campaign_id) == campaign_id)
        & (col(Assignment.milestone_id) == milestone_id)
        & col(Assignment.unit_id).in_(sorted(units))
        & col(Assignment.state).in_(_LIT),
        now,
    )


def reword_attributes(
    session: Session, units: Collection[str], names: frozenset[str], now: datetime
) -> None:
    """The same where targets are judged by one of these attributes of these units."""
    asking = [
        (row.campaign_id, row.milestone_id)
        for row in session.exec(
            select(TargetRow).join(
                Campaign,
                (col(Campaign.id) == TargetRow.campaign_id)
                & (col(Campaign.version) == TargetRow.version),
            )
        )
        if not names.isdisjoint(_asked(row))
    ]
    for campaign_id, milestone_id in sorted(set(asking)):
        reword_reported(session, campaign_id, milestone_id, units, now)


def reworded_targets(
    session: Session, before: Campaign, after: Collection[TargetRow]
) -> set[str | None]:
    """The milestones with other targets in the version `after` than in the one in force."""
    rows = session.exec(
        select(TargetRow).where(
            TargetRow.campaign_id == before.id, TargetRow.version == before.version
        )
    )
    old, new = _by_milestone(rows), _by_milestone(after)
    return {one for one in {*old, *new} if old.get(one) != new.get(one)}


def _by_milestone(rows: Iterable[TargetRow]) -> dict[str | None, list[dict[str, Any]]]:
    found: dict[str | None, list[dict[str, Any]]] = {}
    # In the plan's order: the database has another, and an order is no difference.
    for row in sorted(rows, key=lambda one: one.position):
        said = row.model_dump(exclude={"version", "position", "reporters"})
        found.setdefault(row.milestone_id, []).append(said)
    return found


def _asked(row: TargetRow) -> set[str]:
    """The attributes by which a target is judged."""
    baseline = row.declared.get("baseline") or {}
    return {one for one in (row.declared.get("of"), baseline.get("attribute")) if one}
