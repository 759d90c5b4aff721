"""Forms as a declaration writes them: a grid, a list of rows or a single record, all typed."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field

from workflows.conditions import Condition
from workflows.declared import SOME, Declared, Text
from workflows.organisation import Id
from workflows.selectors import Selector

LongText = Annotated[str, Field(min_length=1, max_length=2000)]


class Shape(StrEnum):
    """How a form is laid out."""

    GRID = "grid"  # named rows by named columns, free text in the cells
    ROWS = "rows"  # a list, one line for each thing
    RECORD = "record"  # one value for each field


class FieldType(StrEnum):
    """What a field or column holds."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"  # 85 is 85%
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"


class Prefilled(StrEnum):
    """What Duban writes into a field before the unit gets the form."""

    UNIT = "unit"
    PERIOD = "period"  # what it covers, as 2022年5月, 2022年第二季度
    TODAY = "today"  # left to the unit: the day on which it fills in the form


class FigurePart(StrEnum):
    """Which of a share's two numbers a figure is."""

    FIGURE = "figure"
    WHOLE = "whole"


class Figures(Declared):
    """Where a figure goes: the first of these targets that binds the unit, or that it reports to.

    A target of shares takes its figure as the numerator, unless `part` says otherwise.
    """

    targets: tuple[Id, ...] = Field(default=(), max_length=SOME)
    also: tuple[Id, ...] = Field(
        default=(), max_length=SOME, description="further targets of which the number is, too"
    )
    category: Text | None = Field(default=None, description="the target's category that it fills")
    part: FigurePart = FigurePart.FIGURE


class _Said(Declared):
    """What is declared once and drawn very often."""

    @cached_property
    def said(self) -> str:
        """All of it in words, for a key of what is drawn from it."""
        return repr(self)


class FormField(_Said, Figures):
    """A field of a header or record, or a column of a list."""

    id: Id
    title: Text
    type: FieldType = FieldType.TEXT
    choices: tuple[Text, ...] = Field(default=(), max_length=SOME)
    required: bool = False
    prefilled: Prefilled | None = None
    who: Selector | None = Field(default=None, description="only for these units")
    width: int | None = Field(default=None, ge=2, le=60, description="in Chinese characters")
    note: Text | None = None


class GridRow(_Said):
    """A row of a grid. Its cells are free text; `{stops}` in one is the blank of that name."""

    id: Id
    title: Text
    merged: bool = Field(default=False, description="one cell over all columns")
    required: bool = False
    cells: dict[Id, LongText] = Field(
        default_factory=dict,
        max_length=SOME,
        description="by column (`all` where merged) what stands there when the unit gets it",
    )


class Computed(Figures):
    """A figure worked out from the rows of a list."""

    sum: Id | None = Field(default=None, description="the column added up; without it rows count")
    where: tuple[Condition, ...] = Field(
        default=(), max_length=SOME, description="of the columns: type == 加油站型"
    )


class Form(Declared):
    """What units fill in for a deliverable whose `form` is this one's attachment."""

    id: Id
    title: Text = Field(
        description="{unit} and {month} stand for the unit's name and the month or quarter"
    )
    attachment: Text = Field(description="as the deliverables name it: 附件2")
    shape: Shape
    header: tuple[FormField, ...] = Field(default=(), max_length=SOME)
    fields: tuple[FormField, ...] = Field(default=(), max_length=SOME, description="of a record")
    columns: tuple[FormField, ...] = Field(
        default=(), max_length=SOME, description="of a list or a grid"
    )
    rows: tuple[GridRow, ...] = Field(default=(), max_length=SOME, description="of a grid")
    numbered: bool = Field(default=False, description="of a list: its lines are numbered (序号)")
    blank_rows: int = Field(default=10, ge=1, le=200, description="of a list, when it is empty")
    blanks: dict[Id, Figures] = Field(
        default_factory=dict, max_length=SOME, description="of a grid: the numbers in its text"
    )
    computed: tuple[Computed, ...] = Field(
        default=(), max_length=SOME, description="of a list: figures worked out from its rows"
    )
    notes: tuple[LongText, ...] = Field(default=(), max_length=SOME)
