"""Targets as a declaration writes them: numbers to reach, by whom, by when, counted how."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from workflows.conditions import Attribute
from workflows.declared import SOME, DatePhrase, Declared, Text
from workflows.organisation import Id
from workflows.selectors import Selector

Figure = Annotated[float, Field(ge=-1e12, le=1e12)]


class Binding(StrEnum):
    """Whether a number must be reached or is striven for."""

    MUST = "must"
    STRIVE = "strive"  # never red, and in no supervision notice


class Scope(StrEnum):
    """Whether each unit has to reach the number, or the province as a whole."""

    UNIT = "unit"
    PROVINCE = "province"


class Measure(StrEnum):
    """What a figure is."""

    NUMBER = "number"
    YES_NO = "yes_no"  # 1 is yes
    SHARE = "share"  # a numerator over a denominator; the value is in per cent
    ALL = "all"  # so many of N: reached with all of them


class Reported(StrEnum):
    """What a unit reports."""

    TOTAL = "total"  # the whole so far
    INCREMENT = "increment"  # what was added since the last figure


class Need(StrEnum):
    """How many of a target's categories have to be reached."""

    ALL = "all"
    ANY = "any"


class Pace(StrEnum):
    """How a target is expected to grow between its points."""

    LINEAR = "linear"  # by working days
    NONE = "none"  # nothing is expected before a point


class Point(Declared):
    """The value to have reached by a date."""

    by: DatePhrase
    value: Figure


class Baseline(Declared):
    """A value that is a multiple of an earlier one: four times 2021."""

    times: Annotated[float, Field(gt=0, le=1_000_000)]
    value: Figure | None = Field(default=None, description="the earlier figure, where it is known")
    attribute: Attribute | None = Field(
        default=None, description="else the unit's attribute that holds it; units may report it"
    )


class Target(Declared):
    """A number to reach."""

    id: Id
    title: Text
    scope: Scope = Scope.UNIT
    who: Selector | None = Field(
        default=None, description="units bound, where not all of the milestone's"
    )
    measure: Measure = Measure.NUMBER
    operator: Annotated[str, StringConstraints(pattern=r"^(>=|<=|==)$")] = ">="
    unit_of_measure: Text
    value: Figure | None = Field(default=None, description="to have by the milestone's due date")
    points: tuple[Point, ...] = Field(
        default=(), max_length=SOME, description="staged values by date"
    )
    baseline: Baseline | None = Field(
        default=None, description="in place of a value: {times: 4, attribute: handled_2021}"
    )
    of: Attribute | None = Field(
        default=None,
        description="share, all: the unit's attribute that is N; without it N is reported",
    )
    categories: dict[Text, Figure] = Field(
        default_factory=dict, max_length=SOME, description="in place of a value: one for each sort"
    )
    need: Need = Field(default=Need.ALL, description="all of the categories, or any one of them")
    reported: Reported = Reported.TOTAL
    reporters: Selector | None = Field(
        default=None,
        description="a province target's units whose figures add up to it; without them, and "
        "without sum_of, the office reports it",
    )
    sum_of: tuple[Id, ...] = Field(
        default=(), max_length=SOME, description="a province target that adds up these targets"
    )
    maximum: Figure | None = Field(
        default=None, description="a figure above it is asked about when it is reported"
    )
    start: DatePhrase | None = Field(
        default=None, description="from when on it is expected to grow; by default with its stage"
    )
    pace: Pace | None = Field(
        default=None, description="by default linear for what is counted, none for shares, yes_no"
    )
    curve: tuple[Point, ...] = Field(
        default=(), max_length=SOME, description="what is expected by when, in place of pace"
    )
    binding: Binding = Binding.MUST
    note: Text | None = None
