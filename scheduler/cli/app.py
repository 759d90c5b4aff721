"""Puts the commands together."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from config.i18n import _
from config.settings import load_settings
from scheduler.office import Office

# Which module holds which commands. A run imports only the one it needs: the libraries behind
# the others take longer to load than most commands take to run.
_MODULES = {
    "drafting": ("draft",),
    "declaring": ("check", "schema", "plan"),
    "applying": ("apply", "diff"),
    "handing_in": (
        "submit",
        "accept",
        "return",
        "waive",
        "reopen",
        "extend",
        "acknowledge",
        "files",
    ),
    "assigning": ("assign", "undo", "units"),
    "silencing": ("silence",),
    "supervising": ("notice",),
    "campaigns": ("campaign",),
    "showing": ("show",),
    "explaining": ("explain",),
    "seeing": ("overdue",),
    "status": ("status",),
    "ranking": ("ranking",),
    "reporting": ("report",),
    "today": ("today",),
    "briefing": ("briefing",),
    "lives": ("timeline", "history"),
    "initialising": ("init",),
    "people": ("contacts",),
    "submissions": ("submissions",),
    "progress": ("progress",),
    "forms": ("form",),
    "outbox": ("outbox",),
    "mailing": ("mail",),
    "inbox": ("inbox",),
    "feeds": ("feed",),
    "configuring": ("config",),
    "checking": ("verify",),
    "holidays": ("holidays",),
    "running": ("serve", "tick", "replay", "demo"),
    "keeping": ("backup", "restore", "doctor"),
}


def build_app(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command line with the commands that `arguments` may name; all where that is unclear."""
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
    named = [name for name, commands in _MODULES.items() if set(commands) & set(arguments)]
    for name in named if len(named) == 1 else _MODULES:
        import_module(f"scheduler.cli.{name}").add_commands(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"duban {version('duban')}")
        raise typer.Exit


def _root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help=_("folder of the database, the mail and the files [DUBAN_HOME]")),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help=_("show the version"), is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """`version` is answered before the command is looked for."""
    if context.obj is None:
        context.obj = here = Office(load_settings(home=home))
        context.call_on_close(here.close)


def office(context: typer.Context) -> Office:
    """The office that this command works for."""
    found: Office = context.obj
    return found
