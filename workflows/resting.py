"""What is overdue in campaigns that rest: nobody is urged about it, so no list counts it as work.

A drafted or paused campaign may go on: its count is told beside. A closed one is over.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.i18n import _
from workflows.campaign_status import status_word, statuses_at
from workflows.standing import Standpoint
from workflows.tables import CampaignStatus


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
    then = statuses_at(session, at) if as_of_past else {}
    running, counts, campaigns = [], Counter[str](), {}
    for one in found:
        status = then.get(one.campaign.id, one.campaign.status)
        if status is CampaignStatus.RUNNING:
            running.append(one)
        elif not status.is_over and one.standing.overdue_on(one.today):
            counts[one.campaign.id] += 1
            campaigns[one.campaign.id] = (one.campaign.title, status)
    return running, tuple(Resting(key, *campaigns[key], counts[key]) for key in sorted(counts))


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
