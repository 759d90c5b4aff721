"""Puts the commands together."""

from pathlib import Path
from typing import Annotated

import typer

from config.i18n import _
from config.settings import load_settings
from scheduler.office import Office


def build_app() -> typer.Typer:
    """The whole command line."""
    from scheduler.cli import declaring, feeds, handing_in, outbox, people, running, seeing

    app = typer.Typer(
        name="duban",
        help=_("Declare a campaign's plan once; remind who owes what; show what is overdue."),
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for module in (declaring, handing_in, seeing, people, outbox, feeds, running):
        module.add_commands(app)
    return app


def _root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help=_("folder of the database, the mail and the files [DUBAN_HOME]")),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help=_("show the version"), is_eager=True)
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"duban {installed('duban')}")
        raise typer.Exit
    if context.obj is None:
        context.obj = Office(load_settings(home=home))


def office(context: typer.Context) -> Office:
    """The office that this command works for."""
    found: Office = context.obj
    return found
