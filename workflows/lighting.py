"""The light of each assignment: what it shows from how it stands and how its targets go.

Done is what was accepted; red what is overdue after grace; yellow what is due soon, past its due
date within the grace, incomplete when it is due, or behind with a target; grey what has not begun.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

from workflows.covered import MONTH, QUARTER
from workflows.dates import single_date
from workflows.declaration import Declaration, Kind
from workflows.lights import Light
from workflows.reporting.declared import Lights
from workflows.standing import Standing, Standpoint
from workflows.states import State
from workflows.tables import Campaign
from workflows.targets.numbers import Numbers, numbers_at
from workflows.targets.standing import TargetStanding
from workflows.targets.views import PROVINCE
from workflows.versions import kept_plan, plan_of
from workflows.working_days import WorkingDays, working_days

_LENGTHS = {Kind.MONTHLY.value: MONTH, Kind.QUARTERLY.value: QUARTER}
Course = Sequence[tuple[date, Light]]  # from its day on each holds; a later one goes before


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
    course = course_of(standing, begins, rule, calendar)
    light = next((light for day, light in reversed(course) if day <= today), None)
    return Light.YELLOW if light is Light.GREEN and behind else light


def course_of(
    standing: Standing, begins: date | None, rule: Lights, calendar: WorkingDays
) -> Course:
    """The lights of what stands as it does now, day after day, while it is behind with no target:
    to be behind makes yellow of green. Empty for what is not owed at all."""
    if standing.state in {State.WAIVED, State.CANCELLED}:
        return ()
    if standing.state is State.ACCEPTED:
        return ((date.min, Light.DONE),)
    if not standing.owing:
        waits = ((standing.due, Light.YELLOW),) if standing.missing else ()
        return (date.min, Light.GREEN), *waits
    soon = _soon(standing.effective_due, rule.due_soon, calendar, calendar.edition)
    red = standing.late_after + timedelta(days=1), Light.RED
    if begins is None:
        return (date.min, Light.GREEN), (soon, Light.YELLOW), red
    return (
        (date.min, Light.GREY), (begins, Light.GREEN), (max(begins, soon), Light.YELLOW), red,
    )  # fmt: skip


@lru_cache(maxsize=4096)  # all units of a milestone share their days
def _soon(due: date, count: int, calendar: WorkingDays, _edition: int) -> date:
    """The first day after which at most `count` working days are left through `due`."""
    return calendar.shift(due, -(count if calendar.is_working_day(due) else count + 1))


class LightRule:
    """When the lights of one campaign's assignments turn, by its plan."""

    def __init__(self, plan: Declaration | None, issued: date | None) -> None:
        """`plan` is the declaration in force, `issued` the campaign's day of issue."""
        self.lights = plan.lights if plan else Lights()
        self._issued = issued
        self._calendar = working_days()
        year = plan.year if plan else 0
        self._stages = {
            stage.id: single_date(stage.start, year)
            for stage in (plan.stages if plan else ())
            if stage.start is not None
        }

    def begins(self, start: date | None, kind: str, nominal_due: date, stage: str) -> date | None:
        """The first day of work: its start, for a monthly or quarterly duty so long before it is
        due, the first day of its stage, the plan's day of issue. None where nothing says so."""
        if start is not None:
            return start
        if kind in _LENGTHS:
            return _months_before(nominal_due, _LENGTHS[kind])
        return self._stages.get(stage) or self._issued

    def course(self, standing: Standing, begins: date | None) -> Course:
        """See `course_of`."""
        return course_of(standing, begins, self.lights, self._calendar)


class CampaignLights:
    """The lights of one campaign's assignments on one day."""

    def __init__(self, plan: Declaration | None, numbers: Numbers) -> None:
        """`plan` is the declaration in force, `numbers` how its targets stand on the day."""
        self._rule = LightRule(plan, numbers.campaign.issued)
        self.rule = self._rule.lights
        self.numbers = numbers
        self._behind = {
            (one.target.milestone_id, one.unit_id) for one in numbers.units.values() if one.behind
        }

    def of(self, one: Standpoint) -> Light | None:
        """The light of an assignment of this campaign; None for what is not owed."""
        behind = (one.assignment.milestone_id, one.assignment.unit_id) in self._behind
        return light_of(
            one.standing, self.begins(one), one.today, self.rule, working_days(), behind=behind
        )

    def behind_of(self, unit_id: str) -> list[TargetStanding]:
        """The targets with which a unit, or PROVINCE, is behind, in the plan's order."""
        if unit_id != PROVINCE:
            return [one for one in self.numbers.of_unit(unit_id) if one.behind]
        totals = (self.numbers.totals[one.id] for one in self.numbers.views if one.is_province)
        return [one for one in totals if one.behind]

    def begins(self, one: Standpoint) -> date | None:
        """The first day of work; None where nothing says so."""
        assignment = one.assignment
        return self._rule.begins(
            assignment.start, one.milestone.kind, assignment.nominal_due, one.milestone.stage
        )


def campaign_lights(
    session: Session, campaigns: Iterable[Campaign], at: datetime, *, as_of_past: bool = False
) -> dict[str, CampaignLights]:
    """The lights of these campaigns at `at` (aware), by campaign id."""
    return {
        one.id: CampaignLights(
            plan_of(session, one, at) if as_of_past else kept_plan(session, one),
            numbers_at(session, one, at, as_of_past=as_of_past),
        )
        for one in campaigns
    }


def _months_before(day: date, count: int) -> date:
    """The day after the same day so many months earlier, or after that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    last = monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last)) + timedelta(days=1)
