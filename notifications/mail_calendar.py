"""What would go to whom on which day of a season ahead, were nothing handed in meanwhile.

Each working day's rungs are turned into reminders by the tick's own functions, on copies: nothing
is sent and nothing is written down. Rungs that wait for a light to turn are on no day ahead.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.day import Day
from notifications.due import REACHED
from notifications.recipients import AT_UNIT, Directory
from notifications.window import SendingWindow
from workflows.compile import assignment_key
from workflows.organisation import Organisation
from workflows.reminding import Reminded, local_date, next_rung
from workflows.silencing import Silenced
from workflows.states import OWING
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    MilestoneRow,
    Reminder,
    ReminderStatus,
    UnitRow,
)


@dataclass(frozen=True, slots=True)
class MailLine:
    """One duty in one person's mail of a day. `held`: it waits for the owner office's release.
    `channel` is '' for mail; `assignment` is the duty's key."""

    day: date
    address: str
    recipient: str
    role: str
    unit: str
    campaign: str
    title: str
    due: date
    rung: str
    held: bool
    channel: str
    assignment: str


@dataclass(frozen=True, slots=True)
class MailDay:
    """A day's load. What is held counts as if it were released on the same day."""

    day: date
    mails: int  # one digest for a person and channel
    units: int  # of which the digests speak
    lines: int
    held: int  # lines among them that wait for a release


def mail_lines(
    session: Session,
    now: datetime,
    until: date,
    organisation: Organisation,
    window: SendingWindow,
    channels: Collection[str] = (),
) -> Iterator[MailLine]:
    """The lines of each day's digests from `now` (aware) to the day `until`, as the record stands.

    A rung's hour is that of its day's digest. Drafted campaigns count as started; what waits in the
    outbox already is not repeated. What names none of the `channels` goes by mail. The session must
    be for reading: what it holds is let go.
    """
    campaigns = {one.id: one for one in session.exec(select(Campaign))}
    milestones = {(one.campaign_id, one.id): one for one in session.exec(select(MilestoneRow))}
    units = {one.id: one.name for one in session.exec(select(UnitRow))}
    owed = session.exec(
        select(Assignment)
        .where(col(Assignment.state).in_(list(OWING)))
        .order_by(col(Assignment.id))
    ).all()
    told = set(session.exec(_told()))
    session.expunge_all()  # copies from here on
    waiting: list[tuple[datetime, int]] = []
    for number, one in enumerate(owed):
        campaign = campaigns[one.campaign_id]
        if campaign.status is CampaignStatus.DRAFT:
            campaign.status = CampaignStatus.RUNNING  # as if it were started
        first = next_rung(one, milestones[one.campaign_id, one.milestone_id], campaign)
        if first is not None:
            waiting.append((first, number))
    heapify(waiting)
    tried = _Tried(told)
    while waiting:
        moment = window.next_opening(max(waiting[0][0], now))
        today = window.today(moment)
        if today > until:
            return
        closes = datetime.combine(today, window.end, window.zone) - timedelta(seconds=1)
        directory = Directory(session, organisation, today=today)
        silenced = Silenced(session, today)
        session.expunge_all()
        while waiting and waiting[0][0] <= closes:
            _first, number = heappop(waiting)
            assignment = owed[number]
            campaign = campaigns[assignment.campaign_id]
            milestone = milestones[assignment.campaign_id, assignment.milestone_id]
            day = Day(closes, local_date(closes, campaign.time_zone), silenced, directory, tried)
            for row in day.reminders(assignment, milestone, campaign):
                if row["status"] is ReminderStatus.PENDING:
                    tried.note(assignment, row["role"])
                    yield MailLine(
                        today, row["address"], row["recipient"], row["role"],
                        units[assignment.unit_id], campaign.id, assignment.title,
                        assignment.effective_due, row["reason"], row["held"],
                        row["channel"] if row["channel"] in channels else "",
                        assignment_key(
                            campaign.id, milestone.id, assignment.unit_id, assignment.period
                        ),
                    )  # fmt: skip
            assignment.reminded_through, assignment.reminded_at = day.day, closes
            following = next_rung(assignment, milestone, campaign)
            if following is not None:
                heappush(waiting, (following, number))


def mail_days(lines: list[MailLine]) -> list[MailDay]:
    """The load of each day that has any, in order."""
    days: dict[date, list[MailLine]] = {}
    for one in lines:
        days.setdefault(one.day, []).append(one)
    return [
        MailDay(
            day,
            mails=len({(one.address, one.channel) for one in found}),
            units=len({one.unit for one in found}),
            lines=len(found),
            held=sum(one.held for one in found),
        )
        for day, found in sorted(days.items())
    ]


def _told() -> SelectOfScalar[int]:
    """The assignments whose units a tick takes for told by the due date that holds."""
    return (
        select(Reminder.assignment_id)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(
            col(Reminder.due_basis) == col(Assignment.effective_due),
            col(Reminder.role).in_(AT_UNIT),
            col(Reminder.status).in_([ReminderStatus.PENDING, *REACHED]),
        )
        .distinct()
    )


class _Tried:
    """The assignments whose units have been told: before, and in the season that is looked at."""

    def __init__(self, ids: set[int]) -> None:
        self._ids = ids

    def __contains__(self, assignment: Reminded) -> bool:
        return (assignment.id or 0) in self._ids

    def note(self, assignment: Assignment, role: str) -> None:
        """One more reminder, to somebody in that role."""
        if role in AT_UNIT:
            self._ids.add(assignment.id or 0)
