"""Puts together the commands of the table (scheduler/cli/commands.py), imported when wanted."""

import gc
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from config.i18n import _
from scheduler.cli.commands import COMMANDS, Listed

if TYPE_CHECKING:
    from scheduler.office import Office


def build_app() -> typer.Typer:
    """The command line with all its commands, in the language in force."""
    app = typer.Typer(
        name="duban",
        cls=Commands,
        help=_("Declare a campaign's plan once; remind who owes what; show what is overdue."),
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    return app


class Commands(TyperGroup):
    """All commands of the table; the help has them under their headings."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for listed in COMMANDS.values():
            self.commands.update({one.name: StandIn(one) for one in listed})

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = max(map(len, self.commands))
        for heading, listed in COMMANDS.items():
            with formatter.section(_(heading)):
                formatter.write_dl([(f"{one.name:{width}}", _(one.help)) for one in listed])


class StandIn(TyperCommand):
    """Knows a command's name and line of help. The command itself is imported when its arguments
    are read: to run it, to show its own help or to complete its options."""

    def __init__(self, listed: Listed) -> None:
        super().__init__(listed.name, help=_(listed.help))
        self._listed = listed

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """The context of the command itself, with which Typer goes on."""
        app = typer.Typer(rich_markup_mode=None)
        _module(self._listed.module).add_commands(app)
        command = get_group(app).commands[self._listed.name]
        command.help = self.help
        return command.make_context(*arguments, **more)


def _module(name: str) -> ModuleType:
    """A module of this folder; imported where it is not yet."""
    full = f"scheduler.cli.{name}"
    if full not in sys.modules:
        import_module(full)
        # What libraries made while they loaded stays: no use in looking for garbage among it.
        gc.freeze()
        gc.enable()
    return sys.modules[full]


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
        from config.settings import load_settings
        from scheduler.office import Office

        context.obj = here = Office(load_settings(home=home))
        context.call_on_close(here.close)


def office(context: typer.Context) -> "Office":
    """The office that this command works for."""
    found: Office = context.obj
    return found
