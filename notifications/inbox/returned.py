"""What a returned mail means: for the mail that came back, and for its address.

Anybody can write what looks like a notice, so it counts only for a mail of ours that it names by
its Message-ID, and only for the address that this mail went to. One in plain words that names no
mail, but one address that was written to just before, is shown to the office, which may confirm it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from config.plain_text import single_line
from notifications import failing
from notifications.inbox.bounces import (
    Action,
    Refusal,
    addresses_named,
    messages_named,
    names_a_mail,
    refusals_of,
)
from notifications.inbox.received import Received
from notifications.inbox.senders import written_to
from notifications.tries import keep_returned
from workflows.tables import Delivery, DeliveryStatus, InboxMail, InboxStatus, Reminder

_NOTE = 1000  # characters that are kept
_FOREIGN = 5  # recipients that are named where nothing is marked
_LATELY = timedelta(days=5)  # servers give up after that time (RFC 5321, section 4.5.4.1)


def settle_returned(session: Session, row: InboxMail, mail: Received, now: datetime) -> None:
    """Record at `now` (aware) what the notice says of mails of ours, and mark addresses that take
    none. Where it speaks of none, but of an address or a mail that we know, it waits for a person.
    Where it says of one address that was written to lately that it takes none, a person may confirm
    that.
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
        if names_a_mail(mail):
            said += [_("it names no mail that we sent to that address: nothing was marked")]
            row.body += "".join(f"\n\nMessage-ID: {one}" for one in names[:1])
        else:
            said += [_not_marked(session, row)]
        said += map(_words, refusals_of(mail, named)[:_FOREIGN])
        if sent or written_to(session, named):
            row.status = InboxStatus.WAITING
    row.note = single_line(" · ".join(one for one in said if one))[:_NOTE]


def confirm_returned(session: Session, row: InboxMail, now: datetime) -> str:
    """A person says at `now` (aware) that the notice `row` is true: record that the mail came back,
    mark its address where it takes none, and return the address.

    Raises StateError where the notice names no one address that was written to shortly before.
    """
    offered = _offered(session, row)
    if offered is None:
        raise StateError(
            _("mail {number}: it does not say of one address that was written to lately that it "
              "takes no mail").format(number=row.id),
            _("dismiss it"),
        )  # fmt: skip
    refusal, delivery = offered
    keep_returned(session, delivery, refusal.words, now)
    if refusal.marks:
        failing.mark(session, refusal.address, refusal.status[:20], refusal.words, now)
    row.assignments = sorted(_told_of(session, delivery))
    session.add(row)
    return refusal.address


def _offered(session: Session, row: InboxMail) -> tuple[Refusal, Delivery] | None:
    """The one address of which the words that are kept say that it takes no mail, and the last mail
    that went there in the days before."""
    mail = Received(row.fingerprint, subject=row.subject, text=row.body)
    if names_a_mail(mail):  # of ours, then all is recorded; or of somebody else's
        return None
    known = session.exec(
        select(Delivery)
        .where(
            func.lower(col(Delivery.address)).in_(sorted(addresses_named(mail))),
            Delivery.status == DeliveryStatus.DONE,
            col(Delivery.done_at) <= row.recorded_at,
            col(Delivery.done_at) >= row.recorded_at - _LATELY,
        )
        .order_by(col(Delivery.done_at), col(Delivery.id))
    ).all()
    refusals = refusals_of(mail, {one.address.lower() for one in known})
    if len(refusals) != 1 or refusals[0].action is not Action.FAILED:
        return None
    return refusals[0], known[-1]


def _not_marked(session: Session, row: InboxMail) -> str:
    session.flush()  # it has its number from now on
    offered = _offered(session, row)
    if offered is None:
        return _("it does not say which mail it is about: nothing was marked")
    return _(
        "it does not say which mail it is about; one went to {address} on {day}. Nothing was "
        "marked; if it is true: duban inbox confirm {number}"
    ).format(address=offered[0].address, day=offered[1].local_date, number=row.id)


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
