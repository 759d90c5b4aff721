"""A fresh link for who asks for one: a mail to the address on file, and to no other.

It holds the link alone. What stands behind that is looked up when it is opened, so nothing has to
be looked at again before the mail leaves.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from notifications.content import Content, FreshLink, Waiting
from notifications.due import insert_new
from notifications.grouping import new_delivery
from notifications.letter import greeted
from notifications.links import LinkKind
from notifications.own_items import is_on_file, owned_campaigns
from notifications.window import SendingWindow
from workflows.organisation import Organisation
from workflows.tables import Contact, Delivery, DeliveryKind, DeliveryStatus

# Begins the purpose; the hour in which it was asked for follows, and to what it leads.
LINK = "link"
_HOUR = 3600  # seconds


def ask_for_link(
    session: Session,
    organisation: Organisation,
    address: str,
    now: datetime,
    window: SendingWindow,
    domain: str,
) -> bool:
    """Put a mail with a fresh link for `address` into the outbox, at `now` (aware).

    Returns whether there is one more: none goes to an address that is not on file, no second one
    while the first waits, and none within the same hour. `domain` is the right-hand side of its
    Message-ID.
    """
    wanted = address.strip().lower()
    today = window.today(now)
    kinds = _pages_of(session, organisation, window, wanted, now)
    if not kinds or _asked_lately(session, wanted, now):
        return False
    purpose = f"{LINK}-{_hour(now)}-{'+'.join(kinds)}"
    made = new_delivery(
        wanted, today, purpose, DeliveryKind.NOTICE, DeliveryStatus.QUEUED, now, domain
    )
    # Where another process has just done the same, its own stays.
    insert_new(session, Delivery, [made])
    return True


def load_fresh_links(session: Session, deliveries: Sequence[Waiting]) -> dict[int, Content]:
    """The content of each such mail, by its number."""
    names = _names(session, [one.address for one in deliveries])
    found = {}
    for one in deliveries:
        kinds = one.purpose.rpartition("-")[2].split("+")
        fresh = FreshLink(
            names.get(one.address, ""),
            answer=LinkKind.ANSWER in kinds,
            decide=LinkKind.DECIDE in kinds,
        )
        found[one.id] = Content(one.id, one.address, one.message_id, fresh=fresh)
    return found


def _pages_of(
    session: Session,
    organisation: Organisation,
    window: SendingWindow,
    address: str,
    now: datetime,
) -> list[str]:
    kinds = []
    if is_on_file(session, organisation, address, window.today(now)):
        kinds.append(LinkKind.ANSWER.value)
    if owned_campaigns(session, organisation, address):
        kinds.append(LinkKind.DECIDE.value)
    return kinds


def _asked_lately(session: Session, address: str, now: datetime) -> bool:
    asked = session.exec(
        select(Delivery.purpose, Delivery.status).where(
            Delivery.address == address, col(Delivery.purpose).startswith(f"{LINK}-")
        )
    )
    waiting = {DeliveryStatus.QUEUED, DeliveryStatus.HELD, DeliveryStatus.CLAIMED}
    return any(
        status in waiting or purpose.startswith(f"{LINK}-{_hour(now)}-")
        for purpose, status in asked
    )


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // _HOUR


def _names(session: Session, addresses: Sequence[str]) -> dict[str, str]:
    lowered = func.lower(Contact.address)
    rows = session.exec(
        select(lowered, Contact.name).where(lowered.in_(addresses)).order_by(col(Contact.id))
    )
    names: dict[str, list[str]] = defaultdict(list)
    for address, name in rows:
        names[address].append(name)
    return {address: greeted(own) for address, own in names.items()}
