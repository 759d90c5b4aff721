"""Starts, pauses, resumes, closes and archives a campaign. Each is an event.

Rungs of the days before the resume's own are not made up for; what was waiting when it was paused
waits on (notifications/settling.py).
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from workflows.campaign_status import PUTTING_AWAY, require_possible
from workflows.reminding import local_date, next_at
from workflows.rewording import reword, reword_owing
from workflows.tables import Assignment, Campaign, CampaignStatus, Event, MilestoneRow
from workflows.transitions import Deed, append_campaign_event
from workflows.turning import begin_to_look


def change_status(session: Session, campaign: Campaign, change: str, deed: Deed) -> Event:
    """Start, pause, resume, close, archive or unarchive a campaign.

    Raises StateError where its status does not allow it.
    """
    after = require_possible(campaign, change)
    campaign.status, campaign.changed_at = after, deed.now
    session.add(campaign)
    if change in PUTTING_AWAY:
        # What comes back into a feed is newer than what a calendar program knew.
        reword(session, col(Assignment.campaign_id) == campaign.id, deed.now)
    else:
        reword_owing(session, campaign.id, deed.now)
        _plan_anew(session, campaign, deed.now)
    return append_campaign_event(session, campaign.id, change, deed, {"status": after.value})


def _plan_anew(session: Session, campaign: Campaign, now: datetime) -> None:
    """Look again when each assignment is next due; what a rest passed over is not made up for."""
    running = campaign.status is CampaignStatus.RUNNING
    yesterday = local_date(now, campaign.time_zone) - timedelta(days=1)
    for one in session.exec(select(Assignment).where(Assignment.campaign_id == campaign.id)):
        milestone = session.get_one(MilestoneRow, (campaign.id, one.milestone_id))
        if running:
            one.reminded_through = max(one.reminded_through or yesterday, yesterday)
        one.next_at = next_at(one, milestone, campaign)
        session.add(one)
    session.flush()
    if running:
        begin_to_look(session, campaign, now, anew=True)
