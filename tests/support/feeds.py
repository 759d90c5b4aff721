"""A sample office's feeds: built as the CLI exports them, and made as it makes them."""

from datetime import timedelta
from typing import Any

from calendars.feed import FeedBuilder, FeedContent
from calendars.options import FeedOptions, FeedScope, Surroundings
from calendars.tokens import create_feed
from tests.support.office import SampleOffice


def builder_of(office: SampleOffice, language: str = "en") -> FeedBuilder:
    """What builds the office's feeds."""
    around = Surroundings(office.settings.public_url, office.settings.feed_marks)
    return FeedBuilder(office.organisation, around, language)


def feed_content(
    office: SampleOffice,
    scope: FeedScope = FeedScope.ALL,
    subject: str = "",
    language: str = "en",
    **options: Any,
) -> FeedContent:
    """What the feed says now, built anew; `options` are those of FeedOptions."""
    with office.database.read() as session:
        return builder_of(office, language).content(
            session,
            FeedOptions(scope, subject, **options),
            office.clock() + timedelta(seconds=1),
        )


def make_feed(
    office: SampleOffice,
    scope: FeedScope = FeedScope.ALL,
    subject: str = "",
    holder: str = "",
    **options: Any,
) -> tuple[int, str]:
    """A feed's number and its path; `options` are those of FeedOptions."""
    wanted = FeedOptions(scope, subject, **options)
    with office.database.write() as session:
        feed, token = create_feed(session, wanted, office.clock(), "tester", holder=holder)
        return feed.id or 0, f"/feeds/{token}.ics"
