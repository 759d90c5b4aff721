"""What the record knows of who sent a mail: the unit, what is owed, which digest is answered."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from notifications.own_items import own_items
from workflows.organisation import Organisation
from workflows.parts import parts_of
from workflows.states import OWING, State, state_word
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    Contact,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    MilestoneRow,
    Reminder,
)

_BRACKETS = re.compile(r"[（(]([^（()）]{2,20})[）)]$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An assignment that a mail may be about, with what people call it."""

    id: int
    campaign_id: str
    milestone_id: str
    unit_id: str
    period: str
    due: date
    names: tuple[str, ...]  # its title, and of what is to be handed in
    settled: str = ""  # how it stands, where nothing of it is to be handed in


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it. `unit_id` is '' for a stranger; `answered` are the candidates of the digest
    that is answered, `owed` what else the sender may hand in, the most urgent first. `others` are
    all the sender's units have, settled or not: meant only where a mail names one."""

    address: str
    unit_id: str
    answered: tuple[Candidate, ...]
    owed: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    answers_us: bool  # a mail of ours, whoever it was sent to

    @property
    def known(self) -> bool:
        """Whether it is a unit's contact, or its mailbox."""
        return bool(self.unit_id)


def sender_of(
    session: Session,
    organisation: Organisation,
    address: str,
    answers: Sequence[str],
    today: date,
) -> Sender:
    """What is known of `address` (lower case) on the local day `today`; `answers` are the
    Message-IDs that the mail answers."""
    units = _units_of(session, organisation, address)
    delivery = _answered(session, answers)
    mine = {one.assignment.id or 0 for one in own_items(session, organisation, address, today)}
    if units or mine:
        mine |= _with_parts_missing(session, units)
    digest = delivery if delivery is not None else _newest_digest(session, address)
    told = _told_of(session, digest)
    if (units or mine) and (digest is None or digest.address.lower() != address):
        # A digest that was passed on speaks for what is the sender's own unit's alone.
        told = [one for one in told if one.id in mine or one.unit_id in units]
    if not units and not mine and delivery is None:
        told = []
    owed = _assignments(session, mine)
    first = next(iter(sorted(units)), "") or next((one.unit_id for one in owed), "")
    unit = next((one.unit_id for one in told if one.unit_id in units), first)
    others = _all_of(session, units) if units or mine else []
    milestones = _milestones(session, [*told, *owed, *others])
    return Sender(
        address,
        unit,
        tuple(_candidate(one, milestones) for one in told),
        tuple(_candidate(one, milestones) for one in owed),
        tuple(_candidate(one, milestones) for one in others),
        answers_us=delivery is not None,
    )


def written_to(session: Session, addresses: Collection[str]) -> set[str]:
    """Which of `addresses` (lower case) are contacts, or were sent mail."""
    wanted = sorted(addresses)
    if not wanted:
        return set()
    found = session.exec(
        select(Contact.address).where(func.lower(col(Contact.address)).in_(wanted))
    ).all()
    sent = session.exec(
        select(Delivery.address).where(func.lower(col(Delivery.address)).in_(wanted)).distinct()
    ).all()
    return {one.lower() for one in (*found, *sent)}


def is_our_own(session: Session, message_id: str) -> bool:
    """Whether the mail with this Message-ID is one that we have sent."""
    return bool(message_id) and _answered(session, [message_id]) is not None


def _units_of(session: Session, organisation: Organisation, address: str) -> set[str]:
    if not address:
        return set()
    contacts = session.exec(
        select(Contact.unit_id).where(func.lower(col(Contact.address)) == address)
    )
    offices = (*organisation.units, *organisation.departments)
    return {*contacts, *(one.id for one in offices if one.mailbox.lower() == address)}


def _answered(session: Session, answers: Sequence[str]) -> Delivery | None:
    found = {
        one.message_id: one
        for one in session.exec(
            select(Delivery).where(col(Delivery.message_id).in_(list(answers[:50])))
        )
    }
    return next((found[one] for one in answers if one in found), None)


def _newest_digest(session: Session, address: str) -> Delivery | None:
    return session.exec(
        select(Delivery)
        .where(
            func.lower(col(Delivery.address)) == address,
            Delivery.kind == DeliveryKind.DIGEST,
            Delivery.status == DeliveryStatus.DONE,
        )
        .order_by(col(Delivery.local_date).desc(), col(Delivery.id).desc())
        .limit(1)
    ).first()


def _told_of(session: Session, delivery: Delivery | None) -> list[Assignment]:
    """What of a delivery can still be answered."""
    if delivery is None:
        return []
    ids = session.exec(select(Reminder.assignment_id).where(Reminder.delivery_id == delivery.id))
    return _assignments(session, set(ids))


def _assignments(session: Session, ids: set[int]) -> list[Assignment]:
    found = session.exec(
        select(Assignment)
        .where(
            col(Assignment.id).in_(sorted(ids)),
            col(Assignment.state).in_([*OWING, State.SUBMITTED]),
        )
        .order_by(col(Assignment.effective_due), col(Assignment.id))
    )
    return [one for one in found if not _is_settled(one)]


def _is_settled(one: Assignment) -> bool:
    return one.state not in OWING and not (one.state is State.SUBMITTED and one.missing)


def _all_of(session: Session, units: set[str]) -> list[Assignment]:
    return list(
        session.exec(
            select(Assignment)
            .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
            .where(
                col(Assignment.unit_id).in_(sorted(units)),
                Campaign.status != CampaignStatus.DRAFT,
            )
            .order_by(col(Assignment.effective_due), col(Assignment.id))
        )
    )


def _with_parts_missing(session: Session, units: set[str]) -> set[int]:
    found = session.exec(
        select(Assignment)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .where(
            col(Assignment.unit_id).in_(sorted(units)),
            Assignment.state == State.SUBMITTED,
            Campaign.status == CampaignStatus.RUNNING,
        )
    )
    return {one.id or 0 for one in found if one.missing}


def _milestones(
    session: Session, assignments: Sequence[Assignment]
) -> dict[tuple[str, str], MilestoneRow]:
    keys = {(one.campaign_id, one.milestone_id) for one in assignments}
    return {key: session.get_one(MilestoneRow, key) for key in sorted(keys)}


def _candidate(one: Assignment, milestones: dict[tuple[str, str], MilestoneRow]) -> Candidate:
    milestone = milestones[one.campaign_id, one.milestone_id]
    # What is still missing is often named by its brackets alone: 盖章件.
    apart = [found[1] for part in one.missing if (found := _BRACKETS.search(part))]
    names = (one.title, milestone.title, *parts_of(milestone.deliverables), *apart)
    return Candidate(
        one.id or 0, one.campaign_id, one.milestone_id, one.unit_id, one.period,
        one.effective_due, tuple(dict.fromkeys(names)),
        state_word(one.state) if _is_settled(one) else "",
    )  # fmt: skip
