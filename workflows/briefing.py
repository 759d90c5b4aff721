"""The weekly briefing for supervisors: per campaign what is due this week, what is overdue by unit,
who has not been heard of, whose mail comes back, whose contacts are away, who has none.

Each section is a plain question to the record; nothing here is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from workflows.bouncing import Bouncing, bouncing
from workflows.organisation import Organisation
from workflows.people.coverage import Coverage, Reach, coverage
from workflows.resting import Resting, awake
from workflows.standing import Selection, Standpoint, standpoints
from workflows.states import State
from workflows.working_days import working_days

_NOT_ASKED = frozenset({State.WAIVED, State.CANCELLED})
AHEAD = 10  # working days within which a unit should have said that it has seen what it owes


@dataclass(frozen=True, slots=True)
class DueThisWeek:
    """A milestone, or one period of it, that falls due in the week; `owing` of its `total` units
    have not handed in, and are named in administrative order."""

    title: str
    due: date
    total: int
    owing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverdueDuty:
    """One duty that a unit is late with. Working days are counted from the effective due date."""

    title: str
    due: date
    working_days: int


@dataclass(frozen=True, slots=True)
class OverdueUnit:
    """What a unit is late with, the worst first."""

    unit: str
    duties: tuple[OverdueDuty, ...]


@dataclass(frozen=True, slots=True)
class NotSeen:
    """A unit that has not said that it has seen what is due soon or overdue."""

    unit: str
    duties: tuple[str, ...]  # the earliest first
    earliest: date


@dataclass(frozen=True, slots=True)
class Absent:
    """A unit whose contacts are all away with nobody in their place; `until` is the last day
    away of the one who is back first."""

    unit: str
    name: str
    until: date


@dataclass(frozen=True, slots=True)
class CampaignBriefing:
    """One campaign's part. Its dates are local to its zone."""

    id: str
    title: str
    due: tuple[DueThisWeek, ...]
    overdue: tuple[OverdueUnit, ...]
    not_seen: tuple[NotSeen, ...]
    without_contact: tuple[str, ...]  # told at the office mailbox, or nobody is
    absent: tuple[Absent, ...] = ()

    @property
    def overdue_count(self) -> int:
        """How many duties are overdue."""
        return sum(len(one.duties) for one in self.overdue)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell."""
        told = (self.due, self.overdue, self.not_seen, self.without_contact)
        return any((*told, self.absent))


@dataclass(frozen=True, slots=True)
class Briefing:
    """The week from Monday `first` to Sunday `last`, as it stands on `today`.

    Of a `past` day the log tells all but the contacts and whose mail comes back: who they are is as
    of now.
    """

    today: date
    first: date
    last: date
    campaigns: tuple[CampaignBriefing, ...]
    bouncing: tuple[Bouncing, ...] = ()  # of all the campaigns, each person once
    past: bool = False
    resting: tuple[Resting, ...] = ()  # overdue in campaigns that are drafted or paused

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.bouncing) or any(one.has_news for one in self.campaigns)

    @property
    def overdue_count(self) -> int:
        """How many duties are overdue in all."""
        return sum(one.overdue_count for one in self.campaigns)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def briefing(
    session: Session,
    now: datetime,
    organisation: Organisation | None,
    campaign_id: str | None = None,
    *,
    as_of_past: bool = False,
) -> Briefing:
    """The briefing at `now` (aware, in the office's zone): campaigns that are running, by id, or
    the one named, whatever its status.

    With `as_of_past`, campaigns and duties stand by what had been recorded before `now`. Without an
    `organisation`, units that are told through their departments pass for ones without a contact.
    """
    today = now.date()
    wanted = Selection(campaign_id=campaign_id)
    groups: dict[str, list[Standpoint]] = {}
    every = standpoints(session, now, wanted, as_of_past=as_of_past)
    named = campaign_id is not None
    running, resting = awake(session, every, now, named=named, as_of_past=as_of_past)
    for one in running:
        groups.setdefault(one.campaign.id, []).append(one)
    parts, units = [], {}
    for key in sorted(groups):
        found = sorted(groups[key], key=lambda one: (one.unit.position, one.milestone.position))
        campaign, day = found[0].campaign, found[0].today
        owing = {one.unit.id: one.unit.name for one in found if one.standing.owing}
        units[key] = [one.unit for one in found if one.standing.owing]
        reached = {one.unit_id: one for one in coverage(session, organisation, day, key)}
        parts.append(
            CampaignBriefing(
                id=key,
                title=campaign.title,
                due=_due(found, *week_of(day)),
                overdue=_overdue(found),
                not_seen=_not_seen(found),
                without_contact=_without_contact(reached, owing),
                absent=_absent(reached, owing),
            )
        )
    failing = bouncing(session, now, units, today)
    return Briefing(today, *week_of(today), tuple(parts), failing, as_of_past, resting)


def _due(found: Iterable[Standpoint], first: date, last: date) -> tuple[DueThisWeek, ...]:
    groups: dict[tuple[date, int, str, str], list[Standpoint]] = {}
    for one in found:
        due = one.standing.effective_due
        if first <= due <= last and one.standing.state not in _NOT_ASKED:
            key = (due, one.milestone.position, one.assignment.period, one.assignment.title)
            groups.setdefault(key, []).append(one)
    rows = []
    for key, members in sorted(groups.items(), key=lambda group: group[0]):
        owing = tuple(one.unit.name for one in members if one.standing.owing)
        if owing:
            rows.append(DueThisWeek(key[3], key[0], len(members), owing))
    return tuple(rows)


def _overdue(found: Iterable[Standpoint]) -> tuple[OverdueUnit, ...]:
    days = working_days()
    units: dict[str, list[OverdueDuty]] = {}
    for one in found:
        standing = one.standing
        if standing.overdue_on(one.today):
            late = days.between(standing.effective_due, one.today)
            duty = OverdueDuty(one.assignment.title, standing.effective_due, late)
            units.setdefault(one.unit.name, []).append(duty)
    return tuple(
        OverdueUnit(unit, tuple(sorted(duties, key=lambda duty: duty.due)))
        for unit, duties in units.items()
    )


def _not_seen(found: Iterable[Standpoint]) -> tuple[NotSeen, ...]:
    units: dict[str, list[tuple[date, str]]] = {}
    for one in found:
        standing, soon = one.standing, working_days().shift(one.today, AHEAD)
        if standing.owing and standing.effective_due <= soon and standing.acknowledged_at is None:
            duty = (standing.effective_due, one.assignment.title)
            units.setdefault(one.unit.name, []).append(duty)
    return tuple(
        NotSeen(unit, tuple(title for _due, title in sorted(duties)), min(duties)[0])
        for unit, duties in units.items()
    )


def _without_contact(reached: Mapping[str, Coverage], owing: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        name
        for unit_id, name in owing.items()
        if unit_id in reached and reached[unit_id].reach in {Reach.NOBODY, Reach.OFFICE}
    )


def _absent(reached: Mapping[str, Coverage], owing: Mapping[str, str]) -> tuple[Absent, ...]:
    return tuple(
        Absent(name, away.name, away.until)
        for unit_id, name in owing.items()
        if unit_id in reached and (away := reached[unit_id].away) is not None
    )
