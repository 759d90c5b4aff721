"""Takes in what is known now of a year's holidays: dates and reminders are worked out again.

All of it is one transaction's, and every date that moves is an event of its assignment, as when a
new version of the plan moves it. The event of the campaign says what the year was and what it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from workflows.attributes import as_reported
from workflows.changing.work import Surroundings
from workflows.comparing import compiled_digest
from workflows.dates import DateRuleError, moved_due, nominal_dates
from workflows.declaration import Declaration
from workflows.events import PLAN_VERSION
from workflows.holiday_record import CALENDAR, UPDATED, WAS, recorded_years
from workflows.holiday_years import HolidayYear
from workflows.ladder import late_after
from workflows.organisation import Organisation
from workflows.reminding import local_date, next_at
from workflows.rewording import reword
from workflows.states import OWING, Action, State
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    CampaignVersion,
    MilestoneRow,
    UnitRow,
)
from workflows.transitions import (
    Deed,
    Planned,
    append_campaign_event,
    apply_action,
    name_of,
    planned_of,
)
from workflows.versions import plan_of
from workflows.working_days import working_days


@dataclass(frozen=True, slots=True)
class Dates:
    """When something is due and from when on it is late, local to its campaign's zone."""

    due: date
    late_after: date
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """An assignment whose dates are others now; `told` where its people get a notice."""

    name: str
    title: str
    unit: str
    was: Dates
    now: Dates
    told: bool


@dataclass(slots=True)
class Update:
    """What an update of a year does. `days` are working days no more, or now. `replanned` counts
    the assignments whose dates stay and whose next reminder comes on another day."""

    year: int
    was: HolidayYear
    now: HolidayYear
    days: Sequence[date]
    moved: list[Moved] = field(default_factory=list)
    replanned: int = 0
    people: int = 0  # who get a notice

    @property
    def changes_anything(self) -> bool:
        """Whether the year is another one, or only its source or certainty is."""
        return (self.was, self.was.source) != (self.now, self.now.source)


def update_year(session: Session, year: int, organisation: Organisation, deed: Deed) -> Update:
    """Take in the year as the files or the library have it now, in the caller's transaction.

    This process goes by it from then on; who rolls back lets it follow the record again. Raises
    StateError where no campaign's dates were computed with that year.
    """
    days = working_days()
    noted = recorded_years(session)
    campaigns = _campaigns(session, year)
    if not campaigns:
        raise StateError(
            _("no campaign has dates that hang on the holidays of {year}").format(year=year),
            _("what is applied later goes by what is known then; see “duban holidays show {year}”")
            .format(year=year),
        )  # fmt: skip
    was, now = noted.get(year) or days.from_library(year), days.known(year)
    update = Update(year, was, now, was.differing(now))
    days.use_record({**noted, year: was})
    same = [one for one in campaigns if one.digest == _digest(session, one, organisation)]
    days.use_record({**noted, year: now})
    if not update.changes_anything and year in noted:
        return update
    people: set[str] = set()
    for campaign in campaigns:
        data = {
            "year": year,
            WAS: {str(year): was.as_data()},
            CALENDAR: {str(year): now.as_data()},
        }
        append_campaign_event(session, campaign.id, UPDATED, deed, data)
        people |= _update(session, campaign, update, organisation, deed)
    for campaign in same:
        _note_digest(session, campaign, _digest(session, campaign, organisation))
    update.people = len(people)
    return update


def _campaigns(session: Session, year: int) -> list[Campaign]:
    """Those with something due in that year or in one beside it."""
    around = select(Assignment.campaign_id).where(
        col(Assignment.nominal_due) >= date(year - 1, 1, 1),
        col(Assignment.nominal_due) < date(year + 2, 1, 1),
    )
    query = select(Campaign).where(col(Campaign.id).in_(around)).order_by(col(Campaign.id))
    return list(session.exec(query))


def _update(
    session: Session, campaign: Campaign, update: Update, organisation: Organisation, deed: Deed
) -> set[str]:
    """Work out one campaign's dates again; return who gets a notice."""
    running = campaign.status is CampaignStatus.RUNNING
    today = local_date(deed.now, campaign.time_zone)
    planned = _planned_dates(plan_of(session, campaign))
    units = {one.id: one.name for one in session.exec(select(UnitRow))}
    told: set[str] = set()
    touched: list[int | None] = []
    query = select(Assignment).where(
        Assignment.campaign_id == campaign.id, Assignment.state != State.CANCELLED
    )
    for one in session.exec(query.order_by(col(Assignment.id))).all():
        milestone = session.get_one(MilestoneRow, (campaign.id, one.milestone_id))
        plan = _plan(one, planned)
        before = Dates(one.effective_due, one.late_after, one.next_at)
        if plan == planned_of(one) and one.late_after == late_after(
            one.effective_due, working_days(), grace=milestone.holiday_grace
        ):
            one.next_at = next_at(one, milestone, campaign)
            session.add(one)
            update.replanned += one.next_at != before.next_at
            if one.state in OWING:
                touched.append(one.id)
            continue
        # Nobody is written to where the date that they know stays.
        moves = plan.due != planned_of(one).due
        own = replace(
            deed,
            announce=running and moves,
            data={**deed.data, PLAN_VERSION: campaign.version, "holidays": update.year},
        )
        event = apply_action(session, one, Action.REPLAN, own, plan=plan)
        mailed = event.announced_at is None
        if mailed:
            told.add(one.unit_id)
        after = Dates(one.effective_due, one.late_after, one.next_at)
        update.moved.append(
            Moved(name_of(one), one.title, units[one.unit_id], before, after, mailed)
        )
    session.flush()
    # Alarms and lights of what stays come on other days.
    reword(session, col(Assignment.id).in_(touched), deed.now)
    version = campaign.version
    around = Surroundings(session, campaign.id, version, organisation, today, running=running)
    return around.people(told)


def _planned_dates(plan: Declaration | None) -> dict[tuple[str, str], tuple[date, date]]:
    """The nominal and the moved due date of each milestone and period; of none where a kept plan
    cannot be worked out any more."""
    found: dict[tuple[str, str], tuple[date, date]] = {}
    for milestone in plan.milestones if plan else ():
        try:
            dates = nominal_dates(plan, milestone)  # type: ignore[arg-type]
        except (DateRuleError, ValueError, KeyError):
            continue
        for one in dates:
            rule = plan.holiday_rule(milestone)  # type: ignore[union-attr]
            due = moved_due(one.due, rule, working_days())
            found[milestone.id, one.period] = (one.due, due)
    return found


def _plan(one: Assignment, planned: dict[tuple[str, str], tuple[date, date]]) -> Planned:
    """What the plan says of it by the holidays now; of what it does not have, what it said."""
    held = planned_of(one)
    dates = planned.get((one.milestone_id, one.period))
    return held if dates is None else replace(held, nominal_due=dates[0], due=dates[1])


def _digest(session: Session, campaign: Campaign, organisation: Organisation) -> str:
    """That of the plan in force, by the holidays now; empty where it cannot be worked out."""
    plan = plan_of(session, campaign)
    try:
        return compiled_digest(plan, as_reported(session, organisation)) if plan else ""
    except (ValueError, KeyError):  # the organisation file has changed since
        return ""


def _note_digest(session: Session, campaign: Campaign, digest: str) -> None:
    """The same declaration applied again still changes nothing."""
    stored = session.exec(
        select(CampaignVersion).where(
            CampaignVersion.campaign_id == campaign.id,
            CampaignVersion.version == campaign.version,
        )
    ).one()
    campaign.digest = stored.digest = digest
    session.add(campaign)
    session.add(stored)


def outdated_years(session: Session) -> Iterator[tuple[HolidayYear, HolidayYear]]:
    """The years that the record has otherwise than they are known now: each as noted, as known."""
    for year, noted in sorted(recorded_years(session).items()):
        known = working_days().known(year)
        if noted != known and (noted.differing(known) or noted.published != known.published):
            yield noted, known
