"""What assignments share: the milestone of each, and its campaign."""

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import bindparam, tuple_
from sqlmodel import Session, col, select

from workflows.database import batched
from workflows.tables import Campaign, MilestoneRow


class OfPlan(Protocol):
    """An assignment, or so much of one as says what it is of."""

    @property
    def campaign_id(self) -> str:
        """The campaign."""

    @property
    def milestone_id(self) -> str:
        """The milestone in it."""


Plans = dict[tuple[str, str], tuple[MilestoneRow, Campaign]]


def plans_of(session: Session, assignments: Iterable[OfPlan]) -> Plans:
    """By campaign and milestone what these assignments are of. Very many share a few: joined to
    each, a milestone's ladders would be read as often as it has assignments."""
    keys = {(one.campaign_id, one.milestone_id) for one in assignments}
    return {
        (one.campaign_id, one.id): (one, campaign)
        for batch in batched(keys)
        for one, campaign in session.execute(_PLANS, {"keys": batch})
    }


_PLANS = (  # building it takes longer than the database does
    select(MilestoneRow, Campaign)
    .join(Campaign, col(Campaign.id) == MilestoneRow.campaign_id)
    .where(tuple_(MilestoneRow.campaign_id, MilestoneRow.id).in_(bindparam("keys", expanding=True)))
)
