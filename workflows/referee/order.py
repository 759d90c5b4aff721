"""Who hears first, and once: nobody above a unit before the unit, and nobody twice where one mail
would do.

What the unit's own reminders came to is read from the record; when each left, from the ledger.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given
from workflows.tables import Delivery, DeliveryStatus, FailedTry, Reminder, ReminderStatus

# Who owes it, and who hears after them, of what others owe (docs/declarations.md).
AT_UNIT = frozenset({"contact", "deputy", "office"})
ABOVE = frozenset({"lead", "department", "owner", "supervisor", "address"})

# After these nobody has to wait for the unit: it could not be told, or a person decided.
_SETTLED = frozenset({"no_contact", "failed", "suppressed", "dropped"})
# The unit knows of it, or is to be left alone: so it was when the one above was made.
_QUIET = frozenset({"acknowledged", "snoozed", "silenced"})
_MARGIN = timedelta(minutes=10)  # by how much the clocks of two machines may differ


def check_order(
    given: Given,
    where: str,
    reminders: Sequence[Reminder],
    deliveries: Mapping[int, Delivery],
) -> None:
    """Check what was sent of one assignment; the deliveries are those of its reminders."""
    sent = [one for one in reminders if one.status.value == "sent"]
    for one in sent:
        delivery = deliveries.get(one.delivery_id or 0)
        if one.role not in ABOVE or delivery is None:
            continue
        own = [
            other
            for other in reminders
            if other.role in AT_UNIT and other.due_basis == one.due_basis
        ]
        if not any(
            _came_before(given, other, one, delivery, deliveries)
            or _had_failed(given, other, delivery)
            for other in own
        ):
            _say(given, Code.ESCALATED_FIRST, where, one)
        if any(_is_same_day(other, one, delivery, deliveries) for other in own if other in sent):
            _say(given, Code.SENT_TWICE, where, one)


def _came_before(
    given: Given,
    own: Reminder,
    above: Reminder,
    escalation: Delivery,
    deliveries: Mapping[int, Delivery],
) -> bool:
    """Whether the one above did not have to wait for this reminder of the unit's own any more."""
    status = own.status.value
    if status in _QUIET:
        return own.created_at >= above.created_at
    if status != "sent":
        return status in _SETTLED
    told = deliveries.get(own.delivery_id or 0)
    if told is None or told.done_at is None or escalation.claimed_at is None:
        return True  # which is a finding of its own
    if _process(told) == _process(escalation):
        return told.done_at <= escalation.claimed_at or given.awake.was_turned_back
    # Of two machines' clocks one may be wrong: then the newer delivery is the later one.
    is_later = told.done_at > escalation.claimed_at + _MARGIN
    return not (is_later and (told.id or 0) > (escalation.id or 0))


def _had_failed(given: Given, own: Reminder, escalation: Delivery) -> bool:
    """Whether a mail to the unit's own address was refused for good before the escalation left, and
    sent again by a person after it."""
    query = (
        select(FailedTry.id)
        .join(Delivery, col(Delivery.id) == FailedTry.delivery_id)
        .where(
            func.lower(Delivery.address) == own.address.lower(),
            FailedTry.verdict == "permanent",
            FailedTry.at >= own.created_at,
            FailedTry.at <= (escalation.claimed_at or escalation.created_at) + _MARGIN,
        )
    )
    return given.session.exec(query.limit(1)).first() is not None


def _process(delivery: Delivery) -> str:
    """Whose clock its moments are by; what follows is one sender of it."""
    return delivery.worker.partition("/")[0]


def _is_same_day(
    own: Reminder, above: Reminder, escalation: Delivery, deliveries: Mapping[int, Delivery]
) -> bool:
    """Whether one tick made both for one person, and they left in two mails of one day."""
    told = deliveries.get(own.delivery_id or 0)
    return (
        told is not None
        and told.id != escalation.id
        and told.local_date == escalation.local_date
        and own.address.lower() == above.address.lower()
        and own.created_at == above.created_at
    )


def _say(given: Given, code: Code, where: str, reminder: Reminder) -> None:
    given.report.add(
        code,
        _("reminder {id}").format(id=reminder.id),
        _("{name}: “{rung}” went to {address}").format(
            name=where, rung=reminder.reason, address=reminder.address
        ),
    )


def check_lost_channels(given: Given) -> None:
    """What was to go over a channel and went by mail, untried, joins the day's mail: nobody reads
    of one duty in both."""
    lost, digest = aliased(Delivery), aliased(Delivery)
    first, second = aliased(Reminder), aliased(Reminder)
    tried = select(FailedTry.id).where(FailedTry.delivery_id == lost.id, FailedTry.channel != "")
    query = (
        sql_select(col(lost.id), col(lost.address), col(lost.local_date))
        .join(digest, col(digest.local_date) == lost.local_date)
        .join(first, col(first.delivery_id) == lost.id)
        .join(second, col(second.delivery_id) == digest.id)
        .where(
            col(lost.purpose).startswith("via-"),
            col(digest.purpose) == "",
            func.lower(lost.address) == func.lower(digest.address),
            col(first.assignment_id) == second.assignment_id,
            *(col(one.status) == ReminderStatus.SENT for one in (first, second)),
            *(col(one.status) == DeliveryStatus.DONE for one in (lost, digest)),
            *(col(one.channel) == "" for one in (lost, digest)),
            ~tried.exists(),
        )
        .distinct()
    )
    for number, person, day in given.session.execute(query):
        given.report.add(
            Code.DIGEST_TWICE,
            _("delivery {id}").format(id=number),
            _("{address} on {day}: its mail says what the day's digest says").format(
                address=person, day=day
            ),
        )
