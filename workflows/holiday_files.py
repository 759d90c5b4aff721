"""Reads holiday files: a year's notice as it was published, where the library has none yet.

A year that a file gives is that file's alone; an office's own file comes before the bundled one.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from config.errors import InputError, Problem, ProblemsError
from config.i18n import _
from workflows.declared import Declared, Text
from workflows.holiday_years import SATURDAY, HolidayYear
from workflows.model_problems import validate
from workflows.yaml_source import FieldPath, YamlSource, read_yaml

_MANY = 40  # spans or days in one year's notice; real ones have about seven
_LONGEST = 31  # days of one holiday


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(
                _("“{value}” is not a day of the calendar\nwrite e.g. 2027-01-01").format(
                    value=value[:60]
                )
            ) from None
    return value


class _Dated(Declared):
    @field_validator("date", "first", "last", mode="before", check_fields=False)
    @classmethod
    def _readable(cls, value: Any) -> Any:
        return _day(value)


class Notice(_Dated):
    """The notice that says so."""

    notice: Text = Field(description="its number: 国办发明电〔2025〕7号")
    date: date


class DaysOff(_Dated):
    """One holiday with all its days off, weekends included, as the notice names them."""

    name: Text
    first: date = Field(alias="from")
    last: date | None = Field(default=None, alias="to", description="by default the same day")


class HolidayFile(Declared):
    """One year's notice. Its days may reach into the last days of the year before."""

    year: int = Field(ge=2000, le=2100)
    source: Notice
    days_off: Annotated[tuple[DaysOff, ...], Field(min_length=1, max_length=_MANY)]
    working_weekends: Annotated[tuple[date, ...], Field(max_length=_MANY)] = ()

    @field_validator("working_weekends", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        return [_day(one) for one in value] if isinstance(value, list) else value


def read_holiday_files(folders: Sequence[Path]) -> dict[int, HolidayYear]:
    """The years that the files in these folders give; the first folder that has a year does.

    A day of the December before goes to that year, where a file gives that too. Raises
    ProblemsError with the place of every fault, InputError where a folder or file cannot be read.
    """
    problems: list[Problem] = []
    found: dict[int, HolidayFile] = {}
    for folder in folders:
        here: dict[int, str] = {}
        for file in _files(folder):
            try:
                source = read_yaml(file)
            except ProblemsError as error:
                problems += error.problems
                continue
            read, wrong = validate(HolidayFile, source)
            if read is not None:
                wrong = [*_inconsistencies(read, source, here)]
                here.setdefault(read.year, source.file)
                found.setdefault(read.year, read)
            problems += wrong
    if problems:
        raise ProblemsError(problems)
    return {year: _year_of(one, found.get(year + 1)) for year, one in found.items()}


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError(
            _("the folder of holidays {folder} is not there").format(folder=folder),
            _("make it, or take holidays_dir away"),
        )
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def _year_of(read: HolidayFile, after: HolidayFile | None) -> HolidayYear:
    off: dict[date, str] = {}
    worked: set[date] = set()
    for one in (read, after):
        if one is None:
            continue
        off |= {day: span.name for span in one.days_off for day in _days(span)}
        worked |= set(one.working_weekends)
    year = read.year
    return HolidayYear(
        year,
        {day: name for day, name in off.items() if day.year == year},
        frozenset(day for day in worked if day.year == year),
        published=True,
        source=f"{read.source.notice}（{read.source.date}）",
    )


def _days(span: DaysOff) -> Iterator[date]:
    last = span.last or span.first
    for n in range((last - span.first).days + 1):
        yield span.first + timedelta(days=n)


def _inconsistencies(
    read: HolidayFile, source: YamlSource, here: dict[int, str]
) -> Iterator[Problem]:
    if read.year in here:
        yield source.problem(
            ("year",),
            _("the year {year} is also in {file}").format(year=read.year, file=here[read.year]),
            _("keep one file for each year"),
        )
    off: dict[date, str] = {}
    for n, span in enumerate(read.days_off):
        path: FieldPath = ("days_off", n, "to" if span.last else "from")
        length = ((span.last or span.first) - span.first).days
        if length < 0 or length >= _LONGEST:
            yield source.problem(
                path,
                _("{name} ends before it begins").format(name=span.name)
                if length < 0
                else _("{name} has {count} days").format(name=span.name, count=length + 1),
                _("mend “from” or “to”"),
            )
            continue
        for day in _days(span):
            if not _belongs(day, read.year):
                yield _elsewhere(source, path, day, read.year)
                break
            if day in off:
                yield source.problem(
                    path,
                    _("{day} is a day off twice: {first} and {second}").format(
                        day=day, first=off[day], second=span.name
                    ),
                    _("let each day stand once; one name may say both: 国庆节、中秋节"),
                )
                break
            off[day] = span.name
    seen: set[date] = set()
    for n, day in enumerate(read.working_weekends):
        path = ("working_weekends", n)
        if not _belongs(day, read.year):
            yield _elsewhere(source, path, day, read.year)
        elif day in seen:
            yield source.problem(path, _("{day} stands twice").format(day=day), _("keep one"))
        elif day in off:
            yield source.problem(
                path,
                _("{day} is a day off ({name}) and worked").format(day=day, name=off[day]),
                _("take one of them away"),
            )
        elif day.weekday() < SATURDAY:
            yield source.problem(
                path,
                _("{day} is no Saturday and no Sunday").format(day=day),
                _("name only the weekend days on which offices work"),
            )
        seen.add(day)


def _belongs(day: date, year: int) -> bool:
    return day.year == year or (day.year == year - 1 and day.month == 12)


def _elsewhere(source: YamlSource, path: FieldPath, day: date, year: int) -> Problem:
    return source.problem(
        path,
        _("{day} is not in {year}").format(day=day, year=year),
        _("mend the date; only the December before may belong to it"),
    )
