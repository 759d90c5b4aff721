"""The figures that came with forms: shown with the hand-in, so that a wrong one is noticed."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session, col, select

from notifications.own_items import OwnItem
from workflows.database import batched
from workflows.tables import FilledForm, Progress
from workflows.targets.declared import Measure
from workflows.targets.told import amount
from workflows.targets.views import TargetView, exact, targets_of


def figures_read(session: Session, owned: Sequence[OwnItem]) -> dict[int, tuple[str, ...]]:
    """What the forms of these items have said, by the duty's number: the newest of each figure."""
    newest: dict[int, dict[tuple[str, str], Progress]] = defaultdict(dict)
    for batch in batched([one.assignment.id or 0 for one in owned]):
        query = (
            select(FilledForm.assignment_id, Progress)
            .join(Progress, col(Progress.filled_id) == col(FilledForm.id))
            .where(col(FilledForm.assignment_id).in_(batch))
            .order_by(col(Progress.id))
        )
        for number, one in session.exec(query):
            newest[number][one.target_id, one.category] = one
    if not newest:
        return {}
    campaigns = {one.campaign.id: one.campaign for one in owned if one.assignment.id in newest}
    views = {
        (key, view.id): view
        for key, campaign in campaigns.items()
        for view in targets_of(session, campaign)
    }
    return {
        number: tuple(
            _words(one, view)
            for one in figures.values()
            if one.value is not None and (view := views.get((one.campaign_id, one.target_id)))
        )
        for number, figures in newest.items()
    }


def _words(one: Progress, view: TargetView) -> str:
    whole = exact(one.denominator) if one.denominator is not None else None
    said = amount(view.target, exact(one.value or 0), whole)
    measure = view.target.unit_of_measure if view.target.measure is not Measure.YES_NO else ""
    category = f"（{one.category}）" if one.category else ""
    return f"{view.target.title}{category} {said} {measure}".strip()
