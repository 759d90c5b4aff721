"""How a campaign's targets stand at a moment: for each who has to reach one, and in sum.

A province's figure is the sum of its reporters' (of shares Σ numerator / Σ denominator, never a
mean of means); who of them has not reported is said beside it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from workflows.attributes import attributes_by_unit
from workflows.reminding import local_date
from workflows.tables import Campaign, UnitRow
from workflows.targets.exempt import exempt_units
from workflows.targets.figures import Lines, figure_lines
from workflows.targets.judging import Judge
from workflows.targets.measuring import categories_of
from workflows.targets.shares import shares_of
from workflows.targets.standing import TargetStanding
from workflows.targets.views import TargetView, targets_of
from workflows.versions import plan_of


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every target of one campaign as it stands on `today`, its local day."""

    campaign: Campaign
    today: date
    views: tuple[TargetView, ...]
    units: Mapping[
        tuple[str, str], TargetStanding
    ]  # by target and unit, of those bound or with a share
    totals: Mapping[
        str, TargetStanding
    ]  # by target: the province's, or the sum over the units bound
    lines: Lines = field(repr=False)

    def of_unit(self, unit_id: str) -> list[TargetStanding]:
        """How a unit stands with each target that it has to reach, in the plan's order."""
        found = (self.units.get((view.id, unit_id)) for view in self.views)
        return [one for one in found if one is not None]

    def behind(self, milestone_id: str, unit_id: str) -> bool:
        """Whether the unit is behind with a target of that milestone."""
        return any(
            one.behind for one in self.of_unit(unit_id) if one.target.milestone_id == milestone_id
        )


def numbers_at(
    session: Session, campaign: Campaign, at: datetime, *, as_of_past: bool = False
) -> Numbers:
    """How the campaign's targets stand at `at` (aware). With `as_of_past`, by the version, the
    figures, the shares and the attributes that had been recorded before `at`."""
    before = at if as_of_past else None
    today = local_date(at, campaign.time_zone)
    views = targets_of(session, campaign, before)
    if not views:
        return Numbers(campaign, today, (), {}, {}, {})
    lines = figure_lines(session, views, today, recorded_before=before)
    milestones = {view.milestone_id for view in views}
    exempt = exempt_units(session, campaign, milestones, recorded_before=before)
    views = [_without(view, exempt, lines) for view in views]
    judge = Judge(
        today=today,
        lines=lines,
        attributes=attributes_by_unit(session, recorded_before=before),
        order={
            one.id: one.position
            for one in session.exec(select(UnitRow).order_by(col(UnitRow.position)))
        },
        rule=plan_of(session, campaign, before),
    )
    units: dict[tuple[str, str], TargetStanding] = {}
    totals: dict[str, TargetStanding] = {}
    for view in views:
        for unit in view.units:
            units[view.id, unit] = judge.unit(view, unit)
        if view.is_province and view.reporters:
            shares = shares_of(session, view, recorded_before=before)
            for unit in judge.in_order(shares):
                if (view.milestone_id, unit) in exempt:
                    continue
                units[view.id, unit] = judge.unit(view, unit, share=shares[unit])
        bound = [units[view.id, unit] for unit in view.units]
        totals[view.id] = judge.total(view, views, bound)
    return Numbers(campaign, today, tuple(views), units, totals, judge.lines)


def _without(view: TargetView, exempt: Collection[tuple[str, str]], lines: Lines) -> TargetView:
    """The target without the units that need not reach it; what such a one reported counts."""
    free = {unit for milestone, unit in exempt if milestone == view.milestone_id}
    silent = {
        unit
        for unit in free
        if not any(lines.get((view.id, unit, name)) for name in categories_of(view.target))
    }
    return replace(
        view,
        units=tuple(one for one in view.units if one not in free),
        reporters=tuple(one for one in view.reporters if one not in silent),
    )
