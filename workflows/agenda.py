"""What the office has to do today: to check, to decide, to release, to mend, and what comes.

Each section is a plain question to the record; nothing here is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from workflows.compile import assignment_key
from workflows.organisation import Organisation
from workflows.people.coverage import Coverage, Reach, coverage
from workflows.people.serving import AwayContact
from workflows.refused import Refused, refused_addresses
from workflows.resting import Resting, awake
from workflows.standing import Selection, Standpoint, standpoints
from workflows.states import State
from workflows.status import cell_of, count
from workflows.supervision.finding import list_notices
from workflows.tables import (
    Degree,
    Delivery,
    DeliveryStatus,
    InboxKind,
    InboxMail,
    InboxStatus,
    NoticeStatus,
    UnitRow,
)

AHEAD = 7  # days that “this week” reaches, today included: never less than through Sunday


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A hand-in that waits for checking; `missing` names the parts that have not come."""

    name: str
    campaign_id: str
    title: str
    unit: str
    since: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToDecide:
    """An extension that a unit has asked for."""

    name: str
    campaign_id: str
    title: str
    unit: str
    due: date
    wanted: date


@dataclass(frozen=True, slots=True)
class Mail:
    """A delivery that needs a person."""

    id: int
    address: str
    day: date
    status: DeliveryStatus
    error: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail that has come in and waits for the office; `unit` is '' for a stranger's."""

    id: int
    kind: InboxKind
    sender: str
    unit: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class WithoutContact:
    """A unit that owes something in campaigns in which it has no contact."""

    unit: str
    campaign_ids: tuple[str, ...]
    owed: int


@dataclass(frozen=True, slots=True)
class AbsentContact:
    """A unit that owes something while its contacts are away and nobody is in their place;
    `until` is the last day away of the one who is back first."""

    unit: str
    name: str
    until: date
    campaign_ids: tuple[str, ...]
    owed: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A milestone, or one period of it, that falls due soon; `owing` of `total` units owe it."""

    campaign_id: str
    title: str
    due: date
    owing: int
    total: int


@dataclass(frozen=True, slots=True)
class Late:
    """How much is overdue in a campaign."""

    campaign_id: str
    campaign: str
    count: int
    units: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A supervision notice that waits for a person: a draft for its release, or, with `late_since`
    (the local day by which it was asked for), one for its receipt slip."""

    year: int
    serial: int
    degree: Degree
    unit: str
    drafted: datetime
    late_since: date | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything that the office has to do or to know of today."""

    to_check: tuple[ToCheck, ...]  # the oldest first
    to_decide: tuple[ToDecide, ...]
    held: tuple[Mail, ...]
    in_doubt: tuple[Mail, ...]
    refused: tuple[Refused, ...]  # none of people who have left
    notices: tuple[Notice, ...]  # the oldest first
    incoming: tuple[Incoming, ...]  # of all campaigns, the oldest first
    without_contact: tuple[WithoutContact, ...]
    absent: tuple[AbsentContact, ...]
    coming: tuple[Coming, ...]
    late: tuple[Late, ...]
    resting: tuple[Resting, ...]  # what is overdue in campaigns that are drafted or paused


def agenda(
    session: Session, now: datetime, organisation: Organisation, wanted: Selection | None = None
) -> Agenda:
    """The agenda at `now` (aware, in the office's zone). Mails are of all campaigns, since a
    digest joins them.

    Of campaigns that rest, where none is named, there is only what came in to be settled.
    """
    wanted = wanted or Selection()
    found = standpoints(session, now, wanted)
    found.sort(key=lambda one: (one.campaign.id, one.milestone.position, one.unit.position))
    mails = _mails(session)
    running, resting = awake(session, found, now, named=wanted.campaign_id is not None)
    unreached = _unreached(session, running, organisation)
    return Agenda(
        to_check=_to_check(found),
        to_decide=_to_decide(found),
        held=tuple(one for one in mails if one.status is DeliveryStatus.HELD),
        in_doubt=tuple(one for one in mails if one.status is DeliveryStatus.IN_DOUBT),
        refused=refused_addresses(session, organisation, now),
        notices=_notices(session, wanted.campaign_id, now),
        incoming=_incoming(session),
        without_contact=_without_contact(unreached),
        absent=_absent(unreached),
        coming=_coming(running),
        late=_late(running),
        resting=resting,
    )


def _to_check(found: Iterable[Standpoint]) -> tuple[ToCheck, ...]:
    waiting = [one for one in found if one.standing.state is State.SUBMITTED]
    waiting.sort(key=lambda one: one.standing.submitted_at or one.assignment.changed_at)
    return tuple(
        ToCheck(
            _name(one), one.campaign.id, one.assignment.title, one.unit.name,
            one.standing.submitted_at, one.standing.missing,
        )
        for one in waiting
    )  # fmt: skip


def _to_decide(found: Iterable[Standpoint]) -> tuple[ToDecide, ...]:
    return tuple(
        ToDecide(
            _name(one), one.campaign.id, one.assignment.title, one.unit.name,
            one.standing.effective_due, one.standing.requested_due,
        )
        for one in found
        if one.standing.owing and one.standing.requested_due is not None
    )  # fmt: skip


def _mails(session: Session) -> list[Mail]:
    wanted = [DeliveryStatus.HELD, DeliveryStatus.IN_DOUBT]
    query = select(Delivery).where(col(Delivery.status).in_(wanted)).order_by(col(Delivery.id))
    return [
        Mail(one.id or 0, one.address, one.local_date, one.status, one.error)
        for one in session.exec(query)
    ]


def _notices(session: Session, campaign_id: str | None, now: datetime) -> tuple[Notice, ...]:
    """`now` is in the office's zone."""
    waiting = (NoticeStatus.DRAFT, NoticeStatus.RELEASED)
    listed = list_notices(session, campaign_id=campaign_id, statuses=waiting)
    return tuple(
        Notice(
            one.notice.year, one.notice.serial, one.notice.degree, one.unit,
            one.notice.drafted_at, one.notice.answer_by if late else None,
        )
        for one in reversed(listed)
        if (late := one.answer_overdue(now.date())) or one.notice.status is NoticeStatus.DRAFT
    )  # fmt: skip


def _incoming(session: Session) -> tuple[Incoming, ...]:
    waiting = session.exec(
        select(InboxMail, UnitRow.name)
        .outerjoin(UnitRow, col(UnitRow.id) == InboxMail.unit_id)
        .where(InboxMail.status == InboxStatus.WAITING)
        .order_by(col(InboxMail.id))
    )
    return tuple(
        Incoming(
            one.id or 0, one.kind, one.sender, unit or "", one.subject,
            one.sent_at or one.recorded_at,
        )
        for one, unit in waiting
    )  # fmt: skip


def _unreached(
    session: Session, found: Iterable[Standpoint], organisation: Organisation
) -> list[Coverage]:
    """How units are reached where no contact is told, in administrative order."""
    today = {one.campaign.id: one.today for one in found}
    position = {one.unit.id: one.unit.position for one in found}
    rows = [
        one
        for campaign_id, day in today.items()
        for one in coverage(session, organisation, day, campaign_id)
        if one.unit_id in position and one.reach not in {Reach.CONTACT, Reach.OFFICES}
    ]
    return sorted(rows, key=lambda one: position[one.unit_id])


def _without_contact(unreached: Iterable[Coverage]) -> tuple[WithoutContact, ...]:
    """Those whom only the office mailbox serves, or nobody."""
    groups: dict[str, list[Coverage]] = {}
    for one in unreached:
        if one.away is None:
            groups.setdefault(one.unit, []).append(one)
    return tuple(
        WithoutContact(unit, tuple(one.campaign_id for one in rows), sum(one.owing for one in rows))
        for unit, rows in groups.items()
    )


def _absent(unreached: Iterable[Coverage]) -> tuple[AbsentContact, ...]:
    groups: dict[tuple[str, AwayContact], list[Coverage]] = {}
    for one in unreached:
        if one.away is not None:
            groups.setdefault((one.unit, one.away), []).append(one)
    return tuple(
        AbsentContact(
            unit, away.name, away.until, tuple(one.campaign_id for one in rows),
            sum(one.owing for one in rows),
        )
        for (unit, away), rows in groups.items()
    )  # fmt: skip


def _coming(found: Iterable[Standpoint]) -> tuple[Coming, ...]:
    groups: dict[tuple[date, str, str, str, str], list[Standpoint]] = {}
    for one in found:
        due = one.standing.effective_due
        if one.today <= due < one.today + timedelta(days=AHEAD):
            assignment = one.assignment
            key = (
                due, assignment.campaign_id, assignment.milestone_id, assignment.period,
                assignment.title,
            )  # fmt: skip
            groups.setdefault(key, []).append(one)
    rows = []
    for key, members in sorted(groups.items()):
        owing = sum(one.standing.owing for one in members)
        total = count(cell_of(one) for one in members).total
        if owing:
            rows.append(Coming(key[1], key[4], key[0], owing, total))
    return tuple(rows)


def _late(found: Iterable[Standpoint]) -> tuple[Late, ...]:
    late: dict[str, list[Standpoint]] = {}
    for one in found:
        if one.standing.overdue_on(one.today):
            late.setdefault(one.campaign.id, []).append(one)
    return tuple(
        Late(key, ones[0].campaign.title, len(ones), len({one.unit.id for one in ones}))
        for key, ones in late.items()
    )


def _name(one: Standpoint) -> str:
    assignment = one.assignment
    return assignment_key(
        assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.period
    )
