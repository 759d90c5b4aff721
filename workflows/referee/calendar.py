"""Which holidays held when: the calendars that the record says its dates were computed with.

Each first version of a plan notes the years that were not on record before; a holiday update notes
what a year was and what it is. A year that nobody noted is as the program knows it today: its data,
not a rule, is what the referee shares.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from workflows.tables import Event
from workflows.working_days import working_days

UPDATED = "holidays"  # the kind of the event by which a year became another one
_NOTED = "calendar"  # in the data of events: what held of years from then on
_SATURDAY = 5
_DAY = timedelta(days=1)

_Said = tuple[tuple[int, str], ...]  # a year, and its days as the record has them


class Calendar:
    """The working days by what the record had noted at a time. The same data, the same object."""

    def __init__(self, said: _Said) -> None:
        self._years: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        for year, text in said:
            days = json.loads(text)
            self._years[year] = frozenset(days["off"]), frozenset(days["worked"])

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        noted = self._years.get(day.year)
        if noted is None:
            return working_days().is_working_day(day)
        off, worked = noted
        name = day.isoformat()
        return name not in off and (day.weekday() < _SATURDAY or name in worked)


@lru_cache(maxsize=64)
def _calendar(said: _Said, _edition: int) -> Calendar:
    return Calendar(said)


def unnoted() -> Calendar:
    """The calendar of a record that notes no year."""
    return _calendar((), working_days().edition)


@dataclass(frozen=True, slots=True)
class Change:
    """A calendar in force from an event on; the first one from 0 on."""

    event_id: int
    since: datetime
    calendar: Calendar


class Calendars:
    """Each calendar that held, the oldest first."""

    def __init__(self, events: Iterable[Event]) -> None:
        """`events` are those of campaigns, in the order of their ids.

        Raises LookupError, TypeError, ValueError where what they note is no calendar.
        """
        noted: dict[int, str] = {}
        changes: list[tuple[int, datetime, dict[int, str]]] = []
        for event in events:
            now = _read(event.data.get(_NOTED, {}))
            for year, text in {**now, **_read(event.data.get("was", {}))}.items():
                noted.setdefault(year, text)  # so it was from the beginning
            if event.kind == UPDATED:
                changes.append((event.id or 0, event.recorded_at, now))
        self.changes = [Change(0, datetime.min.replace(tzinfo=UTC), _of(noted))]
        for event_id, since, now in changes:
            if any(noted.get(year) != text for year, text in now.items()):
                noted |= now
                self.changes.append(Change(event_id, since, _of(noted)))

    def at_event(self, event_id: int) -> Calendar:
        """The calendar in force when that was the newest event."""
        return [one for one in self.changes if one.event_id <= event_id][-1].calendar

    def surely_works(self, day: date) -> bool:
        """Whether offices worked on `day`, by every calendar that held around it."""
        return all(one.is_working_day(day) for one in self._around(day))

    def may_work(self, day: date) -> bool:
        """Whether they did by one of them."""
        return any(one.is_working_day(day) for one in self._around(day))

    def _around(self, day: date) -> Sequence[Calendar]:
        if len(self.changes) == 1:
            return (self.changes[0].calendar,)
        begun = [one for one in self.changes if _date(one) <= day + _DAY]
        before = [number for number, one in enumerate(begun) if _date(one) < day - _DAY]
        return [one.calendar for one in begun[before[-1] if before else 0 :]]


def _date(change: Change) -> date:
    return change.since.date()


def _of(noted: Mapping[int, str]) -> Calendar:
    return _calendar(tuple(sorted(noted.items())), working_days().edition)


def _read(noted: Mapping[str, Mapping[str, Any]]) -> dict[int, str]:
    return {
        int(year): json.dumps({"off": sorted(days["off"]), "worked": sorted(days["worked"])})
        for year, days in noted.items()
    }
