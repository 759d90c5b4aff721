"""Who ticked when: spans of time without a gap, for `duban verify` and `duban doctor`.

A rung can only be missed by a tick that ran; what came due while nothing ran is downtime.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from workflows.tables import TickSpan

GAP = timedelta(minutes=10)  # ticks further apart than this do not belong to one span


def record_tick(session: Session, worker: str, now: datetime) -> None:
    """Note that `worker` ticks at `now` (aware): lengthen its last span, or begin another.

    A clock that was set back begins another span too.
    """
    last = session.exec(
        select(TickSpan).where(TickSpan.worker == worker).order_by(col(TickSpan.id).desc()).limit(1)
    ).first()
    if last is None or not last.last_at <= now <= last.last_at + GAP:
        last = TickSpan(worker=worker, first_at=now, last_at=now)
    last.last_at = now
    session.add(last)


def last_tick(session: Session) -> datetime | None:
    """When any process last ticked, or None where none ever did."""
    last = session.exec(select(TickSpan.last_at).order_by(col(TickSpan.last_at).desc()).limit(1))
    return last.first()


def forget_ticks_after(session: Session, now: datetime) -> None:
    """Take back what a clock that was ahead has noted of a time to come."""
    session.connection().execute(delete(TickSpan).where(col(TickSpan.first_at) > now))
    session.connection().execute(
        update(TickSpan).where(col(TickSpan.last_at) > now).values(last_at=now)
    )
