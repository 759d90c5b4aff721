"""Whether a campaign is under way: started, paused, resumed, closed, archived. Each is an event.

All but a running one are silent; an archived one is in no list and no feed either. Rungs of the
days before the resume's own are not made up for;
what was waiting when it was paused waits on (notifications/settling.py).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import N_, _
from workflows.events import APPLIED
from workflows.reminding import local_date, next_at
from workflows.rewording import reword, reword_owing
from workflows.tables import Assignment, Campaign, CampaignStatus, Event, MilestoneRow
from workflows.transitions import Deed, append_campaign_event
from workflows.turning import begin_to_look

_STATUS = CampaignStatus

# What may be done, from which statuses, and where it leads.
CHANGES: Mapping[str, tuple[frozenset[CampaignStatus], CampaignStatus]] = MappingProxyType(
    {
        "start": (frozenset({_STATUS.DRAFT}), _STATUS.RUNNING),
        "pause": (frozenset({_STATUS.RUNNING}), _STATUS.PAUSED),
        "resume": (frozenset({_STATUS.PAUSED, _STATUS.CLOSED}), _STATUS.RUNNING),
        "close": (frozenset({_STATUS.DRAFT, _STATUS.RUNNING, _STATUS.PAUSED}), _STATUS.CLOSED),
        "archive": (frozenset({_STATUS.CLOSED}), _STATUS.ARCHIVED),
        "unarchive": (frozenset({_STATUS.ARCHIVED}), _STATUS.CLOSED),
    }
)
# What puts a campaign away, or takes it out again, and changes nothing else of it.
PUTTING_AWAY = frozenset({"archive", "unarchive"})

STATUS_WORDS: Mapping[CampaignStatus, str] = MappingProxyType(
    {
        _STATUS.DRAFT: N_("draft"),
        _STATUS.RUNNING: N_("running"),
        _STATUS.PAUSED: N_("paused"),
        _STATUS.CLOSED: N_("closed"),
        _STATUS.ARCHIVED: N_("archived"),
    }
)


def status_word(status: CampaignStatus) -> str:
    """The status in the language in force."""
    return _(STATUS_WORDS[status])


def statuses_at(session: Session, at: datetime) -> dict[str, CampaignStatus]:
    """The status of each campaign by what had been recorded before `at` (aware)."""
    found: dict[str, CampaignStatus] = {}
    for event in session.exec(
        select(Event)
        .where(col(Event.kind).in_([APPLIED, *CHANGES]), col(Event.recorded_at) < at)
        .order_by(col(Event.id))
    ):
        # A campaign runs from its first version on, where that one did not say otherwise.
        before = found.get(event.campaign_id, _STATUS.RUNNING)
        found[event.campaign_id] = CampaignStatus(event.data.get("status", before))
    return found


def archived(session: Session, at: datetime, *, as_of_past: bool = False) -> frozenset[str]:
    """The ids of the campaigns that are in no list, or with `as_of_past` were by what had been
    recorded before `at` (aware)."""
    if as_of_past:
        statuses = statuses_at(session, at)
    else:
        statuses = {one.id: one.status for one in session.exec(select(Campaign))}
    return frozenset(key for key, status in statuses.items() if status is CampaignStatus.ARCHIVED)


def status_by_event(session: Session, campaign_id: str, event_id: int) -> CampaignStatus:
    """The status of a campaign that had begun when that was the newest event."""
    last = session.exec(
        select(Event)
        .where(
            Event.campaign_id == campaign_id,
            col(Event.kind).in_(CHANGES),
            col(Event.id) <= event_id,
        )
        .order_by(col(Event.id).desc())
    ).first()
    return CampaignStatus(last.data["status"]) if last else _STATUS.RUNNING


def require_possible(campaign: Campaign, change: str) -> CampaignStatus:
    """The status that the change leads to. Raises StateError where it is not possible now."""
    allowed, after = CHANGES[change]
    if campaign.status not in allowed:
        raise StateError(
            _("campaign {id} is {status}: “{change}” is not possible").format(
                id=campaign.id, status=status_word(campaign.status), change=change
            ),
            _("possible now: {actions}").format(
                actions=_(", ").join(
                    name for name, (before, _after) in CHANGES.items() if campaign.status in before
                )
            ),
        )
    return after


def archived_error(campaign_id: str) -> StateError:
    """That no version changes a campaign which has been put away."""
    return StateError(
        _("campaign {id} is archived, and left as it is").format(id=campaign_id),
        _("to change it: duban campaign unarchive {id}").format(id=campaign_id),
    )


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
