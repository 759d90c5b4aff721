"""The ladder: a campaign's rungs, and the days on which they come due for one due date.

A rung is an offset from the effective due date with its recipients. Shifts are computed from
the due date each time: before-due and on-due rungs that fall on a day off move back to the last
working day, after-due rungs forward; none of the latter comes before the assignment is late.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from config.i18n import _
from config.plain_text import single_line
from workflows.organisation import Email, Id
from workflows.rung_times import Offset, parse_interval, parse_offset, parse_turn
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


class Until(StrEnum):
    """What stops a rung: a gentle one stops when the unit has said that it has seen it."""

    ACKNOWLEDGED = "acknowledged"
    SUBMITTED = "submitted"


def _role_or_address(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:  # one fault where pydantic tells that of each kind
        said = single_line(str(value))[:60] if isinstance(value, str | int | float) else "…"
        raise ValueError(
            _(
                "“{input}” is neither a role nor an e-mail address\n"
                "write one of {roles}, or an address as name@example.org"
            ).format(input=said, roles=_(", ").join(Role))
        ) from None


SNOOZE = "snooze"  # the id of the rung that a person asks for
ADDRESS = "address"  # the role of a fixed address
_AT_UNIT = frozenset({Role.CONTACT, Role.DEPUTY})
_NOT_HELD = _AT_UNIT | {Role.DEPARTMENT, Role.OWNER}  # the office's own people are not drafted to

Whom = Annotated[Role | Email, WrapValidator(_role_or_address)]


class Later(BaseModel):
    """The interval at which a rung goes on after its first repetitions."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    after: int = Field(ge=1, le=50, description="how often at the first interval")
    every: str = Field(max_length=100, description="the interval from then on: 5 working days")

    @field_validator("every")
    @classmethod
    def _readable_every(cls, text: str) -> str:
        parse_interval(text)
        return text


class Rung(BaseModel):
    """One rung: an offset or the turn of a light, who is told, how often, what stops it, whether
    the mail is held."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: Id
    when: str = Field(
        max_length=100,
        description="e.g. 10 working days before, on the day at 14:00, 2 working days after, "
        "light turns yellow, light turns red",
    )
    every: str | None = Field(
        default=None, max_length=100, description="repeat at this interval: 2 working days"
    )
    times: int = Field(default=1, ge=1, le=50, description="how often at most, the first included")
    then: Later | None = Field(default=None, description="a later interval: {after: 5, every: …}")
    to: tuple[Whom, ...] = Field(
        default=(Role.CONTACT,),
        min_length=1,
        max_length=20,
        description="roles, or fixed addresses",
    )
    until: Until | None = Field(
        default=None,
        description="what stops it; by default acknowledged before the due date, else submitted",
    )
    channel: Id | None = Field(default=None, description="a channel of the settings, for mail")
    release: Release | None = Field(
        default=None, description="hold or auto; by default held for all above the contact"
    )

    @field_validator("id")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name == SNOOZE:
            raise ValueError(_("“snooze” is what people ask for themselves\nchoose another id"))
        return name

    @model_validator(mode="after")
    def _goes_on(self) -> "Rung":
        if self.turns and (self.every is not None or self.then is not None or self.times > 1):
            raise ValueError(
                _(
                    "“{when}” comes once for each turn: it has no “every”, “times” or “then”\n"
                    "take them away, or give what is repeated a rung of its own by days"
                ).format(when=self.when)
            )
        if self.then is not None and self.every is None:
            raise ValueError(_("“then” goes on from “every”\nadd every: 2 working days"))
        if self.then is not None and self.every is not None:
            sorts = {parse_interval(one).working for one in (self.every, self.then.every)}
            if len(sorts) > 1:
                raise ValueError(_("“every” and “then” count different days\nwrite both alike"))
        return self

    @field_validator("when")
    @classmethod
    def _readable_when(cls, text: str) -> str:
        if not parse_turn(text):
            parse_offset(text)
        return text

    @field_validator("every")
    @classmethod
    def _readable_every(cls, text: str | None) -> str | None:
        if text is not None:
            parse_interval(text)
        return text

    @property
    def turns(self) -> str:
        """The colour to which the assignment's light has to turn for it to come due, by its value
        in workflows/lights.py; '' where it is planned by a day."""
        return parse_turn(self.when)

    @property
    def offset(self) -> Offset:
        """When the rung first comes due; for a turn the day on which it is found."""
        return Offset(0, working=False) if self.turns else parse_offset(self.when)

    @cached_property
    def held(self) -> bool:
        """Whether its mail waits for the owner office."""
        if self.release is not None:
            return self.release is Release.HOLD
        return not _NOT_HELD.issuperset(self.to)

    @cached_property
    def above(self) -> bool:
        """Whether it goes above the contact: to anybody who is not at the unit itself. A
        department is, where it answers for the unit (notifications/recipients.py)."""
        return not _AT_UNIT.issuperset(self.to)

    @cached_property
    def gentle(self) -> bool:
        """Whether it is not sent any more when the unit has seen it."""
        if self.until is not None:
            return self.until is Until.ACKNOWLEDGED
        return self.offset.days < 0


DEFAULT_LADDER = (
    Rung(id="before-10", when="10 working days before"),
    Rung(id="before-5", when="5 working days before"),
    Rung(id="before-2", when="2 working days before"),
    Rung(id="due-day", when="on the day"),
    Rung(id="overdue", when="2 working days after", every="2 working days", times=10),
    Rung(id="lead", when="3 working days after", to=(Role.LEAD,)),
    Rung(id="supervisor", when="5 working days after", to=(Role.SUPERVISOR,)),
)
# To the correction date of what was returned: the unit knows what it is about.
CORRECTION_LADDER = (
    Rung(id="before-2", when="2 working days before"),
    Rung(id="due-day", when="on the day"),
    Rung(id="overdue", when="2 working days after", every="2 working days", times=10),
    Rung(id="lead", when="3 working days after", to=(Role.LEAD,)),
    Rung(id="supervisor", when="5 working days after", to=(Role.SUPERVISOR,)),
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A rung on the day for which it is planned; `number` counts a repeated rung from 1.

    `nominal` is the day before any shift for days off. `address` is set where it is for one
    person alone.
    """

    rung: Rung
    number: int
    on: date
    nominal: date
    address: str = ""

    @property
    def at(self) -> time | None:
        """The hour of the day, local to the campaign; None for the day's digest."""
        return self.rung.offset.at


def late_after(due: date, days: WorkingDays, *, grace: bool) -> date:
    """The last day that still counts as on time.

    With `grace` (the declaration's `holiday_grace`) a due date on a day off is late only after
    the next working day.
    """
    return days.on_or_after(due) if grace else due


def occurrences(
    ladder: Iterable[Rung], due: date, late_after: date, days: WorkingDays
) -> list[Occurrence]:
    """Every occurrence of the ladder that is planned for an effective due date, by day: a light's
    turn is not."""
    found = [
        occurrence
        for rung in ladder
        if not rung.turns
        for occurrence in _of_rung(rung, due, late_after, days)
    ]
    return sorted(found, key=lambda occurrence: occurrence.on)


def _of_rung(rung: Rung, due: date, late_after: date, days: WorkingDays) -> Iterator[Occurrence]:
    last: date | None = None
    for number, (count, working) in enumerate(counts_of(rung), start=1):
        nominal = days.shift(due, count) if working else due + timedelta(days=count)
        if count <= 0:
            day = days.on_or_before(nominal)
        else:
            day = days.on_or_after(nominal)
            if day <= late_after:
                day = days.shift(late_after, 1)
        if last is not None and day <= last:
            continue
        last = day
        yield Occurrence(rung, number, day, nominal)


def counts_of(rung: Rung) -> Iterator[tuple[int, bool]]:
    """The days from the due date of each repetition, and whether they are working days."""
    count, working = rung.offset.days, rung.offset.working
    yield count, working
    if rung.every is None:
        return
    first = parse_interval(rung.every)
    later = parse_interval(rung.then.every) if rung.then else first
    for number in range(2, rung.times + 1):
        step = later if rung.then and number > rung.then.after else first
        count += step.days
        yield count, step.working
