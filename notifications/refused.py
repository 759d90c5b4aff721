"""Whose mail a server refuses for good, for the owner office: which units do not hear by it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.content import with_records
from notifications.failing import list_failing
from notifications.recipients import COPY, OFFICE, Directory
from workflows.bouncing import Bouncing
from workflows.ladder import Role
from workflows.organisation import Organisation
from workflows.states import OWING
from workflows.tables import Assignment, Campaign, CampaignStatus, MilestoneRow, UnitRow
from workflows.words import word_of

_AT_UNITS = (Role.CONTACT, Role.DEPUTY, Role.LEAD)


def refused_addresses(
    session: Session, organisation: Organisation, campaign_ids: Sequence[str], today: date
) -> tuple[Bouncing, ...]:
    """The addresses that fail, of people and mailboxes that reminders of the campaigns would go to
    on the local day `today`, each with the units that owe something there."""
    failing = {one.address.lower(): one for one in list_failing(session)}
    if not failing:
        return ()
    directory = Directory(session, organisation, today=today)
    names: dict[str, str] = {}
    units: dict[str, list[str]] = {}
    for assignment, milestone, unit, campaign in session.execute(_owing(campaign_ids)):
        for one in directory.recipients(_AT_UNITS, assignment, milestone, campaign):
            if one.address in failing and one.role != COPY:
                name = word_of(Role, OFFICE) if one.role == OFFICE else one.name
                names.setdefault(one.address, name)
                units.setdefault(one.address, []).append(unit.name)
    return tuple(
        Bouncing(
            tuple(dict.fromkeys(own)), names[address], address, failing[address].since,
            f"{failing[address].code} {failing[address].text}".strip(),
        )
        for address, own in units.items()
    )  # fmt: skip


def _owing(campaign_ids: Sequence[str]) -> Any:
    """One owed assignment of each unit and milestone: the others go to the same people."""
    one_of_each = (
        select(func.min(Assignment.id))
        .where(
            col(Assignment.state).in_(list(OWING)), col(Assignment.campaign_id).in_(campaign_ids)
        )
        .group_by(
            col(Assignment.campaign_id), col(Assignment.milestone_id), col(Assignment.unit_id)
        )
    )
    return (
        with_records(sql_select(Assignment, MilestoneRow, UnitRow, Campaign))
        .where(col(Assignment.id).in_(one_of_each), Campaign.status == CampaignStatus.RUNNING)
        .order_by(col(UnitRow.position), col(Assignment.id))
    )
