"""What a supervision notice has to say, looked at again when its mail is claimed.

It goes as it was drafted, and the mail says what has come since. Where nothing of it is owed any
more, where no person released it, or not to that address, nothing goes.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from config.errors import StateError
from notifications.content import Content, Draft, Supervised, Waiting
from notifications.window import SendingWindow
from workflows.events import SUPERVISED
from workflows.supervision.deciding import Looked, look_again_at
from workflows.supervision.finding import PURPOSE, reference, said_by
from workflows.tables import (
    Delivery,
    DeliveryStatus,
    Event,
    NoticeItem,
    NoticeStatus,
    SupervisionNotice,
    UnitRow,
)

_log = structlog.get_logger()

_NUMBER = re.compile(r"[0-9]{1,9}")


def load_supervision(
    session: Session, deliveries: Sequence[Waiting], now: datetime
) -> dict[int, Content]:
    """The content of each such delivery that still has something to say at `now` (aware, in the
    office's zone), by number."""
    names = _released_to(session, deliveries)
    looked: dict[int, Looked | None] = {}
    found = {}
    for one in deliveries:
        number = one.purpose.removeprefix(PURPOSE)
        notice = session.get(SupervisionNotice, int(number)) if _NUMBER.fullmatch(number) else None
        if notice is None or notice.status is not NoticeStatus.RELEASED or one.id not in names:
            continue
        key = notice.id or 0
        if key not in looked:
            looked[key] = _look(session, notice, now)
        then = looked[key]
        if then is not None and then.owed:
            said = supervised(notice, now, recipient=names[one.id], settled=then.settled)
            found[one.id] = Content(one.id, one.address, one.message_id, supervised=said)
    return found


def held_supervision(
    session: Session, campaign_ids: Sequence[str], window: SendingWindow
) -> list[Draft]:
    """The mails of notices about these campaigns that wait for a release (after a restore, or held
    by hand), as the owner office sees them."""
    rows = session.exec(
        select(Delivery, NoticeItem.recipient, Event.data)
        .join(NoticeItem, col(NoticeItem.delivery_id) == Delivery.id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(
            Delivery.status == DeliveryStatus.HELD,
            Event.kind == SUPERVISED,
            col(Event.campaign_id).in_(list(campaign_ids)),
        )
        .order_by(col(Delivery.id))
    )
    names = dict(session.exec(select(UnitRow.id, UnitRow.name)).all())
    held = {one.id or 0: (one, recipient, data) for one, recipient, data in rows}
    return [
        Draft(
            number, one.address, recipient, "", window.today(one.created_at), 0, 0, "",
            names.get(data["unit"], data["unit"]), one.local_date, one.local_date,
            notice=reference(data["year"], data["serial"]),
        )
        for number, (one, recipient, data) in held.items()
    ]  # fmt: skip


def supervised(
    notice: SupervisionNotice,
    now: datetime,
    *,
    recipient: str = "",
    settled: frozenset[str] = frozenset(),
) -> Supervised:
    """The notice as letters and documents have it; `settled` names what was since it was drafted.
    `now` is in the office's zone. Raises StateError where it cannot be read."""
    said = said_by(notice)
    released = notice.decided_at if notice.status is not NoticeStatus.DROPPED else None
    return Supervised(
        year=notice.year,
        serial=notice.serial,
        degree=notice.degree,
        day=released.astimezone(now.tzinfo).date() if released is not None else said.day,
        answer_by=notice.answer_by,
        said=said,
        recipient=recipient,
        settled=settled,
    )


def _look(session: Session, notice: SupervisionNotice, now: datetime) -> Looked | None:
    """How it stands; None where it cannot be read: that keeps no other mail back."""
    try:
        return look_again_at(session, notice, now)
    except StateError as error:
        _log.error("notice not sent", notice=notice.id, fault=str(error))
        return None


def _released_to(session: Session, deliveries: Sequence[Waiting]) -> dict[int, str]:
    """By delivery, the name of whom a person has released its notice to."""
    rows = session.exec(
        select(NoticeItem.delivery_id, NoticeItem.recipient, Event.data)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(
            col(NoticeItem.delivery_id).in_([one.id for one in deliveries]),
            Event.kind == SUPERVISED,
        )
    )
    by_id = {one.id: one for one in deliveries}
    return {
        number: recipient
        for number, recipient, data in rows
        if by_id[number].address in data.get("addresses", ())
        and by_id[number].purpose == f"{PURPOSE}{data.get('notice')}"
    }
