"""`duban campaign`: which campaigns there are, and whether each is under way."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlmodel import col, select

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.campaign_effects import effect_lines
from scheduler.cli.campaign_history import history, rollback
from scheduler.cli.cloning import clone
from scheduler.cli.completing import complete_campaign
from scheduler.cli.deeds import By, Why
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from workflows.tables import Campaign, CampaignStatus
from workflows.transitions import Deed

CampaignName = Annotated[
    str, typer.Argument(help=_("id or title"), autocompletion=complete_campaign)
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    campaign = typer.Typer(no_args_is_help=True)
    campaign.command("list", help=_("List the campaigns."))(_campaigns)
    for name, text in (
        ("start", _("Begin a campaign that was applied as a draft.")),
        ("pause", _("Pause a campaign: it is silent until it is resumed.")),
        ("resume", _("Go on with a campaign; what came due meanwhile is not made up for.")),
        ("close", _("Close a campaign: it is silent.")),
        ("archive", _("Put a closed campaign away: out of lists, reports and feeds.")),
        ("unarchive", _("Take an archived campaign out again: it is closed.")),
    ):
        campaign.command(name, help=text)(_change(name))
    campaign.command("history", help=_("Every version: when, who, why, what changed."))(history)
    campaign.command("rollback", help=_("Go back to what an earlier version said."))(rollback)
    campaign.command("clone", help=_("Write another year's declaration of a campaign."))(clone)
    app.add_typer(campaign, name="campaign")


def _campaigns(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help=_("archived ones, too"))] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.campaign_status import status_word

    here = office(context)
    with here.database.read() as session:
        found = session.exec(select(Campaign).order_by(col(Campaign.id))).all()
        shown = [one for one in found if every or one.status is not CampaignStatus.ARCHIVED]
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "status": status_word(one.status) if form is Format.TABLE else one.status.value,
                "version": one.version,
                "owner": one.owner,
            }
            for one in shown
        ]
    headings = {
        "id": _("id"), "title": _("campaign"), "status": _("campaign status"),
        "version": _("version"), "owner": _("owner office"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Campaigns"))
    if form is Format.TABLE and len(shown) < len(found):
        say(_("{count} archived: --all shows them").format(count=len(found) - len(shown)))


def _change(name: str) -> Callable[..., None]:
    def command(
        context: typer.Context,
        campaign: CampaignName,
        plan: Annotated[
            bool, typer.Option("--plan", help=_("show what it would do, and do nothing"))
        ] = False,
        yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
        by: By = None,
        why: Why = "",
    ) -> None:
        from workflows.campaign_changing import change_status
        from workflows.campaign_effects import standing_of_campaign
        from workflows.campaign_status import require_possible, status_word
        from workflows.naming import find_campaign

        here = office(context)
        now = here.now()
        with here.database.read() as session:
            found = session.get_one(Campaign, find_campaign(session, campaign))
            require_possible(found, name)
            before = standing_of_campaign(session, found, now)
            for line in effect_lines(found, name, before):
                say(line)
        if plan:
            say(_("nothing was changed"))
            return
        actor = here.actor(by)
        if name == "close" and before.open and not yes:
            confirmed(
                _("Close it with {count} still owed?").format(count=before.open),
                _("add --yes to close it, or --plan to look only"),
            )
        with here.database.write() as session:
            found = session.get_one(Campaign, found.id)
            change_status(session, found, name, Deed(actor, now, now, why))
            line = _("{campaign}: {status}").format(
                campaign=found.id, status=status_word(found.status)
            )
        say(line)

    return command
