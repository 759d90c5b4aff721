"""What a feed says: its calendar's bytes, which depend on the record and the local day alone, so
that a file written by the CLI equals what HTTP serves.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from calendars.frame import around, feed_calendar, no_entries
from calendars.lights import Plans
from calendars.naming import feed_name
from calendars.options import FeedOptions, FeedScope, Surroundings
from calendars.scope import last_change, parts_of, shown
from calendars.shelf import Kept, Shelf
from calendars.sources import SourceReader
from config.i18n import _, language, using_language
from workflows.colors import Color, color_of
from workflows.organisation import Organisation
from workflows.tables import Assignment, Campaign


@dataclass(frozen=True, slots=True)
class FeedContent:
    """A feed's bytes with what HTTP needs to know about them. Moments are aware."""

    body: bytes
    etag: str
    last_modified: datetime | None
    until: datetime | None  # the midnight from which on it may be another; None for none known


class FeedBuilder:
    """Builds the feeds of one office, keeping each entry's bytes from one time to the next."""

    def __init__(
        self,
        organisation: Organisation,
        surroundings: Surroundings,
        language: str,
    ) -> None:
        """`language` (zh or en) is that of feeds that name none."""
        self.organisation = organisation
        self._surroundings = surroundings
        self._language = language
        self._shelf = Shelf()
        self._plans: Plans = {}

    def content(
        self,
        session: Session,
        options: FeedOptions,
        now: datetime,
        address: str = "",
        changed_at: datetime | None = None,
    ) -> FeedContent:
        """The feed at `now` (aware). `address` is where it is fetched, '' where that is not known;
        `changed_at` is when its options last changed."""
        with using_language(options.language or self._language):
            parts = parts_of(session, options, self.organisation, now)
            reader = SourceReader(session, options, self._surroundings, self._plans)
            entries: list[Kept] = []
            for part in parts:
                revisions = session.execute(
                    sql_select(
                        col(Assignment.id), col(Assignment.sequence) + col(Assignment.reworded)
                    )
                    .where(shown(part, options))
                    .order_by(col(Assignment.id))
                )
                wanted = [(key, revision) for key, revision in revisions]
                entries += self._shelf.entries(wanted, part.today, options, reader, language())
            head, end = self._frame(session, options, address)
            changes = [changed_at, last_change(session, options, parts)]
        changes += [one.changed_at for one in entries]  # a light may have turned since
        bodies = [one.body for one in entries] or [no_entries()]
        body = b"".join((head, *bodies, end))
        # Of the entries' hashes: as strong as one of all bytes, for a hundredth of the work.
        etag = blake2b(b"".join((head, *[one.digest for one in entries])), digest_size=16)
        return FeedContent(
            body,
            etag.hexdigest(),
            max((one for one in changes if one is not None), default=None),
            min((one.midnight for one in parts), default=None),
        )

    def _frame(self, session: Session, options: FeedOptions, address: str) -> tuple[bytes, bytes]:
        name = options.name or feed_name(session, options, self.organisation)
        color = None
        if options.scope is FeedScope.CAMPAIGN:
            campaign = session.get(Campaign, options.subject)
            color = color_of(campaign.id, campaign.color) if campaign else None
        return _frame(name, color, address, language())


@lru_cache(maxsize=512)
def _frame(name: str, color: Color | None, address: str, _language: str) -> tuple[bytes, bytes]:
    description = _(
        "Due dates from Duban: entries move, are ticked off and struck through by themselves."
    )
    return around(feed_calendar(name, description, color, address))
