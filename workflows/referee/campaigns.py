"""Campaigns: every version on record with who applied it, and the rows that follow from it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from config.i18n import _
from workflows.referee.calendar import UPDATED, Calendars
from workflows.referee.chain import check_hash
from workflows.referee.codes import Code
from workflows.referee.ladders import read_ladder
from workflows.referee.reading import rows
from workflows.referee.report import Report
from workflows.referee.versions import (
    ASSIGNED,
    CampaignRecord,
    carried_on,
    default_ladders,
    turns_of,
    under_new_ids,
    version_of,
    whole_dates,
    with_calendars,
)
from workflows.tables import Assignment, Campaign, CampaignVersion, Event, MilestoneRow

_APPLIED = "applied"


def read_calendars(session: Session, report: Report) -> Calendars:
    """The holidays that held, by all campaigns' events; those of today where these cannot be
    read, which is reported."""
    wanted = [col(Event.assignment_id).is_(None), col(Event.kind).in_((_APPLIED, UPDATED))]
    events = rows(session, report, Event, *wanted)
    with report.guard(_("the record's holidays")):
        return Calendars(events)
    return Calendars(())


def read_campaigns(
    session: Session, report: Report, calendars: Calendars
) -> dict[str, CampaignRecord]:
    """Every campaign that can be judged; what is wrong with them is reported."""
    found = {}
    for campaign in rows(session, report, Campaign):
        report.counts["campaigns"] += 1
        where = _("campaign {id}").format(id=campaign.id)
        with report.guard(where):
            record = _read(session, report, campaign, where, calendars)
            if record is not None:
                found[campaign.id] = record
    return found


def _read(
    session: Session, report: Report, campaign: Campaign, where: str, calendars: Calendars
) -> CampaignRecord | None:
    stored = rows(session, report, CampaignVersion, col(CampaignVersion.campaign_id) == campaign.id)
    events = rows(
        session, report, Event,
        col(Event.campaign_id) == campaign.id, col(Event.assignment_id).is_(None),
    )  # fmt: skip
    report.counts["events"] += len(events)
    for event in events:
        check_hash(report, event)
    applied: dict[Any, Event] = {
        one.data.get("version"): one for one in events if one.kind == _APPLIED
    }
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
    opened = [one for one in events if one.kind == ASSIGNED]
    _check_count(session, report, campaign, where, events)
    milestones = {
        one.id: one
        for one in rows(session, report, MilestoneRow, col(MilestoneRow.campaign_id) == campaign.id)
    }
    ordered = sorted(stored, key=lambda one: one.version)
    defaults = default_ladders([one.declaration for one in ordered], milestones)
    assigned = {one.data["milestone"]: read_ladder(one.data["ladder"]) for one in opened}
    rows_of = (defaults, assigned, milestones)
    declared = [
        version_of(
            one, applied[one.version], *rows_of, own_ladders=_own_ladders(applied[one.version])
        )
        for one in ordered
    ]
    graces = {one.data["milestone"]: bool(one.data["holiday_grace"]) for one in opened}
    declared = [replace(one, graces=graces) for one in declared]
    renames: dict[Any, Any] = {number: event.data["renamed"] for number, event in applied.items()
               if event.data.get("renamed")}  # fmt: skip
    versions = with_calendars(under_new_ids(carried_on(declared), renames), calendars)
    turns = turns_of(applied[1], events)
    newest = applied[campaign.version]
    record = CampaignRecord(
        campaign.id, ZoneInfo(campaign.time_zone), versions, milestones, turns,
        newest.data.get("kept", {}), whole_dates(ordered[-1].declaration),
    )  # fmt: skip
    _check_changes(session, report, campaign, where, applied)
    if (campaign.status.value == "running") != turns[-1][2]:
        report.add(
            Code.PLAN_DIFFERS,
            where,
            _("{what} is {there}, which its events do not say").format(
                what="status", there=campaign.status.value
            ),
        )
    _check_current(report, campaign, where, record, ordered[-1])
    _check_assigned(report, record, opened, renames)
    return record


def _own_ladders(applied: Event) -> Mapping[str, Any] | None:
    """The ladders for single units of a version; None where its event is too old to say."""
    found: Mapping[str, Any] | None = applied.data.get("unit_ladders")
    return found


def _check_changes(
    session: Session,
    report: Report,
    campaign: Campaign,
    where: str,
    applied: Mapping[Any, Event],
) -> None:
    """Each version has changed as many assignments as it says, each by an event: none was
    forgotten, and none put in by hand."""
    kinds = {"replan": "replanned", "cancel": "cancelled", "undo": "returned", "reopen": "returned"}
    there: Counter[tuple[int, str]] = Counter()
    numbers: dict[tuple[int, str], set[int]] = {}
    for event in rows(
        session, report, Event,
        col(Event.campaign_id) == campaign.id, col(Event.kind).in_(kinds),
        col(Event.assignment_id).is_not(None),
    ):  # fmt: skip
        number = event.data.get("plan_version")
        if number is not None and "holidays" not in event.data:
            key = (number, kinds[event.kind])
            there[key] += 1
            numbers.setdefault(key, set()).add(event.assignment_id or 0)
    for number in applied:
        # What comes back may be moved at once: then it has an event of each.
        back = numbers.get((number, "returned"), set())
        moved = numbers.get((number, "replanned"), set())
        there[number, "replanned"] -= len(back & moved)
    for number, what in sorted({*there, *((n, w) for n in applied for w in kinds.values())}):
        said = applied[number].data.get(what, 0) if number in applied else 0
        if said != there[number, what]:
            report.add(
                Code.CHANGE_MISSING,
                where,
                _("version {number}: {what} says {said}, and {there} such events are there").format(
                    number=number, what=what, said=said, there=there[number, what]
                ),
            )


def _check_count(
    session: Session, report: Report, campaign: Campaign, where: str, events: Sequence[Event]
) -> None:
    added = sum(int(one.data["added"]) for one in events if one.kind in {_APPLIED, ASSIGNED})
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
        _compare(report, row, what, there, wanted)

    check("id", declared.get("id"), campaign.id)
    check("title", campaign.title, declared.get("title"))
    check("year", campaign.year, declared.get("year"))
    check("time_zone", campaign.time_zone, declared.get("time_zone", "Asia/Shanghai"))
    check("mailbox", campaign.mailbox, declared.get("mailbox"))
    check("issued", campaign.issued, current.issued)
    check("digest", campaign.digest, stored.digest)
    check("applied_at", campaign.applied_at, record.applied_at)
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


def _check_assigned(
    report: Report,
    record: CampaignRecord,
    opened: Sequence[Event],
    renames: Mapping[int, Mapping[str, str]],
) -> None:
    """What was opened during the campaign is what its event says; nothing else was."""
    said = {one.data["milestone"]: dict(one.data) for one in opened}
    later: dict[int, int] = {}
    for version in record.versions:
        later.setdefault(version.number, version.event_id)
    for one in opened:
        for number in sorted(renames):
            data = said[one.data["milestone"]]
            if later[number] > (one.id or 0):
                data["parent"] = renames[number].get(data["parent"], data["parent"])
    there = {key: row for key, row in record.milestones.items() if row.kind == ASSIGNED}
    for key in sorted({*said, *there}):
        name = _("milestone {id}").format(id=f"{record.id}/{key}")
        if key not in said or key not in there:
            report.add(Code.PLAN_DIFFERS, name, _("it was opened and is not there, or not opened"))
            continue
        row, data = there[key], said[key]
        wanted = {"title": data["title"], "clause": data["clause"], "parent_id": data["parent"],
                  "holiday_grace": data["holiday_grace"]}  # fmt: skip
        for what, value in wanted.items():
            _compare(report, name, what, getattr(row, what), value)
        if read_ladder(row.ladder) != read_ladder(data["ladder"]):
            report.add(Code.PLAN_DIFFERS, name, _("its ladder is not the one it was opened with"))


def _compare(report: Report, where: str, what: str, there: Any, wanted: Any) -> None:
    """A row says what was declared."""
    if there != wanted:
        report.add(
            Code.PLAN_DIFFERS,
            where,
            _("{what} is {there}, declared is {wanted}").format(
                what=what, there=there, wanted=wanted
            ),
        )
