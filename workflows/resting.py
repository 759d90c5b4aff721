"""What is overdue in campaigns that rest: nobody is urged about it, so no list counts it as work.

A drafted or paused campaign may go on: its count is told beside. A closed one is over.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.i18n import _
from workflows.campaign_status import status_word, statuses_at
from workflows.standing import Standpoint
from workflows.tables import Campaign, CampaignStatus


@dataclass(frozen=True, slots=True)
class Resting:
    """How much is overdue in a campaign that is drafted or paused."""

    campaign_id: str
    title: str
    status: CampaignStatus
    overdue: int


def awake(
    session: Session,
    found: Iterable[Standpoint],
    at: datetime,
    *,
    named: bool,
    as_of_past: bool = False,
) -> tuple[list[Standpoint], tuple[Resting, ...]]:
    """What of `found` is of running campaigns at `at` (aware), and what rests, by campaign id.

    With `named`, a campaign was asked for by name: then all of it counts, whatever its status. With
    `as_of_past`, statuses are by what had been recorded before `at`.
    """
    if named:
        return list(found), ()
    found = list(found)
    campaigns = {one.campaign.id: one.campaign for one in found}
    status = statuses(session, campaigns, at, as_of_past=as_of_past)
    running = [one for one in found if status[one.campaign.id] is CampaignStatus.RUNNING]
    at_rest = Counter(one.campaign.id for one in found if one.standing.overdue_on(one.today))
    return running, resting_among(at_rest, campaigns, status)


def statuses(
    session: Session, campaigns: Mapping[str, Campaign], at: datetime, *, as_of_past: bool
) -> dict[str, CampaignStatus]:
    """The status of each campaign at `at` (aware); with `as_of_past` by what had been recorded
    before it."""
    then = statuses_at(session, at) if as_of_past else {}
    return {key: then.get(key, one.status) for key, one in campaigns.items()}


def resting_among(
    overdue: Mapping[str, int],
    campaigns: Mapping[str, Campaign],
    status: Mapping[str, CampaignStatus],
) -> tuple[Resting, ...]:
    """Of these counts, by campaign id, those of campaigns that rest and are not over."""
    return tuple(
        Resting(key, campaigns[key].title, status[key], overdue[key])
        for key in sorted(overdue)
        if status[key] is not CampaignStatus.RUNNING and not status[key].is_over
    )


def resting_line(resting: Sequence[Resting]) -> str:
    """How much more is overdue in campaigns that rest; '' for none."""
    if not resting:
        return ""
    return _("{count} more overdue in campaigns that rest: {campaigns}").format(
        count=sum(one.overdue for one in resting),
        campaigns=_("; ").join(
            _("{title} ({status}, {count})").format(
                title=one.title, status=status_word(one.status), count=one.overdue
            )
            for one in resting
        ),
    )
