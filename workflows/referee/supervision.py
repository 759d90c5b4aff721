"""Supervision notices: a person released each that went, as it went, to every address once, and
none is missing from the numbers of its year.

Its release is an event of each campaign that it speaks of: that says to whom, and what it said.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import sha256
from json import dumps
from typing import Any

from sqlmodel import col

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given
from workflows.referee.reading import rows
from workflows.tables import Delivery, Event, SupervisionNotice

PURPOSE = "supervision:"
_RELEASED, _ANSWERED = "supervised", "supervision_answered"
_OUT = frozenset({"released", "answered"})


def check_supervision(given: Given) -> None:
    """Check every notice with its events and deliveries, and every delivery with its notice."""
    notices = rows(given.session, given.report, SupervisionNotice)
    events = rows(given.session, given.report, Event, col(Event.kind).in_([_RELEASED, _ANSWERED]))
    deliveries = rows(
        given.session, given.report, Delivery,
        col(Delivery.purpose).startswith(PURPOSE, autoescape=True),
    )  # fmt: skip
    released: dict[str, list[Event]] = defaultdict(list)
    answered: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_notice = released if event.kind == _RELEASED else answered
        by_notice[str(event.data.get("notice"))].append(event)
    sent: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        sent[delivery.purpose.removeprefix(PURPOSE)].append(delivery)
    for notice in notices:
        with given.report.guard(_name(notice)):
            number = str(notice.id)
            own = released.pop(number, [])
            _check(given, notice, own, answered.pop(number, []))
            _check_deliveries(given, notice, own, sent.pop(number, []))
    for left in [*released.values(), *answered.values()]:
        for event in left:
            _say(given, Code.SUPERVISION_CHANGED, _("event {id}").format(id=event.id),
                 _("it speaks of a notice that is not there"))  # fmt: skip
    for forged in sent.values():
        for delivery in forged:
            _unfounded(given, delivery)
    _check_numbers(given, notices)


def _check(
    given: Given, notice: SupervisionNotice, released: Sequence[Event], answered: Sequence[Event]
) -> None:
    """The row says what its events say."""
    status = notice.status.value
    if bool(released) != (status in _OUT) or bool(answered) != (status == "answered"):
        _say(given, Code.SUPERVISION_CHANGED, _name(notice),
             _("it is {status}, which its events do not say").format(status=status))  # fmt: skip
        return
    campaigns = sorted(one["id"] for one in notice.content.get("campaigns", ()))
    for events in (released, answered):
        if events and sorted(one.campaign_id for one in events) != campaigns:
            _say(given, Code.SUPERVISION_CHANGED, _name(notice),
                 _("its events are not of the campaigns that it speaks of"))  # fmt: skip
    there = {
        "year": notice.year,
        "serial": notice.serial,
        "degree": notice.degree.value,
        "unit": notice.unit_id,
        "answer_by": notice.answer_by.isoformat(),
        "content": sha256(
            dumps(notice.content, ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest(),
    }
    for event in released:
        wrong = [name for name, value in there.items() if event.data.get(name) != value]
        if event.actor != notice.decided_by:
            wrong.append("decided_by")
        if wrong:
            _say(given, Code.SUPERVISION_CHANGED, _name(notice),
                 _("not as it was released: {columns}").format(
                     columns=_(", ").join(wrong)))  # fmt: skip


def _check_deliveries(
    given: Given,
    notice: SupervisionNotice,
    released: Sequence[Event],
    deliveries: Sequence[Delivery],
) -> None:
    wanted: set[Any] = {one for event in released for one in event.data.get("addresses", ())}
    there = Counter(one.address for one in deliveries)
    for address in sorted(wanted - there.keys()):
        _say(given, Code.SUPERVISION_UNSENT, _name(notice),
             _("it was released to {address} and has no mail").format(address=address))  # fmt: skip
    for delivery in deliveries:
        if delivery.address not in wanted:
            _unfounded(given, delivery)
    for address, count in there.items():
        if count > 1:
            _say(given, Code.SENT_TWICE, _name(notice),
                 _("{address} has {count} mails of it").format(
                     address=address, count=count))  # fmt: skip


def _check_numbers(given: Given, notices: Sequence[SupervisionNotice]) -> None:
    """Those of a year are 1, 2, 3 and so on: none is lost, none stands twice."""
    years: dict[int, list[int]] = defaultdict(list)
    for one in notices:
        years[one.year].append(one.serial)
    for year, serials in sorted(years.items()):
        if sorted(serials) != list(range(1, len(serials) + 1)):
            _say(given, Code.SUPERVISION_NUMBER, str(year),
                 _("the numbers of its supervision notices are not 1 to {count}").format(
                     count=len(serials)))  # fmt: skip


def _unfounded(given: Given, delivery: Delivery) -> None:
    _say(given, Code.SUPERVISION_UNFOUNDED, _("delivery {id}").format(id=delivery.id),
         _("{address}: nobody released that notice to it").format(
             address=delivery.address))  # fmt: skip


def _name(notice: SupervisionNotice) -> str:
    return _("supervision notice {id}").format(id=notice.id)


def _say(given: Given, code: Code, where: str, what: str) -> None:
    given.report.add(code, where, what)
