"""Finds notices: by the number people use, by unit, those that wait; and which came to anything."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from sqlmodel import Session, col, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.supervision.said import Said
from workflows.tables import (
    Delivery,
    DeliveryStatus,
    NoticeStatus,
    SupervisionNotice,
    UnitRow,
)

PURPOSE = "supervision:"  # begins the purpose of its deliveries; the notice's number follows
_NUMBER = re.compile(r"(?:[^0-9]{0,20}([0-9]{4})[^0-9]{1,10})?([0-9]{1,6})[^0-9]{0,5}")
# Of deliveries that reached nobody: the notice came to nothing by them.
_IN_VAIN = (DeliveryStatus.SUPPRESSED, DeliveryStatus.DROPPED, DeliveryStatus.FAILED)


def reference(year: int, serial: int) -> str:
    """The number as documents have it: 督办〔2022〕3号."""
    return _("Notice {year}-{serial}").format(year=year, serial=serial)


def reference_of(notice: SupervisionNotice) -> str:
    """The number of a notice as documents have it."""
    return reference(notice.year, notice.serial)


def number_of(notice: SupervisionNotice) -> str:
    """The number as commands take it, whatever the year."""
    return f"{notice.year}-{notice.serial}"


def said_by(notice: SupervisionNotice) -> Said:
    """What the notice says. Raises StateError where the record holds what Duban never writes."""
    try:
        return Said.model_validate(notice.content)
    except ValidationError:
        raise StateError(
            _("what {number} says cannot be read").format(number=reference_of(notice)),
            _("it was changed by hand: see “duban verify”, or restore a backup"),
        ) from None


def find_notice(session: Session, text: str, this_year: int) -> SupervisionNotice:
    """The notice that `3` (of this year), `2021-3` or `督办〔2021〕3号` names.

    Raises InputError where it is no such number, StateError where there is no such notice.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise InputError(
            _("“{text}” is not the number of a notice").format(text=text),
            _("write e.g. 3 for this year's third, or 2021-3"),
        )
    year, serial = int(found[1] or this_year), int(found[2])
    notice = session.exec(
        select(SupervisionNotice).where(
            SupervisionNotice.year == year, SupervisionNotice.serial == serial
        )
    ).first()
    if notice is None:
        raise StateError(
            _("there is no notice {number}").format(number=reference(year, serial)),
            _("see “duban notice list”; of another year write e.g. 2021-3"),
        )
    return notice


@dataclass(frozen=True, slots=True)
class Listed:
    """A notice with its unit's name, how it stands, and whether anything of it went, or may yet."""

    notice: SupervisionNotice
    unit: str
    went: bool

    def answer_overdue(self, today: date) -> bool:
        """Whether its receipt slip should have come back by the local day `today`."""
        notice = self.notice
        return notice.status is NoticeStatus.RELEASED and self.went and today > notice.answer_by


def list_notices(
    session: Session,
    *,
    unit_id: str | None = None,
    campaign_id: str | None = None,
    statuses: Sequence[NoticeStatus] = (),
) -> list[Listed]:
    """The notices, the newest first; of a campaign those that speak of it."""
    query = (
        select(SupervisionNotice, UnitRow.name)
        .outerjoin(UnitRow, col(UnitRow.id) == SupervisionNotice.unit_id)
        .order_by(col(SupervisionNotice.year).desc(), col(SupervisionNotice.serial).desc())
    )
    if unit_id is not None:
        query = query.where(SupervisionNotice.unit_id == unit_id)
    if statuses:
        query = query.where(col(SupervisionNotice.status).in_(list(statuses)))
    found = list(session.exec(query))
    if campaign_id is not None:
        found = [
            (notice, name)
            for notice, name in found
            if campaign_id in {one.id for one in said_by(notice).campaigns}
        ]
    gone = numbers_that_went(session, [notice.id or 0 for notice, _name in found])
    return [Listed(notice, name or notice.unit_id, notice.id in gone) for notice, name in found]


def numbers_that_went(session: Session, ids: Sequence[int]) -> set[int]:
    """Which of these notices went to somebody, or still may."""
    purposes = {f"{PURPOSE}{one}": one for one in ids}
    rows = session.exec(
        select(Delivery.purpose)
        .where(
            col(Delivery.purpose).startswith(PURPOSE, autoescape=True),
            col(Delivery.status).not_in(_IN_VAIN),
        )
        .distinct()
    )
    return {purposes[one] for one in rows if one in purposes}
