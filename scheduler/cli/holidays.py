"""`duban holidays`: which days of a year are off, who says so, and what a new notice changes."""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.holidays_view import year_view
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    emit,
    json_text,
    say,
    write_rows,
)
from scheduler.office import Office
from workflows.holiday_years import HolidayYear
from workflows.working_days import working_days

_YEARS = range(2000, 2101)  # as of a declaration

Year = Annotated[int, typer.Argument(help=_("the year"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    holidays = typer.Typer(
        help=_("Public holidays: what is known of a year."), no_args_is_help=True
    )
    holidays.command("show", help=_("Show a year's days off and who says so."))(_show)
    app.add_typer(holidays, name="holidays")


def _show(
    context: typer.Context,
    year: Year,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """CSV and .xlsx have the days alone."""
    here = office(context)
    known = _known(here, year)
    rows = list(_rows(known))
    if form is Format.JSON:
        emit(json_text({**_head(known), "days": rows}), output)
        return
    if form is not Format.TABLE:
        headings = {"day": _("day"), "what": _("what"), "name": _("holiday")}
        write_rows(rows, form, output, headings, title=str(year))
        return
    emit(year_view(known) + "\n" + "".join(f"{line}\n" for line in _spans(known)), output)
    say(source_words(known))


def _known(here: Office, year: int) -> HolidayYear:
    """What holds of a year for this office: the record's, where it has computed dates with it."""
    if year not in _YEARS:
        raise InputError(_("{year} is out of range").format(year=year), _("mend the year"))
    return working_days().in_force(year)


def _head(known: HolidayYear) -> dict[str, Any]:
    return {
        "year": known.year,
        "published": known.published,
        "source": known.source or f"holidays {version('holidays')}",
        "working_days": len(known.working_days),
    }


def _rows(known: HolidayYear) -> Iterator[dict[str, Any]]:
    days = working_days()
    for day in sorted({*known.off, *known.worked}):
        free = day in known.off
        yield {
            "day": day,
            "what": "off" if free else "worked",
            "name": days.day_name(day) if free else "",
        }


def _spans(known: HolidayYear) -> Iterator[str]:
    """Days off that follow each other in one line, then the weekend days that are worked."""
    days = working_days()
    run: list[date] = []
    off = sorted(known.off)
    for n, day in enumerate(off):
        run.append(day)
        following = off[n + 1] if n + 1 < len(off) else None
        if following is not None and not any(
            known.is_worked(date.fromordinal(between))
            for between in range(day.toordinal() + 1, following.toordinal())
        ):
            continue  # only a weekend lies between
        names = dict.fromkeys(filter(None, map(days.day_name, run)))
        yield (
            _("{first} to {last}: {names}").format(
                first=run[0], last=run[-1], names=_(", ").join(names)
            )
            if len(run) > 1
            else f"{day}: {_(', ').join(names)}"
        )
        run = []
    worked = _(", ").join(str(day) for day in sorted(known.worked))
    yield _("worked: {days}").format(days=worked or _("no weekend day"))


def source_words(known: HolidayYear) -> str:
    """Where a year's data comes from, and whether it is certain."""
    source = known.source or _("the library holidays {version}").format(version=version("holidays"))
    if known.published:
        return _("{year}: published, from {source}").format(year=known.year, source=source)
    return _(
        "{year}: provisional, from {source}; the official notice is not known. "
        "Once it is out: a file in holidays_dir, then “duban holidays update {year}”"
    ).format(year=known.year, source=source)
