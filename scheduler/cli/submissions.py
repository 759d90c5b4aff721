"""Commands for starting in the middle: who has already reported."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.errors import StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.days import day_option
from scheduler.cli.output import print_line, say, working, write_file
from workflows.naming import find_campaign
from workflows.submissions.form import write_matrix
from workflows.submissions.importing import Difference, carry_out, compare
from workflows.submissions.known import Known
from workflows.submissions.reading import read_submissions
from workflows.submissions.words import mark_word


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("import", help=_("Take in a list, or a table of units against milestones."))(
        _import
    )
    group.command("export", help=_("Write the table of a campaign as .xlsx, filled or empty."))(
        _export
    )
    app.add_typer(group, name="submissions")


def _import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("the office's own table"))],
    campaign: Annotated[str, typer.Option(help=_("the campaign of rows that name none"))] = "",
    on: Annotated[
        datetime | None,
        day_option("--on", help=_("the day of entries that name none")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("show the difference, change nothing"))
    ] = False,
    by: Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))] = None,
    why: Annotated[str, typer.Option("--why", "--note", help=_("why, or a note"))] = "",
) -> None:
    """No unit is written to about what is entered so."""
    here = office(context)
    actor, now = here.actor(by), here.now()
    with here.database.read() as session:
        known = Known(session, here.organisation)
        with working(_("reading {file}").format(file=file.name)):
            entries = read_submissions(file, known, campaign, on.date() if on else None)
            shown = compare(session, entries, now)
        _show(shown, known)
        signature = shown.signature
    if dry_run:
        say(_("nothing was changed"))
        return
    if shown.new and not yes:
        confirmed(_("Write it?"))
    with here.database.write() as session:
        # Compared again under the lock: what was shown must be what is written.
        again = compare(session, entries, now)
        if again.signature != signature:
            raise StateError(
                _("the record has changed since the difference was shown"), _("import again")
            )
        carry_out(session, again, actor, now, why)
    say(
        _("hand-ins: {count} entered, {same} on record already").format(
            count=len(shown.new), same=shown.unchanged
        )
    )


def _show(difference: Difference, known: Known) -> None:
    for one in difference.new:
        assignment = one.assignment
        title = known.titles[(assignment.campaign_id, assignment.milestone_id)]
        unit = known.units.names.get(assignment.unit_id, assignment.unit_id)
        period = f"（{assignment.period}）" if assignment.period else ""
        day = f" {one.on}" if one.on else ""
        print_line(f"+ {unit} · {title}{period}：{mark_word(one.mark)}{day}")
    if difference.unchanged:
        print_line("= " + _("{count} unchanged").format(count=difference.unchanged))


def _export(
    context: typer.Context,
    campaign: Annotated[str, typer.Option(help=_("one campaign"))],
    output: Annotated[Path, typer.Option("--output", "-o", help=_("into this file"))],
    form: Annotated[bool, typer.Option("--form", help=_("empty, to be filled in"))] = False,
) -> None:
    here = office(context)
    with here.database.read() as session:
        content = write_matrix(session, find_campaign(session, campaign), empty=form)
    write_file(output, content)
    say(_("written: {file}").format(file=output))
