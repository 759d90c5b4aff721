"""Who need not reach a target: the units of which all that its milestone asks was waived."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select as columns_of
from sqlmodel import Session, col

from workflows.states import STRUCK, State
from workflows.tables import Assignment, Campaign, Event


def exempt_units(
    session: Session,
    campaign: Campaign,
    milestones: Collection[str],
    *,
    recorded_before: datetime | None = None,
) -> set[tuple[str, str]]:
    """Milestone and unit where each of the unit's assignments is waived or cancelled now, or was
    by what had been recorded before that moment (aware)."""
    fields = ("id", "milestone_id", "unit_id", "initial_state", "state")
    query = columns_of(*(col(getattr(Assignment, name)) for name in fields)).where(
        col(Assignment.campaign_id) == campaign.id,
        col(Assignment.milestone_id).in_(sorted(milestones)),
    )
    then: dict[int | None, State] | None = None
    if recorded_before is not None:
        query = query.where(col(Assignment.created_at) < recorded_before)
        then = _states_before(session, campaign, milestones, recorded_before)
    struck: dict[tuple[str, str], bool] = {}
    for number, milestone, unit, initial, now in session.connection().execute(query):
        state = now if then is None else then.get(number, initial)
        key = milestone, unit
        struck[key] = struck.get(key, True) and State(state) in STRUCK
    return {key for key, all_struck in struck.items() if all_struck}


def _states_before(
    session: Session, campaign: Campaign, milestones: Collection[str], moment: datetime
) -> dict[int | None, State]:
    """After the last event that was recorded before `moment`; of those with an event."""
    query = (
        columns_of(col(Event.assignment_id), col(Event.data))
        .join(Assignment, col(Assignment.id) == Event.assignment_id)
        .where(
            col(Event.campaign_id) == campaign.id,
            col(Event.recorded_at) < moment,
            col(Assignment.milestone_id).in_(sorted(milestones)),
        )
        .order_by(col(Event.id))
    )
    return {number: State(data["state"]) for number, data in session.connection().execute(query)}
