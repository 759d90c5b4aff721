"""Commands about calendar feeds: create, list, change, rotate, revoke, export."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from calendars.options import FeedOptions, Phases, options_of
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
from scheduler.cli.feeds_scope import DepartmentOption, Every, Overdue, PersonOption, feed_scope
from scheduler.cli.output import MAX_ID, say
from scheduler.office import Office
from workflows.people.finding import find_person
from workflows.phrases import YEARS
from workflows.reminding import start_of_day


class Language(StrEnum):
    """The language of a feed."""

    ZH = "zh"
    EN = "en"


By = Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))]
Number = Annotated[int, typer.Argument(min=1, max=MAX_ID, help=_("the feed's number"))]
Qr = Annotated[bool, typer.Option("--qr", help=_("print a QR code of the address as well"))]
Name = Annotated[
    str | None, typer.Option(metavar="TEXT", help=_("how calendar programs shall call it"))
]
Alarms = Annotated[
    bool | None,
    typer.Option("--alarms/--no-alarms", help=_("ring on the days of the reminders, at 9:00")),
]
OnlyOpen = Annotated[
    bool | None, typer.Option("--only-open/--every-state", help=_("only what is still owed"))
]
Tasks = Annotated[
    bool | None, typer.Option("--tasks/--events", help=_("tasks to tick off, or events"))
]
PhasesOption = Annotated[
    Phases | None, typer.Option(help=_("what takes weeks: by its last day, or as a span"))
]
LanguageOption = Annotated[
    Language | None, typer.Option(help=_("the feed's language; by default the office's"))
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(help=_("Calendar feeds."), no_args_is_help=True)
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
        options = _changed(options, name, alarms, tasks, only_open, phases, language)
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
        options = _changed(before, name, alarms, tasks, only_open, phases, language)
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


def _changed(
    options: FeedOptions,
    name: str | None,
    alarms: bool | None,
    tasks: bool | None,
    only_open: bool | None,
    phases: Phases | None,
    language: Language | None,
) -> FeedOptions:
    """The options with what was said; what was not said stays."""
    said: dict[str, Any] = {
        "name": _name(name) if name is not None else None,
        "alarms": alarms, "tasks": tasks, "only_open": only_open, "phases": phases,
        "language": language.value if language else None,
    }  # fmt: skip
    return options._replace(**{key: value for key, value in said.items() if value is not None})


def _name(text: str) -> str:
    name = text.strip()
    if len(name) > 200 or not name.isprintable():
        raise InputError(
            _("the name is too long or not plain text"),
            _("write one line of at most {count} characters").format(count=200),
        )
    return name


def _end_of(day: date | None, here: Office) -> datetime | None:
    """The end of the day in the office's zone; None for none."""
    if day is None:
        return None
    if day.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=day.year), _("mend the year"))
    return start_of_day(date.fromordinal(day.toordinal() + 1), here.settings.time_zone)
