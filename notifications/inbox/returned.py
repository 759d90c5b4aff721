"""What a returned mail means: for the mail that came back, and for its address.

Anybody can write what looks like a notice, so it counts only for a mail of ours that it names by
its Message-ID, and only for the address that this mail went to.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.i18n import _
from config.plain_text import single_line
from notifications import failing
from notifications.inbox.bounces import (
    Action,
    Refusal,
    addresses_named,
    messages_named,
    refusals_of,
)
from notifications.inbox.received import Received
from notifications.inbox.senders import written_to
from notifications.tries import keep_returned
from workflows.tables import Delivery, InboxMail, InboxStatus, Reminder

_NOTE = 1000  # characters that are kept
_FOREIGN = 5  # recipients that are named where nothing is marked


def settle_returned(session: Session, row: InboxMail, mail: Received, now: datetime) -> None:
    """Record at `now` (aware) what the notice says of mails of ours, and mark addresses that take
    none. Where it speaks of none, but of an address or a mail that we know, it waits for a person.
    """
    names = messages_named(mail)
    sent = _sent(session, names)
    refusals = refusals_of(mail, {one.address.lower() for one in sent})
    for one in refusals:
        delivery = next(each for each in sent if each.address.lower() == one.address)
        if one.marks:
            failing.mark(session, one.address, one.status[:20], one.words, now)
        if one.action is Action.FAILED:
            keep_returned(session, delivery, one.words, now)
        row.assignments = sorted({*row.assignments, *_told_of(session, delivery)})
    said = [row.note, *map(_words, refusals)]
    if not refusals:
        named = addresses_named(mail)
        said += [_("it names no mail that we sent to that address: nothing was marked")]
        said += map(_words, refusals_of(mail, named)[:_FOREIGN])
        if sent or written_to(session, named):
            row.status = InboxStatus.WAITING
    row.note = single_line(" · ".join(one for one in said if one))[:_NOTE]


def _sent(session: Session, names: Sequence[str]) -> list[Delivery]:
    """What we sent under these Message-IDs, in their order."""
    found = {
        one.message_id: one
        for one in session.exec(
            select(Delivery).where(col(Delivery.message_id).in_(names), Delivery.attempts > 0)
        )
    }
    return [found[one] for one in names if one in found]


def _told_of(session: Session, delivery: Delivery) -> set[int]:
    query = select(Reminder.assignment_id).where(Reminder.delivery_id == delivery.id)
    return set(session.exec(query))


def _words(one: Refusal) -> str:
    return f"{one.address}: {one.action} {one.status} {one.words}".strip()
