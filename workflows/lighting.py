"""The light of each assignment: what it shows from how it stands and how its targets go.

Done is what was accepted; red what is overdue after grace; yellow what is due soon, past its due
date within the grace, incomplete when it is due, or behind with a target; grey what has not begun.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session

from workflows.dates import single_date
from workflows.declaration import Declaration
from workflows.lights import Light
from workflows.reporting.declared import Lights
from workflows.standing import Standing, Standpoint
from workflows.states import State
from workflows.tables import Campaign
from workflows.targets.numbers import Numbers, numbers_at
from workflows.targets.standing import TargetStanding
from workflows.targets.views import PROVINCE
from workflows.versions import plan_of
from workflows.working_days import WorkingDays, working_days


def light_of(
    standing: Standing,
    begins: date | None,
    today: date,
    rule: Lights,
    calendar: WorkingDays,
    *,
    behind: bool,
) -> Light | None:
    """The light on the local day `today` of what begins on `begins` (None: has begun); `behind`
    says whether it is behind with a target. None for what is not owed at all."""
    if standing.state in {State.WAIVED, State.CANCELLED}:
        return None
    if standing.state is State.ACCEPTED:
        return Light.DONE
    if standing.overdue_on(today):
        return Light.RED
    if not standing.owing:
        waits = bool(standing.missing) and standing.due <= today
        return Light.YELLOW if waits or behind else Light.GREEN
    if begins is not None and today < begins:
        return Light.GREY
    soon = calendar.between(today, standing.effective_due) <= rule.due_soon
    return Light.YELLOW if soon or behind else Light.GREEN


class CampaignLights:
    """The lights of one campaign's assignments on one day."""

    def __init__(self, plan: Declaration | None, numbers: Numbers) -> None:
        """`plan` is the declaration in force, `numbers` how its targets stand on the day."""
        self.rule = plan.lights if plan else Lights()
        self.numbers = numbers
        self._behind = {
            (one.target.milestone_id, one.unit_id) for one in numbers.units.values() if one.behind
        }
        self._calendar = working_days()
        year = plan.year if plan else 0
        self._stages = {
            stage.id: single_date(stage.start, year)
            for stage in (plan.stages if plan else ())
            if stage.start is not None
        }

    def of(self, one: Standpoint) -> Light | None:
        """The light of an assignment of this campaign; None for what is not owed."""
        behind = (one.assignment.milestone_id, one.assignment.unit_id) in self._behind
        return light_of(
            one.standing, self.begins(one), one.today, self.rule, self._calendar, behind=behind
        )

    def behind_of(self, unit_id: str) -> list[TargetStanding]:
        """The targets with which a unit, or PROVINCE, is behind, in the plan's order."""
        if unit_id != PROVINCE:
            return [one for one in self.numbers.of_unit(unit_id) if one.behind]
        totals = (self.numbers.totals[one.id] for one in self.numbers.views if one.is_province)
        return [one for one in totals if one.behind]

    def begins(self, one: Standpoint) -> date | None:
        """The first day of work: its start, for a monthly duty a month before it is due, the
        first day of its stage, the plan's day of issue. None where nothing says so."""
        assignment = one.assignment
        if assignment.start is not None:
            return assignment.start
        if assignment.period:
            return _month_before(assignment.nominal_due)
        return self._stages.get(one.milestone.stage) or one.campaign.issued


def campaign_lights(
    session: Session, campaigns: Iterable[Campaign], at: datetime, *, as_of_past: bool = False
) -> dict[str, CampaignLights]:
    """The lights of these campaigns at `at` (aware), by campaign id."""
    return {
        one.id: CampaignLights(
            plan_of(session, one, at if as_of_past else None),
            numbers_at(session, one, at, as_of_past=as_of_past),
        )
        for one in campaigns
    }


def _month_before(day: date) -> date:
    """The day after the same day a month earlier, or after that month's last day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day)) + timedelta(days=1)
