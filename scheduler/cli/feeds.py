"""Commands about calendar feeds: create, list, revoke, export."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from calendars.feed import FeedScope, create_feed, feed_content, revoke_feed
from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, UnitOption
from scheduler.cli.output import (
    MAX_ID,
    Format,
    FormatOption,
    OutputOption,
    say,
    write_file,
    write_rows,
)
from scheduler.office import Office
from workflows.naming import find_campaign, find_unit
from workflows.people.finding import find_person
from workflows.tables import Feed, UnitRow

Every = Annotated[bool, typer.Option("--all", help=_("everything"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(help=_("Calendar feeds."), no_args_is_help=True)
    group.command("create", help=_("Make a feed; its address is shown once."))(_create)
    group.command("list", help=_("List the feeds."))(_list)
    group.command("revoke", help=_("Close feeds for good."))(_revoke)
    group.command("export", help=_("Write the calendar that a feed would serve."))(_export)
    app.add_typer(group, name="feed")


def feed_url(here: Office, token: str) -> str:
    """The address of a feed."""
    settings = here.settings
    base = settings.public_url or f"http://{settings.http_host}:{settings.http_port}"
    return f"{base}/feeds/{token}.ics"


def _create(
    context: typer.Context,
    unit: UnitOption = None,
    campaign: CampaignOption = None,
    every: Every = False,
    holder: Annotated[
        str, typer.Option("--for", metavar="ADDRESS", help=_("the contact it is given to"))
    ] = "",
    by: Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))] = None,
) -> None:
    here = office(context)
    with here.database.write() as session:
        scope, subject = _scope(session, unit, campaign, every)
        address = find_person(session, holder) if holder else ""
        _feed, token = create_feed(session, scope, subject, here.now(), here.operator(by), address)
    typer.echo(feed_url(here, token))
    say(_("keep this address: it is not shown again, and whoever has it can read the feed"))


def _list(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    here = office(context)
    zone = here.settings.zone
    with here.database.read() as session:
        units = {one.id: one for one in session.exec(select(UnitRow))}
        feeds = sorted(
            session.exec(select(Feed).order_by(col(Feed.id))),
            key=lambda one: (one.scope, units[one.subject].position if one.subject in units else 0),
        )
    rows = [
        {
            "id": one.id,
            "scope": one.scope,
            "subject": one.subject,
            "name": units[one.subject].name if one.subject in units else one.subject,
            "holder": one.holder,
            "by": one.actor,
            "created_at": one.created_at.astimezone(zone),
            "revoked_at": one.revoked_at.astimezone(zone) if one.revoked_at else None,
        }
        for one in feeds
    ]
    headings = {
        "id": _("number"), "scope": _("scope"), "name": _("of"), "holder": _("given to"),
        "by": _("made by"), "created_at": _("made"), "revoked_at": _("revoked"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Feeds"))


def _revoke(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(min=1, max=MAX_ID, help=_("numbers of feeds"))],
) -> None:
    here = office(context)
    with here.database.write() as session:
        for one in ids:
            revoke_feed(session, one, here.now())
    say(_("revoked: {ids}").format(ids=_(", ").join(str(one) for one in ids)))


def _export(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", help=_("into this file"))],
    unit: UnitOption = None,
    campaign: CampaignOption = None,
    every: Every = False,
) -> None:
    here = office(context)
    with here.database.read() as session:
        scope, subject = _scope(session, unit, campaign, every)
        content = feed_content(session, scope, subject)
    write_file(output, content.body)
    say(_("written: {file}").format(file=output))


def _scope(
    session: Session, unit: str | None, campaign: str | None, every: bool
) -> tuple[FeedScope, str]:
    if [unit is not None, campaign is not None, every].count(True) != 1:
        raise InputError(
            _("a feed is of one unit, one campaign or everything"),
            _("give one of --unit, --campaign and --all"),
        )
    if unit is not None:
        return FeedScope.UNIT, find_unit(session, unit).id
    if campaign is not None:
        return FeedScope.CAMPAIGN, find_campaign(session, campaign)
    return FeedScope.ALL, ""
