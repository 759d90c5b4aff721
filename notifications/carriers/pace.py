"""The pace that a carrier was found to take: half when it complains, growing while it is quiet."""

from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, select
from sqlmodel import Session

from notifications.carriers.profiles import Profile
from workflows.tables import CarrierPace

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=1)  # a rest
_QUIET = timedelta(hours=1)  # without a complaint, and the pace grows by a step
_STEPS = 10  # from nothing to the profile's most

_PACES: Table = CarrierPace.__table__  # type: ignore[attr-defined]
_KNOWN = select(_PACES.c.carrier).where(_PACES.c.carrier == bindparam("carrier"))


def pace_of(session: Session, key: str, profile: Profile, now: datetime) -> CarrierPace:
    """The carrier's row; a new one, not yet in the session, where it has none."""
    session.flush()  # one that was made in this transaction
    known = session.connection().execute(_KNOWN, {"carrier": key}).first()
    found = session.get(CarrierPace, key) if known else None  # nearly no carrier has complained
    return found or CarrierPace(carrier=key, per_minute=profile.start, changed_at=now)


def per_minute(pace: CarrierPace, profile: Profile) -> int:
    """How many mails a minute may go; 0 is without limit."""
    if not profile.adaptive or not profile.per_minute:
        return profile.per_minute
    # Under another profile before, it may have begun with nothing.
    return min(pace.per_minute or profile.start, profile.per_minute)


def slow_down(
    session: Session, pace: CarrierPace, profile: Profile, now: datetime, said: str
) -> None:
    """The carrier has asked for fewer: rest, longer each time, and then at half the pace.

    What it says while it is left alone is about mails that were under way: no further news.
    """
    if resting(pace, now):
        return
    rest = SHORTEST
    if pace.rests_until is not None and pace.rests_until + LONGEST > now:
        rest = min(max(2 * (pace.rests_until - pace.changed_at), SHORTEST), LONGEST)
    if profile.adaptive:
        pace.per_minute = max(1, per_minute(pace, profile) // 2)
    pace.changed_at, pace.rests_until, pace.said = now, now + rest, said
    session.add(pace)


def grow(session: Session, pace: CarrierPace, profile: Profile, now: datetime) -> None:
    """A step faster after a quiet hour, until the profile's most."""
    current = per_minute(pace, profile)
    quiet_since = max(pace.changed_at, pace.rests_until or pace.changed_at)
    if not profile.adaptive or current >= profile.per_minute:
        return
    session.add(pace)  # where it is new, the quiet begins to count
    if now < quiet_since + _QUIET:
        return
    step = max(1, profile.per_minute // _STEPS)
    pace.per_minute = min(current + step, profile.per_minute)
    pace.changed_at = now


def resting(pace: CarrierPace, now: datetime) -> bool:
    """Whether nothing may go at `now`. A clock that was set back does not prolong it."""
    return pace.rests_until is not None and now < pace.rests_until <= now + LONGEST
