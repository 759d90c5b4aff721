"""A person's own calendar: which one an address can have, and the feed that it holds of it.

Who is a contact sees what they are reminded of; an office mailbox, which is told for a unit without
contacts, sees that unit or department.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from calendars.naming import feed_name
from calendars.options import FeedOptions, FeedScope
from calendars.scope import PERSONAL_ROLES
from calendars.tokens import GRACE_DAYS, create_feed, is_open, rotate_feed
from config.errors import InputError
from config.i18n import _
from workflows.organisation import Organisation
from workflows.people.record import has_mailbox
from workflows.tables import Contact, Feed


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """A calendar that an address can have. Moments are aware; without `feed_id` there is no feed of
    it that is open and held by that address."""

    options: FeedOptions  # its scope and subject alone
    name: str  # as calendar programs show it
    feed_id: int | None = None
    made_at: datetime | None = None
    fetched_at: datetime | None = None

    @property
    def code(self) -> str:
        """What a form names it by."""
        return f"{self.options.scope.value}:{self.options.subject}"


def own_calendars(
    session: Session, organisation: Organisation, address: str, today: date, now: datetime
) -> list[OwnCalendar]:
    """The calendars that `address` (in lower case) can have at `now` on the local day `today`: one
    for a contact, one for each unit and department for an office mailbox, none for others."""
    held = select(Feed).where(func.lower(Feed.holder) == address).order_by(col(Feed.id))
    feeds: dict[tuple[str, str], Feed] = {}
    for feed in session.exec(held):
        key = feed.scope, feed.subject.lower()
        if is_open(feed, now) and (key not in feeds or _counts_more(feed, feeds[key])):
            feeds[key] = feed
    return [
        _own(session, organisation, one, feeds.get((one.scope.value, one.subject.lower())))
        for one in _scopes(session, organisation, address, today)
    ]


def make_own(
    session: Session, wanted: OwnCalendar, address: str, now: datetime, *, alarms: bool, tasks: bool
) -> str:
    """Make the feed of a calendar that `address` has none of yet, held by it; return its token.

    Raises InputError where it has one meanwhile: a token is shown once.
    """
    if wanted.feed_id is not None:
        raise InputError(_("You have this calendar already: see below."))
    options = wanted.options._replace(alarms=alarms, tasks=tasks)
    return create_feed(session, options, now, address, holder=address)[1]


def renew_own(session: Session, wanted: OwnCalendar, now: datetime) -> str:
    """Give the feed a new token and return it; the one before opens it for GRACE_DAYS more.

    Raises InputError where there is no feed any more.
    """
    if wanted.feed_id is None:
        raise InputError(_("Your calendar was closed meanwhile. You can make a new one."))
    return rotate_feed(session, wanted.feed_id, now, now + timedelta(days=GRACE_DAYS))


def _scopes(
    session: Session, organisation: Organisation, address: str, today: date
) -> list[FeedOptions]:
    of_address = select(Contact).where(
        func.lower(Contact.address) == address, col(Contact.role).in_(PERSONAL_ROLES)
    )
    people = session.exec(of_address)
    if any(has_mailbox(one) and (one.last is None or one.last >= today) for one in people):
        return [FeedOptions(FeedScope.PERSON, address)]
    units = [one.id for one in organisation.units if one.mailbox.lower() == address]
    offices = [one.name for one in organisation.departments if one.mailbox.lower() == address]
    return [
        *(FeedOptions(FeedScope.UNIT, one) for one in units),
        *(FeedOptions(FeedScope.DEPARTMENT, one) for one in offices),
    ]


def _own(
    session: Session, organisation: Organisation, options: FeedOptions, feed: Feed | None
) -> OwnCalendar:
    name = feed_name(session, options, organisation)
    if feed is None:
        return OwnCalendar(options, name)
    return OwnCalendar(options, feed.name or name, feed.id, feed.created_at, feed.fetched_at)


def _counts_more(feed: Feed, other: Feed) -> bool:
    """Of two feeds of the same the one that a program fetches, else the newer one."""
    if feed.fetched_at is None or other.fetched_at is None:
        return other.fetched_at is None
    return feed.fetched_at >= other.fetched_at
