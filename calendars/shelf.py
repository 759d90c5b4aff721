"""Keeps the bytes of entries, each until its assignment has another revision or its day is over.

So a feed is put together from what is kept, and only what has changed is built.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import NamedTuple

from calendars.entry import event_text, task_text
from calendars.options import FeedOptions
from calendars.sources import SourceReader
from workflows.working_days import working_days

MOST = 50_000  # entries kept; about 50 MB


class Kept(NamedTuple):
    """An entry's bytes with their hash, and for which revision and days they hold."""

    revision: int
    since: date
    turns: date
    changed_at: datetime  # the entry's LAST-MODIFIED
    body: bytes
    digest: bytes


class Shelf:
    """The entries of all feeds of an office, by what they look like. For several threads."""

    def __init__(self, most: int = MOST) -> None:
        """At most so many entries are kept."""
        self._most = most
        self._kept: dict[tuple[object, ...], dict[int, Kept]] = {}

    def entries(
        self,
        wanted: Sequence[tuple[int, int]],
        today: date,
        options: FeedOptions,
        reader: SourceReader,
        language: str,
    ) -> Iterator[Kept]:
        """The entries of assignments, given by their ids and revisions, on the local day."""
        kept = self._of(options, language)
        found = {key: kept.get(key) for key, _revision in wanted}
        missing = [key for key, revision in wanted if not _holds(found[key], revision, today)]
        if missing:
            self._make_room(len(missing))
            found.update(_built(reader, missing, today, tasks=options.tasks))
            for key in missing:
                one = found[key]
                if one is not None:
                    kept[key] = one
        return (one for one in found.values() if one is not None)

    def _of(self, options: FeedOptions, language: str) -> dict[int, Kept]:
        # By other holidays, alarms and lights come on other days.
        edition = working_days().edition
        look = (options.tasks, options.alarms, options.phases, language, edition)
        return self._kept.setdefault(look, {})

    def _make_room(self, count: int) -> None:
        """Forget everything where it would be too much: it is rare, and made again in a moment."""
        if count + sum(map(len, list(self._kept.values()))) > self._most:
            self._kept.clear()


def _holds(kept: Kept | None, revision: int, today: date) -> bool:
    return kept is not None and kept.revision == revision and kept.since <= today < kept.turns


def _built(
    reader: SourceReader, ids: Iterable[int], today: date, *, tasks: bool
) -> Iterator[tuple[int, Kept]]:
    text = task_text if tasks else event_text
    for one in reader.read(ids, today):
        body = text(one.source).encode()
        digest = blake2b(body, digest_size=16).digest()
        yield one.id, Kept(
            one.revision, one.since, one.turns, one.source.changed_at, body, digest
        )  # fmt: skip
