"""How long a sender leaves a mail server alone that takes nothing: longer each time.

A wrong password tried twice a minute all night would have the account locked.
"""

from datetime import datetime, timedelta

_MINUTES = (1, 2, 5, 15)
_LONGEST = timedelta(minutes=_MINUTES[-1])


class Rest:
    """Not lasting until it is begun."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._times = 0

    def begin(self, now: datetime) -> datetime:
        """Rest from `now` (aware) on; return until when."""
        minutes = _MINUTES[min(self._times, len(_MINUTES) - 1)]
        self._times += 1
        self._until = now + timedelta(minutes=minutes)
        return self._until

    def end(self) -> None:
        """The server is well: the next rest is a short one again."""
        self._until, self._times = None, 0

    def lasts(self, now: datetime) -> bool:
        """Whether it lasts at `now` (aware). A clock that was set back does not prolong it."""
        return self._until is not None and now < self._until <= now + _LONGEST
