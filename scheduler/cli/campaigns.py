"""`duban campaign`: which campaigns there are, and whether each is under way."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlmodel import col, select

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.completing import complete_campaign
from scheduler.cli.deeds import By, Why
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from workflows.tables import Campaign
from workflows.transitions import Deed


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    campaign = typer.Typer(help=_("Whether campaigns are under way."), no_args_is_help=True)
    campaign.command("list", help=_("List the campaigns."))(_campaigns)
    for name, text in (
        ("start", _("Begin a campaign that was applied as a draft.")),
        ("pause", _("Pause a campaign: it is silent until it is resumed.")),
        ("resume", _("Go on with a campaign; what came due meanwhile is not made up for.")),
        ("close", _("Close a campaign: it is silent.")),
    ):
        campaign.command(name, help=text)(_change(name))
    app.add_typer(campaign, name="campaign")


def _campaigns(
    context: typer.Context, form: FormatOption = Format.TABLE, output: OutputOption = None
) -> None:
    from workflows.campaign_status import status_word

    here = office(context)
    with here.database.read() as session:
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "status": status_word(one.status) if form is Format.TABLE else one.status.value,
                "version": one.version,
                "owner": one.owner,
            }
            for one in session.exec(select(Campaign).order_by(col(Campaign.id)))
        ]
    headings = {
        "id": _("id"), "title": _("campaign"), "status": _("campaign status"),
        "version": _("version"), "owner": _("owner office"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Campaigns"))


def _change(name: str) -> Callable[..., None]:
    def command(
        context: typer.Context,
        campaign: Annotated[
            str, typer.Argument(help=_("id or title"), autocompletion=complete_campaign)
        ],
        by: By = None,
        why: Why = "",
    ) -> None:
        from workflows.campaign_status import change_status, status_word
        from workflows.naming import find_campaign

        here = office(context)
        now = here.now()
        with here.database.write() as session:
            found = session.get_one(Campaign, find_campaign(session, campaign))
            change_status(session, found, name, Deed(here.actor(by), now, now, why))
            line = _("{campaign}: {status}").format(
                campaign=found.id, status=status_word(found.status)
            )
        say(line)

    return command
