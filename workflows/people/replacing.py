"""Another person takes over from a day on: the old one serves up to the day before."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.people.finding import clean_address, find_person
from workflows.people.record import has_mailbox
from workflows.phrases import YEARS
from workflows.tables import Contact


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who follows whom from which local day on; `campaign_id` narrows it, '' for all of them."""

    old: str  # an address, or a name that only one person has
    new: str  # an address
    start: date
    name: str = ""  # of the new person, where the record does not know it
    campaign_id: str = ""
    note: str = ""


def replace_contact(session: Session, asked: Replacement, today: date) -> list[Contact]:
    """Let the new person serve wherever the old one does, from that day on.

    Returns the new person's contacts. What is open goes over at the tick of that day. Raises
    InputError, and StateError where there is nothing to hand over.
    """
    if asked.start.year not in YEARS:
        raise InputError(
            _("{year} is out of range").format(year=asked.start.year), _("mend the year")
        )
    old, new = find_person(session, asked.old), clean_address(asked.new)
    if new == old.lower():
        raise InputError(
            _("{address} cannot follow themselves").format(address=new),
            _("NEW is the address of who takes over"),
        )
    places = [
        one
        for one in session.exec(
            select(Contact).where(Contact.address == old).order_by(col(Contact.id))
        )
        if one.campaign_id == (asked.campaign_id or one.campaign_id)
        and (one.last is None or one.last >= today)
    ]
    if not places:
        raise StateError(
            _("{address} serves nowhere any more").format(address=old),
            _("see “duban contacts list”"),
        )
    name = asked.name or _known_name(session, new)
    if not name:
        raise InputError(_("what is {address} called?").format(address=new), _("add --name NAME"))
    return [_take_over(session, one, new, name, asked) for one in places]


def _take_over(session: Session, old: Contact, new: str, name: str, asked: Replacement) -> Contact:
    if old.first is not None and asked.start <= old.first:
        raise InputError(
            _("{address} itself begins on {first} only").format(
                address=old.address, first=old.first
            ),
            _("choose a later day for --from"),
        )
    if old.successor and old.successor != new:
        raise StateError(
            _("{address} is already followed by {successor}").format(
                address=old.address, successor=old.successor
            ),
            _("replace {successor} instead").format(successor=old.successor),
        )
    old.last = asked.start - timedelta(days=1)
    old.successor, old.handed_over = new, False
    session.add(old)
    there = session.exec(
        select(Contact).where(
            Contact.campaign_id == old.campaign_id,
            Contact.unit_id == old.unit_id,
            Contact.role == old.role,
            Contact.address == new,
        )
    ).first()
    if there is None:
        there = Contact(
            campaign_id=old.campaign_id, unit_id=old.unit_id, role=old.role, name=name,
            address=new, area=old.area, first=asked.start, note=asked.note,
        )  # fmt: skip
    else:
        over = there.last is not None and there.last < asked.start
        if over or (there.first is not None and there.first > asked.start):
            there.first = asked.start
        there.last, there.successor, there.handed_over = None, "", False
        there.greeted = there.greeted and not over
    session.add(there)
    session.flush()
    return there


def _known_name(session: Session, address: str) -> str:
    found = session.exec(select(Contact.name).where(Contact.address == address)).first()
    return found or ""


def due_to_hand_over(session: Session, today: date) -> list[Contact]:
    """Whose last day is over, and whose open reminders have not gone to the successor yet."""
    over = session.execute(_OVER, {"today": today}).scalars()
    return [one for one in over if has_mailbox(one)]


_OVER = (  # each tick asks; building it takes longer than the database does
    select(Contact)
    .where(
        Contact.successor != "",
        col(Contact.handed_over).is_(False),
        col(Contact.last) < bindparam("today"),
    )
    .order_by(col(Contact.id))
)
