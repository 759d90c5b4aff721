"""Deliveries: each has the reminders that its status asks for, and left on a day and hour when
mail may leave; one digest for a person and day."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlmodel import col, func, select

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given
from workflows.referee.notices import is_notice
from workflows.referee.reading import batches, rows
from workflows.referee.report import InDoubt
from workflows.tables import Delivery, DeliveryKind, DeliveryStatus, Reminder

_SETTLED = frozenset({"superseded", "suppressed", "dropped", "acknowledged", "snoozed", "silenced"})
_WAITING = _SETTLED | {"pending"}

# Which reminders may stand in a delivery.
_HOLDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "held": _WAITING,
        "queued": _WAITING,
        "claimed": _WAITING,
        "started": _WAITING,
        "in_doubt": _WAITING,
        "done": _SETTLED | {"sent"},
        "failed": _WAITING | {"failed"},
        "suppressed": _SETTLED,
        "superseded": _SETTLED,
        "released": _SETTLED,
        "dropped": _SETTLED,
    }
)
# What these said is elsewhere now: their reminders may have gone into another delivery.
_MAY_BE_EMPTY = frozenset({"suppressed", "superseded", "released", "dropped"})
_VIA = "via-"  # a channel's own digest
_HELD, _DIGESTS = "held", frozenset({"", "held"})
_MAY_BE_HELD = frozenset({"held", "released", "dropped", "superseded", "suppressed"})


def check_deliveries(given: Given) -> None:
    """Check every delivery, some at a time."""
    for batch in batches(given.session, given.report, Delivery, col(Delivery.id)):
        ids = [one.id for one in batch]
        reminders: dict[int, list[Reminder]] = {}
        where = col(Reminder.delivery_id).in_(ids)
        for reminder in rows(given.session, given.report, Reminder, where):
            reminders.setdefault(reminder.delivery_id or 0, []).append(reminder)
        for delivery in batch:
            given.report.counts["deliveries"] += 1
            with given.report.guard(_name(delivery)):
                _check(given, delivery, reminders.get(delivery.id or 0, []))
    _check_digests(given)


def _check(given: Given, delivery: Delivery, reminders: Sequence[Reminder]) -> None:
    _note_doubt(given, delivery, reminders)
    _check_reminders(given, delivery, reminders)
    _check_status(given, delivery)
    _check_moments(given, delivery)
    _check_stuck(given, delivery)


def _note_doubt(given: Given, delivery: Delivery, reminders: Sequence[Reminder]) -> None:
    # Started and its lease has run out: the sender was broken off, and no other has looked yet.
    broken_off = (
        delivery.status is DeliveryStatus.STARTED
        and delivery.lease_until is not None
        and delivery.lease_until < given.now
    )
    if delivery.doubts or broken_off or delivery.status is DeliveryStatus.IN_DOUBT:
        given.report.counts["in_doubt"] += 1
        given.report.in_doubt.append(
            InDoubt(
                delivery.id or 0,
                delivery.address,
                delivery.local_date,
                delivery.status.value,
                tuple(one.id or 0 for one in reminders),
            )
        )


def _check_reminders(given: Given, delivery: Delivery, reminders: Sequence[Reminder]) -> None:
    status = delivery.status.value
    if is_notice(delivery.purpose):
        if reminders:
            _say(given, delivery, Code.REMINDER_STATUS, _("a notice of hand-ins has reminders"))
        return
    if not reminders and status not in _MAY_BE_EMPTY:
        _say(given, delivery, Code.DELIVERY_EMPTY, _("it is {status} and has no reminder").format(
            status=status))  # fmt: skip
    unfit = sorted({one.status.value for one in reminders} - _HOLDS[status])
    if unfit:
        _say(given, delivery, Code.REMINDER_STATUS,
             _("it is {status} and has reminders that are {others}").format(
                 status=status, others=_(", ").join(unfit)))  # fmt: skip
    elif (
        status == "done" and reminders and not any(one.status.value == "sent" for one in reminders)
    ):
        _say(given, delivery, Code.REMINDER_STATUS, _("it is done and no reminder of it is sent"))
    others = {one.address for one in reminders if one.address != delivery.address}
    if others:
        _say(given, delivery, Code.WRONG_ADDRESS, _("it has reminders for {others}").format(
            others=_(", ").join(sorted(others))))  # fmt: skip


def _check_status(given: Given, delivery: Delivery) -> None:
    """What is noted when it is started and done is there, and not before."""
    status = delivery.status.value
    wrong = []
    if status in {"done", "started", "in_doubt"}:
        wrong += _lacking(delivery, ("claimed_at", "started_at", "attempts", "body_hash"))
    if status == "done":
        wrong += _lacking(delivery, ("done_at",))
    elif delivery.done_at is not None:
        wrong.append("done_at")
    if (delivery.kind is DeliveryKind.DIGEST) != (
        delivery.purpose in _DIGESTS or delivery.purpose.startswith(_VIA)
    ):
        wrong.append("kind")
    if wrong:
        _say(given, delivery, Code.DELIVERY_STATUS,
             _("it is {status}, which does not fit {columns}").format(
                 status=status, columns=_(", ").join(wrong)))  # fmt: skip
    if delivery.purpose == _HELD and status not in _MAY_BE_HELD:
        _say(given, delivery, Code.SENT_WHILE_HELD, _("it is {status} without a release").format(
            status=status))  # fmt: skip
    known = given.awake.known_since
    if (
        delivery.claimed_at is not None
        and delivery.events_seen is None
        and known is not None
        and delivery.claimed_at >= known
    ):
        _say(given, delivery, Code.CLAIM_UNKNOWN, _("what its claim saw is not on record"))


def _lacking(delivery: Delivery, names: Iterable[str]) -> list[str]:
    return [name for name in names if not getattr(delivery, name)]


def _check_moments(given: Given, delivery: Delivery) -> None:
    awake = given.awake
    moments = [one for one in (delivery.claimed_at, delivery.started_at) if one is not None]
    off = [one for one in moments if not awake.calendars.may_work(awake.local_day(one))]
    out = [one for one in moments if not awake.in_window(one)]
    if off:
        _say(given, delivery, Code.DAY_OFF, _("it left on {day}").format(
            day=awake.local_day(off[0])))  # fmt: skip
    elif out:
        _say(given, delivery, Code.OUTSIDE_WINDOW, _("it left at {moment}").format(
            moment=awake.shown(out[0])))  # fmt: skip
    if (
        delivery.kind is DeliveryKind.DIGEST
        and not delivery.doubts
        and not off
        and delivery.claimed_at is not None
        and awake.local_day(delivery.claimed_at) != delivery.local_date
    ):
        _say(given, delivery, Code.DIGEST_DAY, _("it was claimed at {moment}").format(
            moment=awake.shown(delivery.claimed_at)))  # fmt: skip


def _check_stuck(given: Given, delivery: Delivery) -> None:
    """Ticks ran on two later days and left it as it was: the first may take back a lease that was
    broken off, the second groups it again. One in doubt and a notice go out as they are: they may
    also wait for a mail server."""
    code = Code.DELIVERY_WAITING
    match delivery.status:
        case DeliveryStatus.QUEUED:
            since = given.awake.local_day(delivery.not_before)
            if delivery.kind is DeliveryKind.DIGEST and not delivery.doubts:
                code, since = Code.DELIVERY_STUCK, delivery.local_date
        case DeliveryStatus.CLAIMED | DeliveryStatus.STARTED:
            since = given.awake.local_day(
                delivery.lease_until or delivery.claimed_at or delivery.created_at
            )
        case _:
            return
    if len(given.awake.days_after(since)) > 1:
        what = _("it is {status} since {day}")
        _say(given, delivery, code, what.format(status=delivery.status.value, day=since))


def _check_digests(given: Given) -> None:
    """At most one for a person and day, however the address is written."""
    address = func.lower(Delivery.address)
    query = (
        select(address, col(Delivery.local_date), func.count(col(Delivery.id)))
        .where(Delivery.purpose == "")
        .where(
            col(Delivery.status).in_(
                [DeliveryStatus.DONE, DeliveryStatus.STARTED, DeliveryStatus.IN_DOUBT]
            )
        )
        .group_by(address, col(Delivery.local_date))
        .having(func.count(col(Delivery.id)) > 1)
    )
    for person, day, count in given.session.exec(query):
        given.report.add(
            Code.DIGEST_TWICE,
            _("{address} on {day}").format(address=person, day=day),
            _("{count} digests went out").format(count=count),
        )


def _say(given: Given, delivery: Delivery, code: Code, what: str) -> None:
    given.report.add(code, _name(delivery), f"{delivery.address}, {delivery.local_date}: {what}")


def _name(delivery: Delivery) -> str:
    return _("delivery {id}").format(id=delivery.id)
