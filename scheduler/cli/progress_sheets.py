"""`duban progress import` and `export`: figures from a table, and the table to fill in."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.errors import StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.choosing import UnitOption
from scheduler.cli.completing import complete_campaign
from scheduler.cli.days import day_option
from scheduler.cli.deeds import By, Why
from scheduler.cli.output import print_line, say, working, write_file
from workflows.naming import find_campaign, find_unit
from workflows.targets.form import write_figures
from workflows.targets.importing import Taken, compare, take_in
from workflows.targets.sheet_reading import read_figures
from workflows.targets.told import amount
from workflows.transitions import Deed


def add_commands(group: typer.Typer) -> None:
    """Add this module's commands."""
    group.command("import", help=_("Take in a table of figures: all of it, or nothing."))(_import)
    group.command("export", help=_("Write the figures as .xlsx, filled or to be filled in."))(
        _export
    )


def _import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("an .xlsx or .csv file"))],
    campaign: Annotated[str, typer.Option(help=_("the campaign of rows that name none"))] = "",
    on: Annotated[
        datetime | None, day_option("--on", help=_("the day of rows that name none"))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("show the difference, change nothing"))
    ] = False,
    by: By = None,
    why: Why = "",
) -> None:
    """What falls, jumps tenfold or exceeds a maximum is listed with its cell."""
    here = office(context)
    actor, now = here.actor(by), here.now()
    deed, day = Deed(actor, now, now, why), on.date() if on else None
    with working(_("reading {file}").format(file=file.name)), here.database.read() as session:
        entries = read_figures(session, file, here.organisation, campaign, day, deed)
        found = compare(session, entries, deed)
    _show(found)
    if dry_run:
        say(_("nothing was changed"))
        return
    if found.changes and not yes:
        confirmed(_("Write it?"))
    with here.database.write() as session:
        entries = read_figures(session, file, here.organisation, campaign, day, deed)
        # Compared again under the lock: what was shown must be what is written.
        if take_in(session, entries, deed).signature != found.signature:
            raise StateError(
                _("the record has changed since the difference was shown"), _("import again")
            )
    say(
        _("figures: {count} entered, {same} on record already").format(
            count=len(found.changes), same=found.unchanged
        )
    )


def _show(found: Taken) -> None:
    for one in found.changes:
        report, before = one.entry.report, one.before
        target = report.view.target
        named = f"{target.title} · {report.category}" if report.category else target.title
        value = "" if report.value is None else amount(target, report.value, report.whole)
        sign = "+"
        if before is not None:
            old = "—" if before.value is None else amount(target, before.value, before.whole)
            sign, value = "~", f"{old} → {value}"
        unit = one.entry.unit or _("the province")
        print_line(f"{sign} {unit} · {named}：{value} {report.day}")
    if found.unchanged:
        print_line("= " + _("{count} unchanged").format(count=found.unchanged))
    for one in found.changes:
        for doubt in one.doubts:
            print_line(f"? {one.entry.place}: {doubt}")


def _export(
    context: typer.Context,
    campaign: Annotated[
        str, typer.Option(help=_("one campaign"), autocompletion=complete_campaign)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=_("into this file"))],
    unit: UnitOption = None,
    form: Annotated[bool, typer.Option("--form", help=_("empty, to be filled in"))] = False,
) -> None:
    here = office(context)
    with here.database.read() as session:
        unit_id = find_unit(session, unit).id if unit else None
        content = write_figures(
            session, find_campaign(session, campaign), empty=form, unit_id=unit_id
        )
    write_file(output, content)
    say(_("written: {file}").format(file=output))
