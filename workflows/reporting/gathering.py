"""What the record holds for a ranking: each unit's assignments and targets, and how they count."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from workflows.assigning import KIND
from workflows.campaign_status import CHANGES, PUTTING_AWAY
from workflows.compile import assignment_key
from workflows.declaration import Declaration
from workflows.events import first_dues
from workflows.reminding import local_date
from workflows.reporting.counting import Item, Yardstick, item_of
from workflows.reporting.declared import Ranking
from workflows.tables import Assignment, Campaign, CampaignStatus, Event, MilestoneRow
from workflows.targets.declared import Measure
from workflows.targets.standing import TargetStanding
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class TargetItem:
    """One target of a unit whose day has come."""

    id: str
    title: str
    unit_of_measure: str  # '' of yes or no
    day: date  # of the last point that counts
    figure: Decimal | None  # of a share per cent; None: nothing reported
    goal: Decimal | None  # by `day`; None: not known
    reached: bool  # what was to be reached by `day`


def yardstick_of(
    session: Session,
    campaign: Campaign,
    plan: Declaration | None,
    at: datetime,
    before: datetime | None,
) -> Yardstick:
    """By what the campaign is measured at `at` (aware), of what was recorded before `before`."""
    zone = plan.time_zone if plan else campaign.time_zone
    today = local_date(at, zone)
    query = select(Event).where(
        Event.campaign_id == campaign.id, col(Event.kind).in_(sorted(CHANGES.keys() - PUTTING_AWAY))
    )
    if before is not None:
        query = query.where(col(Event.recorded_at) < before)
    last = session.exec(query.order_by(col(Event.id).desc()).limit(1)).first()
    if last is not None and last.data.get("status") == CampaignStatus.CLOSED:
        today = min(today, local_date(last.at, zone))  # nothing grows later after the close
    return Yardstick(plan.ranking if plan else Ranking(), today, zone, working_days())


def items_of(
    session: Session,
    campaign: Campaign,
    plan: Declaration | None,
    by: Yardstick,
    at: datetime,
    before: datetime | None,
) -> tuple[dict[str, list[Item]], set[str]]:
    """What each unit's assignments come to, and the units that have any."""
    milestones = {
        one.id: one
        for one in session.exec(
            select(MilestoneRow).where(MilestoneRow.campaign_id == campaign.id)
        )
    }  # fmt: skip
    histories, first = _histories(session, campaign, before), first_dues(session)
    assignments = session.exec(
        select(Assignment).where(
            Assignment.campaign_id == campaign.id, col(Assignment.created_at) <= at
        )
    )
    found: dict[str, list[tuple[tuple[date, int, str], Item]]] = {}
    concerned = set()
    for one in assignments:
        concerned.add(one.unit_id)
        milestone = milestones[one.milestone_id]
        item = item_of(
            assignment_key(one.campaign_id, one.milestone_id, one.unit_id, one.period),
            one.title,
            first.get(one.id or 0) or one.extended_from or one.due,
            one.initial_state,
            histories.get(one.id, ()),
            by,
            grace=plan.holiday_grace
            if plan and milestone.kind != KIND
            else milestone.holiday_grace,
        )
        if item is not None:
            key = (item.due, milestone.position, one.period)
            found.setdefault(one.unit_id, []).append((key, item))
    return (
        {
            unit: [item for _key, item in sorted(own, key=lambda each: each[0])]
            for unit, own in found.items()
        },
        concerned,
    )


def _histories(
    session: Session, campaign: Campaign, before: datetime | None
) -> dict[int | None, list[Event]]:
    query = select(Event).where(
        Event.campaign_id == campaign.id, col(Event.assignment_id).is_not(None)
    )
    if before is not None:
        query = query.where(col(Event.recorded_at) < before)
    found: dict[int | None, list[Event]] = {}
    for event in session.exec(query.order_by(col(Event.id))):
        found.setdefault(event.assignment_id, []).append(event)
    return found


def target_of(
    standing: TargetStanding, by: Yardstick, plan: Declaration | None
) -> TargetItem | None:
    """How a target counts: by its last point that has come and is reached, or is over. None for
    one that is striven for, unless the rule wants it, for one whose first point is to come, and
    where figures are reported while it is not known what there is to reach."""
    view = standing.target
    if not view.must and not by.rule.strive:
        return None
    if standing.figure is not None and any(part.goal is None for part in standing.parts):
        return None
    grace = plan.holiday_grace if plan else True
    come = [
        stage
        for stage in standing.stages
        if stage.day <= by.today
        and (stage.reached or by.today > by.last_day(stage.day, grace=grace))
    ]
    if not come:
        return None
    last = come[-1]
    own = {Measure.SHARE: "%", Measure.YES_NO: ""}
    unit = own.get(view.target.measure, view.target.unit_of_measure)
    return TargetItem(
        view.id, view.target.title, unit, last.day, standing.level, last.goal, last.reached
    )
