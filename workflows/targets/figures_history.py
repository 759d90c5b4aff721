"""Every figure that was ever reported, with who and when, and what it corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from workflows.tables import Campaign, Progress
from workflows.targets.views import TargetView, exact


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it was made. `value` is None where it takes a figure back."""

    view: TargetView
    unit_id: str  # PROVINCE where the office reported
    category: str
    day: date  # local to the campaign
    value: Decimal | None
    whole: Decimal | None
    before: Decimal | None  # the value that it corrects
    before_whole: Decimal | None
    corrects: bool
    holds: bool  # whether it is the newest for its day
    recorded_at: datetime
    actor: str
    note: str
    origin: str


def figures_told(
    session: Session,
    campaign: Campaign,
    views: Sequence[TargetView],
    *,
    unit_id: str | None = None,
    recorded_before: datetime | None = None,
) -> list[Told]:
    """The reports on these targets of the campaign, oldest first; of one unit where it is named.

    With `recorded_before` (aware), those that had been recorded by then.
    """
    by_id = {view.id: view for view in views}
    query = select(Progress).where(Progress.campaign_id == campaign.id).order_by(col(Progress.id))
    if unit_id is not None:
        query = query.where(Progress.unit_id == unit_id)
    if recorded_before is not None:
        query = query.where(col(Progress.recorded_at) < recorded_before)
    rows = [row for row in session.exec(query) if row.target_id in by_id]
    by_number = {row.id: row for row in rows}
    replaced = {row.corrects for row in rows}
    found = []
    for row in rows:
        before = by_number.get(row.corrects) if row.corrects is not None else None
        found.append(
            Told(
                view=by_id[row.target_id],
                unit_id=row.unit_id,
                category=row.category,
                day=row.day,
                value=_exact(row.value),
                whole=_exact(row.denominator),
                before=_exact(before.value) if before else None,
                before_whole=_exact(before.denominator) if before else None,
                corrects=before is not None,
                holds=row.id not in replaced,
                recorded_at=row.recorded_at,
                actor=row.actor,
                note=row.note,
                origin=row.origin,
            )
        )
    return found


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else exact(value)
