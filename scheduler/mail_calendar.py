"""What went to whom on which day of a replayed season: for looking ahead, before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from workflows.tables import Delivery, DeliveryKind, DeliveryStatus, Reminder

PEAKS = 3  # days with the most mails


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail: the office's day, to whom, of what kind, of how many assignments."""

    day: date
    address: str
    kind: DeliveryKind
    subject: str
    assignments: int  # 0 for a notice: it tells of events


@dataclass(frozen=True, slots=True)
class MailDay:
    """One day's mails. `busiest` is the address that got the most of its assignments."""

    day: date
    digests: int
    notices: int
    assignments: int
    busiest: str
    peak: bool

    @property
    def mails(self) -> int:
        """How many in all."""
        return self.digests + self.notices


def sent_mails(session: Session) -> list[SentMail]:
    """Every mail that was sent, by day and address."""
    counted = (
        select(
            Reminder.delivery_id,
            func.count(func.distinct(Reminder.assignment_id)).label("assignments"),
        )
        .where(col(Reminder.delivery_id).is_not(None))
        .group_by(col(Reminder.delivery_id))
        .subquery()
    )
    query = (
        select(Delivery, counted.c.assignments)
        .outerjoin(counted, counted.c.delivery_id == Delivery.id)
        .where(Delivery.status == DeliveryStatus.DONE)
        .order_by(col(Delivery.local_date), col(Delivery.address), col(Delivery.id))
    )
    return [
        SentMail(one.local_date, one.address, one.kind, one.subject, count or 0)
        for one, count in session.exec(query)
    ]


def mail_days(mails: Sequence[SentMail]) -> list[MailDay]:
    """The days that have mails, in order; the `PEAKS` days with the most are marked."""
    by_day: dict[date, list[SentMail]] = {}
    for one in mails:
        by_day.setdefault(one.day, []).append(one)
    most = sorted(by_day, key=lambda day: (-len(by_day[day]), day))[:PEAKS]
    found = []
    for day, own in sorted(by_day.items()):
        digests = sum(one.kind is DeliveryKind.DIGEST for one in own)
        busiest = max(own, key=lambda one: one.assignments)
        found.append(
            MailDay(
                day,
                digests,
                len(own) - digests,
                sum(one.assignments for one in own),
                f"{busiest.address}: {busiest.assignments}" if busiest.assignments else "",
                day in most,
            )
        )
    return found
