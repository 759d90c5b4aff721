"""Notices: every hand-in, acceptance and return is told once to an address, and none is forgotten.

A morning list to an owner office, a briefing and a scheduled report need nothing: what they say is
looked up when they are claimed.
"""

from sqlmodel import col, func, select

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given
from workflows.referee.reading import rows
from workflows.referee.supervision import PURPOSE
from workflows.tables import Delivery, DeliveryStatus, Event, NoticeItem

_TOLD = frozenset(
    {
        "submit",
        "receive",
        "accept",
        "return",
        "undo",
        "approve_extension",
        "reject_extension",
        "replan",
        "cancel",
    }
)
_RECEIPT, _LINK, _ASKED, _REPORT = "receipt-", "link-", "asked-", "report-"
_LISTS = frozenset({"morning", "briefing"})


def is_notice(purpose: str) -> bool:
    """Whether a delivery of that purpose tells of events, is a morning list, a briefing, a report
    or a supervision notice, or brings a link that was asked for: without reminders either way."""
    return purpose in _LISTS or purpose.startswith((_RECEIPT, _LINK, _ASKED, _REPORT, PURPOSE))


def check_notices(given: Given) -> None:
    """Check what every notice tells, and that every event that is told has been taken up."""
    _check_items(given)
    _check_twice(given)
    _check_forgotten(given)


def _check_items(given: Given) -> None:
    """A notice of hand-ins has events of assignments, of a kind that is told."""
    told = (
        select(NoticeItem.delivery_id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .where(col(Event.assignment_id).is_not(None), col(Event.kind).in_(_TOLD))
    )
    empty = select(Delivery.id, Delivery.address).where(
        col(Delivery.purpose).startswith(_RECEIPT),
        col(Delivery.status).not_in([DeliveryStatus.SUPPRESSED, DeliveryStatus.DROPPED]),
        col(Delivery.id).not_in(told),
    )
    for number, address in given.session.exec(empty.order_by(col(Delivery.id))):
        given.report.add(
            Code.DELIVERY_EMPTY,
            _("delivery {id}").format(id=number),
            _("{address}: it is a notice and tells of nothing").format(address=address),
        )
    unfounded = (
        select(NoticeItem.id, NoticeItem.delivery_id, Event.kind)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Delivery, col(Delivery.id) == NoticeItem.delivery_id)
        .where(
            col(Delivery.purpose).startswith(_RECEIPT),
            col(Event.assignment_id).is_(None) | col(Event.kind).not_in(_TOLD),
        )
    )
    for number, delivery_id, kind in given.session.exec(unfounded.order_by(col(NoticeItem.id))):
        given.report.add(
            Code.NOTICE_UNFOUNDED,
            _("notice item {id}").format(id=number),
            _("delivery {id} tells of “{kind}”").format(id=delivery_id, kind=kind),
        )


def _check_twice(given: Given) -> None:
    """An event stands in one notice to an address, however that is written."""
    address = func.lower(Delivery.address)
    query = (
        select(NoticeItem.event_id, address, func.count(col(NoticeItem.id)))
        .join(Delivery, col(Delivery.id) == NoticeItem.delivery_id)
        .where(
            col(Delivery.purpose).startswith(_RECEIPT),
            Delivery.status != DeliveryStatus.DROPPED,
        )
        .group_by(col(NoticeItem.event_id), address)
        .having(func.count(col(NoticeItem.id)) > 1)
    )
    for event_id, person, count in given.session.exec(query):
        given.report.add(
            Code.SENT_TWICE,
            _("event {id}").format(id=event_id),
            _("{address} is told of it in {count} notices").format(address=person, count=count),
        )


def _check_forgotten(given: Given) -> None:
    """A tick takes up every event that is not yet announced: none may be left by a later day's."""
    waiting = rows(given.session, given.report, Event, col(Event.announced_at).is_(None))
    for event in waiting:
        with given.report.guard(_("event {id}").format(id=event.id)):
            if given.awake.days_after(given.awake.local_day(event.recorded_at)):
                given.report.add(
                    Code.NOTICE_FORGOTTEN,
                    _("event {id}").format(id=event.id),
                    _("“{kind}” of {moment} has not been announced").format(
                        kind=event.kind, moment=given.awake.shown(event.recorded_at)
                    ),
                )
