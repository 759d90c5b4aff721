"""Notes where the calendar entries of assignments change though nothing happened to these.

A new version of the plan may say it in other words, a unit may get another name, a campaign that
rests does not ring, a figure that is reported may give another light, and a restored record says
again what it said. An entry's SEQUENCE is the sum
of what happened and of these changes.
"""

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, true, update
from sqlmodel import Session, col, select

from workflows.declaration import Declaration
from workflows.reminding import local_date, start_of_day
from workflows.states import OWING, STRUCK
from workflows.tables import Assignment, Campaign, MilestoneRow

KEPT_DAYS = 90  # for which what was waived or cancelled stays in calendars, struck through

# What an entry says of its campaign and its milestone, its alarms and its light included.
_OF_CAMPAIGN = ("title", "time_zone", "issued", "color")
_OF_MILESTONE = (
    "title", "kind", "departments", "clause", "mailbox", "deliverables", "stage",
    "ladder", "unit_ladders", "correction_ladder", "holiday_grace",
)  # fmt: skip
_OF_PLAN = ("lights", "stages", "year")


def oldest_struck(today: date, zone: str) -> datetime:
    """From when on what was waived or cancelled is still shown on that local day."""
    return start_of_day(today - timedelta(days=KEPT_DAYS), zone)


def says_the_same(old: Campaign, new: Campaign) -> bool:
    """Whether entries say the same of two versions of a campaign."""
    return _same(old, new, _OF_CAMPAIGN)


def asks_the_same(old: MilestoneRow, new: MilestoneRow) -> bool:
    """Whether entries say the same of two versions of a milestone."""
    return _same(old, new, _OF_MILESTONE)


def lit_the_same(old: Declaration | None, new: Declaration) -> bool:
    """Whether lights turn on the same days, with the same words, by two versions of a plan whose
    targets are the same."""
    return old is not None and _same(old, new, _OF_PLAN)


def reword(session: Session, which: ColumnElement[bool], now: datetime, *, times: int = 1) -> None:
    """Note that the entries of these assignments say something else from `now` on, as if it had
    happened so many times.

    What has left the calendars does not come back for that.
    """
    session.flush()
    for zone in session.exec(select(Campaign.time_zone).distinct()).all():
        here = select(Campaign.id).where(Campaign.time_zone == zone)
        gone = col(Assignment.state).in_(sorted(STRUCK)) & (
            col(Assignment.changed_at) < oldest_struck(local_date(now, zone), zone)
        )
        later = col(Assignment.changed_at) > now  # the clock was set back since
        session.connection().execute(
            update(Assignment)
            .where(which, col(Assignment.campaign_id).in_(here))
            .values(
                reworded=col(Assignment.reworded) + times,
                changed_at=case((gone | later, col(Assignment.changed_at)), else_=now),
            )
        )
    for one in list(session.identity_map.values()):
        if isinstance(one, Assignment):
            session.expire(one)


def reword_owing(session: Session, campaign_id: str, now: datetime) -> None:
    """The same for what a campaign is still owed: it began to rest, or goes on."""
    owing = col(Assignment.state).in_(sorted(OWING))
    reword(session, (col(Assignment.campaign_id) == campaign_id) & owing, now)


def reword_restored(session: Session, made_at: datetime, now: datetime) -> None:
    """The same for a record that was brought back at `now` from a backup of `made_at` (both aware).

    Calendar programs may know what happened since. They take the older dates only where these are
    newer by LAST-MODIFIED, and a SEQUENCE never falls (RFC 5545, 3.8.7.3 and 3.8.7.4): so it rises
    by the seconds that are lost, since nothing changes more often. Without a loss nothing is done.
    """
    lost = math.ceil((now - made_at).total_seconds())
    if lost > 0:
        reword(session, true(), now, times=lost)


def _same(old: Any, new: Any, names: Iterable[str]) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in names)
