"""Whether a campaign is under way: drafted, running, paused, closed, archived; now and at a moment.

All but a running one are silent; an archived one is in no list and no feed either. Each change is
an event (workflows/campaign_changing.py).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import N_, _
from workflows.events import APPLIED
from workflows.tables import Campaign, CampaignStatus, Event

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
