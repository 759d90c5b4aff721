"""What a declaration says of lights, the ranking and the reports that go out by themselves."""

import re
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from config.i18n import _
from workflows.declared import SOME, Declared, Text
from workflows.ladder import Release, Role, Whom
from workflows.organisation import Id
from workflows.selectors import Selector
from workflows.working_days import WorkingDays

_WEEKDAYS = "一二三四五六日"
_EVERY_WEEK = re.compile(rf"每周(?P<zh>[{_WEEKDAYS}天])|every (?P<en>[A-Z][a-z]+day)")
_EVERY_MONTH = re.compile(r"每月(?P<zh>\d{1,2})[日号]|day (?P<en>\d{1,2}) of each month")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Words(Declared):
    """The word of each light, for black-and-white print; those left out are the usual ones."""

    done: Text | None = None
    green: Text | None = None
    yellow: Text | None = None
    red: Text | None = None
    grey: Text | None = None


class Lights(Declared):
    """When a light is yellow. Red is always what is overdue after grace."""

    due_soon: int = Field(default=3, ge=0, le=60, description="working days before the due date")
    behind: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="yellow below this part of what is expected by now"
    )
    words: Words = Words()


class Waivers(StrEnum):
    """How what was waived counts in the ranking."""

    LEFT_OUT = "left_out"
    ON_TIME = "on_time"


class Extensions(StrEnum):
    """From which day what was extended counts as late."""

    EXTENDED = "extended"  # the date that was granted
    ORIGINAL = "original"  # the plan's, or the correction date


class Ranking(Declared):
    """The rule by which units are ranked: who among whom, the weights of the four parts, and how
    exceptions count."""

    of: Selector | None = Field(
        default=None, description="who is ranked; by default all but the highest level"
    )
    together: tuple[tuple[Id, ...], ...] = Field(
        default=(),
        max_length=SOME,
        description="levels ranked among each other; the others each by itself",
    )
    on_time: float = Field(default=50, ge=0, le=1000, description="weight of the on-time rate")
    days_late: float = Field(default=20, ge=0, le=1000, description="weight of few days late")
    returned: float = Field(default=10, ge=0, le=1000, description="weight of few returns")
    targets: float = Field(default=20, ge=0, le=1000, description="weight of targets reached")
    most_days_late: int = Field(
        default=10, ge=1, le=365, description="average days late that leave nothing of that part"
    )
    waived: Waivers = Field(
        default=Waivers.LEFT_OUT, description="on_time: what was waived counts as handed in on time"
    )
    extensions: Extensions = Field(
        default=Extensions.EXTENDED, description="original: more time does not help in the ranking"
    )
    grace: bool = Field(default=True, description="within holiday_grace counts as on time")
    strive: bool = Field(default=False, description="targets striven for count too")

    @model_validator(mode="after")
    def _weighs_something(self) -> "Ranking":
        if not any((self.on_time, self.days_late, self.returned, self.targets)):
            raise ValueError(
                _("all weights of the ranking are 0\ngive one of the four parts a weight")
            )
        return self


class Subject(StrEnum):
    """What a scheduled report tells of."""

    OVERDUE = "overdue"
    REPORT = "report"
    RANKING = "ranking"
    FORM = "form"  # the summary of a form over all units


class ReportFormat(StrEnum):
    """The file that a scheduled report brings."""

    XLSX = "xlsx"
    DOCX = "docx"


_READERS = frozenset({Role.SUPERVISOR, Role.OWNER})


def parse_when(text: str) -> tuple[str, int]:
    """Read `每周一`, `every Monday`, `每月6日`, `day 6 of each month`: (`week`, 0 for Monday) or
    (`month`, the day). Raises ValueError."""
    week, month = _EVERY_WEEK.fullmatch(text), _EVERY_MONTH.fullmatch(text)
    if week is not None and week["zh"]:
        return "week", _WEEKDAYS.index(week["zh"].replace("天", "日"))
    if week is not None and week["en"] in _NAMES:
        return "week", _NAMES.index(week["en"])
    if month is not None and 1 <= int(month["zh"] or month["en"]) <= 31:
        return "month", int(month["zh"] or month["en"])
    raise ValueError(
        _("cannot read “{text}”\nwrite e.g. 每周一, every Monday, 每月6日").format(text=text)
    )


def planned_day(when: str, today: date, calendar: WorkingDays) -> date:
    """The last day up to `today` for which a report is planned. A day that a month lacks is its
    last one; on a day off it is the next working day."""
    sort, number = parse_when(when)
    if sort == "week":
        monday = today - timedelta(days=today.weekday())
        days = [monday + timedelta(days=number - 7 * back) for back in range(4)]
    else:
        first = today.replace(day=1)
        days = []
        for _back in range(3):
            last = monthrange(first.year, first.month)[1]
            days.append(first.replace(day=min(number, last)))
            first = (first - timedelta(days=1)).replace(day=1)
    return next(day for day in map(calendar.on_or_after, days) if day <= today)


def planned_before(when: str, today: date, calendar: WorkingDays) -> date:
    """The day for which the one before that of `planned_day` was planned."""
    return planned_day(when, planned_day(when, today, calendar) - timedelta(days=1), calendar)


def _readable(text: str) -> str:
    parse_when(text)
    return text


class ScheduledReport(Declared):
    """A report that goes out by itself: what, to whom, when."""

    id: Id
    what: Subject
    form: Id | None = Field(default=None, description="what: form, the id of the form")
    when: Annotated[str, Field(max_length=60), AfterValidator(_readable)] = Field(
        description="每周一, every Monday, 每月6日; on a day off, the next working day"
    )
    to: tuple[Whom, ...] = Field(
        min_length=1, max_length=20, description="supervisor, owner, or fixed addresses"
    )
    format: ReportFormat = ReportFormat.XLSX
    release: Release | None = Field(
        default=None, description="hold or auto; by default held for all but the owner office"
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "ScheduledReport":
        wrong = [one.value for one in self.to if isinstance(one, Role) and one not in _READERS]
        if wrong:
            raise ValueError(
                _("“{role}” gets no reports\nwrite supervisor, owner or an address").format(
                    role=wrong[0]
                )
            )
        if (self.what is Subject.FORM) != (self.form is not None):
            raise ValueError(
                _("“form” belongs to “what: form”, which needs it\nwrite what: form, form: ID")
            )
        if self.format is ReportFormat.DOCX and self.what in {Subject.RANKING, Subject.FORM}:
            raise ValueError(
                _(
                    "“format: docx” is for “what: report” and “what: overdue”\n"
                    "leave it out, or write xlsx"
                )
            )
        return self


Reports = Annotated[tuple[ScheduledReport, ...], Field(max_length=SOME)]
