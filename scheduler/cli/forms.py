"""Commands about forms: empty ones out, filled ones in."""

from pathlib import Path
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli import forms_import, forms_shown
from scheduler.cli.app import office
from scheduler.cli.completing import complete_campaign, complete_unit
from scheduler.cli.output import say, working, write_file
from workflows.forms.export import FormFormat
from workflows.naming import find_campaign, find_unit
from workflows.reminding import local_date

CampaignArgument = Annotated[
    str, typer.Argument(help=_("the campaign"), autocompletion=complete_campaign)
]
FormArgument = Annotated[str, typer.Argument(help=_("the form: its id, title or attachment"))]
PeriodOption = Annotated[
    str, typer.Option(help=_("of the form that is due in this month, e.g. 2022-06"))
]
MilestoneOption = Annotated[
    str, typer.Option(help=_("of this milestone, where several ask for the form"))
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("export", help=_("Write the empty form of each unit that owes it."))(_export)
    forms_import.add_commands(group)
    forms_shown.add_commands(group)
    app.add_typer(group, name="form")


def _export(
    context: typer.Context,
    campaign: CampaignArgument,
    form: FormArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=_("into this folder, or file for one unit"))
    ],
    unit: Annotated[
        str, typer.Option(help=_("for one unit alone"), autocompletion=complete_unit)
    ] = "",
    period: PeriodOption = "",
    milestone: MilestoneOption = "",
    form_format: Annotated[
        FormFormat, typer.Option("--format", help=_("what file to write"))
    ] = FormFormat.XLSX,
) -> None:
    """Without --period it is the form that is due next."""
    from workflows.forms.export import write_form
    from workflows.forms.owed import due_next, owed_forms

    here = office(context)
    with here.database.read() as session:
        campaign_id = find_campaign(session, campaign)
        unit_id = find_unit(session, unit).id if unit else ""
        owed = owed_forms(
            session, campaign_id, form, unit_id=unit_id, period=period, milestone_id=milestone
        )
        if not owed:
            raise InputError(
                _("nobody owes “{form}” so").format(
                    form=" ".join(filter(None, (form, unit, period)))
                ),
                _("“duban form list” shows which forms there are, and who owes them"),
            )
        owed = due_next(owed, local_date(here.now(), owed[0].campaign.time_zone))
        with working(_("writing {count} forms").format(count=len(owed))):
            files = [write_form(one, form_format) for one in owed]
    if len(files) == 1 and output.suffix and not output.is_dir():
        write_file(output, files[0][1])
        say(_("written: {file}").format(file=output))
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(
            _("cannot create the folder {folder}: {reason}").format(
                folder=output, reason=getattr(error, "strerror", None) or error
            ),
            _("choose another folder"),
        ) from None
    for name, content in files:
        write_file(output / name, content)
    say(
        _("{count} forms written into {folder}: {title}").format(
            count=len(files), folder=output, title=owed[0].assignment.title
        )
    )
