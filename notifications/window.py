"""The sending window: working days from its start to its end, local to the office.

Its first minutes are shared out among the addresses: a mail server is not met by a thousand mails
at the stroke of nine.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from workflows.working_days import WorkingDays, working_days


@dataclass(frozen=True)
class SendingWindow:
    """When mail may leave. `start` and `end` are local to `zone`; the end itself is outside.

    Over its first `spread` minutes digests are spread, each address at its own moment of the day.
    """

    zone: ZoneInfo
    start: time = time(9, 0)
    end: time = time(18, 0)
    spread: int = 0

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

    def slot(self, address: str, now: datetime) -> datetime:
        """When the digest for `address` that is made at `now` (aware) may leave."""
        if not self.spread:
            return now
        day = self.today(now)
        opens = self.opens_on(day)
        length = datetime.combine(day, self.end, self.zone) - opens
        seconds = int(min(timedelta(minutes=self.spread), length / 2).total_seconds())
        place = int(sha256(f"{address}|{day}".encode()).hexdigest()[:8], 16) % max(seconds, 1)
        return max(now, opens + timedelta(seconds=place))

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
