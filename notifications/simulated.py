"""A draft as it was played ahead: its mails, and how they add up for days and people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from notifications.mail_calendar import MailLine
from workflows.simulating.loads import by_day, by_unit_and_week, total
from workflows.simulating.model import NO_LOAD, Collision, Falling, Load, Timeline


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a draft would do from the day `first` to the day `last`, were nothing handed in.

    `titles` are those of all campaigns by id, the draft's first; `units` the names of all units in
    administrative order.
    """

    first: date
    last: date
    drafted: tuple[str, ...]  # ids of the draft's campaigns
    titles: Mapping[str, str]
    units: tuple[str, ...]
    falling: tuple[Falling, ...]
    lines: tuple[MailLine, ...]
    collisions: tuple[Collision, ...]
    timelines: tuple[Timeline, ...]
    waits_for_lights: bool  # some rungs do, and are on no day ahead
    looks_back: bool = False  # all of the draft is past: `first` is when it began


@dataclass(frozen=True, slots=True)
class FutureMail:
    """One mail to one address on one day. What is held counts as if it were released that day: it
    joins the digest."""

    day: date
    address: str
    channel: str  # '' for mail
    lines: tuple[MailLine, ...]

    @property
    def held(self) -> bool:
        """Whether some of it waits for the owner office's release."""
        return any(one.held for one in self.lines)

    @property
    def chases(self) -> bool:
        """Whether all that it speaks of is past its due date: who hands in on time never gets
        it."""
        return all(one.day > one.due for one in self.lines)


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day with its mails, those of them that only chase, and what falls due on it."""

    day: date
    mails: int = 0
    chasing: int = 0
    people: int = 0
    held: int = 0
    due: Load = NO_LOAD


@dataclass(frozen=True, slots=True)
class PersonAhead:
    """What one address gets in all; `most` mails' lines on its busiest day."""

    address: str
    name: str
    units: tuple[str, ...]
    mails: int
    chasing: int
    lines: int
    busiest: date
    most: int


@dataclass(frozen=True, slots=True)
class UnitAhead:
    """What one unit owes in all, and in its busiest week (by its Monday)."""

    unit: str
    due: Load
    busiest: date
    most: Load


def future_mails(lines: Iterable[MailLine]) -> list[FutureMail]:
    """The mails that the lines stand in: one for a person, day and channel."""
    found: dict[tuple[date, str, str], list[MailLine]] = defaultdict(list)
    for one in lines:
        found[one.day, one.address, one.channel].append(one)
    return [FutureMail(*key, tuple(own)) for key, own in found.items()]


def days_ahead(simulation: Simulation, mails: Iterable[FutureMail]) -> list[DayAhead]:
    """Every day on which mails go out or something falls due, in order."""
    at: dict[date, list[FutureMail]] = defaultdict(list)
    for one in mails:
        at[one.day].append(one)
    due = by_day(simulation.falling)
    return [
        DayAhead(
            day,
            mails=len(at[day]),
            chasing=sum(one.chases for one in at[day]),
            people=len({one.address for one in at[day]}),
            held=sum(one.held for one in at[day]),
            due=due.get(day, NO_LOAD),
        )
        for day in sorted({*at, *due})
    ]


def people_ahead(mails: Iterable[FutureMail]) -> list[PersonAhead]:
    """Who gets how much, the busiest first."""
    own: dict[str, list[FutureMail]] = defaultdict(list)
    for one in mails:
        own[one.address].append(one)
    found = [_person(address, several) for address, several in own.items()]
    return sorted(found, key=lambda one: (-one.mails, -one.lines, one.address))


def units_ahead(simulation: Simulation) -> list[UnitAhead]:
    """Which units owe how much, the busiest first, else in administrative order."""
    weeks = by_unit_and_week(simulation.falling)
    found = []
    for unit in simulation.units:
        if own := weeks.get(unit):
            busiest = max(own, key=lambda week: own[week].total)  # the first of several
            found.append(UnitAhead(unit, total(own), busiest, own[busiest]))
    return sorted(found, key=lambda one: -one.due.total)


def _person(address: str, mails: list[FutureMail]) -> PersonAhead:
    lines = [line for one in mails for line in one.lines]
    on = Counter(line.day for line in lines)
    busiest = min(on, key=lambda day: (-on[day], day))
    names = Counter(line.recipient for line in lines)
    return PersonAhead(
        address,
        names.most_common(1)[0][0],
        tuple(dict.fromkeys(line.unit for line in lines)),
        len(mails),
        sum(one.chases for one in mails),
        len(lines),
        busiest,
        on[busiest],
    )
