"""Makes a report of campaigns at a moment: counts, matrix, overdue, targets, lateness, changes.

Of a closed moment it goes by what had been recorded before it, so that it is the same whenever it
is made. Units alone bear the names and the order of now: the record keeps no older ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from workflows.campaign_status import statuses_at
from workflows.reporting.changes import changes_of, now_title
from workflows.reporting.lateness import lateness_of, lateness_over, were_late
from workflows.reporting.looking import View, look, look_back
from workflows.reporting.model import (
    CampaignReport,
    Extension,
    Lateness,
    OverdueDuty,
    Report,
)
from workflows.reporting.reasons import extensions_of, reasons_of, telling_events
from workflows.reporting.target_lines import target_lines
from workflows.standing import Standpoint
from workflows.status import board_of
from workflows.tables import Campaign, CampaignStatus, Event, UnitRow
from workflows.transitions import name_of
from workflows.working_days import working_days

USUAL = timedelta(days=7)  # between two reports, where nothing else is said
_SHOWN = frozenset({CampaignStatus.RUNNING, CampaignStatus.PAUSED})


def make_report(
    session: Session,
    campaign_ids: Sequence[str] | None,
    at: datetime,
    *,
    as_of_past: bool = False,
    since: datetime | None = None,
) -> Report:
    """The report of these campaigns, or of all that are under way where it is None, at `at`.

    Moments are aware; the report has them in its first campaign's zone. `since` is that of the
    last report, a week before `at` by default. With `as_of_past`, by what had been recorded
    before `at`.

    Raises InputError where a campaign had not been applied by then, and for a `since` that is not
    earlier.
    """
    since = since or at - USUAL
    if since >= at:
        raise InputError(
            _("the last report’s moment is not before this one’s"), _("mend --since or --at")
        )
    statuses = _statuses(session, at, as_of_past=as_of_past)
    wanted = _wanted(session, campaign_ids, statuses)
    if wanted:
        zone = ZoneInfo(wanted[0].time_zone)
        at, since = at.astimezone(zone), since.astimezone(zone)
    now = look(session, wanted, at, as_of_past=as_of_past)
    then = look_back(session, now, since)
    units = {one.id: one for one in session.exec(select(UnitRow))}
    events = telling_events(session, list(now), at if as_of_past else None)
    lateness = {key: lateness_of(view.found) for key, view in now.items()}
    parts = tuple(
        _part(view, then.get(key), units, events, statuses[key], lateness[key])
        for key, view in now.items()
    )
    together = lateness_over(one for each in lateness.values() for one in each)
    return Report(at, since, parts, were_late(together))


def _statuses(session: Session, at: datetime, *, as_of_past: bool) -> dict[str, CampaignStatus]:
    if as_of_past:
        return statuses_at(session, at)
    return {one.id: one.status for one in session.exec(select(Campaign))}


def _wanted(
    session: Session, ids: Sequence[str] | None, statuses: Mapping[str, CampaignStatus]
) -> list[Campaign]:
    if ids is None:
        ids = [key for key, status in statuses.items() if status in _SHOWN]
    for key in ids:
        if key not in statuses:
            raise InputError(
                _("campaign {id} had not been applied by then").format(id=key),
                _("choose a later --at"),
            )
    query = select(Campaign).where(col(Campaign.id).in_(ids))
    return sorted(session.exec(query), key=lambda one: one.id)


def _part(
    view: View,
    then: View | None,
    units: Mapping[str, UnitRow],
    events: Mapping[int, list[Event]],
    status: CampaignStatus,
    lateness: Sequence[Lateness],
) -> CampaignReport:
    plan = view.plan
    owner = plan.owner if plan else view.campaign.owner
    board = board_of(view.found, view.lights)
    return CampaignReport(
        id=view.campaign.id,
        title=now_title(view),
        owner=owner,
        reference=(plan.reference or "") if plan else "",
        status=status,
        # Which targets are behind is told by their own lines.
        board=replace(board, title=now_title(view), owner=owner, behind=()),
        overdue=_overdue(view, events),
        extensions=_extensions(view, events),
        targets=target_lines(view, units),
        lateness=were_late(lateness),
        changes=changes_of(view, then, units),
    )


def _overdue(view: View, events: Mapping[int, list[Event]]) -> tuple[OverdueDuty, ...]:
    found = [one for one in view.found if one.standing.overdue_on(one.today)]
    found.sort(
        key=lambda one: (
            one.standing.effective_due, one.unit.position, one.milestone.position,
            one.assignment.period,
        )
    )  # fmt: skip
    return tuple(_duty(one, events.get(one.assignment.id or 0, ())) for one in found)


def _duty(one: Standpoint, events: Sequence[Event]) -> OverdueDuty:
    due = one.standing.effective_due
    return OverdueDuty(
        campaign=one.campaign.title,
        name=name_of(one.assignment),
        unit_id=one.unit.id,
        unit=one.unit.name,
        level=one.unit.level,
        title=one.assignment.title,
        nominal_due=one.assignment.nominal_due,
        effective_due=due,
        days=(one.today - due).days,
        working_days=working_days().between(due, one.today),
        state=one.standing.state,
        reasons=reasons_of(events, one.campaign.time_zone),
    )


def _extensions(view: View, events: Mapping[int, list[Event]]) -> tuple[Extension, ...]:
    found = [
        (each.decided_on or each.asked_on, one.unit.position, each)
        for one in view.found
        for each in extensions_of(one, events.get(one.assignment.id or 0, ()), _zone(one))
    ]
    found.sort(key=lambda place: (str(place[0]), place[1], place[2].name))
    return tuple(each for _day, _position, each in found)


def _zone(one: Standpoint) -> str:
    return one.campaign.time_zone
