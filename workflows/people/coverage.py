"""Who is told for each unit that owes something: a contact, the office mailbox, or nobody."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, func, select

from config.i18n import N_, _
from workflows.organisation import Organisation
from workflows.people.record import has_mailbox
from workflows.people.serving import AwayContact, Serving
from workflows.states import OWING
from workflows.tables import Assignment, Campaign, UnitRow


class Reach(StrEnum):
    """How a unit is reached, the worst first."""

    NOBODY = "nobody"
    OFFICE = "office"
    ABSENT = "absent"  # the office mailbox is told meanwhile
    OFFICES = "departments"
    CONTACT = "contact"


REACH_WORDS = {
    Reach.NOBODY: N_("nobody"),
    Reach.OFFICE: N_("office mailbox only"),
    Reach.ABSENT: N_("contact absent, nobody in their place"),
    Reach.OFFICES: N_("its departments"),
    Reach.CONTACT: N_("a contact"),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one unit is reached for one campaign; `without_mail` are people with a telephone
    alone, `away` is who is back first where all its contacts are absent."""

    campaign_id: str
    unit_id: str
    unit: str
    owing: int
    reach: Reach
    contacts: tuple[str, ...]
    without_mail: tuple[str, ...]
    mailbox: str
    away: AwayContact | None = None

    @property
    def word(self) -> str:
        """How it is reached, in the language in force."""
        return _(REACH_WORDS[self.reach])


def coverage(
    session: Session, organisation: Organisation | None, today: date, campaign_id: str = ""
) -> list[Coverage]:
    """Each campaign's units with open assignments, those without a contact first; within that in
    administrative order. `campaign_id` narrows it to one campaign. Without an `organisation` only
    contacts count."""
    owing = (
        select(Assignment.campaign_id, Assignment.unit_id, func.count(col(Assignment.id)))
        .where(col(Assignment.state).in_(list(OWING)))
        .group_by(Assignment.campaign_id, Assignment.unit_id)
    )
    if campaign_id:
        owing = owing.where(Assignment.campaign_id == campaign_id)
    serving = Serving(session, today)
    units = {one.id: one for one in session.exec(select(UnitRow))}
    campaigns = sorted(session.exec(select(Campaign.id)))
    found = [
        _of_unit(row[0], units[row[1]], row[2], organisation, serving)
        for row in session.exec(owing)
    ]
    order = list(Reach)
    return sorted(
        found,
        key=lambda one: (
            order.index(one.reach), campaigns.index(one.campaign_id), units[one.unit_id].position
        ),
    )  # fmt: skip


def _of_unit(
    campaign_id: str,
    unit: UnitRow,
    owing: int,
    organisation: Organisation | None,
    serving: Serving,
) -> Coverage:
    people = serving.contacts(campaign_id, unit.id)
    named = organisation.by_id.get(unit.id) if organisation is not None else None
    away = None
    if named is not None and named.reminded_through == "departments":
        reach = Reach.OFFICES
    elif serving.is_reached(campaign_id, unit.id):
        reach = Reach.CONTACT
    elif away := serving.away(campaign_id, unit.id):
        reach = Reach.ABSENT
    else:
        reach = Reach.OFFICE if named is not None else Reach.NOBODY
    return Coverage(
        campaign_id, unit.id, unit.name, owing, reach,
        tuple(one.name for one in people if has_mailbox(one)),
        tuple(one.name for one in people if not has_mailbox(one)),
        named.mailbox if named is not None else "", away,
    )  # fmt: skip
