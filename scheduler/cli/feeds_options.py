"""The options of a feed on the command line, and what they make of a feed's options."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from calendars.options import FeedOptions, Phases
from config.errors import InputError
from config.i18n import _


class Language(StrEnum):
    """The language of a feed."""

    ZH = "zh"
    EN = "en"


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


def with_said(
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
