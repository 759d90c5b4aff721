"""The versions of a campaign as people look back on them: when, who, why, and what became of it.

Between them stand updates of holidays, and when the campaign was paused, closed, archived.

What differs is read from the kept declarations alone: no later organisation file changes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from workflows.campaign_status import CHANGES
from workflows.changing.rollback import ROLLED_BACK
from workflows.events import APPLIED
from workflows.holiday_record import UPDATED
from workflows.tables import Campaign, CampaignStatus, CampaignVersion, Event

_DATES = ("due", "start", "first", "last", "if_holiday")


@dataclass(frozen=True, slots=True)
class Changed:
    """What a version says otherwise than the one before it: ids of milestones, and the names of the
    campaign's own fields."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    retitled: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One version, or with `holidays` the update of a year within it, or with `status` what the
    campaign became while it held. The numbers are of assignments; `back_to` is the version that it
    went back to."""

    version: int
    at: datetime
    actor: str
    note: str
    changed: Changed = Changed()
    assignments_added: int = 0
    moved: int = 0
    cancelled: int = 0
    returned: int = 0
    renamed: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    back_to: int | None = None
    holidays: int | None = None
    status: CampaignStatus | None = None

    @property
    def is_version(self) -> bool:
        """Whether it is a version, and not what happened within one."""
        return self.holidays is None and self.status is None


def history_of_campaign(session: Session, campaign: Campaign) -> list[Line]:
    """Every version and what happened within it, the oldest first."""
    kept = {
        one.version: one.declaration
        for one in session.exec(
            select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
        )
    }
    events = session.exec(
        select(Event)
        .where(
            Event.campaign_id == campaign.id,
            col(Event.assignment_id).is_(None),
            col(Event.kind).in_((APPLIED, UPDATED, *CHANGES)),
        )
        .order_by(col(Event.id))
    )
    return list(_lines(events, kept))


def _lines(events: Any, kept: Mapping[int, Mapping[str, Any]]) -> Iterator[Line]:
    version = 0
    for event in events:
        said = (event.recorded_at, event.actor, event.note)
        data = event.data
        if event.kind == UPDATED:
            yield Line(version, *said, holidays=int(data["year"]))
            continue
        if event.kind in CHANGES:
            yield Line(version, *said, status=CampaignStatus(data["status"]))
            continue
        before, version = version, int(data["version"])
        changed = Changed()
        if before in kept and version in kept:
            changed = what_changed(kept[before], kept[version])
        yield Line(
            version, *said, changed,
            assignments_added=int(data.get("added", 0)),
            moved=int(data.get("replanned", 0)),
            cancelled=int(data.get("cancelled", 0)),
            returned=int(data.get("returned", 0)),
            renamed=data.get("renamed", {}),
            decisions=data.get("decisions", {}),
            back_to=data.get(ROLLED_BACK),
        )  # fmt: skip


def what_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed:
    """How two kept declarations differ, each milestone by its id."""
    before = {one["id"]: one for one in old["milestones"]}
    after = {one["id"]: one for one in new["milestones"]}
    both = [key for key in after if key in before]

    def differ(key: str, names: tuple[str, ...]) -> bool:
        return any(before[key].get(name) != after[key].get(name) for name in names)

    told = {*_DATES, "title"}
    return Changed(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        dated=tuple(key for key in both if differ(key, _DATES)),
        retitled=tuple(key for key in both if differ(key, ("title",))),
        otherwise=tuple(
            key for key in both if differ(key, tuple(sorted(({*before[key], *after[key]}) - told)))
        ),
        own=tuple(
            name for name in sorted({*old, *new} - {"milestones"}) if old.get(name) != new.get(name)
        ),
    )
