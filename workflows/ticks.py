"""Who ticked when: spans of time without a gap, for `duban verify` and `duban doctor`.

A rung can only be missed by a tick that ran; what came due while nothing ran is downtime.
"""

from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlmodel import Session, col

from workflows.tables import TickSpan

_SPANS: Table = TickSpan.__table__  # type: ignore[attr-defined]
# Each tick asks: building these takes longer than the database does.
_NEWEST = select(_SPANS.c.last_at).order_by(_SPANS.c.last_at.desc()).limit(1)
_NEWEST_OF = (
    select(_SPANS.c.id, _SPANS.c.last_at)
    .where(_SPANS.c.worker == bindparam("who"))
    .order_by(_SPANS.c.id.desc())
    .limit(1)
)
_LENGTHEN = update(_SPANS).where(_SPANS.c.id == bindparam("which")).values(last_at=bindparam("now"))
GAP = timedelta(minutes=10)  # ticks further apart than this do not belong to one span


def record_tick(session: Session, worker: str, now: datetime) -> None:
    """Note that `worker` ticks at `now` (aware): lengthen its last span, or begin another.

    A clock that was set back begins another span too.
    """
    last = session.execute(_NEWEST_OF, {"who": worker}).first()
    if last is None or not last.last_at <= now <= last.last_at + GAP:
        begun = {"worker": worker, "first_at": now, "last_at": now}
        session.connection().execute(insert(_SPANS), begun)
    else:
        session.connection().execute(_LENGTHEN, {"which": last.id, "now": now})


def last_tick(session: Session) -> datetime | None:
    """When any process last ticked, or None where none ever did."""
    last: datetime | None = session.execute(_NEWEST).scalar()
    return last


def forget_ticks_after(session: Session, now: datetime) -> None:
    """Take back what a clock that was ahead has noted of a time to come."""
    session.connection().execute(delete(TickSpan).where(col(TickSpan.first_at) > now))
    session.connection().execute(
        update(TickSpan).where(col(TickSpan.last_at) > now).values(last_at=now)
    )
