"""Opens an assignment during the campaign: a problem found that a unit has to put right.

It has a milestone of its own, so that ladder, feed and reports treat it as any other; the event
“assigned” of the campaign is its declaration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, col, func, select

from config.errors import InputError
from config.i18n import _
from config.plain_text import UNUSABLE
from workflows.compile import assignment_key, calendar_uid
from workflows.events import ASSIGNED
from workflows.ladder import CORRECTION_LADDER, DEFAULT_LADDER, Rung, late_after
from workflows.phrases import YEARS
from workflows.reminding import local_date, next_at, stored_rungs
from workflows.tables import Assignment, Campaign, CampaignVersion, Event, MilestoneRow, UnitRow
from workflows.transitions import Deed, append_campaign_event
from workflows.turning import begin_to_look
from workflows.working_days import working_days

KIND = "assigned"  # of the milestone
_LONGEST = 500  # characters of a title, as in a declaration
_FURTHEST = 999  # days, as far as a rung reaches


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """What is opened. `due` is local to the campaign's zone; `parent_id` is a milestone or ''."""

    campaign_id: str
    title: str
    due: date
    parent_id: str = ""
    clause: str = ""
    deliverables: tuple[str, ...] = ()


def assigned_milestones(session: Session, campaign_id: str) -> Sequence[str]:
    """The milestones of a campaign that were opened during it: no declaration has them."""
    return session.exec(
        select(MilestoneRow.id).where(
            MilestoneRow.campaign_id == campaign_id, MilestoneRow.kind == KIND
        )
    ).all()


def assign(
    session: Session, wanted: NewAssignment, units: Sequence[UnitRow], deed: Deed
) -> list[Assignment]:
    """Open the assignment for each of the units; return them in the order given.

    The parent gives departments, mailbox, clause, ladder and whom to ask. Raises InputError for a
    date that is past and for a title that is empty or too long.
    """
    campaign = session.get_one(Campaign, wanted.campaign_id)
    today = local_date(deed.now, campaign.time_zone)
    title = _title(wanted.title)
    if wanted.due < today or wanted.due.year not in YEARS:
        raise InputError(
            _("{what} {day} is already past").format(what=_("the due date"), day=wanted.due)
            if wanted.due < today
            else _("{year} is out of range").format(year=wanted.due.year),
            _("choose a day to come"),
        )
    milestone = _milestone(session, campaign, wanted, title, today)
    session.add(milestone)
    session.flush()
    late = late_after(wanted.due, working_days(), grace=milestone.holiday_grace)
    made = [_assignment(milestone, campaign, unit, wanted.due, late, deed) for unit in units]
    session.add_all(made)
    append_campaign_event(
        session,
        campaign.id,
        ASSIGNED,
        deed,
        {
            "milestone": milestone.id, "title": title, "due": wanted.due.isoformat(),
            "parent": wanted.parent_id, "clause": milestone.clause, "ladder": milestone.ladder,
            "holiday_grace": milestone.holiday_grace,
            "units": [unit.id for unit in units], "added": len(made),
        },
    )  # fmt: skip
    session.flush()
    begin_to_look(session, campaign, deed.now, anew=False)
    return made


def opened_by(session: Session, event: Event) -> Sequence[Assignment]:
    """The assignments that an event “assigned” has opened."""
    return session.exec(
        select(Assignment)
        .where(
            Assignment.campaign_id == event.campaign_id,
            Assignment.milestone_id == event.data["milestone"],
        )
        .order_by(col(Assignment.id))
    ).all()


def _title(text: str) -> str:
    title = text.strip()
    if not title or len(title) > _LONGEST or "\n" in title or UNUSABLE.search(title):
        raise InputError(
            _("the title is empty, too long or not plain text"),
            _("write what has to be done in one line of at most {count} characters").format(
                count=_LONGEST
            ),
        )
    return title


def _milestone(
    session: Session, campaign: Campaign, wanted: NewAssignment, title: str, today: date
) -> MilestoneRow:
    of_campaign = MilestoneRow.campaign_id == campaign.id
    number = session.exec(
        select(func.count()).select_from(MilestoneRow).where(of_campaign, MilestoneRow.kind == KIND)
    ).one()
    position = session.exec(select(func.max(MilestoneRow.position)).where(of_campaign)).one() or 0
    parent = (
        session.get_one(MilestoneRow, (campaign.id, wanted.parent_id)) if wanted.parent_id else None
    )
    declared = _declaration(session, campaign)
    ladder = parent.ladder if parent else declared.get("ladder") or stored_rungs(DEFAULT_LADDER)
    correction = (
        parent.correction_ladder
        if parent
        else declared.get("correction_ladder") or stored_rungs(CORRECTION_LADDER)
    )
    rest = [rung for rung in ladder if rung["id"] != KIND]
    return MilestoneRow(
        campaign_id=campaign.id,
        id=f"assigned-{number + 1}",
        position=position + 1,
        title=title,
        kind=KIND,
        stage=parent.stage if parent else "",
        departments=list(parent.departments) if parent else [],
        track=parent.track if parent else "",
        clause=wanted.clause or (parent.clause if parent else ""),
        mailbox=parent.mailbox if parent else campaign.mailbox,
        enquiries=list(parent.enquiries)
        if parent
        else [one for one in declared.get("enquiries", ()) if not one.get("track")],
        deliverables=[{"name": _title(name)} for name in wanted.deliverables],
        ladder=[_at_once(wanted.due, today), *rest],
        correction_ladder=list(correction),
        holiday_grace=parent.holiday_grace if parent else bool(declared.get("holiday_grace", True)),
        parent_id=wanted.parent_id,
    )


def _at_once(due: date, today: date) -> dict[str, Any]:
    """The first rung: the unit hears of it on the day on which it is opened."""
    days = min((due - today).days, _FURTHEST)
    when = f"{days} calendar days before" if days else "on the day"
    return Rung(id=KIND, when=when).model_dump(mode="json", exclude_none=True)


def _declaration(session: Session, campaign: Campaign) -> dict[str, Any]:
    query: Select[Any] = select(CampaignVersion.declaration).where(
        CampaignVersion.campaign_id == campaign.id, CampaignVersion.version == campaign.version
    )
    declared: dict[str, Any] = session.exec(query).one()  # type: ignore[call-overload]
    return declared


def _assignment(
    milestone: MilestoneRow, campaign: Campaign, unit: UnitRow, due: date, late: date, deed: Deed
) -> Assignment:
    assignment = Assignment(
        campaign_id=campaign.id,
        milestone_id=milestone.id,
        unit_id=unit.id,
        uid=calendar_uid(assignment_key(campaign.id, milestone.id, unit.id, "")),
        title=milestone.title,
        nominal_due=due,
        due=due,
        effective_due=due,
        late_after=late,
        created_at=deed.now,
        changed_at=deed.now,
    )
    assignment.next_at = next_at(assignment, milestone, campaign)
    return assignment
