"""What every check is given: the moment, the sending window, who was awake, the campaigns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from workflows.referee.awake import Awake
from workflows.referee.report import Report
from workflows.referee.versions import CampaignRecord
from workflows.tables import Assignment, Silence


@dataclass(frozen=True, slots=True)
class Given:
    """One snapshot, and what is known about it beforehand. `now` is aware.

    `ticks_unknown_before` is when a database from an older version began to record its ticks;
    None where they were recorded from the first. `held_for` is who ever had a mail held for them;
    `files` is the folder of uploads, or None where there is none to look at.
    """

    session: Session
    report: Report
    now: datetime
    awake: Awake
    ticks_unknown_before: datetime | None
    campaigns: Mapping[str, CampaignRecord]
    held_for: Collection[str]
    silences: Sequence[Silence]
    files: Path | None


def name_of(assignment: Assignment) -> str:
    """An assignment's name, by ids."""
    parts = (
        assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.period
    )  # fmt: skip
    return "/".join(part for part in parts if part)


def local_day(moment: datetime, campaign: CampaignRecord) -> date:
    """The campaign's date at `moment`."""
    return moment.astimezone(campaign.zone).date()
