"""Campaigns: every version on record with who applied it, and the rows that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from config.i18n import _
from workflows.referee.chain import check_hash
from workflows.referee.codes import Code
from workflows.referee.ladders import CORRECTION, DEFAULT, Ladder, read_ladder
from workflows.referee.reading import rows
from workflows.referee.report import Report
from workflows.tables import Assignment, Campaign, CampaignVersion, Event, MilestoneRow

_APPLIED, _ASSIGNED = "applied", "assigned"
_STATUS = frozenset({"start", "pause", "resume", "close"})


@dataclass(frozen=True, slots=True)
class Version:
    """A declaration in force from `since` on; `ladders` and `corrections` are by milestone,
    `own` by milestone and unit."""

    number: int
    since: datetime
    event_id: int
    issued: date | None
    grace: bool
    ladders: Mapping[str, Ladder]
    monthly: frozenset[str]
    corrections: Mapping[str, Ladder]
    own: Mapping[tuple[str, str], Ladder]

    def ladder(self, milestone_id: str, unit_id: str, *, returned: bool) -> Ladder:
        """The rungs that hold for a unit's assignment, as it is owed or was returned."""
        if returned:
            return self.corrections.get(milestone_id, ())
        return self.own.get((milestone_id, unit_id)) or self.ladders.get(milestone_id, ())

    def rungs(self, milestone_id: str, unit_id: str) -> Ladder:
        """All of them."""
        return (
            *self.ladder(milestone_id, unit_id, returned=False),
            *self.ladder(milestone_id, unit_id, returned=True),
        )


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign with its versions, the oldest first."""

    id: str
    zone: ZoneInfo
    versions: Sequence[Version]
    milestones: Mapping[str, MilestoneRow] = field(default_factory=dict)
    # From which event and moment on it was under way, or not.
    turns: Sequence[tuple[int, datetime, bool]] = ()

    def was_running(self, event_id: int) -> bool:
        """Whether it was under way when that was the newest event on record."""
        return [running for number, _since, running in self.turns if number <= event_id][-1]

    @property
    def current(self) -> Version:
        """The version in force."""
        return self.versions[-1]

    def at_event(self, event_id: int) -> Version:
        """The version in force when that event was recorded."""
        before = [one for one in self.versions if one.event_id < event_id]
        return before[-1] if before else self.versions[0]

    def at_creation(self, created_at: datetime) -> Version:
        """The version that made what was created at that moment."""
        same = [one for one in self.versions if one.since == created_at]
        before = [one for one in self.versions if one.since <= created_at]
        return (same or before or list(self.versions[:1]))[-1]


def _turns(applied: Event, events: Sequence[Event]) -> list[tuple[int, datetime, bool]]:
    """When it was under way, by its events; nobody reminds of one that rests."""
    running = "running"
    found = [(0, applied.recorded_at, applied.data.get("status", running) == running)]
    found += [
        (one.id or 0, one.recorded_at, one.data["status"] == running)
        for one in events
        if one.kind in _STATUS
    ]
    return found


def read_campaigns(session: Session, report: Report) -> dict[str, CampaignRecord]:
    """Every campaign that can be judged; what is wrong with them is reported."""
    found = {}
    for campaign in rows(session, report, Campaign):
        report.counts["campaigns"] += 1
        where = _("campaign {id}").format(id=campaign.id)
        with report.guard(where):
            record = _read(session, report, campaign, where)
            if record is not None:
                found[campaign.id] = record
    return found


def _read(
    session: Session, report: Report, campaign: Campaign, where: str
) -> CampaignRecord | None:
    stored = rows(session, report, CampaignVersion, col(CampaignVersion.campaign_id) == campaign.id)
    events = rows(
        session, report, Event,
        col(Event.campaign_id) == campaign.id, col(Event.assignment_id).is_(None),
    )  # fmt: skip
    report.counts["events"] += len(events)
    for event in events:
        check_hash(report, event)
    applied = {one.data.get("version"): one for one in events if one.kind == _APPLIED}
    wanted = list(range(1, campaign.version + 1))
    if sorted(one.version for one in stored) != wanted:
        report.add(
            Code.PLAN_DIFFERS,
            where,
            _("its versions on record are not 1 to {version}").format(version=campaign.version),
        )
        return None
    lacking = [number for number in wanted if number not in applied]
    if lacking or sum(one.kind == _APPLIED for one in events) != len(wanted):
        report.add(
            Code.APPLIED_MISSING,
            where,
            _("{count} events “applied” for {version} versions").format(
                count=len(applied), version=campaign.version
            ),
        )
    if lacking:
        return None
    opened = [one for one in events if one.kind == _ASSIGNED]
    _check_count(session, report, campaign, where, events)
    milestones = {
        one.id: one
        for one in rows(session, report, MilestoneRow, col(MilestoneRow.campaign_id) == campaign.id)
    }
    ordered = sorted(stored, key=lambda one: one.version)
    defaults = _default_ladders(ordered[-1].declaration, milestones)
    assigned = {one.data["milestone"]: read_ladder(one.data["ladder"]) for one in opened}
    rows_of = (defaults, assigned, milestones)
    versions = [_version(one, applied[one.version], *rows_of) for one in ordered]
    turns = _turns(applied[1], events)
    record = CampaignRecord(campaign.id, ZoneInfo(campaign.time_zone), versions, milestones, turns)
    if (campaign.status.value == "running") != turns[-1][2]:
        report.add(
            Code.PLAN_DIFFERS,
            where,
            _("{what} is {there}, which its events do not say").format(
                what="status", there=campaign.status.value
            ),
        )
    _check_current(report, campaign, where, record, ordered[-1])
    _check_assigned(report, record, opened)
    return record


def _check_count(
    session: Session, report: Report, campaign: Campaign, where: str, events: Sequence[Event]
) -> None:
    added = sum(int(one.data["added"]) for one in events if one.kind in {_APPLIED, _ASSIGNED})
    query = select(func.count(col(Assignment.id))).where(Assignment.campaign_id == campaign.id)
    there = session.exec(query).one()
    if there != added:
        report.add(
            Code.ASSIGNMENT_MISSING,
            where,
            _("{added} assignments were added and {there} are there").format(
                added=added, there=there
            ),
        )


def _default_ladders(
    declared: Mapping[str, Any], milestones: Mapping[str, MilestoneRow]
) -> dict[str, Ladder]:
    """The default ladder is no part of a declaration; the milestones' rows have it where the
    version in force names none."""
    if declared.get("ladder"):
        return {}
    return {
        one["id"]: read_ladder(milestones[one["id"]].ladder)
        for one in declared["milestones"]
        if not one.get("ladder") and one["id"] in milestones
    }


def _version(
    stored: CampaignVersion,
    event: Event,
    defaults: Mapping[str, Ladder],
    assigned: Mapping[str, Ladder],
    milestones: Mapping[str, MilestoneRow],
) -> Version:
    declared = stored.declaration
    issued, general = declared.get("issued"), declared.get("ladder")
    ladders = dict(assigned)  # what was opened during the campaign keeps its own
    for one in declared["milestones"]:
        own = one.get("ladder") or general
        ladders[one["id"]] = read_ladder(own) if own else defaults.get(one["id"], DEFAULT)
    return Version(
        stored.version,
        event.recorded_at,
        event.id or 0,
        date.fromisoformat(issued) if issued else None,
        bool(declared.get("holiday_grace", True)),
        ladders,
        frozenset(one["id"] for one in declared["milestones"] if one.get("kind") == "monthly"),
        _corrections(declared, milestones),
        {
            (row.id, unit): read_ladder(one["ladder"])
            for row in milestones.values()
            for one in row.unit_ladders
            for unit in one["units"]
        },
    )


def _corrections(
    declared: Mapping[str, Any], milestones: Mapping[str, MilestoneRow]
) -> dict[str, Ladder]:
    """The ladders to a correction date. Where none is declared, what was applied by an older Duban
    goes on with its one ladder for everything."""
    found = {}
    named = {one["id"]: one.get("correction_ladder") for one in declared["milestones"]}
    for key, row in milestones.items():
        own = named.get(key) or declared.get("correction_ladder")
        as_before = row.correction_ladder == row.ladder or row.kind == _ASSIGNED
        if own:
            found[key] = read_ladder(own)
        else:
            found[key] = read_ladder(row.correction_ladder) if as_before else CORRECTION
    return found


def _check_current(
    report: Report,
    campaign: Campaign,
    where: str,
    record: CampaignRecord,
    stored: CampaignVersion,
) -> None:
    """The campaign's and the milestones' rows say what the declaration in force says."""
    current, declared = record.current, stored.declaration

    def check(what: str, there: Any, wanted: Any, row: str = where) -> None:
        if there != wanted:
            report.add(
                Code.PLAN_DIFFERS,
                row,
                _("{what} is {there}, declared is {wanted}").format(
                    what=what, there=there, wanted=wanted
                ),
            )

    check("id", declared.get("id"), campaign.id)
    check("title", campaign.title, declared.get("title"))
    check("year", campaign.year, declared.get("year"))
    check("time_zone", campaign.time_zone, declared.get("time_zone", "Asia/Shanghai"))
    check("mailbox", campaign.mailbox, declared.get("mailbox"))
    check("issued", campaign.issued, current.issued)
    check("digest", campaign.digest, stored.digest)
    check("applied_at", campaign.applied_at, current.since)
    check("receipts", campaign.receipts, declared.get("receipts", True))
    for milestone in declared["milestones"]:
        row = record.milestones.get(milestone["id"])
        name = _("milestone {id}").format(id=f"{campaign.id}/{milestone['id']}")
        if row is None:
            report.add(Code.PLAN_DIFFERS, name, _("it is declared and not there"))
            continue
        check("title", row.title, milestone["title"], name)
        check("kind", row.kind, milestone.get("kind", "once"), name)
        check("clause", row.clause, milestone.get("clause"), name)
        check("holiday_grace", row.holiday_grace, current.grace, name)
        check("ladder", read_ladder(row.ladder), current.ladders[row.id], name)
        corrections = read_ladder(row.correction_ladder)
        check("correction_ladder", corrections, current.corrections[row.id], name)
        check("paper", row.paper, milestone.get("paper") or "", name)
        check("only_if", row.only_if, milestone.get("only_if", ""), name)


def _check_assigned(report: Report, record: CampaignRecord, opened: Sequence[Event]) -> None:
    """What was opened during the campaign is what its event says; nothing else was."""
    said = {one.data["milestone"]: one.data for one in opened}
    there = {key: row for key, row in record.milestones.items() if row.kind == _ASSIGNED}
    for key in sorted({*said, *there}):
        name = _("milestone {id}").format(id=f"{record.id}/{key}")
        if key not in said or key not in there:
            report.add(Code.PLAN_DIFFERS, name, _("it was opened and is not there, or not opened"))
            continue
        row, data = there[key], said[key]
        wanted = {"title": data["title"], "clause": data["clause"], "parent_id": data["parent"],
                  "holiday_grace": data["holiday_grace"]}  # fmt: skip
        for what, value in wanted.items():
            if getattr(row, what) != value:
                report.add(
                    Code.PLAN_DIFFERS,
                    name,
                    _("{what} is {there}, declared is {wanted}").format(
                        what=what, there=getattr(row, what), wanted=value
                    ),
                )
        if read_ladder(row.ladder) != read_ladder(data["ladder"]):
            report.add(Code.PLAN_DIFFERS, name, _("its ladder is not the one it was opened with"))
