"""Looks at campaigns at a moment: how their assignments stand, their lights and their numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from workflows.declaration import Declaration
from workflows.lighting import CampaignLights
from workflows.reporting.planned import as_planned
from workflows.standing import Selection, Standpoint, earlier, standpoints
from workflows.tables import Campaign
from workflows.targets.numbers import Numbers, numbers_at
from workflows.versions import plan_of, version_at


@dataclass(frozen=True, slots=True)
class View:
    """One campaign at a moment, by the plan in force then."""

    campaign: Campaign
    version: int
    plan: Declaration | None
    numbers: Numbers
    lights: CampaignLights
    found: Sequence[Standpoint]


def look(
    session: Session, campaigns: Iterable[Campaign], at: datetime, *, as_of_past: bool
) -> dict[str, View]:
    """Each of the campaigns of which anything was owed at `at` (aware), by its id.

    With `as_of_past`, by what had been recorded before `at`.
    """
    wanted = list(campaigns)
    only = wanted[0].id if len(wanted) == 1 else None
    found: dict[str, list[Standpoint]] = {one.id: [] for one in wanted}
    for one in standpoints(session, at, Selection(campaign_id=only), as_of_past=as_of_past):
        if one.campaign.id in found:
            found[one.campaign.id].append(one)
    views = (_view(session, one, found[one.id], at, as_of_past=as_of_past) for one in wanted)
    return {view.campaign.id: view for view in views if view.plan is not None and view.found}


def look_back(session: Session, views: Mapping[str, View], at: datetime) -> dict[str, View]:
    """The same campaigns at the earlier moment `at` (aware), by what had been recorded before it.

    Their assignments are not read again.
    """
    every = [one for view in views.values() for one in view.found]
    found: dict[str, list[Standpoint]] = {key: [] for key in views}
    for one in earlier(session, every, at):
        found[one.campaign.id].append(one)
    back = (
        _view(session, view.campaign, found[key], at, as_of_past=True, worded=view.version)
        for key, view in views.items()
    )
    return {view.campaign.id: view for view in back if view.plan is not None and view.found}


def _view(
    session: Session,
    campaign: Campaign,
    found: Sequence[Standpoint],
    at: datetime,
    *,
    as_of_past: bool,
    worded: int | None = None,
) -> View:
    """`worded` is the version in whose words `found` are; None: the one in force now."""
    plan = plan_of(session, campaign, at if as_of_past else None)
    version = version_at(session, campaign, at) if as_of_past else campaign.version
    if plan is not None and version != (campaign.version if worded is None else worded):
        found = as_planned(found, plan)
    numbers = numbers_at(session, campaign, at, as_of_past=as_of_past)
    return View(campaign, version, plan, numbers, CampaignLights(plan, numbers), found)
