"""Who is told for each unit that owes something: a contact, the office mailbox, or nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, func, select

from config.i18n import N_, _
from workflows.organisation import Organisation
from workflows.people.record import has_mailbox, serves
from workflows.states import OWING
from workflows.tables import Absence, Assignment, Campaign, Contact, UnitRow


class Reach(StrEnum):
    """How a unit is reached, the worst first."""

    NOBODY = "nobody"
    OFFICE = "office"
    OFFICES = "departments"
    CONTACT = "contact"


REACH_WORDS = {
    Reach.NOBODY: N_("nobody"),
    Reach.OFFICE: N_("office mailbox only"),
    Reach.OFFICES: N_("its departments"),
    Reach.CONTACT: N_("a contact"),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one unit is reached for one campaign; `without_mail` are people with a telephone
    alone."""

    campaign_id: str
    unit_id: str
    unit: str
    owing: int
    reach: Reach
    contacts: tuple[str, ...]
    without_mail: tuple[str, ...]
    mailbox: str

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
    contacts: dict[tuple[str, str], list[Contact]] = {}
    for one in session.exec(
        select(Contact).where(Contact.role == "contact").order_by(col(Contact.id))
    ):
        if serves(one, today):
            contacts.setdefault((one.campaign_id, one.unit_id), []).append(one)
    away = select(Absence.address).where(Absence.first <= today, Absence.last >= today)
    absent = set(session.exec(away))
    units = {one.id: one for one in session.exec(select(UnitRow))}
    campaigns = sorted(session.exec(select(Campaign.id)))
    found = [
        _of_unit(
            row[0], units[row[1]], row[2], organisation,
            _reachable_first(contacts, row[0], row[1]), absent,
        )
        for row in session.exec(owing)
    ]  # fmt: skip
    order = list(Reach)
    return sorted(
        found,
        key=lambda one: (
            order.index(one.reach), campaigns.index(one.campaign_id), units[one.unit_id].position
        ),
    )  # fmt: skip


def _reachable_first(
    contacts: dict[tuple[str, str], list[Contact]], campaign_id: str, unit_id: str
) -> list[Contact]:
    """A campaign's own contacts go before the general ones, where mail reaches any of them."""
    own = contacts.get((campaign_id, unit_id), [])
    general = contacts.get(("", unit_id), [])
    return own if any(map(has_mailbox, own)) or not general else [*general, *own]


def _of_unit(
    campaign_id: str,
    unit: UnitRow,
    owing: int,
    organisation: Organisation | None,
    contacts: Iterable[Contact],
    absent: set[str],
) -> Coverage:
    people = list(contacts)
    named = organisation.by_id.get(unit.id) if organisation is not None else None
    reachable = [one for one in people if has_mailbox(one)]
    if named is not None and named.reminded_through == "departments":
        reach = Reach.OFFICES
    elif any(one.address not in absent for one in reachable):
        reach = Reach.CONTACT
    else:
        reach = Reach.OFFICE if named is not None else Reach.NOBODY
    return Coverage(
        campaign_id, unit.id, unit.name, owing, reach,
        tuple(one.name for one in reachable),
        tuple(one.name for one in people if not has_mailbox(one)),
        named.mailbox if named is not None else "",
    )  # fmt: skip
