"""Runs every check over one snapshot and gathers what they find."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from workflows.referee.assignments import check_assignments
from workflows.referee.awake import Awake
from workflows.referee.campaigns import read_calendars, read_campaigns
from workflows.referee.deliveries import check_deliveries
from workflows.referee.given import Given
from workflows.referee.notices import check_notices
from workflows.referee.order import check_lost_channels
from workflows.referee.reading import orphans, rows
from workflows.referee.report import Report
from workflows.referee.supervision import check_supervision
from workflows.referee.uploads import check_files
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    Event,
    LightTurn,
    MilestoneRow,
    NoticeItem,
    Reminder,
    Silence,
    TickSpan,
    UnitRow,
)

_LOOK_BACK = timedelta(days=3660)  # a campaign is over long before


def verify(
    session: Session,
    *,
    now: datetime,
    zone: ZoneInfo,
    window_start: time,
    window_end: time,
    files: Path | None,
) -> Report:
    """Check the whole database as `session` sees it.

    `now` (aware) decides what has come due; `zone`, `window_start` and `window_end` are the
    office's sending window, its end outside; `files` is the folder of uploads, named by their
    hash, or None where there are none to look at. Reads only.
    """
    report = Report()
    _check_orphans(session, report)
    calendars = read_calendars(session, report)
    campaigns = read_campaigns(session, report, calendars)
    awake = Awake(
        rows(session, report, TickSpan), zone, (window_start, window_end),
        (now - _LOOK_BACK).astimezone(UTC), now.astimezone(UTC), calendars,
    )  # fmt: skip
    held_for = session.exec(select(Delivery.address).where(Delivery.purpose == "held").distinct())
    given = Given(
        session, report, now, awake, _ticks_unknown_before(session, awake), campaigns,
        frozenset(held_for), rows(session, report, Silence), files,
    )  # fmt: skip
    check_assignments(given)
    check_deliveries(given)
    check_lost_channels(given)
    check_notices(given)
    check_supervision(given)
    if files is not None:
        check_files(report, files)
    return report


def _ticks_unknown_before(session: Session, awake: Awake) -> datetime | None:
    first = session.exec(select(func.min(Reminder.created_at))).one()
    if first is None or (awake.known_since is not None and awake.known_since <= first):
        return None
    return awake.known_since or datetime.max.replace(tzinfo=UTC)


def _check_orphans(session: Session, report: Report) -> None:
    milestone = (
        (col(Assignment.campaign_id), col(MilestoneRow.campaign_id)),
        (col(Assignment.milestone_id), col(MilestoneRow.id)),
    )
    orphans(session, report, Assignment, Campaign, (Assignment.campaign_id, Campaign.id))
    orphans(session, report, Assignment, UnitRow, (Assignment.unit_id, UnitRow.id))
    orphans(session, report, Assignment, MilestoneRow, *milestone)
    orphans(session, report, Event, Campaign, (Event.campaign_id, Campaign.id))
    orphans(session, report, Event, Assignment, (Event.assignment_id, Assignment.id))
    orphans(session, report, LightTurn, Assignment, (LightTurn.assignment_id, Assignment.id))
    orphans(session, report, Reminder, Assignment, (Reminder.assignment_id, Assignment.id))
    orphans(session, report, Reminder, Delivery, (Reminder.delivery_id, Delivery.id))
    orphans(session, report, NoticeItem, Delivery, (NoticeItem.delivery_id, Delivery.id))
    orphans(session, report, NoticeItem, Event, (NoticeItem.event_id, Event.id))
