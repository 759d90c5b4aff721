"""`duban holidays`: which days of a year are off, who says so, and what a new notice changes."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import InputError, StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.deeds import By, Why
from scheduler.cli.holidays_view import year_view
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    emit,
    json_text,
    say,
    working,
    write_rows,
)
from scheduler.office import Office
from workflows.holiday_record import follow_record
from workflows.holiday_updating import Moved, Update, update_year
from workflows.holiday_years import HolidayYear
from workflows.transitions import Deed
from workflows.working_days import working_days

_YEARS = range(2000, 2101)  # as of a declaration
_LISTED = 30  # lines; a longer list is cut, but not in CSV and JSON

Year = Annotated[int, typer.Argument(help=_("the year"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    holidays = typer.Typer(no_args_is_help=True)
    holidays.command("show", help=_("Show a year's days off and who says so."))(_show)
    holidays.command(
        "update", help=_("Take in a year as it is known now, with what that changes.")
    )(_update)
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
    newer = working_days().known(year)
    if days := known.differing(newer):
        say(
            _("known now is another calendar ({count} days): duban holidays update {year}").format(
                count=len(days), year=year
            )
        )


def _update(
    context: typer.Context,
    year: Year,
    plan: Annotated[
        bool, typer.Option("--plan", help=_("show what it would do, and do nothing"))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
    by: By = None,
    why: Why = "",
) -> None:
    """Every date that moves is an event of its assignment; who owes it gets one notice."""
    here = office(context)
    _require_year(year)
    now, actor = here.now(), here.operator(by)
    deed = Deed(actor, now, now, why)
    update = _tried(here, year, deed)
    if form is Format.JSON:
        emit(json_text(_as_data(update)), output)
    elif form is not Format.TABLE:
        write_rows([_moved_row(one) for one in update.moved], form, output, _moved_headings())
    else:
        _show_update(update, output)
    if plan or not update.changes_anything:
        say(_("nothing was changed"))
        return
    if not yes:
        confirmed(_("Write it?"), _("add --yes to write it, or --plan to look only"))
    with working(_("writing into the record")), here.database.write() as session:
        # Worked out again under the lock: what was shown must be what is written.
        update = update_year(session, year, here.organisation, deed)
    say(
        _("{year}: {moved} assignments moved, {replanned} reminded on other days").format(
            year=year, moved=len(update.moved), replanned=update.replanned
        )
    )


class _Tried(Exception):
    """Takes back what was only tried."""


def _tried(here: Office, year: int, deed: Deed) -> Update:
    """What an update does: it is made, and taken back."""
    found: list[Update] = []
    try:
        with suppress(_Tried), here.database.write() as session:
            found.append(update_year(session, year, here.organisation, deed))
            raise _Tried
    finally:
        with here.database.read() as session:
            follow_record(session)
    return found[0]


def _show_update(update: Update, output: Path | None) -> None:
    say(source_words(update.was))
    if update.was != update.now or update.was.source != update.now.source:
        say(_("→ {words}").format(words=source_words(update.now)))
    free = [day for day in update.days if not update.now.is_worked(day)]
    worked = [day for day in update.days if update.now.is_worked(day)]
    if free:
        say(_("days off now: {days}").format(days=_(", ").join(map(str, free))))
    if worked:
        say(_("working days now: {days}").format(days=_(", ").join(map(str, worked))))
    groups = _groups(update.moved)
    if groups:
        headings = {
            "duty": _("milestone"), "title": _("title"), "units": _("units"), "due": _("due"),
            "late_after": _("late after"),
        }  # fmt: skip
        write_rows(groups[:_LISTED], Format.TABLE, output, headings, title=_("Dates that move"))
    if len(groups) > _LISTED:
        say(_("… and {count} more").format(count=len(groups) - _LISTED))
    say(
        _(
            "{moved} assignments get other dates, {replanned} are reminded on other days; "
            "{people} people get a notice"
        ).format(moved=len(update.moved), replanned=update.replanned, people=update.people)
    )


def _groups(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """One row for what moves alike of a milestone and period, with how many units owe it."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in moved:
        campaign, milestone, _unit, *period = one.name.split("/")
        key = (
            "/".join((campaign, milestone, *period)), one.title,
            _arrow(one.was.due, one.now.due), _arrow(one.was.late_after, one.now.late_after),
        )  # fmt: skip
        found.setdefault(key, []).append(one.unit)
    return [
        {
            "duty": duty,
            "title": title,
            "units": units[0] if len(units) == 1 else str(len(units)),
            "due": due,
            "late_after": late_after,
        }
        for (duty, title, due, late_after), units in found.items()
    ]


def _arrow(was: date, now: date) -> str:
    return str(was) if was == now else f"{was} → {now}"


def _moved_headings() -> dict[str, str]:
    return {
        "name": _("assignment"), "unit": _("unit"), "due": _("due"), "due_now": _("due now"),
        "late_after": _("late after"), "late_after_now": _("late after now"),
    }  # fmt: skip


def _moved_row(one: Moved) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "unit": one.unit,
        "due": one.was.due,
        "due_now": one.now.due,
        "late_after": one.was.late_after,
        "late_after_now": one.now.late_after,
        "next_at": one.was.next_at,
        "next_at_now": one.now.next_at,
        "notice": one.told,
    }


def _as_data(update: Update) -> dict[str, Any]:
    return {
        "year": update.year,
        "was": _head(update.was),
        "now": _head(update.now),
        "days": update.days,
        "moved": [_moved_row(one) for one in update.moved],
        "replanned": update.replanned,
        "people": update.people,
    }


def _require_year(year: int) -> None:
    if year not in _YEARS:
        raise InputError(_("{year} is out of range").format(year=year), _("mend the year"))


def _known(here: Office, year: int) -> HolidayYear:
    """What holds of a year for this office: the record's, where it has computed dates with it."""
    _require_year(year)
    with suppress(StateError):  # there is no record yet
        here.database  # noqa: B018 - opening it lets this process follow it
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
