"""Who subscribes: units for which some calendar program fetches a feed, and people who hold one."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, and_, col, func, or_, select

from calendars.options import FeedScope
from workflows.one_of import one_of
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
    wanted = {"addresses": addresses, "now": now, "since": now - timedelta(days=LIVE_DAYS)}
    return set(session.connection().execute(_live_holders(), wanted).scalars())


def last_fetched(session: Session, address: str, now: datetime) -> datetime | None:
    """When a program last fetched a feed that the address (in lower case) holds; None where none
    has of late."""
    live = _is_live(now, now - timedelta(days=LIVE_DAYS))
    query = select(func.max(col(Feed.fetched_at))).where(func.lower(Feed.holder) == address, live)
    return session.exec(query).one()


@cache  # each batch of mails asks; building it takes longer than the database does
def _live_holders() -> Any:
    holder = func.lower(Feed.holder)
    return sql_select(holder).where(
        one_of(holder, "addresses"),
        _is_live(bindparam("now"), bindparam("since")),
    )


def _is_live(now: Any, since: Any) -> ColumnElement[bool]:
    return and_(
        col(Feed.revoked_at).is_(None),
        or_(col(Feed.expires_at).is_(None), col(Feed.expires_at) > now),
        col(Feed.fetched_at) > since,
    )
