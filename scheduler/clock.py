"""The only place that reads the wall clock; everything else takes `now` as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]


def wall_clock() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


class ShiftedClock:
    """A clock that read `as_of` when the wall clock read `since`, and may run faster."""

    def __init__(self, as_of: datetime, since: datetime | None = None, speed: float = 1.0) -> None:
        """Both moments are aware; `since` is now where it is not given."""
        self._as_of = as_of.astimezone(UTC)
        self._since = since or wall_clock()
        self._speed = speed

    def __call__(self) -> datetime:
        """The simulated time, in UTC."""
        return self._as_of + (wall_clock() - self._since) * self._speed


class SimulatedClock:
    """A clock that stands still until it is set: for replays."""

    def __init__(self, start: datetime) -> None:
        """`start` is aware."""
        self.moment = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """The simulated time, in UTC."""
        return self.moment

    def advance_to(self, moment: datetime) -> None:
        """Move on to `moment`; time never runs back."""
        if moment < self.moment:
            raise ValueError(f"{moment} is before {self.moment}")
        self.moment = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move on by a span of time."""
        self.advance_to(self.moment + by)
