"""What is looked at in a simulation: everything that falls due, of the record and of the draft."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Falling:
    """One duty that falls due. Days are local to its campaign.

    `unit` is the unit's name; `drafted`: the draft adds it, or moves it to this day.
    """

    campaign: str  # id
    milestone: str  # id
    title: str
    unit: str
    due: date  # with an extension, after `if_holiday`
    drafted: bool


class Clash(StrEnum):
    """In which way dates of a draft collide, in the order in which they are told."""

    PAST = "past"  # already late on the first day
    START = "start"  # issued, or its stage begun, after the first due date
    ORDER = "order"  # due before its predecessor
    DAY_OFF = "day-off"  # due on a holiday or a weekend
    PROVISIONAL = "provisional"  # in a year whose holidays are not announced
    CROWDED = "crowded"  # several reports of one unit on one day
    OTHER = "other-campaign"  # on a day on which a whole other campaign is due


@dataclass(frozen=True, slots=True)
class Collision:
    """One of them. What is not said is empty; `docs/simulating.md` has the list."""

    kind: Clash
    day: date | None = None  # on which it happens
    campaign: str = ""  # title of the draft's campaign; '' where it is of several
    titles: tuple[str, ...] = ()  # of the duties; of campaigns where whole ones are due
    units: tuple[tuple[str, int], ...] = ()  # names, with how many reports each; campaigns' titles
    # with how many units each where whole ones are due
    other: str = ""  # the predecessor's or the stage's title
    other_day: date | None = None  # its day; where `if_holiday` has moved the date, the plan's own
    late_after: date | None = None  # the last day that counts as on time
    year: int = 0
    count: int = 0  # of assignments


@dataclass(frozen=True, slots=True)
class Load:
    """How many duties fall due: those of the record, and those that the draft adds."""

    others: int = 0
    drafted: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.others + self.drafted

    def with_one(self, *, drafted: bool) -> "Load":
        """One more."""
        return Load(self.others + (not drafted), self.drafted + drafted)


NO_LOAD = Load()


@dataclass(frozen=True, slots=True)
class Bar:
    """A milestone in the time line; `number` counts from 1 within its campaign.

    `spans` are first and last days; `dues` all due dates in order; `after` the predecessors'
    numbers with the last day on which each is due.
    """

    number: int
    id: str
    title: str
    units: int
    dues: tuple[date, ...]
    spans: tuple[tuple[date, date], ...] = ()
    after: tuple[tuple[int, date], ...] = ()


@dataclass(frozen=True, slots=True)
class StageBar:
    """A stage with its milestones by their due dates; `title` is '' for those of no stage."""

    title: str
    start: date | None
    end: date | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One campaign's time line, in whole weeks from the day `first` to the day `last`."""

    campaign: str
    title: str
    issued: date | None
    first: date
    last: date
    stages: tuple[StageBar, ...]
    days_off: tuple[tuple[date, date, str], ...] = field(default=())  # first, last, holiday's name

    @property
    def days(self) -> int:
        """How long it is."""
        return (self.last - self.first).days + 1


def monday(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())
