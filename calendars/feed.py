"""Feeds: what a scope's calendar says, and the tokens that open it.

The bytes depend on the record alone, so that a file written by the CLI equals what HTTP serves.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from icalendar import Calendar, vDuration
from sqlmodel import Session, col, func, select

from calendars.entry import EntrySource, calendar_bytes, empty_calendar, entry_source
from config.errors import StateError
from config.i18n import _
from workflows.tables import Assignment, Campaign, Feed, MilestoneRow, UnitRow

REFRESH = timedelta(hours=1)  # written PT1H: a phone maker's parser rejects the whole file for P1H


class FeedScope(StrEnum):
    """What a feed shows."""

    UNIT = "unit"
    CAMPAIGN = "campaign"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class FeedContent:
    """A feed's bytes with what HTTP needs to know about them."""

    body: bytes
    etag: str
    last_modified: datetime | None


def create_feed(
    session: Session,
    scope: FeedScope,
    subject: str,
    now: datetime,
    actor: str,
    holder: str = "",
) -> tuple[Feed, str]:
    """Make a feed; return it with its token, which is shown once and never kept.

    `holder` is the address of whom it is given to, who loses it with the office; '' for anyone.
    """
    token = secrets.token_urlsafe(32)
    feed = Feed(
        token_hash=hash_token(token),
        scope=scope.value,
        subject=subject,
        actor=actor,
        holder=holder,
        created_at=now,
    )
    session.add(feed)
    session.flush()
    return feed, token


def find_feed(session: Session, token: str) -> Feed | None:
    """The feed that `token` opens; None for a wrong, malformed or revoked one.

    All of them cost the same work: a hash and one look into the index. How long that look takes
    tells something of the hash at most, which nobody can steer from the token, and the token is
    256 random bits. The comparison does not rest on how the database compares text.
    """
    wanted = hash_token(token)
    feed = session.exec(select(Feed).where(Feed.token_hash == wanted)).first()
    if feed is None or not compare_digest(feed.token_hash, wanted) or feed.revoked_at is not None:
        return None
    return feed


def revoke_feed(session: Session, feed_id: int, now: datetime) -> Feed:
    """Close a feed for good. Raises StateError where there is none."""
    feed = session.get(Feed, feed_id)
    if feed is None:
        raise StateError(_("there is no feed {id}").format(id=feed_id), _("see “duban feed list”"))
    feed.revoked_at = feed.revoked_at or now
    session.add(feed)
    return feed


def revoke_feeds_of(session: Session, holder: str, now: datetime) -> int:
    """Close for good the feeds that were given to that address; return how many."""
    open_ones = session.exec(
        select(Feed).where(
            func.lower(Feed.holder) == holder.lower(), col(Feed.revoked_at).is_(None)
        )
    ).all()
    for feed in open_ones:
        feed.revoked_at = now
        session.add(feed)
    return len(open_ones)


def hash_token(token: str) -> str:
    """What is kept of a token. It is random, so a plain hash is enough. Any text has one."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def feed_content(session: Session, scope: FeedScope, subject: str) -> FeedContent:
    """The calendar of a scope. `subject` is the unit's or campaign's id, '' for everything."""
    sources = _sources(session, scope, subject)
    calendar = empty_calendar(_name(session, scope, subject))
    _add_refresh(calendar)
    body = calendar_bytes(calendar, sources)
    newest = max((source.changed_at for source in sources), default=None)
    return FeedContent(body, sha256(body).hexdigest()[:32], newest)


def _sources(session: Session, scope: FeedScope, subject: str) -> list[EntrySource]:
    query = (
        select(Assignment, MilestoneRow, UnitRow, Campaign.title)
        .join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
        .order_by(col(Assignment.effective_due), col(UnitRow.position), col(Assignment.id))
    )
    if scope is FeedScope.UNIT:
        query = query.where(Assignment.unit_id == subject)
    elif scope is FeedScope.CAMPAIGN:
        query = query.where(Assignment.campaign_id == subject)
    return [entry_source(*row) for row in session.exec(query)]


def _name(session: Session, scope: FeedScope, subject: str) -> str:
    if scope is FeedScope.UNIT:
        unit = session.get_one(UnitRow, subject)
        return _("Duban · {name}").format(name=unit.name)
    if scope is FeedScope.CAMPAIGN:
        campaign = session.get_one(Campaign, subject)
        return _("Duban · {name}").format(name=campaign.title)
    return _("Duban · everything")


def _add_refresh(calendar: Calendar) -> None:
    # RFC 7986, section 5.7 asks for VALUE=DURATION, which the library leaves out by itself.
    interval = vDuration(REFRESH)
    interval.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", interval)
    calendar.add("x-published-ttl", vDuration(REFRESH))
