"""Who ticked when: what the recorded spans prove about the sending windows.

Only a tick that ran can miss a rung. Within a span ticks are at most ten minutes apart, so a part
of it that is as long holds one for certain; a shorter part may hold none.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflows.referee.calendar import Calendars
from workflows.tables import TickSpan

_APART = timedelta(minutes=10)  # ticks of one span are no further apart
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Sitting:
    """The part of a span inside one day's window, and which of its ends is a tick."""

    start: datetime
    end: datetime
    starts_with_tick: bool
    ends_with_tick: bool

    def surely_ticked(self, first: datetime, last: datetime) -> bool:
        if self.starts_with_tick and first <= self.start <= last:
            return True
        if self.ends_with_tick and first <= self.end <= last:
            return True
        return min(self.end, last) - max(self.start, first) >= _APART


class Awake:
    """The ticks that are known to have run inside the sending window."""

    def __init__(
        self,
        spans: Sequence[TickSpan],
        zone: ZoneInfo,
        window: tuple[time, time],
        since: datetime,
        until: datetime,
        calendars: Calendars,
    ) -> None:
        """`window` is local to `zone`, its end outside; what lies before `since` or after `until`
        (aware) is left out."""
        self._zone = zone
        self.calendars = calendars
        self._window = window
        self.known_since = min((one.first_at for one in spans), default=None)
        # A worker's clock was set back: of two moments the later one may have been first.
        self.was_turned_back = any(not is_tick for _f, _l, is_tick in _without_turned_clocks(spans))
        self.last_tick = max((one.last_at for one in spans), default=None)
        self._sittings: dict[date, list[_Sitting]] = defaultdict(list)
        for first, last, last_is_tick in _without_turned_clocks(spans):
            self._add(max(first, since), min(last, until), first >= since,
                      last_is_tick and last <= until)  # fmt: skip
        self._days = sorted(self._sittings)
        self.days = [
            day
            for day in self._days
            if any(one.surely_ticked(one.start, one.end) for one in self._sittings[day])
        ]

    def local_day(self, moment: datetime) -> date:
        """The office's date at `moment`."""
        return moment.astimezone(self._zone).date()

    def begin_of_day(self, moment: datetime) -> datetime:
        """The first instant of the office's day of `moment`."""
        return datetime.combine(self.local_day(moment), time(), self._zone).astimezone(UTC)

    def shown(self, moment: datetime) -> str:
        """A moment as people of the office read it."""
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def in_window(self, moment: datetime) -> bool:
        """Whether the hour of `moment` lies in the window, on whichever day."""
        return self._window[0] <= moment.astimezone(self._zone).time() < self._window[1]

    def surely_ticked(self, first: datetime, last: datetime) -> bool:
        """Whether a tick ran inside the window between the two moments, for certain."""
        if last < first:
            return False
        end = self.local_day(last)
        for day in self._days[bisect_left(self._days, self.local_day(first)) :]:
            if day > end:
                return False
            if any(one.surely_ticked(first, last) for one in self._sittings[day]):
                return True
        return False

    def was_open(self, first: datetime, last: datetime) -> bool:
        """Whether the window was open at some time between the two moments."""
        if last < first:
            return False
        day, end = self.local_day(first), self.local_day(last)
        while day <= end:
            opens, closes = self._hours(day)
            if self.calendars.surely_works(day) and first < closes and opens <= last:
                return True
            day += _DAY
        return False

    def days_after(self, day: date) -> Sequence[date]:
        """The days after `day` on which a tick ran inside the window, for certain."""
        return self.days[bisect_left(self.days, day + _DAY) :]

    def _add(
        self, first: datetime, last: datetime, first_is_tick: bool, last_is_tick: bool
    ) -> None:
        if last < first:
            return
        day, end = self.local_day(first), self.local_day(last)
        while day <= end:
            if self.calendars.surely_works(day):
                self._sit(day, first, last, first_is_tick, last_is_tick)
            day += _DAY

    def _sit(
        self, day: date, first: datetime, last: datetime, first_is_tick: bool, last_is_tick: bool
    ) -> None:
        opens, closes = self._hours(day)
        start, end = max(first, opens), min(last, closes)
        if start <= end and start < closes:
            self._sittings[day].append(
                _Sitting(
                    start, end, first_is_tick and start == first,
                    last_is_tick and end == last and end < closes,
                )
            )  # fmt: skip

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        opens, closes = (datetime.combine(day, hour, self._zone) for hour in self._window)
        return opens.astimezone(UTC), closes.astimezone(UTC)


def _without_turned_clocks(spans: Sequence[TickSpan]) -> list[tuple[datetime, datetime, bool]]:
    """The spans, each cut where a later one of the same worker begins: its clock was set back,
    and what it called a day to come was none."""
    cut: list[tuple[datetime, datetime, bool]] = []
    begun: dict[str, datetime] = {}
    for one in sorted(spans, key=lambda span: span.id or 0, reverse=True):
        limit = begun.get(one.worker)
        if limit is None or one.last_at < limit:
            cut.append((one.first_at, one.last_at, True))
        elif one.first_at < limit:
            cut.append((one.first_at, limit, False))
        begun[one.worker] = min(limit or one.first_at, one.first_at)
    return cut
