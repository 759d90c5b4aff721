"""Asks before something is written, where there is somebody to ask."""

import sys

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.output import say


def confirmed(question: str, mend: str = "") -> None:
    """Go on where the answer is yes. Raises InputError, with `mend`, where nobody can be asked."""
    if not sys.stdin.isatty():
        raise InputError(
            _("nothing was changed: nobody can be asked here"),
            mend or _("add --yes to write it, or --dry-run to look only"),
        )
    if not typer.confirm(question, default=False):
        say(_("nothing was changed"))
        raise typer.Exit(1)
