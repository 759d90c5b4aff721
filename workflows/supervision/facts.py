"""What a unit can be supervised for now: overdue hand-ins and binding targets missed, of running
campaigns. What the office has silenced, or was entered as past without reminders, is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists
from sqlmodel import Session, col, select

from workflows.ladder import Role, late_after
from workflows.lights import Light
from workflows.reminding import local_date
from workflows.resting import Resting, awake
from workflows.silencing import Silenced
from workflows.standing import Selection, Standpoint, standpoints
from workflows.states import State
from workflows.supervision import said
from workflows.supervision.said import Matter, Missed, Owed
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryStatus,
    FailedTry,
    MilestoneRow,
    Reminder,
    ReminderStatus,
)
from workflows.targets.declared import Measure
from workflows.targets.numbers import Numbers, numbers_at
from workflows.targets.standing import TargetStanding
from workflows.transitions import name_of
from workflows.working_days import working_days

# Whose reminders count as sent to the unit: its contacts, its office mailbox, its lead.
_AT_UNIT = (Role.CONTACT.value, Role.DEPUTY.value, Role.LEAD.value, "office")
_RETURNED = "returned"  # of a try: taken at first, and it came back


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be said to a unit, in the order of the plans; and what was left out: how much in
    campaigns that rest, how much was silenced, or was to be listed and never mailed."""

    owed: tuple[Owed, ...]
    missed: tuple[Missed, ...]
    campaigns: tuple[said.Campaign, ...]
    resting: tuple[Resting, ...] = ()
    silenced: int = 0
    silent: int = 0

    @property
    def matters(self) -> tuple[Matter, ...]:
        """Everything that is overdue."""
        return (*self.owed, *self.missed)

    @property
    def names(self) -> set[str]:
        """The same by name."""
        return {one.name for one in self.matters}


def facts_of(
    session: Session, unit_id: str, campaign_id: str | None, now: datetime, *, targets: bool = True
) -> Facts:
    """What the unit owes at `now` (aware) in that campaign, or in all; without `targets` of
    hand-ins alone."""
    selected = Selection(campaign_id=campaign_id, unit_id=unit_id)
    found, resting = awake(
        session, standpoints(session, now, selected, only_overdue=True), now, named=False
    )
    loud = [one for one in found if not one.assignment.silent]
    quiet = {day: Silenced(session, day) for day in {one.today for one in loud}}
    told = [one for one in loud if not quiet[one.today].covers(unit_id, one.campaign.id)]
    told.sort(
        key=lambda one: (
            one.campaign.id, one.milestone.position, one.assignment.period, one.assignment.id
        )
    )  # fmt: skip
    sent = _sent(session, told)
    missed = _missed(session, unit_id, campaign_id, now) if targets else []
    campaigns = _campaigns(session, [one.assignment for one in told], missed)
    return Facts(
        tuple(_owed(one, sent.get(one.assignment.id or 0, ())) for one in told),
        tuple(missed),
        campaigns,
        resting,
        silenced=len(loud) - len(told),
        silent=len(found) - len(loud),
    )


def quiet_among(
    session: Session, unit_id: str, campaign_ids: Iterable[str], now: datetime
) -> set[str]:
    """Those of the campaigns in which the unit is not asked for anything at `now` (aware), whatever
    it owes: they rest, or it is silenced there."""
    found = set()
    for campaign in session.exec(select(Campaign).where(col(Campaign.id).in_(list(campaign_ids)))):
        today = local_date(now, campaign.time_zone)
        silenced = Silenced(session, today).covers(unit_id, campaign.id)
        if silenced or campaign.status is not CampaignStatus.RUNNING:
            found.add(campaign.id)
    return found


def _owed(one: Standpoint, sent: Sequence[date]) -> Owed:
    standing = one.standing
    return Owed(
        name=name_of(one.assignment),
        campaign=one.campaign.id,
        title=one.assignment.title,
        due=standing.effective_due,
        late_after=standing.late_after,
        returned=standing.state is State.RETURNED,
        requested=standing.requested_due,
        sent=tuple(sent),
    )


def _sent(session: Session, told: Iterable[Standpoint]) -> dict[int, list[date]]:
    """On which days (local to the campaign) reminders of each assignment went to the unit."""
    zones = {one.assignment.id or 0: one.campaign.time_zone for one in told}
    came_back = exists().where(
        col(FailedTry.delivery_id) == Delivery.id, col(FailedTry.verdict) == _RETURNED
    )
    rows = session.exec(
        select(Reminder.assignment_id, Delivery.done_at)
        .join(Delivery, col(Delivery.id) == Reminder.delivery_id)
        .where(
            col(Reminder.assignment_id).in_(list(zones)),
            Reminder.status == ReminderStatus.SENT,
            Delivery.status == DeliveryStatus.DONE,
            col(Reminder.role).in_(_AT_UNIT),
            ~came_back,
        )
    )
    days: dict[int, set[date]] = {}
    for assignment_id, done_at in rows:
        if done_at is not None:
            days.setdefault(assignment_id, set()).add(local_date(done_at, zones[assignment_id]))
    return {key: sorted(own) for key, own in days.items()}


def _missed(session: Session, unit_id: str, campaign_id: str | None, now: datetime) -> list[Missed]:
    query = select(Campaign).where(Campaign.status == CampaignStatus.RUNNING)
    if campaign_id is not None:
        query = query.where(Campaign.id == campaign_id)
    found: list[Missed] = []
    for campaign in session.exec(query.order_by(col(Campaign.id))):
        numbers = numbers_at(session, campaign, now)
        if not numbers.views or Silenced(session, numbers.today).covers(unit_id, campaign.id):
            continue
        graces = dict(
            session.exec(
                select(MilestoneRow.id, MilestoneRow.holiday_grace).where(
                    MilestoneRow.campaign_id == campaign.id
                )
            ).all()
        )
        found += [
            _of_target(one, numbers, grace=graces.get(one.target.milestone_id, True))
            for one in numbers.of_unit(unit_id)
            if one.target.must and one.light is Light.RED
        ]
    return found


def _of_target(one: TargetStanding, numbers: Numbers, *, grace: bool) -> Missed:
    """A target that is late: by its last date, or by the newest of its staged ones."""
    view, days = one.target, working_days()
    past = [
        stage for stage in one.stages if numbers.today > late_after(stage.day, days, grace=grace)
    ]
    due, goal = one.due, one.goal
    if past and past[-1].day != one.due:
        due, goal = past[-1].day, past[-1].goal
    return Missed(
        name=f"{numbers.campaign.id}/{view.id}/{due}",
        campaign=numbers.campaign.id,
        milestone=view.milestone_id,
        target=view.id,
        title=view.target.title,
        unit_of_measure=view.target.unit_of_measure,
        yes_no=view.target.measure is Measure.YES_NO,
        due=due,
        goal=goal,
        figure=one.level,
    )


def _campaigns(
    session: Session, owed: Iterable[Assignment], missed: Iterable[Missed]
) -> tuple[said.Campaign, ...]:
    """The campaigns concerned, with whom to ask as their first milestone concerned has it."""
    milestones: dict[str, str] = {}
    for campaign_id, milestone_id in [
        *((one.campaign_id, one.milestone_id) for one in owed),
        *((one.campaign, one.milestone) for one in missed),
    ]:
        milestones.setdefault(campaign_id, milestone_id)
    found = []
    for campaign_id in sorted(milestones):
        campaign = session.get_one(Campaign, campaign_id)
        milestone = session.get(MilestoneRow, (campaign_id, milestones[campaign_id]))
        found.append(
            said.Campaign(
                id=campaign.id,
                title=campaign.title,
                owner=campaign.owner,
                mailbox=campaign.mailbox,
                enquiries=tuple(milestone.enquiries) if milestone is not None else (),
            )
        )
    return tuple(found)
