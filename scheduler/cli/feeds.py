"""Commands about calendar feeds: create, list, change, rotate, revoke, export."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from calendars.options import options_of
from calendars.qr import qr_lines
from calendars.tokens import (
    GRACE_DAYS,
    change_feed,
    create_feed,
    get_feed,
    revoke_feed,
    rotate_feed,
)
from config.errors import InputError
from config.i18n import _
from scheduler.cli import feeds_export, feeds_list
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, LevelOption, UnitOption
from scheduler.cli.days import day_option
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
from scheduler.office import Office
from workflows.people.finding import find_person
from workflows.phrases import YEARS
from workflows.reminding import start_of_day

By = Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))]
Number = Annotated[int, typer.Argument(min=1, max=MAX_ID, help=_("the feed's number"))]
Qr = Annotated[bool, typer.Option("--qr", help=_("print a QR code of the address as well"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("create", help=_("Make a feed; its address is shown once."))(_create)
    feeds_list.add_commands(group)
    group.command("change", help=_("Give a feed other options; its address stays."))(_change)
    group.command("rotate", help=_("Give a feed a new address; the old one works on for a while."))(
        _rotate
    )
    group.command("revoke", help=_("Close feeds for good."))(_revoke)
    feeds_export.add_commands(group)
    app.add_typer(group, name="feed")


def feed_url(here: Office, token: str) -> str:
    """The address of a feed."""
    return f"{here.settings.base_url}/feeds/{token}.ics"


def page_url(here: Office, token: str) -> str:
    """The address of the page that helps to subscribe to a feed."""
    return f"{here.settings.base_url}/feeds/{token}"


def _create(
    context: typer.Context,
    unit: UnitOption = None,
    person: PersonOption = None,
    campaign: CampaignOption = None,
    department: DepartmentOption = None,
    level: LevelOption = None,
    overdue: Overdue = False,
    every: Every = False,
    holder: Annotated[
        str, typer.Option("--for", metavar="ADDRESS", help=_("the contact it is given to"))
    ] = "",
    name: Name = None,
    alarms: Alarms = None,
    tasks: Tasks = None,
    only_open: OnlyOpen = None,
    phases: PhasesOption = None,
    language: LanguageOption = None,
    expires: Annotated[
        datetime | None, day_option("--expires", help=_("the last day on which it works"))
    ] = None,
    qr: Qr = False,
    by: By = None,
) -> None:
    here = office(context)
    with here.database.write() as session:
        options = feed_scope(
            session, here.organisation, unit, person, campaign, department, level, overdue, every
        )
        options = with_said(options, name, alarms, tasks, only_open, phases, language)
        address = find_person(session, holder) if holder else ""
        if person is not None and not address:
            address = options.subject  # a person's own feed ends with their service
        feed, token = create_feed(
            session, options, here.now(), here.operator(by),
            holder=address, expires_at=_end_of(expires, here),
        )  # fmt: skip
        number = feed.id
    _show(here, token, qr=qr)
    say(_("number {id}; the page for subscribers: {url}").format(
        id=number, url=page_url(here, token)
    ))  # fmt: skip


def _change(
    context: typer.Context,
    number: Number,
    name: Name = None,
    alarms: Alarms = None,
    tasks: Tasks = None,
    only_open: OnlyOpen = None,
    phases: PhasesOption = None,
    language: LanguageOption = None,
    expires: Annotated[
        datetime | None, day_option("--expires", help=_("the last day on which it works"))
    ] = None,
    no_end: Annotated[bool, typer.Option("--no-end", help=_("it works until it is revoked"))] = (
        False
    ),
) -> None:
    here = office(context)
    if no_end and expires is not None:
        raise InputError(
            _("{one} and {other} exclude each other").format(one="--expires", other="--no-end"),
            _("give one of them"),
        )
    with here.database.write() as session:
        feed = get_feed(session, number)
        before = options_of(feed)
        options = with_said(before, name, alarms, tasks, only_open, phases, language)
        end = None if no_end else _end_of(expires, here) or feed.expires_at
        if options == before and end == feed.expires_at:
            say(_("nothing was changed"))
            return
        change_feed(session, number, options, here.now(), end)
    say(_("changed: {id}; calendar programs show it at their next fetch").format(id=number))


def _rotate(
    context: typer.Context,
    number: Number,
    grace: Annotated[
        int, typer.Option(min=0, max=365, help=_("days for which the old address works on"))
    ] = GRACE_DAYS,
    qr: Qr = False,
) -> None:
    here = office(context)
    until = here.now() + timedelta(days=grace)
    with here.database.write() as session:
        token = rotate_feed(session, number, here.now(), until)
    _show(here, token, qr=qr)
    url = page_url(here, token)
    line = _("the page for subscribers: {url}; the old address is closed").format(url=url)
    if grace:
        local = until.astimezone(here.settings.zone)
        line = _("the page for subscribers: {url}; the old address works until {until}").format(
            url=url, until=f"{local:%Y-%m-%d %H:%M}"
        )
    say(line)


def _revoke(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(min=1, max=MAX_ID, help=_("numbers of feeds"))],
) -> None:
    here = office(context)
    with here.database.write() as session:
        for one in ids:
            revoke_feed(session, one, here.now())
    say(_("revoked: {ids}").format(ids=_(", ").join(str(one) for one in ids)))


def _show(here: Office, token: str, *, qr: bool) -> None:
    typer.echo(feed_url(here, token))
    if qr:
        _print_lines(qr_lines(page_url(here, token)))
    say(_("keep this address: it is not shown again, and whoever has it can read the feed"))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _end_of(day: date | None, here: Office) -> datetime | None:
    """The end of the day in the office's zone; None for none."""
    if day is None:
        return None
    if day.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=day.year), _("mend the year"))
    return start_of_day(date.fromordinal(day.toordinal() + 1), here.settings.time_zone)
