"""`duban feed export`: what feeds would serve, as files for a static web server."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from calendars.naming import file_name
from calendars.options import FeedOptions, FeedScope, options_of
from calendars.tokens import get_open_feed
from config.errors import InputError
from config.files import replace_file
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, LevelOption, UnitOption
from scheduler.cli.feeds_options import (
    Alarms,
    LanguageOption,
    Name,
    OnlyOpen,
    PhasesOption,
    Tasks,
    with_said,
)
from scheduler.cli.feeds_scope import DepartmentOption, Every, Overdue, PersonOption, feed_scope
from scheduler.cli.output import MAX_ID, say
from workflows.tables import Assignment, UnitRow


def add_commands(group: typer.Typer) -> None:
    """Add this module's command."""
    group.command("export", help=_("Write the calendar that a feed would serve."))(_export)


def _export(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=_("into this file, or folder with --units"))
    ],
    number: Annotated[
        int | None,
        typer.Option("--feed", min=1, max=MAX_ID, help=_("a feed on record, with its options")),
    ] = None,
    units: Annotated[
        bool, typer.Option("--units", help=_("each unit that owes something: a file by its id"))
    ] = False,
    unit: UnitOption = None,
    person: PersonOption = None,
    campaign: CampaignOption = None,
    department: DepartmentOption = None,
    level: LevelOption = None,
    overdue: Overdue = False,
    every: Every = False,
    name: Name = None,
    alarms: Alarms = None,
    tasks: Tasks = None,
    only_open: OnlyOpen = None,
    phases: PhasesOption = None,
    language: LanguageOption = None,
    url: Annotated[
        str, typer.Option(help=_("where the file, or the folder, will be found on the web"))
    ] = "",
) -> None:
    """A file that is as it should be is left alone, so that its time tells when it changed."""
    here = office(context)
    if url and not url.startswith(("http://", "https://")):
        raise InputError(
            _("“{url}” is no web address").format(url=url),
            _("write a web address such as https://duban.example.org"),
        )
    with here.database.read() as session:
        named = (unit, person, campaign, department, level)
        if (units or number is not None) and (any(named) or overdue or every or (
            units and number is not None
        )):  # fmt: skip
            raise InputError(
                _("a feed is of one thing"), _("give --feed, --units or one scope, not several")
            )
        if units:
            wanted = _each_unit(session, output, url)
        elif number is not None:
            wanted = [(options_of(get_open_feed(session, number, here.now())), output, url)]
        else:
            scope = feed_scope(session, here.organisation, *named, overdue, every)
            wanted = [(scope, output, url)]
        written = 0
        for options, file, address in wanted:
            options = with_said(options, name, alarms, tasks, only_open, phases, language)
            content = here.feed_builder.content(session, options, here.now(), address)
            written += replace_file(file, content.body)
    if units:
        say(
            _("{count} files in {folder}, of which {written} have changed").format(
                count=len(wanted), folder=output, written=written
            )
        )
    else:
        say(_("written: {file}").format(file=output) if written else _("unchanged: {file}").format(
            file=output
        ))  # fmt: skip


def _each_unit(session: Session, folder: Path, url: str) -> list[tuple[FeedOptions, Path, str]]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            _("cannot create the folder {folder}: {reason}").format(
                folder=folder, reason=error.strerror
            ),
            _("check the folder and its permissions"),
        ) from None
    owing = select(Assignment.unit_id).distinct()
    found = []
    for one in session.exec(
        select(UnitRow).where(col(UnitRow.id).in_(owing)).order_by(col(UnitRow.position))
    ):
        name = f"{file_name(one.id)}.ics"
        address = f"{url.rstrip('/')}/{name}" if url else ""
        found.append((FeedOptions(FeedScope.UNIT, one.id), folder / name, address))
    return found
