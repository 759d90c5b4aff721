"""Feeds on record and the tokens that open them: made, rotated, expired, revoked."""

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from sqlmodel import Session, col, func, or_, select

from calendars.options import FeedOptions
from config.errors import InputError, StateError
from config.i18n import _
from workflows.tables import Feed

GRACE_DAYS = 14  # for which a feed's address works on after a new one was made


def create_feed(
    session: Session,
    options: FeedOptions,
    now: datetime,
    actor: str,
    *,
    holder: str = "",
    expires_at: datetime | None = None,
) -> tuple[Feed, str]:
    """Make a feed; return it with its token, which is shown once and never kept.

    `holder` is the address of whom it is given to, who loses it with the office; '' for anyone.
    From `expires_at` (aware) on it opens nothing. Raises InputError where that is past.
    """
    _require_ahead(expires_at, now)
    token = secrets.token_urlsafe(32)
    feed = Feed(
        token_hash=hash_token(token),
        name=options.name,
        scope=options.scope.value,
        subject=options.subject,
        alarms=options.alarms,
        tasks=options.tasks,
        only_open=options.only_open,
        phases=options.phases.value,
        language=options.language,
        actor=actor,
        holder=holder,
        created_at=now,
        changed_at=now,
        expires_at=expires_at,
    )
    session.add(feed)
    session.flush()
    return feed, token


def find_feed(session: Session, token: str, now: datetime) -> Feed | None:
    """The feed that `token` opens; None for a wrong, malformed, revoked or expired one.

    All of them cost the same work: a hash and one look into the index. How long that look takes
    tells something of the hash at most, which nobody can steer from the token, and the token is
    256 random bits. The comparison does not rest on how the database compares text.
    """
    wanted = hash_token(token)
    feed = session.exec(
        select(Feed).where(or_(Feed.token_hash == wanted, Feed.former_hash == wanted))
    ).first()
    if feed is None or feed.revoked_at is not None:
        return None
    if feed.expires_at is not None and feed.expires_at <= now:
        return None
    if compare_digest(feed.token_hash, wanted):
        return feed
    former = feed.former_hash is not None and compare_digest(feed.former_hash, wanted)
    in_time = feed.former_until is not None and now < feed.former_until
    return feed if former and in_time else None


def opens_until(feed: Feed, token: str) -> datetime | None:
    """From when on `token`, which opens the feed now, opens it no longer; None for not at all."""
    ends = [feed.expires_at]
    if is_former(feed, token):
        ends.append(feed.former_until)
    return min((one for one in ends if one is not None), default=None)


def is_former(feed: Feed, token: str) -> bool:
    """Whether `token`, which opens the feed, is the one before a new one was made."""
    return not compare_digest(feed.token_hash, hash_token(token))


def get_feed(session: Session, feed_id: int) -> Feed:
    """The feed of that number. Raises StateError where there is none."""
    feed = session.get(Feed, feed_id)
    if feed is None:
        raise StateError(_("there is no feed {id}").format(id=feed_id), _("see “duban feed list”"))
    return feed


def get_open_feed(session: Session, feed_id: int, now: datetime) -> Feed:
    """The feed of that number. Raises StateError where there is none, or it is closed at `now`."""
    feed = get_feed(session, feed_id)
    if not is_open(feed, now):
        raise StateError(
            _("feed {id} is revoked or expired").format(id=feed.id),
            _("make a new one: duban feed create"),
        )
    return feed


def rotate_feed(session: Session, feed_id: int, now: datetime, grace_until: datetime) -> str:
    """Give a feed a new token and return it; the one before it opens it until `grace_until`.

    Raises StateError where there is no such feed, or it is closed.
    """
    feed = get_open_feed(session, feed_id, now)
    token = secrets.token_urlsafe(32)
    feed.former_hash, feed.former_until = feed.token_hash, grace_until
    feed.token_hash = hash_token(token)
    session.add(feed)
    return token


def change_feed(
    session: Session,
    feed_id: int,
    options: FeedOptions,
    now: datetime,
    expires_at: datetime | None,
) -> Feed:
    """Give a feed other options and another end (None: none); its address stays.

    Raises StateError where there is no such feed, or it is closed; InputError for an end that is
    past.
    """
    feed = get_open_feed(session, feed_id, now)
    _require_ahead(expires_at, now)
    feed.name, feed.language, feed.phases = options.name, options.language, options.phases.value
    feed.alarms, feed.tasks, feed.only_open = options.alarms, options.tasks, options.only_open
    feed.expires_at, feed.changed_at = expires_at, now
    session.add(feed)
    return feed


def revoke_feed(session: Session, feed_id: int, now: datetime) -> Feed:
    """Close a feed for good. Raises StateError where there is none."""
    feed = get_feed(session, feed_id)
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


def is_open(feed: Feed, now: datetime) -> bool:
    """Whether any token opens the feed at `now`."""
    return feed.revoked_at is None and (feed.expires_at is None or now < feed.expires_at)


def hash_token(token: str) -> str:
    """What is kept of a token. It is random, so a plain hash is enough. Any text has one."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _require_ahead(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InputError(_("the feed would be expired at once"), _("mend --expires"))
