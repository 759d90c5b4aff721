"""A calendar program that subscribes to a feed and knows nothing but the RFCs.

It asks with the ETag that it has (RFC 9110, 13.1.2), takes the greater version of two of one UID
(RFC 5546, 2.1.5), and what a feed no longer has for removed.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from typing import NamedTuple

import httpx

from tests.support.rfc5545.entries import Entry, entries_of
from tests.support.rfc5545.values import day_of, is_date

DONE, LATE = "✓ ", "! "  # what a reader of the documentation knows of the summaries


class Shown(NamedTuple):
    """What a person sees of an entry."""

    due: date
    cancelled: bool
    done: bool
    late: bool


@dataclass(slots=True)
class Poll:
    """What one look changed, by UID."""

    status: int
    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.changed or self.removed)


class ModelClient:
    """One subscription."""

    def __init__(self, http: httpx.Client, path: str) -> None:
        self._http, self._path, self._etag = http, path, ""
        self.entries: dict[str, Entry] = {}
        self.unversioned: list[str] = []  # said something else, and not that it is newer

    def poll(self) -> Poll:
        """Ask once."""
        asked = {"If-None-Match": self._etag} if self._etag else {}
        answer = self._http.get(self._path, headers=asked)
        poll = Poll(answer.status_code)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return poll
        answer.raise_for_status()
        self._etag = answer.headers["ETag"]
        new = entries_of(answer.content)
        for uid, entry in new.items():
            old = self.entries.get(uid)
            if old is None:
                poll.added.add(uid)
            elif entry.version > old.version:
                poll.changed.add(uid)
            elif entry.raw != old.raw:
                self.unversioned.append(uid)
                continue
            self.entries[uid] = entry
        poll.removed = set(self.entries) - set(new)
        for uid in poll.removed:
            del self.entries[uid]
        return poll

    def picture(self, today: date) -> dict[str, Shown]:
        """What a person sees on a day: of a task, what is due and not done is late by its date; of
        an event, what its summary says."""
        return {uid: _shown(one, today) for uid, one in self.entries.items()}


def _shown(entry: Entry, today: date) -> Shown:
    cancelled = entry.value("STATUS") == "CANCELLED"
    if entry.value("DUE"):
        due, done = _day(entry.value("DUE")), entry.value("STATUS") == "COMPLETED"
        return Shown(due, cancelled, done, late=due < today and not done and not cancelled)
    summary = entry.value("SUMMARY")
    due = _day(entry.value("DTEND")) - timedelta(days=1)  # exclusive
    return Shown(due, cancelled, summary.startswith(DONE), summary.startswith(LATE))


def _day(text: str) -> date:
    assert is_date(text), text
    return day_of(text)
