"""When a feed was last fetched, and by which program: noted in memory, written now and then."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from config.plain_text import single_line
from workflows.database import Database
from workflows.tables import Feed

_LONGEST = 200  # characters of a program's name


class Fetches:
    """The fetches that are not in the record yet. `note` is for one thread, `write` for another."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[datetime, str]] = {}

    def note(self, feed_id: int, now: datetime, client: str) -> None:
        """A feed was fetched at `now` (aware) by the program that calls itself `client`."""
        self._last[feed_id] = now, client

    def write(self, database: Database) -> int:
        """Put into the record what was noted; return of how many feeds.

        What cannot be written is noted still. Raises StateError where the record is away.
        """
        last, self._last = self._last, {}
        if not last:
            return 0
        try:
            with database.write() as session:
                for feed_id, (moment, client) in last.items():
                    session.connection().execute(
                        update(Feed)
                        .where(col(Feed.id) == feed_id)
                        .values(fetched_at=moment, fetched_by=single_line(client)[:_LONGEST])
                    )
        except BaseException:
            self._last = {**last, **self._last}
            raise
        return len(last)
