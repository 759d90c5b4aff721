"""What a scheduled report says, looked up when it is claimed: lines for the mail, the whole in a
file that goes with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import N_, _
from notifications.content import Content, Draft, Scheduled, Waiting
from notifications.documents.report_summary import summary
from notifications.mime import Enclosure
from notifications.scheduled import REPORT, purpose_of
from notifications.scheduled_files import form_file, ranking_file
from notifications.window import SendingWindow
from workflows.forms.summary import summarise
from workflows.organisation import Organisation
from workflows.overdue import OverdueFilter, OverdueItem, overdue
from workflows.reminding import local_date
from workflows.reporting.declared import ReportFormat, ScheduledReport, Subject, planned_before
from workflows.reporting.model import Report
from workflows.reporting.ranking import RankGroup, make_ranking
from workflows.reporting.report import make_report
from workflows.tables import Campaign, Delivery, DeliveryStatus, Event, NoticeItem
from workflows.versions import plan_of
from workflows.working_days import working_days

_LISTED = 30  # lines in the mail


@dataclass(frozen=True, slots=True)
class Said:
    """A report in lines and files; None in place of it where there is nothing to tell."""

    lines: tuple[str, ...]
    late: int = 0
    file: Enclosure | None = None
    report: Report | None = None  # that goes along as a whole


HEADINGS: Mapping[Subject, str] = MappingProxyType(
    {
        Subject.OVERDUE: N_("Overdue list"),
        Subject.REPORT: N_("Progress report"),
        Subject.RANKING: N_("Ranking"),
        Subject.FORM: N_("Form summary"),
    }
)


def load_reports(
    session: Session,
    deliveries: Sequence[Waiting],
    now: datetime,
    organisation: Organisation | None = None,
) -> dict[int, Content]:
    """The content of each report that has something to tell at `now` (aware, in the office's
    zone), and is still in the plan. What several people get is made once."""
    found: dict[int, Content] = {}
    levels = organisation.levels if organisation else None
    made: dict[str, tuple[Campaign, ScheduledReport, Said | None] | None] = {}
    rows = session.exec(
        select(NoticeItem.delivery_id, NoticeItem.recipient, Campaign)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Campaign, col(Campaign.id) == Event.campaign_id)
        .where(col(NoticeItem.delivery_id).in_([one.id for one in deliveries]))
    )
    about = {number: (recipient, campaign) for number, recipient, campaign in rows}
    for one in deliveries:
        recipient, campaign = about.get(one.id, ("", None))
        if campaign is None:
            continue
        if one.purpose not in made:
            made[one.purpose] = _made(session, campaign, one.purpose, now)
        report = made[one.purpose]
        if report is None or report[2] is None:
            continue
        said = report[2]
        found[one.id] = Content(
            one.id,
            one.address,
            one.message_id,
            scheduled=Scheduled(
                recipient,
                campaign.title,
                _(HEADINGS[report[1].what]),
                now.date(),
                said.lines[:_LISTED],
                max(len(said.lines) - _LISTED, 0),
                said.late,
                said.report,
                report[1].format is ReportFormat.DOCX,
                levels,
            ),
            files=(said.file,) if said.file else (),
        )
    return found


def held_reports(
    session: Session, campaign_ids: Sequence[str], window: SendingWindow
) -> list[Draft]:
    """The reports of these campaigns that wait for a release, as the owner office sees them."""
    rows = session.exec(
        select(Delivery, NoticeItem.recipient, Campaign)
        .join(NoticeItem, col(NoticeItem.delivery_id) == Delivery.id)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Campaign, col(Campaign.id) == Event.campaign_id)
        .where(
            Delivery.status == DeliveryStatus.HELD,
            col(Delivery.purpose).startswith(f"{REPORT}-"),
            col(Campaign.id).in_(list(campaign_ids)),
        )
        .order_by(col(Delivery.id))
    )
    drafts = []
    for one, recipient, campaign in rows:
        report = _planned(session, campaign, one.purpose)
        heading = _(HEADINGS[report.what]) if report else one.purpose
        drafts.append(
            Draft(
                one.id or 0, one.address, recipient, "", window.today(one.created_at), 0, 0,
                campaign.title, "", one.local_date, one.local_date, report=heading,
            )
        )  # fmt: skip
    return drafts


def _planned(session: Session, campaign: Campaign, purpose: str) -> ScheduledReport | None:
    """The report of the plan in force that a delivery of that purpose brings."""
    plan = plan_of(session, campaign)
    reports = plan.reports if plan else ()
    return next((one for one in reports if purpose_of(campaign.id, one.id) == purpose), None)


def _made(
    session: Session, campaign: Campaign, purpose: str, now: datetime
) -> tuple[Campaign, ScheduledReport, Said | None] | None:
    report = _planned(session, campaign, purpose)
    if report is None:
        return None
    return campaign, report, _WRITERS[report.what](session, campaign, report, now)


def _overdue(
    session: Session, campaign: Campaign, report: ScheduledReport, now: datetime
) -> Said | None:
    items = overdue(session, now, OverdueFilter(campaign_id=campaign.id))
    if not items:
        return None
    units: dict[str, list[OverdueItem]] = {}
    for item in sorted(items, key=lambda item: item.position):
        units.setdefault(item.unit, []).append(item)
    lines = tuple(
        _("{unit}: {duties}").format(
            unit=unit,
            duties=_("; ").join(
                _("{title} ({count} working days late)").format(
                    title=item.title, count=item.working_days_overdue
                )
                for item in own
            ),
        )
        for unit, own in units.items()
    )
    made = make_report(session, [campaign.id], now, since=_last(report, campaign, now))
    return Said(lines, len(items), report=made)


def _last(report: ScheduledReport, campaign: Campaign, now: datetime) -> datetime:
    """When the one before was due, at this hour: what has changed is told since then."""
    today = local_date(now, campaign.time_zone)
    return now - (today - planned_before(report.when, today, working_days()))


def _report(session: Session, campaign: Campaign, report: ScheduledReport, now: datetime) -> Said:
    made = make_report(session, [campaign.id], now, since=_last(report, campaign, now))
    return Said(tuple(summary(made)), report=made)


def _ranking(session: Session, campaign: Campaign, report: ScheduledReport, now: datetime) -> Said:
    table = make_ranking(session, campaign, now)
    return Said(_places(table.groups), file=ranking_file(table, now.date()))


def _places(groups: Iterable[RankGroup]) -> tuple[str, ...]:
    """The ranking in a line for each group."""
    return tuple(
        _("{group}: {places}").format(
            group=_(", ").join(group.levels.values()),
            places=_("; ").join(
                _("{place}. {unit} {score}").format(
                    place=line.place or "—",
                    unit=line.unit,
                    score="—" if line.score is None else line.score,
                )
                for line in group.lines
            ),
        )
        for group in groups
    )


def _form(
    session: Session, campaign: Campaign, report: ScheduledReport, now: datetime
) -> Said | None:
    try:
        said = summarise(session, campaign.id, report.form or "", "", now)
    except InputError:  # nobody owes it any more
        return None
    return Said((said.sentence,), file=form_file(said, now.date()))


_WRITERS: Mapping[
    Subject, Callable[[Session, Campaign, ScheduledReport, datetime], Said | None]
] = MappingProxyType(
    {
        Subject.OVERDUE: _overdue,
        Subject.REPORT: _report,
        Subject.RANKING: _ranking,
        Subject.FORM: _form,
    }
)
