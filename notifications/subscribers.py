"""Who holds a calendar feed: telephones would show twice what a mail attaches as well."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session, col, func, select

from notifications.content import Content
from workflows.database import batched
from workflows.tables import Feed


def note_subscribers(session: Session, contents: Mapping[int, Content]) -> dict[int, Content]:
    """The contents, with a mark on each whose address holds a feed that is not revoked."""
    holders = _holders(session, {one.address.lower() for one in contents.values()})
    return {
        key: replace(one, subscribed=True) if one.address.lower() in holders else one
        for key, one in contents.items()
    }


def _holders(session: Session, addresses: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for batch in batched(addresses):
        query = select(Feed.holder).where(
            func.lower(Feed.holder).in_(batch), col(Feed.revoked_at).is_(None)
        )
        found |= {holder.lower() for holder in session.exec(query)}
    return found
