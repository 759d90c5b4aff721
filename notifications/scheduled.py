"""A step of each day's first tick: the reports that the declarations send by themselves.

What is planned for a day off, or for a day on which nothing ran, goes on the next one. For
supervisors it is a draft until the owner office releases it, unless the declaration says otherwise.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from notifications.grouping import new_delivery
from notifications.notice_items import in_force, put_notices
from notifications.window import SendingWindow
from workflows.events import APPLIED
from workflows.ladder import Release, Role
from workflows.organisation import Organisation
from workflows.overdue import OverdueFilter, overdue
from workflows.reminding import local_date
from workflows.reporting.declared import ScheduledReport, Subject, planned_day
from workflows.tables import (
    Campaign,
    CampaignStatus,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Event,
)
from workflows.versions import kept_plan
from workflows.working_days import working_days

REPORT = "report"  # begins the purpose of a delivery that brings one


def purpose_of(campaign_id: str, report_id: str) -> str:
    """The purpose of a report's deliveries: no two campaigns' are one."""
    return f"{REPORT}-{sha256(campaign_id.encode()).hexdigest()[:8]}-{report_id}"


def send_reports(
    session: Session,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
) -> int:
    """Make a delivery of each report that is due at `now` (aware) for each who is to get it and has
    not; return how many were made. `domain` is the right-hand side of Message-IDs."""
    made = 0
    for row in session.execute(_RUNNING).all():
        plan = kept_plan(session, row)
        for report in plan.reports if plan else ():
            campaign = session.get_one(Campaign, row.id)
            made += _send(session, campaign, report, now, organisation, window, domain)
    return made


_RUNNING = (  # building it takes longer than the database does
    select(Campaign.id, Campaign.version, Campaign.digest)
    .where(Campaign.status == CampaignStatus.RUNNING)
    .order_by(col(Campaign.id))
)


def _send(
    session: Session,
    campaign: Campaign,
    report: ScheduledReport,
    now: datetime,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
) -> int:
    today = window.today(now)
    planned = planned_day(report.when, today, working_days())
    if planned < _begun(session, campaign) or not _has_news(session, campaign, report, now):
        return 0
    purpose = purpose_of(campaign.id, report.id)
    there = set(
        session.exec(
            select(Delivery.address).where(
                Delivery.purpose == purpose, col(Delivery.local_date) >= planned
            )
        )
    )
    readers = {
        address: (name, held)
        for address, name, held in _readers(campaign, report, organisation)
        if address not in there
    }
    if not readers:
        return 0
    _close_earlier(session, purpose, list(readers))
    events = in_force(session, [campaign.id])
    for address, (name, held) in readers.items():
        status = DeliveryStatus.HELD if held else DeliveryStatus.QUEUED
        delivery = new_delivery(address, today, purpose, DeliveryKind.NOTICE, status, now, domain)
        put_notices(session, [(delivery, [(one, name) for one in events])])
    return len(readers)


def _begun(session: Session, campaign: Campaign) -> date:
    """The day on which the campaign was first applied: nothing was planned before it."""
    first = session.exec(
        select(func.min(Event.recorded_at)).where(
            Event.campaign_id == campaign.id, Event.kind == APPLIED
        )
    ).one()
    return local_date(first or campaign.applied_at, campaign.time_zone)


def _has_news(session: Session, campaign: Campaign, report: ScheduledReport, now: datetime) -> bool:
    """Nobody needs a list of nothing; all else is looked at even when all is well."""
    if report.what is not Subject.OVERDUE:
        return True
    return bool(overdue(session, now, OverdueFilter(campaign_id=campaign.id)))


def _readers(
    campaign: Campaign, report: ScheduledReport, organisation: Organisation
) -> Iterator[tuple[str, str, bool]]:
    """The address, the name ('' where it is not known) and whether it waits for a release."""
    for whom in report.to:
        own = whom is Role.OWNER
        held = report.release is Release.HOLD if report.release else not own
        if own:
            office = organisation.department(campaign.owner)
            yield (office.mailbox if office else campaign.mailbox).lower(), campaign.owner, held
        elif isinstance(whom, Role):
            for one in organisation.supervisors:
                yield one.mailbox.lower(), one.name, held
        else:
            yield whom.lower(), "", held


def _close_earlier(session: Session, purpose: str, addresses: Sequence[str]) -> None:
    """An earlier one that nobody released, or no server took, gives way to the new one."""
    session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.address).in_(addresses),
            col(Delivery.purpose) == purpose,
            col(Delivery.status).in_([DeliveryStatus.HELD, DeliveryStatus.QUEUED]),
            col(Delivery.doubts) == 0,
        )
        .values(status=DeliveryStatus.SUPERSEDED)
    )
