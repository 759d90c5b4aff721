"""The versions of a campaign's plan: which was in force when, and what it said."""

from collections import OrderedDict
from datetime import datetime
from typing import Protocol

from sqlmodel import Session, col, select

from workflows.declaration import Declaration
from workflows.events import APPLIED
from workflows.tables import CampaignVersion, Event


class Versioned(Protocol):
    """A campaign, or so much of one as says which version of its plan is in force."""

    @property
    def id(self) -> str:
        """The campaign's."""

    @property
    def version(self) -> int:
        """The version's number."""

    @property
    def digest(self) -> str:
        """The hash of the declaration."""


def version_at(session: Session, campaign: Versioned, at: datetime) -> int:
    """The number of the campaign's version that was in force at `at` (aware); 0 before any."""
    applied = session.exec(
        select(Event.data).where(
            Event.campaign_id == campaign.id, Event.kind == APPLIED, col(Event.recorded_at) <= at
        )
    )
    return max((int(data["version"]) for data in applied), default=0)


_KEPT: OrderedDict[tuple[str, int, str], Declaration] = OrderedDict()
_MOST_KEPT = 32


def kept_plan(session: Session, campaign: Versioned) -> Declaration | None:
    """The declaration in force, from memory where it has been read before: a version never changes,
    and its campaign has the same digest."""
    key = (campaign.id, campaign.version, campaign.digest)
    plan = _KEPT.get(key) or plan_of(session, campaign)
    if plan is not None:
        _KEPT[key] = plan
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return plan


def plan_of(
    session: Session, campaign: Versioned, at: datetime | None = None
) -> Declaration | None:
    """The campaign's declaration in force, or with `at` (aware) the one applied before it; None
    where none had been."""
    version = campaign.version if at is None else version_at(session, campaign, at)
    stored = session.exec(
        select(CampaignVersion.declaration).where(
            CampaignVersion.campaign_id == campaign.id, CampaignVersion.version == version
        )
    ).first()
    return None if stored is None else Declaration.model_validate(stored)


def stored_version(session: Session, campaign_id: str, version: int) -> CampaignVersion | None:
    """One version as it was kept; None where there is none of that number."""
    return session.exec(
        select(CampaignVersion).where(
            CampaignVersion.campaign_id == campaign_id, CampaignVersion.version == version
        )
    ).first()
