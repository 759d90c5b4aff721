"""`duban init`: five questions, then a folder in which an office can begin."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import LANGUAGES, _, language, using_language
from config.settings import load_settings
from scheduler.cli.app import office
from scheduler.cli.output import say
from scheduler.new_office import BUNDLED_UNITS, NewOffice, create_office, require_free


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("init")(_init)


def _init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help=_("the folder, new or without a duban.toml"))],
    name: Annotated[str | None, typer.Option(help=_("the office's name"))] = None,
    mail_from: Annotated[
        str | None, typer.Option(help=_("the office's mailbox, from which mail is sent"))
    ] = None,
    smtp_host: Annotated[
        str | None, typer.Option(help=_("the mail server; empty: mail goes into files"))
    ] = None,
    tongue: Annotated[
        str | None, typer.Option("--language", help=_("zh or en: of mails and commands"))
    ] = None,
    units: Annotated[
        str | None,
        typer.Option(
            help=_("the units: henan (bundled), a text file with one on a line, or their names")
        ),
    ] = None,
    time_zone: Annotated[str, typer.Option(help=_("of the office"))] = "Asia/Shanghai",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=_("do not ask: take the defaults"))
    ] = False,
) -> None:
    """What is there already is never overwritten."""
    now = office(context).now()
    require_free(folder)
    may_ask = not yes and sys.stdin.isatty()
    if not may_ask and not yes and None in {name, mail_from, smtp_host, tongue, units}:
        raise InputError(
            _("nobody can be asked here"), _("add --yes to take the defaults, or give each option")
        )

    def answer(given: str | None, question: str, default: str) -> str:
        if given is not None or not may_ask:
            return (default if given is None else given).strip()
        return str(typer.prompt(question, default=default, type=str, err=True)).strip()

    name = answer(name, _("1/5 What is your office called?"), _("supervision office"))
    mail_from = answer(mail_from, _("2/5 Its mailbox, from which mail is sent?"), "duban@localhost")
    smtp_host = answer(smtp_host, _("3/5 The mail server? Empty: mail goes into files"), "")
    tongue = answer(tongue, _("4/5 Language, zh or en?"), language())
    units = answer(
        units,
        _("5/5 The units: henan (bundled), a text file with one on a line, or their names?"),
        BUNDLED_UNITS,
    )
    # Wrong answers are named as options are.
    load_settings(mail_from=mail_from, smtp_host=smtp_host, language=tongue, time_zone=time_zone)
    with using_language(tongue if tongue in LANGUAGES else language()):
        made = create_office(
            folder,
            NewOffice(name, mail_from, smtp_host, tongue, time_zone, units, now.date()),
        )
        for file in made:
            say(_("written: {file}").format(file=file))
        _say_what_is_next(folder, made[-1])


def _say_what_is_next(folder: Path, declaration: Path) -> None:
    say(_("What to do next:"))
    steps = (
        (f"cd {folder}", ""),
        ("organisation.yaml", _("look over the units and their mailboxes")),
        (str(declaration.relative_to(folder)), _("turn it into your own campaign")),
        ("duban check", _("finds every mistake")),
        ("duban apply", _("writes it into the record")),
        ("duban contacts import FILE", _("who is told at each unit")),
        ("duban doctor", _("looks at all that can stop a reminder")),
        ("duban serve", _("sends reminders and serves calendars, until stopped")),
    )
    for step, why in steps:
        say(f"  {step}    {why}".rstrip())
