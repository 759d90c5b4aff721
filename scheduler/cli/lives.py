"""`duban timeline` and `duban history`: what falls due when, and what happened, in plain words."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, UnitOption, selection
from scheduler.cli.completing import complete_assignment
from scheduler.cli.days import day_option
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from scheduler.cli.provisional import provisional_words, unpublished
from scheduler.cli.sentences import sentence
from workflows.history import Happening, life_of_assignment, life_of_unit
from workflows.naming import find_assignment, find_unit
from workflows.phrases import YEARS
from workflows.states import Action
from workflows.timeline import DUE, Entry, timeline
from workflows.words import word_of
from workflows.working_days import working_days

_BACK, _AHEAD = 7, 30  # days that a timeline shows unless it is told
_FEW = 6  # units that a line names


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("timeline")(_timeline)
    app.command("history")(_history)


def _timeline(
    context: typer.Context,
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    start: Annotated[
        datetime | None,
        day_option("--from", help=_("first day")),
    ] = None,
    until: Annotated[
        datetime | None,
        day_option("--to", help=_("last day")),
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Without --from and --to: from a week ago until in thirty days."""
    here = office(context)
    now = here.now()
    first = _sane(start) or now.date() - timedelta(days=_BACK)
    last = _sane(until) or max(first, now.date()) + timedelta(days=_AHEAD)
    if last < first:
        raise InputError(_("--to is not after --from"), _("give a later date"))
    with here.database.read() as session:
        wanted = selection(session, campaign, unit)
        found = timeline(session, now, wanted, first, last, here.settings.time_zone)
    plain = form in {Format.JSON, Format.CSV}
    headings = {
        "day": _("day"), "what": _("what"), "title": _("title"), "units": _("unit"),
        "owing": _("not handed in yet"), "campaign": _("campaign"),
    }  # fmt: skip
    narrow = ("day", "what", "title", "units")
    rows = [_entry(one, plain=plain) for one in found]
    write_rows(rows, form, output, headings, narrow=narrow, title=_("Timeline"))
    if form is Format.TABLE:
        say(_("from {start} to {end}").format(start=first, end=last))
        if unsure := unpublished(one.day for one in found if one.kind == DUE):
            say(provisional_words(unsure))


def _sane(day: datetime | None) -> date | None:
    if day is not None and day.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=day.year), _("mend the year"))
    return day.date() if day else None


def _entry(one: Entry, *, plain: bool) -> dict[str, Any]:
    units: Any = list(one.units)
    if not plain and len(one.units) > _FEW:
        units = _("{count} units").format(count=len(one.units))
    provisional = one.kind == DUE and not working_days().is_published(one.day.year)
    what = _("falls due") if one.kind == DUE else word_of(Action, one.kind)
    if provisional:
        what = _("falls due (provisional)")
    return {
        "day": one.day,
        "what": one.kind if plain else what,
        "title": one.title,
        "units": units,
        "owing": one.owing if one.kind == DUE else None,
        "campaign": one.campaign_id,
        "provisional": provisional,
    }


def _history(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help=_("campaign/milestone/unit[/period], or a unit"),
            autocompletion=complete_assignment,
        ),
    ],
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """In the order in which it happened; what was recorded on another day says so."""
    here = office(context)
    zone = here.settings.zone
    with here.database.read() as session:
        if "/" in name:
            assignment = find_assignment(session, name)
            title = f"{assignment.title} · {find_unit(session, assignment.unit_id).name}"
            found = life_of_assignment(session, assignment)
        else:
            unit = find_unit(session, name)
            title = unit.name
            found = life_of_unit(session, unit)
    headings = {"day": _("day"), "what": _("what happened")}
    if "/" not in name:
        headings["title"] = _("title")
    rows = [_row(one, here.settings.zone) for one in found]
    if form is Format.TABLE:
        rows = [{**row, "day": f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}"}
                for row, one in zip(rows, found, strict=True)]  # fmt: skip
    write_rows(rows, form, output, headings, title=title)


def _row(one: Happening, zone: Any) -> dict[str, Any]:
    return {
        "day": one.at.astimezone(zone).date(),
        "at": one.at.astimezone(zone),
        "recorded_at": one.recorded_at.astimezone(zone),
        "kind": one.kind,
        "what": sentence(one, zone),
        "title": one.title,
        "assignment": one.name,
        "who": one.actor,
        "why": one.note,
    }
