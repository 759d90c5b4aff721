"""The one limiter of the program: how many mails a carrier may be given now.

Mails are counted in the transaction that claims them, in rows of the database, so that the limits
hold over restarts and over all processes. A minute is the clock's; an hour and a day are the last
60 minutes and 24 hours, counted to the safe side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from config.settings import Settings
from notifications.carriers.pace import grow, pace_of, per_minute, resting, slow_down
from notifications.carriers.profiles import Profile, carrier_key, profile_of
from workflows.tables import CarrierMinute, CarrierPace

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_KEPT = timedelta(days=2)  # then a row is of no use to any limit


@dataclass(frozen=True, slots=True)
class Limited:
    """Why no mail goes just now, and when the next may."""

    until: datetime
    said: str = ""  # the server's words, where it asked for a rest


class Limiter:
    """Counts what one carrier is given."""

    def __init__(self, settings: Settings, *, by_mail: bool = True) -> None:
        """What does not go by mail, or not to a server, has no limit."""
        self.profile: Profile = profile_of(settings)
        self.key = carrier_key(settings)
        self._is_smtp = by_mail and bool(settings.smtp_host)

    @property
    def counts(self) -> bool:
        """Whether mails are counted: whoever claims some must then be the only writer."""
        return self._is_smtp and (self.profile.is_limited or self.profile.adaptive)

    def room(self, session: Session, now: datetime, wanted: int) -> int:
        """How many of the `wanted` mails may be claimed at `now` (aware), 0 while it rests.

        Call it in the writing transaction that claims them, and `take` before that ends. Where
        this `counts` it must not be a shared one: no other process is then given the same room.
        """
        if not self._is_smtp:
            return wanted
        pace = pace_of(session, self.key, self.profile, now)
        if resting(pace, now):
            return 0
        for limit, since in self._windows(pace, now):
            wanted = min(wanted, limit - self._given(session, since))
        return max(wanted, 0)

    def take(self, session: Session, now: datetime, mails: int) -> None:
        """Count `mails` that were claimed at `now`."""
        if not self.counts or not mails:
            return
        pace = pace_of(session, self.key, self.profile, now)
        grow(session, pace, self.profile, now)
        if not self.profile.is_limited:
            return
        minute = _minute(now)
        row = session.get(CarrierMinute, (self.key, minute))
        if row is None:
            self._prune(session, now)
            row = CarrierMinute(carrier=self.key, minute=minute, mails=0)
        row.mails += mails
        session.add(row)

    def give_back(self, session: Session, now: datetime, mails: int) -> None:
        """Mails that were counted, and not given to the carrier after all."""
        if not self._is_smtp or not mails or not self.profile.is_limited:
            return
        for row in self._rows(session, now - _HOUR, newest_first=True):
            back = min(row.mails, mails)
            row.mails -= back
            mails -= back
            session.add(row)

    def complain(self, session: Session, now: datetime, said: str) -> datetime | None:
        """The carrier finds that mails come too often: `said` are its words. Returns until when
        it rests."""
        if not self._is_smtp:
            return None
        pace = pace_of(session, self.key, self.profile, now)
        slow_down(session, pace, self.profile, now, said)
        return pace.rests_until

    def pace(self, session: Session, now: datetime) -> int:
        """How many mails a minute may go as things stand; 0 is without limit."""
        return per_minute(pace_of(session, self.key, self.profile, now), self.profile)

    def limited(self, session: Session, now: datetime) -> Limited | None:
        """What keeps mails waiting at `now`; None where nothing does. Reads alone."""
        if not self._is_smtp:
            return None
        pace = pace_of(session, self.key, self.profile, now)
        waits = [pace.rests_until] if pace.rests_until and resting(pace, now) else []
        for limit, since in self._windows(pace, now):
            over = self._given(session, since) - limit + 1
            for row in self._rows(session, since) if over > 0 else ():
                over -= row.mails
                if over <= 0:
                    waits.append(row.minute + (now - since))
                    break
        if not waits:
            return None
        until = max(waits)
        return Limited(until, pace.said if until == pace.rests_until else "")

    def _windows(self, pace: CarrierPace, now: datetime) -> list[tuple[int, datetime]]:
        """Each limit that is set, with the moment after which mails count for it."""
        minute = _minute(now)
        all_of_them = (
            (per_minute(pace, self.profile), minute - _MINUTE),
            (self.profile.per_hour, minute - _HOUR - _MINUTE),
            (self.profile.per_day, minute - _DAY - _MINUTE),
        )
        return [(limit, since) for limit, since in all_of_them if limit]

    def _given(self, session: Session, since: datetime) -> int:
        count = func.coalesce(func.sum(CarrierMinute.mails), 0)
        query = select(count).where(
            CarrierMinute.carrier == self.key, col(CarrierMinute.minute) > since
        )
        return int(session.exec(query).one())

    def _rows(
        self, session: Session, since: datetime, *, newest_first: bool = False
    ) -> Sequence[CarrierMinute]:
        order = col(CarrierMinute.minute)
        return session.exec(
            select(CarrierMinute)
            .where(CarrierMinute.carrier == self.key, col(CarrierMinute.minute) > since)
            .order_by(order.desc() if newest_first else order)
        ).all()

    def _prune(self, session: Session, now: datetime) -> None:
        old = col(CarrierMinute.minute) < now - _KEPT
        ahead = col(CarrierMinute.minute) > now + _HOUR  # of a clock that was wrongly ahead
        session.connection().execute(delete(CarrierMinute).where(old | ahead))


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
