"""Who subscribes: units for which some calendar program fetches a feed, and people who hold one."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from calendars.options import FeedScope
from workflows.tables import Assignment, Contact, Feed, UnitRow

LIVE_DAYS = 30  # a program that has not fetched a feed for so long has given it up


def units_without_subscription(session: Session) -> list[UnitRow]:
    """The units that owe something, and for which no feed was ever fetched: none of their own, none
    of one of their contacts. In administrative order."""
    fetched = col(Feed.fetched_at).is_not(None)
    own = set(session.exec(select(Feed.subject).where(fetched, Feed.scope == FeedScope.UNIT.value)))
    people = select(func.lower(Feed.subject)).where(fetched, Feed.scope == FeedScope.PERSON.value)
    served = select(Contact.unit_id).where(func.lower(Contact.address).in_(people))
    own |= set(session.exec(served))
    owing = set(session.exec(select(Assignment.unit_id).distinct()))
    units = session.exec(select(UnitRow).order_by(col(UnitRow.position)))
    return [one for one in units if one.id in owing - own]


def live_holders(session: Session, addresses: list[str], now: datetime) -> set[str]:
    """Which of the addresses (in lower case) hold a feed that a program has fetched of late."""
    query = select(func.lower(Feed.holder)).where(
        func.lower(Feed.holder).in_(addresses),
        col(Feed.revoked_at).is_(None),
        (col(Feed.expires_at).is_(None)) | (col(Feed.expires_at) > now),
        col(Feed.fetched_at) > now - timedelta(days=LIVE_DAYS),
    )
    return set(session.exec(query))
