"""Who holds a calendar feed: telephones would show twice what a mail attaches as well."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from calendars.subscribed import live_holders
from notifications.content import Content
from workflows.database import batched


def note_subscribers(
    session: Session, contents: Mapping[int, Content], now: datetime
) -> dict[int, Content]:
    """The contents, with a mark on each whose address holds a feed that a calendar program fetches
    at `now` (aware). Who was given one and never used it still gets the entries by mail."""
    holders: set[str] = set()
    for batch in batched({one.address.lower() for one in contents.values()}):
        holders |= live_holders(session, batch, now)
    return {
        key: replace(one, subscribed=True) if one.address.lower() in holders else one
        for key, one in contents.items()
    }
