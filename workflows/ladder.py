"""The ladder: a campaign's rungs, and the days on which they come due for one due date.

A rung is an offset from the effective due date with its recipients. Shifts are computed from
the due date each time: before-due and on-due rungs that fall on a day off move back to the last
working day, after-due rungs forward; none of the latter comes before the assignment is late.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config.i18n import _
from workflows.organisation import Id
from workflows.working_days import WorkingDays


class Role(StrEnum):
    """Who at a unit, or above it, a rung is for."""

    CONTACT = "contact"
    DEPUTY = "deputy"
    LEAD = "lead"
    DEPARTMENT = "department"
    OWNER = "owner"
    SUPERVISOR = "supervisor"


class Release(StrEnum):
    """Whether a rung's mail goes out at once or waits until the owner office releases it."""

    AUTO = "auto"
    HOLD = "hold"


_ABOVE_CONTACT = frozenset({Role.LEAD, Role.SUPERVISOR})
_WHEN = re.compile(r"(?P<days>\d{1,3}) (?P<sort>working|calendar) days? (?P<side>before|after)")
_WHEN_ZH = re.compile(r"到期(?P<side>前|后)(?P<days>\d{1,3})个?(?P<sort>工作日|日|天)")
_EVERY = re.compile(r"(?P<days>\d{1,3}) (?P<sort>working|calendar) days?")
_EVERY_ZH = re.compile(r"每(?P<days>\d{1,3})个?(?P<sort>工作日|日|天)")
_ON_THE_DAY = frozenset({"on the day", "到期当日", "到期当天"})


@dataclass(frozen=True, slots=True)
class Offset:
    """A number of days from the due date; negative is before it."""

    days: int
    working: bool


def parse_offset(text: str) -> Offset:
    """Read `10 working days before`, `on the day`, `到期后3个工作日`. Raises ValueError."""
    if text in _ON_THE_DAY:
        return Offset(0, working=False)
    match = _WHEN.fullmatch(text) or _WHEN_ZH.fullmatch(text)
    if match is None:
        raise ValueError(
            _(
                "cannot read “{text}”\nwrite e.g. 10 working days before, on the day, "
                "2 calendar days after"
            ).format(text=text)
        )
    days = int(match["days"])
    if match["side"] in {"before", "前"}:
        days = -days
    return Offset(days, match["sort"] in {"working", "工作日"})


def parse_interval(text: str) -> Offset:
    """Read `2 working days`. Raises ValueError."""
    match = _EVERY.fullmatch(text) or _EVERY_ZH.fullmatch(text)
    if match is None or int(match["days"]) == 0:
        raise ValueError(_("cannot read “{text}”\nwrite e.g. 2 working days").format(text=text))
    return Offset(int(match["days"]), match["sort"] in {"working", "工作日"})


class Rung(BaseModel):
    """One rung: an offset, who is told, how often, and whether the mail is held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    when: str = Field(
        max_length=100,
        description="e.g. 10 working days before, on the day, 2 working days after",
    )
    every: str | None = Field(
        default=None, max_length=100, description="repeat at this interval: 2 working days"
    )
    times: int = Field(default=1, ge=1, le=50, description="how often at most, the first included")
    to: tuple[Role, ...] = Field(default=(Role.CONTACT,), min_length=1, max_length=len(Role))
    release: Release | None = Field(
        default=None, description="hold or auto; by default held for leads and supervisors"
    )

    @field_validator("when")
    @classmethod
    def _readable_when(cls, text: str) -> str:
        parse_offset(text)
        return text

    @field_validator("every")
    @classmethod
    def _readable_every(cls, text: str | None) -> str | None:
        if text is not None:
            parse_interval(text)
        return text

    @property
    def offset(self) -> Offset:
        """When the rung first comes due."""
        return parse_offset(self.when)

    @property
    def held(self) -> bool:
        """Whether its mail waits for the owner office."""
        if self.release is not None:
            return self.release is Release.HOLD
        return not _ABOVE_CONTACT.isdisjoint(self.to)


DEFAULT_LADDER = (
    Rung(id="before-10", when="10 working days before"),
    Rung(id="before-5", when="5 working days before"),
    Rung(id="before-2", when="2 working days before"),
    Rung(id="due-day", when="on the day"),
    Rung(id="overdue", when="2 working days after", every="2 working days", times=10),
    Rung(id="lead", when="3 working days after", to=(Role.LEAD,)),
    Rung(id="supervisor", when="5 working days after", to=(Role.SUPERVISOR,)),
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A rung on the day for which it is planned; `number` counts a repeated rung from 1."""

    rung: Rung
    number: int
    on: date


def late_after(due: date, days: WorkingDays, *, grace: bool) -> date:
    """The last day that still counts as on time.

    With `grace` (the declaration's `holiday_grace`) a due date on a day off is late only after
    the next working day.
    """
    return days.on_or_after(due) if grace else due


def occurrences(
    ladder: Iterable[Rung], due: date, late_after: date, days: WorkingDays
) -> list[Occurrence]:
    """Every occurrence of the ladder for an effective due date, by day."""
    found = [occurrence for rung in ladder for occurrence in _of_rung(rung, due, late_after, days)]
    return sorted(found, key=lambda occurrence: occurrence.on)


def _of_rung(rung: Rung, due: date, late_after: date, days: WorkingDays) -> Iterator[Occurrence]:
    offset = rung.offset
    interval = parse_interval(rung.every) if rung.every else None
    last: date | None = None
    for number in range(1, rung.times + 1 if interval else 2):
        count = offset.days + (interval.days * (number - 1) if interval else 0)
        working = interval.working if interval and number > 1 else offset.working
        day = days.shift(due, count) if working else due + timedelta(days=count)
        if count <= 0:
            day = days.on_or_before(day)
        else:
            day = days.on_or_after(day)
            if day <= late_after:
                day = days.shift(late_after, 1)
        if last is not None and day <= last:
            continue
        last = day
        yield Occurrence(rung, number, day)
