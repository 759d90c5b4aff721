"""What a milestone says of all its assignments: read once for a mail that speaks of many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from calendars.entry import EntrySource, deliverable_line
from notifications.content import Enquiry, enquiries_of
from notifications.turned import turning_of
from workflows.database import batched
from workflows.tables import Campaign, MilestoneRow


@dataclass(frozen=True, slots=True)
class Duty:
    """What a milestone says of all its assignments."""

    campaign_title: str
    deliverables: tuple[str, ...]
    clause: str
    mailbox: str
    departments: tuple[str, ...]
    enquiries: tuple[Enquiry, ...]
    paper: str
    names_form: bool
    turning: Mapping[str, str]  # rungs that wait for a light, by id, with its colour

    def entry(self, assignment: Any, unit: str) -> EntrySource:
        """The calendar entry of an assignment, a record or a row with its columns, of that unit."""
        return EntrySource(
            uid=assignment.uid,
            sequence=assignment.sequence + assignment.reworded,
            changed_at=assignment.changed_at,
            due=assignment.effective_due,
            title=assignment.title,
            unit=unit,
            campaign_title=self.campaign_title,
            clause=self.clause,
            mailbox=self.mailbox,
            deliverables=self.deliverables,
            state=assignment.state,
        )


def duties_of(session: Session, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Duty]:
    """What the milestones of these campaigns and ids say."""
    found = {}
    for batch in batched(keys):
        for row in session.connection().execute(_milestones(), {"keys": batch}):
            found[row.campaign_id, row.id] = duty_of(row, row.campaign_title)
    return found


@cache
def _milestones() -> Any:
    names = (
        "campaign_id", "id", "deliverables", "clause", "mailbox", "departments", "enquiries",
        "paper", "ladder", "correction_ladder", "unit_ladders",
    )  # fmt: skip
    return (
        sql_select(
            *(getattr(MilestoneRow, name) for name in names),
            col(Campaign.title).label("campaign_title"),
        )
        .join(Campaign, col(Campaign.id) == MilestoneRow.campaign_id)
        .where(
            tuple_(MilestoneRow.campaign_id, MilestoneRow.id).in_(bindparam("keys", expanding=True))
        )
    )


def duty_of(milestone: Any, campaign_title: str) -> Duty:
    """What a milestone says, the record or a row with its columns."""
    return Duty(
        campaign_title,
        tuple(deliverable_line(one) for one in milestone.deliverables),
        milestone.clause,
        milestone.mailbox,
        tuple(milestone.departments),
        enquiries_of(milestone),
        milestone.paper,
        any(one.get("form") for one in milestone.deliverables),
        turning_of(milestone),
    )
