"""Which holidays the record's dates were computed with: kept in events of its campaigns.

The first version of a plan notes each year around its dates that no campaign had noted before; from
then on that year is as noted, whatever a newer library or file says, until `duban holidays update`
takes in what is known now (workflows/holiday_updating.py). So no date moves without being shown.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from workflows.events import APPLIED
from workflows.holiday_years import HolidayYear, year_from_data
from workflows.tables import Event
from workflows.working_days import working_days

UPDATED = "holidays"  # the kind of the event by which a year became another one
CALENDAR = "calendar"  # in an event's data: years as they hold from then on
WAS = "was"  # in that of an update: as they were
# Which events may note years.
_MAY_NOTE = (col(Event.assignment_id).is_(None), col(Event.kind).in_((APPLIED, UPDATED)))
# Each tick asks: building these takes longer than the database does.
_LAST_NOTED = select(Event.id, Event.hash).where(*_MAY_NOTE).order_by(col(Event.id).desc()).limit(1)
_LAST_UPDATE = (
    select(Event.recorded_at)
    .where(col(Event.assignment_id).is_(None), Event.kind == UPDATED)
    .order_by(col(Event.id).desc())
    .limit(1)
)


def recorded_years(session: Session) -> dict[int, HolidayYear]:
    """The years that the record has noted, as they hold now."""
    found: dict[int, HolidayYear] = {}
    for data in session.exec(select(Event.data).where(*_MAY_NOTE).order_by(col(Event.id))):
        for year, noted in data.get(CALENDAR, {}).items():
            found[int(year)] = year_from_data(int(year), noted)
    return found


def last_update(session: Session) -> datetime | None:
    """When a year last became another one, since when rungs may have other days; None: never."""
    last: datetime | None = session.execute(_LAST_UPDATE).scalar()
    return last


def follow_record(session: Session) -> None:
    """Let this process go by the holidays that the record goes by.

    Each tick asks, and nearly always nothing is new: then no event is read, for those of large
    campaigns say a lot beside. Events are only ever added; the last one's hash is of its content.
    """
    last = session.execute(_LAST_NOTED).first()
    calendar = working_days()
    if last is None or calendar.follows != tuple(last):
        calendar.use_record(recorded_years(session), tuple(last) if last else None)


def years_to_note(session: Session, days: Iterable[date]) -> dict[str, Any]:
    """What an event notes of the years of these days, and of those beside them, into which
    reminders and extensions reach: those that the record lacks, by their names."""
    years = {day.year for day in days}
    wanted = {beside for year in years for beside in (year - 1, year, year + 1)}
    lacking = sorted(wanted - recorded_years(session).keys()) if wanted else []
    return {str(year): working_days().in_force(year).as_data() for year in lacking}
