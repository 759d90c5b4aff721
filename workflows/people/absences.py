"""Absences: for their time a deputy, or who else there is at the unit, is told instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.people.finding import find_person
from workflows.tables import Absence


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away from when to when (both inclusive), and who is told instead ('' for the unit's
    own deputies, contacts or mailbox)."""

    person: str
    first: date
    last: date
    deputy: str = ""


def add_absence(session: Session, away: Away, now: datetime, actor: str, note: str) -> Absence:
    """Record an absence. Person and deputy are addresses, or names that only one person has.

    Raises InputError.
    """
    if away.last < away.first:
        raise InputError(
            _("{last} is before {first}").format(last=away.last, first=away.first),
            _("--to is the last day away"),
        )
    address = find_person(session, away.person)
    deputy = find_person(session, away.deputy) if away.deputy else ""
    if deputy == address:
        raise InputError(_("nobody is their own deputy"), _("name another person"))
    for other in list_absences(session):
        if other.address == address and other.first <= away.last and away.first <= other.last:
            raise InputError(
                _("{address} is away from {first} to {last} already (number {id})").format(
                    address=address, first=other.first, last=other.last, id=other.id
                ),
                _("cancel that one first: duban contacts absent --cancel {id}").format(id=other.id),
            )
    absence = Absence(
        address=address, first=away.first, last=away.last, deputy=deputy, actor=actor, note=note,
        created_at=now,
    )  # fmt: skip
    session.add(absence)
    session.flush()
    return absence


def cancel_absence(session: Session, absence_id: int) -> Absence:
    """Take an absence back. Raises StateError where there is none."""
    absence = session.get(Absence, absence_id)
    if absence is None:
        raise StateError(
            _("there is no absence {id}").format(id=absence_id),
            _("see “duban contacts absences”"),
        )
    session.delete(absence)
    return absence


def list_absences(session: Session) -> Sequence[Absence]:
    """Every absence, the earliest first."""
    return session.exec(select(Absence).order_by(col(Absence.first), col(Absence.id))).all()
