"""A milestone's nominal dates: what the plan says, once, in a phase, recurring or relative."""

from dataclasses import dataclass
from datetime import date, timedelta

from config.i18n import _
from workflows.covered import MONTH, QUARTER, Covered, covered
from workflows.declaration import Covers, Declaration, IfHoliday, Milestone
from workflows.phrases import (
    YEARS,
    After,
    EachMonth,
    EachQuarter,
    OnDate,
    PhraseError,
    SinceIssued,
    Span,
    Unit,
    parse_due,
    phrase_mend,
)
from workflows.working_days import WorkingDays, working_days

_MAX_MONTHS = 60  # of one recurring duty
_MAX_CHAIN = 30  # of milestones whose due dates follow one from the other


class DateRuleError(ValueError):
    """A due date that cannot be worked out; `field` is the milestone's key to mend."""

    def __init__(self, message: str, mend: str, field: str = "due") -> None:
        super().__init__(message)
        self.mend = mend
        self.field = field


@dataclass(frozen=True, slots=True)
class NominalDates:
    """One occurrence of a milestone: `period` is the month of the due date of a recurring duty,
    else empty; `covers` is the month or quarter reported on."""

    due: date
    start: date | None = None
    period: str = ""
    covers: Covered | None = None


def nominal_dates(declaration: Declaration, milestone: Milestone) -> list[NominalDates]:
    """Each occurrence of `milestone` in order.

    Raises DateRuleError, or PhraseError where a phrase names a day that the year lacks, or
    KeyError where a relative rule names an unknown milestone.
    """
    return _dates(declaration, milestone, ())


def single_date(phrase: str, year: int) -> date:
    """The date of a phrase that names one day. Raises PhraseError."""
    due = parse_due(phrase, year)
    if not isinstance(due, OnDate):
        raise PhraseError(_("“{phrase}” is not one date").format(phrase=phrase))
    return due.due


def moved_due(nominal: date, rule: IfHoliday, calendar: WorkingDays) -> date:
    """The due date after the declaration's `if_holiday`, computed from the nominal date."""
    if rule is IfHoliday.PREVIOUS:
        return calendar.on_or_before(nominal)
    if rule is IfHoliday.NEXT:
        return calendar.on_or_after(nominal)
    return nominal


def _dates(
    declaration: Declaration, milestone: Milestone, inside: tuple[str, ...]
) -> list[NominalDates]:
    year = declaration.year
    try:
        due = parse_due(milestone.due, year)
    except PhraseError as error:
        raise DateRuleError(str(error), phrase_mend()) from None
    start = _start(milestone, year)
    match due:
        case OnDate(day):
            return [NominalDates(day, start)]
        case Span(first, last):
            return [NominalDates(last, first)]
        case EachMonth() | EachQuarter():
            return _recurring(milestone, due)
        case SinceIssued():
            return [NominalDates(_since(declaration, due), start)]
        case After(other, count, working):
            if milestone.id in inside:
                raise RecursionError(milestone.id)  # the linter reports the circle
            if len(inside) >= _MAX_CHAIN:
                raise DateRuleError(
                    _("too many due dates follow one from the other"),
                    _("give one of these milestones a date of its own"),
                )
            base = _dates(declaration, declaration.milestone(other), (*inside, milestone.id))
            if len(base) != 1 or base[0].period:
                raise DateRuleError(
                    _("“{other}” recurs, so a due date cannot follow from it").format(other=other),
                    _("name a milestone with one due date"),
                )
            day = base[0].due
            shifted = working_days().shift(day, count) if working else day + timedelta(days=count)
            return [NominalDates(shifted, start)]


def _start(milestone: Milestone, year: int) -> date | None:
    if milestone.start is None:
        return None
    try:
        return single_date(milestone.start, year)
    except PhraseError as error:
        raise DateRuleError(str(error), phrase_mend(), "start") from None


def _since(declaration: Declaration, due: SinceIssued) -> date:
    if declaration.issued is None:
        raise DateRuleError(
            _("it counts from the day of issue, and the declaration does not say which that is"),
            _("write e.g. issued: 2022-05-20 at the head of the declaration"),
        )
    if due.unit is Unit.WORKING:
        return working_days().shift(declaration.issued, due.count)
    day = due.of_days(declaration.issued)
    if day.year not in YEARS:
        raise DateRuleError(
            _("{year} cannot be the year of a plan").format(year=day.year), phrase_mend()
        )
    return day


def _recurring(milestone: Milestone, each: EachMonth | EachQuarter) -> list[NominalDates]:
    if not milestone.first or not milestone.last:
        return []  # the linter asks for them
    (year, month), (last_year, last_month) = (
        (int(text[:4]), int(text[5:])) for text in (milestone.first, milestone.last)
    )
    for key, wrong in (("first", year), ("last", last_year)):
        if wrong not in YEARS:
            raise DateRuleError(
                _("{year} cannot be the year of a plan").format(year=wrong),
                _("write e.g. first: 2022-06, last: 2022-11"),
                key,
            )
    if (last_year - year) * 12 + last_month - month >= _MAX_MONTHS:
        raise DateRuleError(
            _("from {first} to {last} are more than {count} months").format(
                first=milestone.first, last=milestone.last, count=_MAX_MONTHS
            ),
            _("is the year right? A campaign is one drive in one year"),
            "last",
        )
    length = MONTH if isinstance(each, EachMonth) else QUARTER
    found = []
    while (year, month) <= (last_year, last_month):
        if isinstance(each, EachMonth) or each.falls_in(month):
            day = each.in_month(year, month)
            about = covered(day, length, previous=milestone.covers is Covers.PREVIOUS)
            found.append(NominalDates(day, period=f"{year:04}-{month:02}", covers=about))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if not found and milestone.first <= milestone.last:
        raise DateRuleError(
            _("from {first} to {last} it is never due").format(
                first=milestone.first, last=milestone.last
            ),
            _("write the months in which it is due, e.g. first: 2022-06, last: 2022-12"),
            "last",
        )
    return found
