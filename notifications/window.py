"""The sending window: working days from its start to its end, local to the office."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflows.working_days import WorkingDays, working_days


@dataclass(frozen=True)
class SendingWindow:
    """When mail may leave. `start` and `end` are local to `zone`; the end itself is outside."""

    zone: ZoneInfo
    start: time = time(9, 0)
    end: time = time(18, 0)

    def today(self, now: datetime) -> date:
        """The office's date at `now` (aware)."""
        return now.astimezone(self.zone).date()

    def is_open(self, now: datetime) -> bool:
        """Whether mail may leave at `now` (aware)."""
        local = now.astimezone(self.zone)
        return self.start <= local.time() < self.end and self._days.is_working_day(local.date())

    def opens_on(self, day: date) -> datetime:
        """When the window opens on `day` (a working day)."""
        return datetime.combine(day, self.start, self.zone)

    def next_day(self, day: date) -> date:
        """The next sending day after `day`."""
        return self._days.shift(day, 1)

    def next_opening(self, now: datetime) -> datetime:
        """The first moment at or after `now` at which mail may leave."""
        if self.is_open(now):
            return now
        local = now.astimezone(self.zone)
        day = local.date() if local.time() < self.start else local.date() + timedelta(days=1)
        return self.opens_on(self._days.on_or_after(day))

    @property
    def _days(self) -> WorkingDays:
        return working_days()
